"""The longest texts of the job-search tables, in characters, and the most rows: models, services, the API and the
admin share them.
"""

from typing import Final

MAX_JOB_TITLE_CHARACTERS: Final = 300
MAX_COMPANY_CHARACTERS: Final = 200
MAX_SOURCE_CHARACTERS: Final = 100
MAX_STATUS_CHARACTERS: Final = 100
# Of a tenant: every user is shown them all at once.
MAX_STATUSES: Final = 200
