"""The second factor of a sign-in: codes of an authenticator (TOTP, RFC 6238), and recovery codes in case it is lost.

Authenticators know SHA-1, 6 digits and 30 seconds; many of them ignore other choices. A code is accepted once, in its
own time step and in the one before and after it, since clocks differ.
"""

import base64
import hmac
import re
import secrets
from datetime import datetime
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

SECONDS: Final = 30
DIGITS: Final = 6
RECOVERY_CODES: Final = 10
_SECRET_BYTES: Final = 20
# 80 random bits: too many to be guessed from a fast hash.
_RECOVERY_BYTES: Final = 10
_IGNORED: Final = re.compile(r"[\s-]")


def new_totp_secret() -> str:
    """Return a secret to share with an authenticator: base 32, 160 random bits."""
    return base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def totp_uri(secret: str, *, account: str, issuer: str) -> str:
    """Return the address `otpauth://totp/...` that an authenticator reads from a QR code."""
    return _totp(secret).get_provisioning_uri(account, issuer)


def find_time_step(secret: str, code: str, *, now: datetime, after: int) -> int | None:
    """Return the time step whose code this is, or None where it is wrong, too old, or of a step up to `after`.

    Store the step and pass it as `after` the next time: an observed code is then worth nothing.
    """
    given = _IGNORED.sub("", code)
    if len(given) != DIGITS or not (given.isascii() and given.isdigit()):
        return None
    current = int(now.timestamp()) // SECONDS
    found = None
    for step in (current - 1, current, current + 1):
        expected = _totp(secret).generate(step * SECONDS)
        if hmac.compare_digest(expected, given.encode()) and step > after:
            found = step
    return found


def new_recovery_codes() -> tuple[str, ...]:
    """Return codes to write down, each of which replaces one code of the authenticator: `ABCD-EFGH-IJKL-MNOP`."""
    return tuple(_new_recovery_code() for _ in range(RECOVERY_CODES))


def hash_recovery_code(code: str) -> bytes:
    """Return the SHA-256 that is stored of a recovery code, the same however its letters are written and grouped."""
    return sha256(_IGNORED.sub("", code).upper().encode()).digest()


def _new_recovery_code() -> str:
    text = base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _totp(secret: str) -> TOTP:
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), SECONDS)  # noqa: S303 - RFC 6238
