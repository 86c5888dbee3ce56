"""How often a mail names what may be the employer."""

from __future__ import annotations

from dataclasses import dataclass

from providers.reading.names import company_key
from providers.reading.naming.texts import mention_of
from providers.reading.passages import Passage


@dataclass(frozen=True)
class Candidate:
    """A name that may be the employer's, and what the place is worth that says so."""

    passage: Passage
    worth: int


@dataclass(frozen=True)
class Mail:
    """What the search for a company looks at."""

    subject: Passage
    bodies: tuple[Passage, ...]
    sender: Passage
    people: frozenset[str]
    # Whether the sender's name may be short for the employer's.
    nicknamed: bool = False


def count_mentions(name: str, mail: Mail, *, without: str | None = None) -> int:
    """Return how often the mail names it: in subject, sender's name and the body that does most.

    `without`: a longer name; where that stands, it doesn't count.
    """

    def count(place: Passage) -> int:
        text = place.flow.plain
        kept = mention_of(without, text).sub("", text) if without else text
        return len(mention_of(name, text).findall(kept))

    bodies = max(map(count, mail.bodies), default=0)
    return bodies + sum(1 for place in (mail.subject, mail.sender) if count(place))


def is_kin(one: str, other: str) -> bool:
    """Tell whether one name begins with the other, for comparing: `Acme` and `Acme Inc.`."""
    first, second = company_key(one), company_key(other)
    return f"{first} ".startswith(f"{second} ") or f"{second} ".startswith(f"{first} ")
