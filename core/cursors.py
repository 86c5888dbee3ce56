"""Cursors for keyset pagination: the sort key of a page's last row, signed so that a client can't forge one.

A cursor holds a sort key, not an offset: rows that are inserted or deleted between two pages shift nothing.
"""

import base64
import binascii
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.core.signing import BadSignature, Signer

from core.errors import Invalid

_FORMAT: Final = struct.Struct(">q16s")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class SortKey:
    """The sort key of a row in a list that is ordered by a time (UTC, microseconds) and then by id."""

    at: datetime
    id: UUID


def write_cursor(key: SortKey, *, of: str) -> str:
    """Return the cursor of the page after `key`. `of` names the list and its order: no other accepts the cursor.

    Format: base64url of a big-endian int64 (microseconds since 1970) and the id's 16 bytes, then `.` and the signature.
    """
    packed = _FORMAT.pack((key.at - _EPOCH) // _MICROSECOND, key.id.bytes)
    return _signer(of).sign(base64.urlsafe_b64encode(packed).decode())


def read_cursor(cursor: str, *, of: str, field: str = "cursor") -> SortKey:
    """Return the sort key after which the page starts; raise `Invalid` for a cursor that isn't of this list."""
    try:
        at, id = _FORMAT.unpack(base64.urlsafe_b64decode(_signer(of).unsign(cursor)))
    except (BadSignature, binascii.Error, struct.error, ValueError):
        raise Invalid.one(field, "bad_cursor") from None
    return SortKey(_EPOCH + at * _MICROSECOND, UUID(bytes=id))


def _signer(of: str) -> Signer:
    return Signer(salt=f"cursor:{of}", sep=".")
