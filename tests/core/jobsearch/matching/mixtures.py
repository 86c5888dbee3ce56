"""Mixtures of facts: small ones in which everything collides, and the mail of a year of applying."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from core.jobsearch.matching.values import Fact, FactKey
from tests.core.jobsearch.matching.mailbox import DAY_ONE, fact

# The same examples each time, however slow the machine is.
FEW = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
KINDS = ("applied", "viewed", "interview", "assessment", "offer", "rejected", "closed", "withdrawn")
_COMPANIES = ("Acme", "ACME Inc.", "Acme Robotics", "Globex", "Meta", "Metaverse", None)
_TITLES = ("Engineer", "Engineer (m/w/d)", "Engineer (32661)", "Designer", None)
_SENDERS = ("no-reply@greenhouse.example", "acme@myworkday.example", "jobs@acme.example")
_LINKS = (
    None,
    "https://www.linkedin.com/jobs/view/4285785299/",
    "https://www.linkedin.com/jobs/view/4285785300/",
)


@st.composite
def facts(draw: st.DrawFn, *, name: str) -> Fact:
    """Return a fact that has much in common with others: few names and numbers, few moments."""

    def pick(*values: Any) -> Any:
        return draw(st.sampled_from(values))

    at = DAY_ONE + timedelta(
        days=pick(0, 0, 1, 2, 20, 400), minutes=pick(0, 0, 1, 3, 90), seconds=pick(0, 0, 30)
    )
    return fact(
        pick("applied", "applied", "applied", "rejected", "rejected", *KINDS),
        mail=name,
        source=pick("linkedin", "greenhouse", "workday"),
        occurred_at=at,
        applied_at=at,
        company=pick(*_COMPANIES),
        title=pick(*_TITLES),
        location=pick(None, None, "Berlin", "Munich"),
        requisition=pick(None, None, None, "R-1", "r1", "R-2"),
        link=pick(*_LINKS),
        sender=pick(*_SENDERS),
        claimed_by=pick("sender", "sender", "header"),
        signed_by=pick((), ("myworkday.example",)),
        scheduled_at=pick(None, DAY_ONE, DAY_ONE + timedelta(days=3)),
        forwarded=pick(False, False, False, True),
        template=pick("one", "two"),
    )


@st.composite
def mails(draw: st.DrawFn, *, most: int = 14) -> list[Fact]:
    """Return facts of several mails; some mails hold two, and some are there twice under another Message-ID."""
    found: list[Fact] = []
    for number in range(draw(st.integers(1, most))):
        one = draw(facts(name=f"<{number:02}>"))
        found.append(one)
        match draw(st.sampled_from(("alone", "alone", "alone", "pair", "twin"))):
            case "pair":
                second = draw(facts(name=one.key.mail))
                found.append(replace(second, key=FactKey(one.key.mail, 1)))
            case "twin":
                forwarded = draw(st.booleans())
                key = FactKey(f"<{number:02}-again>", 0)
                found.append(replace(one, key=key, forwarded=forwarded))
    return found


def year_of_mail(seed: int, *, events: int) -> list[Fact]:
    """Return so many facts as a busy applicant gets: receipts of boards and systems, what follows, and forwards."""
    generator = random.Random(seed)  # noqa: S311 - the mixture has to be the same each time
    found: list[Fact] = []
    while len(found) < events:
        found.extend(_application(generator, len(found), employers=1 + events // 13))
    return found[:events]


def _application(generator: random.Random, number: int, *, employers: int) -> Iterator[Fact]:
    rank = generator.choice(("Lead ", "", "Junior "))
    company = f"Employer {generator.randrange(employers)}"
    day = generator.uniform(0, 360)
    role: dict[str, Any] = {
        "company": company,
        "title": f"{rank}Engineer of {generator.randrange(40)}",
    }
    system = generator.choice(("greenhouse", "lever", "workday", "icims"))
    if system == "workday":
        role["requisition"] = f"R-{generator.randrange(1000, 1400)}"
    board = {"link": f"https://www.linkedin.com/jobs/view/{42000000 + number}/"}
    at_board = generator.random() < 0.5
    if at_board:
        yield _mail(number, 0, "applied", day, source="linkedin", **role, **board)
    named = role if generator.random() < 0.7 else {"company": company}
    yield _mail(number, 1, "applied", day + 0.003, source=system, **named)
    for step, kind in enumerate(
        generator.choice(
            ((), ("rejected",), ("viewed", "interview", "rejected"), ("interview", "offer"))
        )
    ):
        said = role if generator.random() < 0.8 else {"company": company}
        after = day + 5 + 6 * step + generator.random()
        one = _mail(number, 2 + step, kind, after, source=system, **said)
        yield one
        if generator.random() < 0.1:
            key = FactKey(f"{one.key.mail}-forwarded", 0)
            yield replace(one, key=key, forwarded=True)


def _mail(number: int, place: int, kind: str, day: float, **said: Any) -> Fact:
    company = said["company"].lower().replace(" ", "")
    sender = f"{company}@myworkday.example" if said["source"] == "workday" else None
    extra = {"sender": sender} if sender else {}
    return fact(kind, day=day, mail=f"<{number}.{place}@mail.example>", **said, **extra)
