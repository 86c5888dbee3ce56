"""Random secrets with a readable prefix and a checksum: `<prefix>_<32 random><6 checksum>`, base 62.

The checksum lets a mistyped secret be refused without a query, and secret scanners know ours from others'.
"""

import secrets
import string
from hashlib import sha256
from zlib import crc32

_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM, _CHECKSUM = 32, 6


def new_secret(prefix: str) -> str:
    """Return `prefix` with a new secret (190 random bits) and its checksum."""
    body = f"{prefix}_{''.join(secrets.choice(_ALPHABET) for _ in range(_RANDOM))}"
    return body + _checksum(body)


def prefix_of(secret: str) -> str | None:
    """Return the prefix of a well-formed secret, or None where length, alphabet or checksum don't fit."""
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
    """Return what is stored of a secret. Its 190 random bits can't be guessed, so a fast hash is enough."""
    return sha256(secret.encode()).digest()


def _checksum(body: str) -> str:
    number, digits = crc32(body.encode()), ""
    for _ in range(_CHECKSUM):
        number, digit = divmod(number, len(_ALPHABET))
        digits += _ALPHABET[digit]
    return digits
