"""Golden mail: a mail, and the events that a source must read in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

from providers.event_facts import NAMES, event_facts
from providers.interpretation import find_reason_to_ignore
from providers.messages import MailEvent, Message
from providers.mime.read import read_mail

# Golden mail of the sources that Happo ships, a folder for each plugin; it travels with the distribution.
GOLDEN_FOLDER = Path(__file__).resolve().parent.parent / "golden"
_KEYS = frozenset({"events", "why", "reason", "raises", "recommended"})

EventFacts = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenMail:
    """A mail, and what the source must say of it.

    `events`: as `MailEvent`, which are compared with their evidence, or as facts with the keys of `mail parse --json`
    (a key that is left out stands for null), which are compared without. An event that has no moment has the mail's.
    `raises`: the mail is broken on purpose, and `parse` must raise. `recommended`: texts in the mail (titles,
    employers) that are about other jobs: other texts in their place change nothing.
    """

    message: Message
    events: tuple[MailEvent | EventFacts, ...] = ()
    raises: bool = False
    recommended: tuple[str, ...] = ()
    name: str = ""

    @classmethod
    def from_eml(
        cls, path: Path | str, events: Sequence[MailEvent | EventFacts] | None = None
    ) -> Self:
        """Read an `.eml` file, and the expected events from the `.json` file beside it unless they are given.

        `{"events": [{"kind": "applied", "title": "Cook"}]}`, or `{"events": [], "why": "a newsletter"}`. Raises
        `ValueError` if a file can't be read.
        """
        path = Path(path)
        written = _read_json(path.with_suffix(".json")) if events is None else {}
        read = read_mail(_read_file(path))
        if read.message is None:
            raise ValueError(f"{path.name}: {read.reason}")
        return cls(
            message=read.message,
            events=tuple(written["events"] if events is None else events),
            raises=bool(written.get("raises")),
            recommended=tuple(map(str, written.get("recommended", ()))),
            name=path.stem,
        )

    @classmethod
    def from_folder(cls, folder: Path | str) -> list[Self]:
        """Read all `.eml` files of a folder, by name. Raises `ValueError` if there is none."""
        mails = [cls.from_eml(path) for path in sorted(Path(folder).glob("*.eml"))]
        if not mails:
            raise ValueError(f"there is no .eml file in {folder}")
        return mails

    @property
    def is_kept_out(self) -> bool:
        """Tell whether no source is ever asked about it: spam, sent mail, a bounce, a forged sender."""
        return find_reason_to_ignore(self.message, proof_needed=False) is not None

    def __str__(self) -> str:
        return self.name or self.message.subject or self.message.id

    def says(self, events: Iterable[MailEvent]) -> bool:
        """Tell whether these are the expected events."""
        read = tuple(events)
        return len(read) == len(self.events) and all(
            _agree(one, wanted, self.message) for one, wanted in zip(read, self.events, strict=True)
        )


def facts_of(event: MailEvent | EventFacts) -> dict[str, object]:
    """Return all fields of an event by their names in JSON, without the evidence."""
    written = event_facts(event) if isinstance(event, MailEvent) else event
    return {name: written.get(name) for name in NAMES}


def shipped_golden(*, without: str) -> Iterator[GoldenMail]:
    """Yield the golden mail of the plugins that Happo ships, but for one."""
    for name, mails in _read_shipped().items():
        if name != without:
            yield from mails


@cache
def _read_shipped() -> dict[str, list[GoldenMail]]:
    """Read all that is shipped, once for all the sources that are tested in this process."""
    folders = sorted(folder for folder in GOLDEN_FOLDER.iterdir() if folder.is_dir())
    return {folder.name: GoldenMail.from_folder(folder) for folder in folders}


def _agree(read: MailEvent, wanted: MailEvent | EventFacts, message: Message) -> bool:
    said, expected = facts_of(read), facts_of(wanted)
    if expected["occurredAt"] is None:
        # What the mail doesn't say happened when the mail came.
        expected["occurredAt"] = message.received_at.isoformat().replace("+00:00", "Z")
    if not isinstance(wanted, MailEvent):
        return said == expected
    given = {one for one in read.evidence if wanted.evidence_for(one.field)}
    return said == expected and given == set(wanted.evidence)


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path.name} can't be read: {error.strerror}") from error


def _read_json(path: Path) -> dict[str, list[EventFacts]]:
    try:
        written = json.loads(_read_file(path))
    except UnicodeDecodeError:
        raise ValueError(f"{path.name} is no JSON in UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"{path.name} is no JSON: {error}") from None
    if not isinstance(written, dict) or not _is_list_of_events(written.get("events")):
        raise ValueError(f"{path.name}: there is no list of events, each an object")
    if unknown := set(written) - _KEYS:
        raise ValueError(f"{path.name}: unknown keys {', '.join(sorted(unknown))}")
    for event in written["events"]:
        if unknown := set(event) - {*NAMES, "evidence"}:
            raise ValueError(f"{path.name}: unknown fields {', '.join(sorted(unknown))}")
    if not (written["events"] or written.get("why") or written.get("raises")):
        raise ValueError(f"{path.name}: where no event is expected, `why` says why")
    return written


def _is_list_of_events(written: object) -> bool:
    return isinstance(written, list) and all(isinstance(event, dict) for event in written)
