"""Where a fetch of Gmail resumes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from plugins.gmail.answers import HistoryId, MessageId
from providers.contracts import CursorExpired

# Some 20 bytes each, so that all together stay below the 16 KiB of a cursor.
MAX_DONE, MAX_AGAIN, MAX_UNFOUND = 520, 100, 140


def _count_tries(value: object) -> object:
    """Return the tries of each mail: cursors of an earlier release hold the mails alone."""
    return dict.fromkeys(value, 1) if isinstance(value, list) else value


Tries = Annotated[dict[MessageId, int], BeforeValidator(_count_tries), Field(max_length=MAX_AGAIN)]


class Cursor(BaseModel):
    """What was brought: the history up to `history`, and while `listing`, `pages` pages of the list, before `page`.

    `done`: the mails of the page of list or history at hand that were brought. `again`: mails that Gmail failed to
    give, and in how many fetches; later fetches ask for them again. `unfound`: mails that were new last time and that
    the search didn't find: its index may have been late.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    version: Literal[1] = 1
    history: HistoryId
    listing: bool = False
    page: Annotated[str, Field(max_length=1000)] = ""
    pages: Annotated[int, Field(ge=0)] = 0
    done: Annotated[tuple[MessageId, ...], Field(max_length=MAX_DONE)] = ()
    again: Tries = Field(default_factory=dict)
    unfound: Annotated[tuple[MessageId, ...], Field(max_length=MAX_UNFOUND)] = ()

    def write(self) -> str:
        return self.model_dump_json(exclude_defaults=True)


def read_cursor(text: str, *, mailbox: str) -> Cursor:
    """Return the cursor. Raises `CursorExpired` for a text that this version didn't write."""
    try:
        return Cursor.model_validate_json(text)
    except ValidationError:
        pass
    raise CursorExpired(mailbox)
