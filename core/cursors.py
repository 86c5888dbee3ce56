"""Cursors of lists: where a page ended, signed so that nobody makes one up.

A cursor names the last row shown, not how many rows came before it: rows that are inserted or deleted meanwhile
shift nothing.
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

_FORM: Final = struct.Struct(">q16s")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Place:
    """A row's place in a list that is ordered by a time and, where two are equal, by id."""

    at: datetime
    id: UUID


def write_cursor(place: Place, *, of: str) -> str:
    """Return the cursor that goes on behind `place`; `of` names list and order, and fits no other."""
    packed = _FORM.pack((place.at - _EPOCH) // _MICROSECOND, place.id.bytes)
    return _signer(of).sign(base64.urlsafe_b64encode(packed).decode())


def read_cursor(cursor: str, *, of: str, field: str = "cursor") -> Place:
    """Return the place behind which to go on; raise `Invalid` for what `write_cursor` of that list hasn't made."""
    try:
        at, id = _FORM.unpack(base64.urlsafe_b64decode(_signer(of).unsign(cursor)))
    except (BadSignature, binascii.Error, struct.error, ValueError):
        raise Invalid.one(field, "bad_cursor") from None
    return Place(_EPOCH + at * _MICROSECOND, UUID(bytes=id))


def _signer(of: str) -> Signer:
    return Signer(salt=f"cursor:{of}", sep=".")
