"""Secrets that have to be read again: providers' client secrets and tokens. The key is derived from SECRET_KEY.

To rotate it, put the old SECRET_KEY first into SECRET_KEY_FALLBACKS: what it encrypted stays readable, and everything
that is written from then on is encrypted with the new one.
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE = b"happo: secrets stored in the database"


class Undecipherable(Exception):
    """None of the keys fits: SECRET_KEY was changed without keeping the old one as a fallback."""


def encrypt(text: str) -> bytes:
    """Return `text` encrypted and authenticated with the newest key."""
    return _keys().encrypt(text.encode())


def decrypt(stored: bytes) -> str:
    """Return what was encrypted; raise `Undecipherable`."""
    try:
        return _keys().decrypt(bytes(stored)).decode()
    except InvalidToken:
        raise Undecipherable from None


def reencrypt(stored: bytes) -> bytes:
    """Return the same secret encrypted with the newest key; raise `Undecipherable`."""
    try:
        return _keys().rotate(bytes(stored))
    except InvalidToken:
        raise Undecipherable from None


def _keys() -> MultiFernet:
    return _derived((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=4)
def _derived(secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derive(secret)) for secret in secrets])


def _derive(secret: str) -> bytes:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode())
    return base64.urlsafe_b64encode(key)
