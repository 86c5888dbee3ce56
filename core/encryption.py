"""Encrypts stored secrets that must be read again: providers' client secrets and tokens.

The format is Fernet's; its key is derived from SECRET_KEY (`core.derived_keys`). To rotate SECRET_KEY, put the
old one first into SECRET_KEY_FALLBACKS: what it encrypted stays readable, and new secrets are encrypted with the new
key.
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from core.derived_keys import derived_keys

_PURPOSE = "secrets stored in the database"


class DecryptionFailed(Exception):
    """No key decrypts the secret: SECRET_KEY was changed, and the old one is not in SECRET_KEY_FALLBACKS."""


def encrypt(text: str) -> bytes:
    """Return `text` encrypted and authenticated with the newest key."""
    return _current_keys().encrypt(text.encode())


def decrypt(stored: bytes | memoryview) -> str:
    """Return the plaintext of a stored secret; raise `DecryptionFailed`."""
    try:
        return _current_keys().decrypt(bytes(stored)).decode()
    except InvalidToken:
        raise DecryptionFailed from None


def reencrypt(stored: bytes | memoryview) -> bytes:
    """Return the same secret encrypted with the newest key; raise `DecryptionFailed`."""
    try:
        return _current_keys().rotate(bytes(stored))
    except InvalidToken:
        raise DecryptionFailed from None


def _current_keys() -> MultiFernet:
    return _load_keys(derived_keys(_PURPOSE))


@lru_cache(maxsize=4)
def _load_keys(keys: tuple[bytes, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])
