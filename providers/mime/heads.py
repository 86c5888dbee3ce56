"""What a mail's header says: read first, since for most mail that is all that matters."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import NamedTuple

from providers.messages import MailFolder, Sender, Trust
from providers.mime.fields import Fields
from providers.mime.folders import folder_in_file
from providers.mime.limits import Unreadable
from providers.mime.moments import is_plausible, received_moment
from providers.mime.origin import Origin
from providers.mime.parts import Part
from providers.mime.senders import read_sender
from providers.mime.signatures import signing_domains
from providers.mime.trust import UNKNOWN, Proof, prove
from providers.mime.words import decode_words, unfold


class Head(NamedTuple):
    """A `MailHead`: the fields are decoded when they are asked for."""

    fields: Fields
    sender: Sender
    received_at: datetime
    folder: MailFolder
    proof: Proof
    message_id: str

    @property
    def trust(self) -> Trust:
        return self.proof.trust

    def header(self, name: str) -> str | None:
        name = name.lower()
        return None if self.fields.raw(name) is None else self.fields.decoded(name)

    def header_values(self, name: str) -> tuple[str, ...]:
        found = self.fields.all_raw(name.lower())
        return tuple([decode_words(unfold(raw)) for raw in found]) if found else ()


def read_head(whole: Part, origin: Origin) -> Head:
    """Return what the header says. Raises `Unreadable` where it names no sender or no time."""
    fields = whole.fields
    if not fields.pairs:
        raise Unreadable("no mail: it has no header")
    sender, alone = read_sender(fields.text("from"))
    if sender is None:
        raise Unreadable("no sender: From is missing or names no address")
    received_at = origin.received_at
    if received_at is None or not is_plausible(received_at):
        received_at = received_moment(fields)
    if received_at is None:
        raise Unreadable("no time of receipt: neither Received nor Date holds a valid one")
    return Head(
        fields=fields,
        sender=sender,
        received_at=received_at,
        folder=origin.folder or folder_in_file(fields, place=origin.place),
        # Of two senders it isn't known which one a verdict is about.
        proof=_prove(whole, sender, origin)
        if alone and len(fields.all_raw("from")) == 1
        else UNKNOWN,
        message_id=read_message_id(fields),
    )


def read_message_id(fields: Fields) -> str:
    """Return the Message-ID, "" where there is none."""
    return fields.text("message-id")[:998]


def _prove(whole: Part, sender: Sender, origin: Origin) -> Proof:
    if origin.proof:
        return origin.proof
    results = [unfold(raw) for raw in whole.fields.all_raw("authentication-results")[:20]]
    has_signature = bool(whole.fields.all_raw("dkim-signature"))
    verify = (
        partial(signing_domains, whole.raw, dns=origin.dns)
        if origin.dns and has_signature
        else None
    )
    return prove(sender, results=results, receiver=origin.receiver, verify=verify)
