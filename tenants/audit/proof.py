"""Proof that the application wrote an entry: SQL alone can't insert one that holds.

    mac = 8 random bytes, then 16 bytes of HMAC-SHA-256 of (name of the log, columns of the entry, random bytes)

The key is derived from SECRET_KEY and isn't in the database. Number and time are the database's: they are protected
from the moment when the entry is sealed (`tenants.audit.chain`).
"""

import hmac
import os
from collections.abc import Sequence
from typing import Final

import orjson

from core.derived_keys import derived_keys

_RANDOM_BYTES: Final = 8
_HMAC_BYTES: Final = 16
MAC_BYTES: Final = _RANDOM_BYTES + _HMAC_BYTES
_PURPOSE: Final = "entries of the audit log"


def write_changes(changes: object) -> str:
    """Return the JSON text of an entry's changes that its proof is about, whatever order the database gives them."""
    return orjson.dumps(changes, option=orjson.OPT_SORT_KEYS).decode()


def prove(log: str, columns: Sequence[str]) -> bytes:
    """Return the `mac` of an entry. `columns`: all that were written, `changes` as `write_changes` returns them."""
    return _mac(derived_keys(_PURPOSE)[0], log, columns, os.urandom(_RANDOM_BYTES))


def is_proven(mac: bytes, log: str, columns: Sequence[str]) -> bool:
    """Return whether the application wrote these columns into this log."""
    nonce = mac[:_RANDOM_BYTES]
    return any(
        hmac.compare_digest(mac, _mac(key, log, columns, nonce)) for key in derived_keys(_PURPOSE)
    )


def _mac(key: bytes, log: str, columns: Sequence[str], nonce: bytes) -> bytes:
    content = orjson.dumps([log, *columns]) + nonce
    return nonce + hmac.digest(key, content, "sha256")[:_HMAC_BYTES]
