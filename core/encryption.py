"""Encrypts stored secrets that must be read again: providers' client secrets and tokens.

The format is Fernet's; its key is derived from SECRET_KEY (HKDF with SHA-256, RFC 5869). To rotate SECRET_KEY, put the
old one first into SECRET_KEY_FALLBACKS: what it encrypted stays readable, and new secrets are encrypted with the new
key.
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE = b"happo: secrets stored in the database"


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
    return _load_keys((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=4)
def _load_keys(secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derive(secret)) for secret in secrets])


def _derive(secret: str) -> bytes:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode())
    return base64.urlsafe_b64encode(key)
