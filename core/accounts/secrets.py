"""Random secrets with a readable prefix and a checksum: `<prefix>_<32 random><6 checksum>`, base 62.

The checksum lets us refuse a mistyped secret without a query, and lets secret scanners recognise ours (as in GitHub's
token format).
"""

import secrets
import string
from hashlib import sha256
from zlib import crc32

_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM, _CHECKSUM = 32, 6


def new_secret(prefix: str) -> str:
    """Return a new secret with `prefix`, 190 random bits and a checksum."""
    body = f"{prefix}_{''.join(secrets.choice(_ALPHABET) for _ in range(_RANDOM))}"
    return body + _checksum(body)


def prefix_of(secret: str) -> str | None:
    """Return the prefix of a well-formed secret; None where length, alphabet or checksum are wrong."""
    body, checksum = secret[:-_CHECKSUM], secret[-_CHECKSUM:]
    prefix, _, random_part = body.rpartition("_")
    if (
        not prefix
        or len(random_part) != _RANDOM
        or not secret.isascii()
        or _checksum(body) != checksum
    ):
        return None
    return prefix


def hash_of(secret: str) -> bytes:
    """Return the SHA-256 that is stored of a secret. Its 190 random bits can't be guessed, so a fast hash suffices."""
    return sha256(secret.encode()).digest()


def _checksum(body: str) -> str:
    number, digits = crc32(body.encode()), ""
    for _ in range(_CHECKSUM):
        number, digit = divmod(number, len(_ALPHABET))
        digits += _ALPHABET[digit]
    return digits
