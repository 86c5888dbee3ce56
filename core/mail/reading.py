"""Reads one mail for a user: what of it is stored, or nothing where no source accepts it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

from core.mail.digests import digest_mail
from core.mail.origins import IncomingMail
from providers.claims import ClaimedBy
from providers.contracts import MailSource
from providers.interpretation import AskSource, ask_one, find_reason_to_ignore, interpret
from providers.messages import MailEvent, Message
from providers.mime.heads import Head
from providers.mime.read import ReadMail, read_mail
from providers.registry import Plugin, Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAnswer:
    """What the sources say of one message. `source`: the name of the one that accepted it, "" where none did.

    `error`: what that source raised. `reason`: why the message was kept from all sources.
    """

    source: str = ""
    claimed_by: ClaimedBy | None = None
    events: tuple[MailEvent, ...] = ()
    error: str = ""
    reason: str = ""


class SourceReader(Protocol):
    """Asks the mail sources of a registry about one message: the only place that runs the code of mail sources."""

    def ask(
        self, message: Message, registry: Registry, *, owner: str, proof_needed: bool
    ) -> SourceAnswer:
        """Return what they say of a mail of this user. Never raises, whatever a source does."""


class DirectSourceReader:
    """Asks the sources in turn, with what `ask_for` gives for the mail's owner: in this process by default."""

    def __init__(self, ask_for: Callable[[str], AskSource] = lambda owner: ask_one) -> None:
        self._ask_for = ask_for

    def ask(
        self, message: Message, registry: Registry, *, owner: str, proof_needed: bool
    ) -> SourceAnswer:
        asks = self._ask_for(owner)
        found = interpret(message, registry, proof_needed=proof_needed, ask=asks)
        return SourceAnswer(
            source=found.accepted_by.name if found.accepted_by else "",
            claimed_by=found.claimed_by,
            events=found.events,
            error=found.error or "",
            reason=found.reason or "",
        )


_source_reader: SourceReader = DirectSourceReader()


def use_source_reader(reader: SourceReader) -> None:
    """Set what asks the sources; call it once, at start-up."""
    global _source_reader
    _source_reader = reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One mail that a source accepted, or claimed and that can't be read.

    `message`: None where the reader gave up, for `reason`. `answer`: what the source says, which may be an error.
    `plugin`: the one that has the source. `system_domains`: the signers that the source's own senders cover.
    """

    raw: bytes
    digest: bytes
    mailbox: str
    mailbox_id: int
    message: Message | None
    head: Head
    message_id: str
    answer: SourceAnswer
    plugin: Plugin
    system_domains: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A mail that nothing is stored of. `reason`: why it can't be read, or is kept from the sources; "" for neither."""

    failed: bool
    reason: str = ""


_NOT_CLAIMED: Final = Unread(failed=False)


class Parse(Protocol):
    """Returns what the bytes of one mail say, as `read_mail` does."""

    def __call__(self, *, wanted: Callable[[Head], bool]) -> ReadMail: ...


def read_incoming(
    mail: IncomingMail, registry: Registry, *, owner: str, parse: Parse | None = None
) -> Reading | Unread:
    """Return what is stored of a mail. Of one that no source claims, only the header is read. Never raises.

    `owner`: a key of the user, by which sources that their mail stops are counted. `parse`: where the mail may have
    been parsed before, for another user.
    """
    if mail.reason:
        return Unread(failed=True, reason=mail.reason)
    parse = parse or partial(read_mail, mail.raw, mail.origin.reading)
    read = parse(wanted=lambda head: bool(registry.mail_sources_for(head)))
    if read.message is not None:
        return _ask(mail, read, read.message, registry, owner)
    if read.reason is None:
        return _NOT_CLAIMED
    return _unreadable(mail, read, registry)


def _ask(
    mail: IncomingMail, read: ReadMail, message: Message, registry: Registry, owner: str
) -> Reading | Unread:
    if not registry.mail_sources_for(message):
        return _NOT_CLAIMED
    proof_needed = mail.origin.proof_needed
    answer = _source_reader.ask(message, registry, owner=owner, proof_needed=proof_needed)
    source = registry.mail_source(answer.source)
    if source is None:
        return Unread(failed=False, reason=answer.reason)
    return _reading(mail, read, answer, source, registry)


def _unreadable(mail: IncomingMail, read: ReadMail, registry: Registry) -> Reading | Unread:
    """Return a mail that the reader gave up: it is kept for a better one where a source claims it."""
    head, reason = read.head, read.reason or ""
    if head is None:
        return Unread(failed=True, reason=reason)
    ignored = find_reason_to_ignore(head, proof_needed=mail.origin.proof_needed)
    sources = registry.mail_sources_for(head)
    if ignored or not sources:
        return Unread(failed=not ignored, reason=ignored or reason)
    return _reading(mail, read, SourceAnswer(source=sources[0].name), sources[0], registry)


def _reading(
    mail: IncomingMail,
    read: ReadMail,
    answer: SourceAnswer,
    source: MailSource,
    registry: Registry,
) -> Reading:
    plugin = registry.plugin_of(source)
    assert read.head is not None
    assert plugin is not None
    signed_by = read.message.signed_by if read.message else ()
    return Reading(
        raw=mail.raw,
        digest=digest_mail(mail.raw, read),
        mailbox=mail.origin.mailbox,
        mailbox_id=mail.origin.mailbox_id,
        message=read.message,
        head=read.head,
        message_id=read.message.message_id if read.message else read.message_id,
        answer=answer,
        plugin=plugin,
        system_domains=tuple(one for one in signed_by if _is_covered(one, source)),
        reason=read.reason or "",
    )


def _is_covered(domain: str, source: MailSource) -> bool:
    """Tell whether a domain belongs to a source. Of an address only that address does: others share its domain."""
    return any(
        domain == claim or domain.endswith("." + claim)
        for claim in source.senders
        if "@" not in claim
    )
