"""Sealing credentials for one page: with HPKE (RFC 9180), for a key pair that is made for one request.

The page alone has the private key. A reader of the database or of a backup can't open what is sealed, and neither can
the worker that sealed it.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


class SealBroken(Exception):
    """What is sealed isn't for this key and this request."""


def new_reply_key() -> tuple[bytes, str]:
    """Return a new public key of 32 bytes for the request, and the private key as text for the page."""
    private = X25519PrivateKey.generate()
    text = base64.urlsafe_b64encode(private.private_bytes_raw()).decode()
    return private.public_key().public_bytes_raw(), text


def seal(secrets: Mapping[str, str], *, reply_key: bytes, request_id: UUID) -> bytes:
    """Return `secrets` sealed for the owner of `reply_key`; it opens for this request alone."""
    public = X25519PublicKey.from_public_bytes(reply_key)
    return _SUITE.encrypt(json.dumps(dict(secrets)).encode(), public, info=_purpose(request_id))


def open_sealed(sealed: bytes, *, private_key: str, request_id: UUID) -> dict[str, str]:
    """Return what `seal` was given; raise `SealBroken` for another key, another request, or a changed text."""
    try:
        raw = base64.urlsafe_b64decode(private_key.encode())
        private = X25519PrivateKey.from_private_bytes(raw)
        text = _SUITE.decrypt(sealed, private, info=_purpose(request_id))
    except (binascii.Error, InvalidTag, ValueError) as error:
        raise SealBroken from error
    secrets: dict[str, str] = json.loads(text)
    return secrets


def _purpose(request_id: UUID) -> bytes:
    return b"happo: credentials of the provisioning request " + request_id.bytes
