"""The longest texts of a user's account, in characters. Core, the API and the plugins derive their limits from these.

They are here because plugins may import nothing but `providers`.
"""

from __future__ import annotations

from typing import Final

# RFC 5321, 4.5.3.1.3: a path has at most 256 octets, two of which are its angle brackets.
MAX_EMAIL_CHARACTERS: Final = 254
# User name, first name, last name: as in `django.contrib.auth.models.AbstractUser`.
MAX_NAME_CHARACTERS: Final = 150
# Argon2 hashes the whole text, so the length bounds what one log-in costs. No stored password is longer.
MAX_PASSWORD_CHARACTERS: Final = 1024
# A provider's stable key of an account. OpenID Connect Core 1.0, section 2: `sub` has at most 255 ASCII characters.
MAX_SUBJECT_CHARACTERS: Final = 255
