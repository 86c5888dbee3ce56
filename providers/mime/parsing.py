"""Mail in files, read and asked about: one row for every mail, even for one that can't be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

from providers.interpretation import (
    NOTHING,
    Interpretation,
    find_reason_to_ignore,
    interpret,
)
from providers.messages import Trust
from providers.mime.files import FileMail, read_paths
from providers.mime.origin import A_FILE
from providers.mime.read import ReadMail, read_mail
from providers.registry import Plugin, Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedMail:
    """One mail of a file. `plugin`: the one that spoke. `reason`: why nothing is known. `ms`: the time it took."""

    path: Path
    number: int | None
    subject: str
    trust: Trust
    message_id: str
    plugin: Plugin | None
    answer: Interpretation
    reason: str | None
    ms: float


def parse_paths(paths: Iterable[Path], registry: Registry) -> Iterator[ParsedMail]:
    """Yield what each mail of the files and folders says, one mail in memory at a time. Opens no connection."""
    for mail in read_paths(paths):
        yield parse_mail(mail, registry)


def parse_mail(mail: FileMail, registry: Registry) -> ParsedMail:
    """Return what one mail says. Of a mail that no source claims, only the header is read."""
    started = perf_counter()
    read = ReadMail(reason=mail.reason) if mail.reason else _read(mail, registry)
    answer = _interpret(read, registry)
    return ParsedMail(
        path=mail.path,
        number=mail.number,
        subject=(read.head.header("subject") or "") if read.head else "",
        trust=_trust(read),
        message_id=read.message_id,
        plugin=registry.plugin_of(answer.source) if answer.source else None,
        answer=answer,
        reason=read.reason or answer.reason or _what_is_missing(read, answer),
        ms=(perf_counter() - started) * 1000,
    )


def _read(mail: FileMail, registry: Registry) -> ReadMail:
    origin = replace(A_FILE, place=mail.folder) if mail.folder else A_FILE
    return read_mail(mail.raw, origin, wanted=lambda head: bool(registry.mail_sources_for(head)))


def _interpret(read: ReadMail, registry: Registry) -> Interpretation:
    if read.message:
        return interpret(read.message, registry, proof_needed=False)
    if read.head is None or read.reason:
        return NOTHING
    return Interpretation(reason=find_reason_to_ignore(read.head, proof_needed=False))


def _trust(read: ReadMail) -> Trust:
    known = read.message or read.head
    return known.trust if known else "unknown"


def _what_is_missing(read: ReadMail, answer: Interpretation) -> str | None:
    """Return what of the mail wasn't read, where nothing was found in the rest of it."""
    if answer.events or answer.error or not read.notes:
        return None
    return "; ".join(read.notes)
