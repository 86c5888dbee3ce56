"""Identifiers: UUID version 7 (RFC 9562), so that new rows are added at the end of their index."""

from uuid import UUID

import uuid_utils.compat


def new_uuid() -> UUID:
    """Return a new, time-ordered UUID."""
    return uuid_utils.compat.uuid7()
