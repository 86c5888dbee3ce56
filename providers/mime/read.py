"""Reads one mail: bytes -> `Message`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from pydantic import ValidationError

from providers.messages import Message
from providers.mime.bodies import Bodies, holds_more, read_bodies
from providers.mime.forwards import find_forwarded, is_forward
from providers.mime.heads import Head, read_head, read_message_id
from providers.mime.limits import MAX_MAIL_BYTES, MAX_SKIMMED_BYTES, Unreadable
from providers.mime.moments import received_moment
from providers.mime.origin import A_FILE, Origin
from providers.mime.parts import Part, read_part
from providers.mime.trust import FILE
from providers.mime.unwrapping import from_text, is_owners
from providers.reading.markup import visible_text

# A byte order mark, and line breaks before the header: a mail may be nothing else.
_BLANK: Final = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n]*")

_MAX_FORWARDS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMail:
    """What became of the bytes: a message, or None with the reason. `notes`: what of it wasn't read, for people.

    `head`: what the header says, None where that is unreadable. `message_id`: that of the mail as it lies there, ""
    where it has none. A mail that wasn't wanted has a head alone.
    """

    message: Message | None = None
    reason: str | None = None
    notes: tuple[str, ...] = ()
    head: Head | None = None
    message_id: str = ""


def read_mail(
    raw: bytes, origin: Origin = A_FILE, *, wanted: Callable[[Head], bool] | None = None
) -> ReadMail:
    """Return the message that the bytes make, or why they make none. Never raises.

    `wanted`: tells by the header whether the rest is worth reading. A mail that may be a forward, holds what can't be
    read, or is long, is read all the same.
    """
    if len(raw) > MAX_MAIL_BYTES:
        return ReadMail(reason=f"larger than {MAX_MAIL_BYTES // 1024**2} MiB")
    message_id, head = "", None
    raw = _with_plain_breaks(raw)
    try:
        whole = read_part(raw, _skip_blank(raw), len(raw))
        message_id = read_message_id(whole.fields)
        head = read_head(whole, origin)
        if wanted and not wanted(head) and _is_skimmed(whole):
            return ReadMail(head=head, message_id=message_id)
        bodies = read_bodies(whole)
        if bodies.is_unreadable():
            # Its subject alone may say the opposite of what it holds: refusals come under the subject of a receipt.
            raise Unreadable("; ".join(dict.fromkeys(bodies.notes)))
        message = _unwrap(_make(whole, head, bodies, origin), bodies, origin)
    except Unreadable as error:
        return ReadMail(reason=str(error), head=head, message_id=message_id)
    except ValidationError as error:
        return ReadMail(reason=_fault(error), head=head, message_id=message_id)
    notes = [*bodies.notes, *(["header cut at 64 KiB"] if whole.fields.cut else [])]
    return ReadMail(
        message=message, notes=tuple(dict.fromkeys(notes)), head=head, message_id=message_id
    )


def _with_plain_breaks(raw: bytes) -> bytes:
    """Return the mail with line breaks that a reader knows; its first one shows which ones it has."""
    first = raw.find(b"\n")
    if first < 0:
        # Line breaks of old Macs.
        return raw.replace(b"\r", b"\n")
    # A gateway wrote `\r\n` for each `\n`, also behind a `\r`.
    return raw.replace(b"\r\r\n", b"\r\n") if raw[first - 2 : first] == b"\r\r" else raw


def _fault(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def _is_skimmed(whole: Part) -> bool:
    """Tell whether the header is all that matters of a mail that no source asks for."""
    if len(whole.raw) > MAX_SKIMMED_BYTES or whole.fields.cut:
        return False
    return not is_forward(whole.fields.decoded("subject")) and not holds_more(whole)


def _skip_blank(raw: bytes) -> int:
    blank = _BLANK.match(raw)
    return blank.end() if blank else 0


def _make(whole: Part, head: Head, bodies: Bodies, origin: Origin) -> Message:
    fields = whole.fields
    return Message(
        id=origin.key or head.message_id or "sha256:" + sha256(whole.raw).hexdigest(),
        message_id=head.message_id,
        thread_id=origin.thread_id or fields.text("x-gm-thrid"),
        received_at=head.received_at,
        sender=head.sender,
        subject=fields.decoded("subject"),
        headers=fields.decode_all(),
        text=bodies.text,
        html=bodies.html,
        visible_text=visible_text(bodies.html),
        calendar=bodies.calendar,
        trust=head.trust,
        signed_by=head.proof.signed_by,
        folder=head.folder,
    )


def _unwrap(outer: Message, bodies: Bodies, origin: Origin, depth: int = 0) -> Message:
    """Return the mail that the user forwarded, where the outer mail is the user's own; else the outer one.

    A mail that was forwarded twice holds the user's own forward.
    """
    if not is_owners(outer, origin) or depth >= _MAX_FORWARDS:
        return outer
    if len(bodies.inner) == 1:
        return _from_attachment(outer, bodies.inner[0], origin, depth)
    text = find_forwarded(outer.text, subject=outer.subject)
    seen = find_forwarded(outer.visible_text, subject=outer.subject)
    return from_text(outer, text=text, seen=seen)


def _from_attachment(outer: Message, raw: bytes, origin: Origin, depth: int) -> Message:
    """Return the attached mail, where it is one; it has a header of its own, with the receiver's verdict in it."""
    whole = read_part(raw, _skip_blank(raw), len(raw))
    received_at = received_moment(whole.fields) or outer.received_at
    inside = replace(origin, key=outer.id, thread_id=outer.thread_id, receiver=FILE)
    inside = replace(inside, received_at=received_at, folder=outer.folder)
    try:
        head = read_head(whole, inside)
    except Unreadable:
        return outer
    bodies = read_bodies(whole)
    inner = _make(whole, head, bodies, inside).model_copy(update={"forwarded": True})
    return _unwrap(inner, bodies, inside, depth + 1)
