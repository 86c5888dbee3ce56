"""Keys that are derived from SECRET_KEY, one for each purpose (HKDF with SHA-256, RFC 5869)."""

from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def derived_keys(purpose: str) -> tuple[bytes, ...]:
    """Return the keys of 32 bytes for this purpose: the newest first, then those of SECRET_KEY_FALLBACKS."""
    return _derive((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS), purpose)


@lru_cache(maxsize=16)
def _derive(secrets: tuple[str, ...], purpose: str) -> tuple[bytes, ...]:
    info = f"happo: {purpose}".encode()
    return tuple(
        HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret.encode())
        for secret in secrets
    )
