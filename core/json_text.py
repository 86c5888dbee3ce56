"""JSON text that PostgreSQL has written."""

from __future__ import annotations

from dataclasses import dataclass


class JsonText(bytes):
    """One complete JSON value in UTF-8. It is copied into the reply without being parsed.

    Its only source is SQL that builds JSON (such as `jsonb_agg(...)::text`), never text of a client.
    """

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class JsonPage:
    """One page of a list: a JSON list, and the cursor of the next page, None on the last page."""

    data: JsonText
    next_cursor: str | None
