"""Reads one mail: bytes -> `Message`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256

from pydantic import ValidationError

from providers.messages import MailFolder, Message, Sender
from providers.mime.bodies import Bodies, read_bodies
from providers.mime.folders import folder_of_labels
from providers.mime.forwards import Forwarded, find_forwarded
from providers.mime.limits import MAX_MAIL_BYTES, Unreadable
from providers.mime.moments import received_moment
from providers.mime.parts import Part, read_part
from providers.mime.senders import read_sender
from providers.mime.signatures import signing_domains
from providers.mime.trust import FILE, UNKNOWN, DnsText, Proof, Receiver, prove
from providers.mime.words import unfold
from providers.reading.markup import visible_text


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMail:
    """What became of the bytes: a message, or None with the reason. `notes`: what of it wasn't read, for people.

    `message_id`: that of the mail as it lies there, "" where it has none.
    """

    message: Message | None = None
    reason: str | None = None
    notes: tuple[str, ...] = ()
    message_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a mail comes from, which its bytes don't say.

    `key`: the mailbox's own id; None: the Message-ID, or a digest of the bytes. `received_at`: None for files, which
    have it in `Received`. `folder`: None to go by Gmail's labels, inbox without. `own_addresses`: whose forwards are
    unwrapped; None for everybody's. `dns`: how keys of DKIM are looked up; None: signatures aren't verified.
    """

    key: str | None = None
    thread_id: str = ""
    received_at: datetime | None = None
    folder: MailFolder | None = None
    receiver: Receiver = FILE
    own_addresses: Collection[str] | None = None
    dns: DnsText | None = None


A_FILE = Origin()


def read_mail(raw: bytes, origin: Origin = A_FILE) -> ReadMail:
    """Return the message that the bytes make, or why they make none. Never raises."""
    if len(raw) > MAX_MAIL_BYTES:
        return ReadMail(reason=f"larger than {MAX_MAIL_BYTES // 1024**2} MiB")
    message_id = ""
    try:
        whole = read_part(raw, _skip_blank(raw), len(raw))
        message_id = whole.fields.text("message-id")[:998]
        bodies = read_bodies(whole)
        message = _unwrap(_make(whole, bodies, origin), bodies, origin)
    except Unreadable as error:
        return ReadMail(reason=str(error), message_id=message_id)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        return ReadMail(
            reason=f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}", message_id=message_id
        )
    notes = [*bodies.notes, *(["header cut at 64 KiB"] if whole.fields.cut else [])]
    return ReadMail(message=message, notes=tuple(dict.fromkeys(notes)), message_id=message_id)


def _skip_blank(raw: bytes) -> int:
    start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    while raw[start : start + 1] in (b"\r", b"\n"):
        start += 1
    return start


def _make(whole: Part, bodies: Bodies, origin: Origin) -> Message:
    fields = whole.fields
    if not fields.pairs:
        raise Unreadable("no mail: it has no header")
    sender, alone = read_sender(fields.text("from"))
    if sender is None:
        raise Unreadable("no sender: From is missing or names no address")
    received_at = origin.received_at or received_moment(fields)
    if received_at is None:
        raise Unreadable("no time of receipt: neither Received nor Date holds a valid one")
    alone = alone and len(fields.all_raw("from")) == 1
    proof = _prove(whole, sender, origin) if alone else UNKNOWN
    message_id = fields.text("message-id")[:998]
    labels = fields.decoded("x-gmail-labels")
    return Message(
        id=origin.key or message_id or "sha256:" + sha256(whole.raw).hexdigest(),
        message_id=message_id,
        thread_id=origin.thread_id or fields.text("x-gm-thrid"),
        received_at=received_at,
        sender=sender,
        subject=fields.decoded("subject"),
        headers=fields.decode_all(),
        text=bodies.text,
        html=bodies.html,
        visible_text=visible_text(bodies.html),
        calendar=bodies.calendar,
        trust=proof.trust,
        signed_by=proof.signed_by,
        folder=origin.folder or (folder_of_labels(labels) if labels else "inbox"),
    )


def _prove(whole: Part, sender: Sender, origin: Origin) -> Proof:
    results = [unfold(raw) for raw in whole.fields.all_raw("authentication-results")[:20]]
    has_signature = bool(whole.fields.all_raw("dkim-signature"))
    verify = (
        partial(signing_domains, whole.raw, dns=origin.dns)
        if origin.dns and has_signature
        else None
    )
    return prove(sender, results=results, receiver=origin.receiver, verify=verify)


def _unwrap(outer: Message, bodies: Bodies, origin: Origin) -> Message:
    """Return the mail that the user forwarded, where the outer mail is the user's own; else the outer one."""
    if origin.own_addresses is not None and outer.sender.address not in origin.own_addresses:
        return outer
    if (
        outer.header("content-type")
        and "multipart/report" in (outer.header("content-type") or "").lower()
    ):
        return outer
    if len(bodies.inner) == 1:
        return _from_attachment(outer, bodies.inner[0], origin)
    found = find_forwarded(outer.text, subject=outer.subject)
    seen = find_forwarded(outer.visible_text, subject=outer.subject)
    head = found or seen
    return _from_text(outer, head, text=found, seen=seen) if head else outer


def _from_attachment(outer: Message, raw: bytes, origin: Origin) -> Message:
    whole = read_part(raw, _skip_blank(raw), len(raw))
    bodies = read_bodies(whole)
    try:
        inner = _make(
            whole,
            bodies,
            Origin(
                receiver=FILE,
                dns=origin.dns,
                received_at=received_moment(whole.fields) or outer.received_at,
            ),
        )
    except Unreadable:
        return outer
    return inner.model_copy(
        update={
            "id": outer.id,
            "thread_id": outer.thread_id,
            "folder": outer.folder,
            "forwarded": True,
        }
    )


def _from_text(
    outer: Message, head: Forwarded, *, text: Forwarded | None, seen: Forwarded | None
) -> Message:
    return Message(
        id=outer.id,
        message_id=outer.message_id,
        thread_id=outer.thread_id,
        received_at=head.sent_at or outer.received_at,
        sender=head.sender,
        subject=head.subject,
        headers=head.headers,
        text=text.body if text else "",
        html=outer.html if seen else "",
        visible_text=seen.body if seen else "",
        calendar=outer.calendar,
        # What a user pasted proves nothing of who sent it; the user's own mailbox or forwarding address does.
        trust="unknown",
        folder=outer.folder,
        forwarded=True,
    )
