"""The responses of Gmail's API: https://developers.google.com/workspace/gmail/api/reference/rest."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from providers.contracts import MailFolder

# The most that Gmail gives.
PAGE_SIZE: Final = 500
MessageId = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,32}$")]
HistoryId = Annotated[str, Field(pattern=r"^[0-9]{1,20}$")]
_RETRY_AT = re.compile(r"Retry after (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?)Z")
# A mail that the user wrote or Gmail threw out is that, wherever else it shows.
_FOLDERS: tuple[tuple[str, MailFolder], ...] = (
    ("SPAM", "spam"),
    ("TRASH", "trash"),
    ("SENT", "sent"),
    ("DRAFT", "sent"),
    ("INBOX", "inbox"),
)
_THROWN_OUT = frozenset(("SPAM", "TRASH"))


class Answer(BaseModel):
    """Base class of responses: unknown fields are ignored, errors leave out the input, which may be a mail."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Profile(Answer):
    """`users.getProfile`."""

    history_id: HistoryId = Field(validation_alias="historyId")


class Listed(Answer):
    """One message of a list or a change: its id, and its labels in changes."""

    id: MessageId
    labels: tuple[str, ...] = Field(default=(), validation_alias="labelIds")


class Page(Answer):
    """`users.messages.list`: a page may be empty and still have a next one. No longer than was asked for."""

    messages: Annotated[tuple[Listed, ...], Field(max_length=PAGE_SIZE)] = ()
    next_page: str = Field(default="", max_length=1000, validation_alias="nextPageToken")


class Change(Answer):
    """An entry of a history record: the message that was added or deleted, or the labels that it lost."""

    message: Listed
    label_ids: tuple[str, ...] = Field(default=(), validation_alias="labelIds")


class HistoryRecord(Answer):
    id: HistoryId
    added: tuple[Change, ...] = Field(default=(), validation_alias="messagesAdded")
    deleted: tuple[Change, ...] = Field(default=(), validation_alias="messagesDeleted")
    unlabelled: tuple[Change, ...] = Field(default=(), validation_alias="labelsRemoved")


class History(Answer):
    """`users.history.list`, oldest change first. `history_id`: of the whole mailbox, now."""

    records: tuple[HistoryRecord, ...] = Field(default=(), validation_alias="history")
    next_page: str = Field(default="", max_length=1000, validation_alias="nextPageToken")
    history_id: HistoryId = Field(validation_alias="historyId")

    def goes_on_from(self, history_id: str) -> bool:
        """Tell whether no id in it is below this one: they only increase."""
        ids = [record.id for record in self.records]
        return all(int(one) >= int(history_id) for one in (*ids, self.history_id))

    def find_new(self) -> list[str]:
        """Return the ids of messages that came, or came back from spam or trash, and that are still there."""
        new: dict[str, None] = {}
        for record in self.records:
            came = [change.message for change in record.added if _is_kept(change.message)]
            came += [
                change.message
                for change in record.unlabelled
                if _THROWN_OUT & set(change.label_ids) and _is_kept(change.message)
            ]
            new |= dict.fromkeys(message.id for message in came)
            for change in record.deleted:
                new.pop(change.message.id, None)
        return list(new)


class RawMessage(Answer):
    """`users.messages.get` with `format=raw`. `internal_date`: milliseconds since 1970.

    `raw`: the bytes of the mail, which come as base64url; text where that is none.
    """

    # Pydantic decodes it while it reads: Python would hold up all other threads for a sixth of a second for 25 MB.
    model_config = ConfigDict(val_json_bytes="base64")

    id: MessageId
    raw: Annotated[bytes | str, Field(union_mode="left_to_right", repr=False)] = b""
    thread_id: str = Field(
        default="", pattern=r"^[0-9A-Za-z_-]{0,32}$", validation_alias="threadId"
    )
    labels: tuple[str, ...] = Field(default=(), validation_alias="labelIds")
    internal_date: str = Field(default="", validation_alias="internalDate")

    @property
    def folder(self) -> MailFolder:
        return next((folder for label, folder in _FOLDERS if label in self.labels), "other")

    @property
    def received_at(self) -> datetime | None:
        try:
            return datetime.fromtimestamp(int(self.internal_date) / 1000, UTC)
        except (ValueError, OverflowError, OSError):
            return None


def _keep_objects(value: object) -> object:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _keep_text(value: object) -> object:
    return value if isinstance(value, str) else ""


_Text = Annotated[str, BeforeValidator(_keep_text)]


class Fault(Answer):
    reason: _Text = ""


_Faults = Annotated[tuple[Fault, ...], BeforeValidator(_keep_objects)]


class ErrorBody(Answer):
    """`errors`: as Google's APIs have always had it. `details`: of `google.rpc.ErrorInfo`, which newer answers have.

    Each may be missing; what isn't as it should be counts as missing.
    """

    message: _Text = ""
    status: _Text = ""
    errors: _Faults = ()
    details: _Faults = ()


class ErrorAnswer(Answer):
    """A response that reports an error."""

    error: ErrorBody

    @property
    def reasons(self) -> frozenset[str]:
        """Return the reasons of both forms, and the status (`google.rpc.Code`)."""
        named = {one.reason for one in (*self.error.errors, *self.error.details)}
        return frozenset({*named, self.error.status} - {""})

    @property
    def retry_at(self) -> datetime | None:
        """Return the moment that the text of the error names: Gmail doesn't always send `Retry-After`."""
        found = _RETRY_AT.search(self.error.message)
        try:
            return datetime.fromisoformat(found[1]).replace(tzinfo=UTC) if found else None
        except ValueError:
            return None


def _is_kept(message: Listed) -> bool:
    """Tell whether a message may be one to read: neither thrown out nor the user's own. A list says no labels."""
    return not {"SPAM", "TRASH", "SENT", "DRAFT"} & set(message.labels)
