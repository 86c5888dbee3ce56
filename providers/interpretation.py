"""Asks the mail sources what a mail says, and turns whatever a faulty plugin does into a fact of that one mail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from providers.claims import ClaimedBy, claimed_by
from providers.contracts import Evidence, MailEvent, MailSource, Message
from providers.messages import MAX_EVENTS, MAX_EVIDENCE, MailHead
from providers.registry import Registry
from providers.text import make_storable

MAX_ERROR_CHARACTERS = 500
_BOUNCE_SENDERS = ("mailer-daemon", "postmaster", "mail-daemon")
_LIST_HEADERS = ("x-original-from", "x-google-group-id", "x-beenthere", "mailing-list", "list-post")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpretation:
    """What became of one mail.

    `source`: the one that spoke: it gave `events`, or raised (`error`: type and text). `accepted_by`: that one, or the
    first whose `matches` accepted the mail and that found nothing in it. `claimed_by`: what made it be asked. `reason`:
    why the mail was kept from the sources.
    """

    events: tuple[MailEvent, ...] = ()
    source: MailSource | None = None
    accepted_by: MailSource | None = None
    claimed_by: ClaimedBy | None = None
    error: str | None = None
    reason: str | None = None


NOTHING = Interpretation()
AskSource = Callable[[MailSource, Message], Interpretation]


def interpret(
    message: Message, registry: Registry, *, proof_needed: bool, ask: AskSource | None = None
) -> Interpretation:
    """Return what the sources say; the first of those that claim the mail and find something in it speaks.

    `ask`: how one source is asked, in this process by default. `proof_needed`: mail of which nothing proves who sent it
    is kept out. Files and forwarding addresses need none.
    Each event without a moment of its own has the mail's.
    """
    ask = ask or ask_one
    if reason := find_reason_to_ignore(message, proof_needed=proof_needed):
        return Interpretation(reason=reason)
    silent = NOTHING
    for source in registry.mail_sources_for(message):
        answer = ask(source, message)
        if answer.source:
            return answer
        if silent.accepted_by is None:
            silent = answer
    return silent


def find_reason_to_ignore(message: MailHead, *, proof_needed: bool) -> str | None:
    """Return why no source may see this mail, None where they may."""
    if message.folder == "spam":
        return "in Spam"
    if message.folder == "sent":
        return "in Sent or Drafts"
    if message.header("x-mozilla-draft-info") is not None:
        return "a draft"
    if _is_bounce(message):
        return "a bounce, or a report on delivery"
    if _is_from_list(message):
        return "a mailing list sent it on"
    if message.trust == "failed":
        return "the receiver's check says that its sender is forged (DMARC)"
    if message.trust == "unknown" and proof_needed:
        return "nothing proves who sent it"
    return None


def _is_bounce(message: MailHead) -> bool:
    content_type = (message.header("content-type") or "").lower()
    return (
        content_type.startswith("multipart/report")
        or message.header("x-failed-recipients") is not None
        or message.sender.address.partition("@")[0] in _BOUNCE_SENDERS
    )


def _is_from_list(message: MailHead) -> bool:
    """Tell whether a list is the sender. `List-Id` and `List-Unsubscribe` don't say so: job boards write them."""
    for name in _LIST_HEADERS:
        for value in message.header_values(name):
            if value.strip().lower() != "no":
                return True
    return False


def ask_one(source: MailSource, message: Message) -> Interpretation:
    """Return what one source says of a mail that it claims. Never raises."""
    accepted = Interpretation(accepted_by=source, claimed_by=claimed_by(source, message))
    try:
        if not source.matches(message):
            return NOTHING
        events = _parse(source, message)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever a stranger's plugin raises, `sys.exit` too
        return replace(accepted, source=source, error=_said_by(error))
    return replace(accepted, source=source, events=events) if events else accepted


def ask_source(source: MailSource, message: Message) -> tuple[MailEvent, ...]:
    """Return what one source reads in a mail, each event with a moment. Raises what the source raises."""
    return _parse(source, message) if source.matches(message) else ()


def _parse(source: MailSource, message: Message) -> tuple[MailEvent, ...]:
    return tuple(_with_moment(event, message) for event in _checked(source.parse(message)))


def _checked(events: object) -> Iterable[MailEvent]:
    """Return the events, validated again: `model_copy` and `model_construct` check nothing, and the contract does."""
    if not isinstance(events, Sequence) or not all(
        isinstance(event, MailEvent) for event in events
    ):
        raise TypeError("parse must return a list of MailEvent")
    if len(events) > MAX_EVENTS:
        raise ValueError(f"{len(events)} events of one mail; at most {MAX_EVENTS} are taken")
    most = max((len(event.evidence) for event in events), default=0)
    if most > MAX_EVIDENCE:
        raise ValueError(f"{most} quotes for one event; at most {MAX_EVIDENCE} are taken")
    fields = set(MailEvent.model_fields)
    return [
        MailEvent.model_validate(event.model_dump(include=fields, warnings=False))
        for event in events
    ]


def _with_moment(event: MailEvent, message: Message) -> MailEvent:
    if event.occurred_at is not None:
        return event
    evidence = Evidence(
        field="occurred_at", place="received_at", quote=message.received_at.isoformat()
    )
    return event.model_copy(
        update={"occurred_at": message.received_at, "evidence": (*event.evidence, evidence)}
    )


def _said_by(error: BaseException) -> str:
    try:
        said = str(error)
    except Exception:  # noqa: BLE001 - an error of the plugin's own class may fail here too
        said = ""
    return make_storable(f"{type(error).__name__}: {said}"[:MAX_ERROR_CHARACTERS])
