"""JSON that PostgreSQL has already written."""

from __future__ import annotations


class JsonText(bytes):
    """One complete JSON value in UTF-8: it goes into the answer as it is, never parsed on the way.

    Only SQL that builds JSON (`jsonb_agg(...)::text` and the like) may be its source, never text of a client.
    """

    __slots__ = ()
