"""JSON text that PostgreSQL has written."""

from __future__ import annotations


class JsonText(bytes):
    """One complete JSON value in UTF-8. It is copied into the reply without being parsed.

    Its only source is SQL that builds JSON (such as `jsonb_agg(...)::text`), never text of a client.
    """

    __slots__ = ()
