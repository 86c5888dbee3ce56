"""The longest texts of the job-search tables, in characters: models, services, the API and the admin share them."""

from typing import Final

MAX_JOB_TITLE_CHARACTERS: Final = 300
MAX_COMPANY_CHARACTERS: Final = 200
MAX_SOURCE_CHARACTERS: Final = 100
MAX_STATUS_CHARACTERS: Final = 100
