"""Through the real storage, mail gives the same applications in any order, and whatever is done between."""

import random
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest

from core.accounts.models import User
from core.jobsearch import statuses
from core.jobsearch.models import Application
from core.jobsearch.services import ApplicationChanges
from core.mail.applications import match_mail, update_application
from core.mail.dismissing import dismiss_mail
from core.mail.models import StoredEvent, StoredMessage
from core.mail.rereading import Rereading, reread_mail
from providers.conformance.mail_sources.golden import GOLDEN_FOLDER
from providers.conformance.mail_writer import Mail, write_mail
from tests.core.mail.received import receive
from tests.mail.indeed import receipt, refusal
from tests.mail.interview_requests import hired, vettery
from tests.mail.linkedin import Job, confirmation

COMPANIES: Final = ("Acme", "Acme GmbH", "Globex", "Meta", "Metaverse")
TITLES: Final = ("Cook", "Cook (m/w/d)", "Waiter")


def of_greenhouse(title: str, company: str) -> Mail:
    """Return a refusal that names the company alone."""
    return Mail(
        sender=f'"{company} Recruiting" <no-reply@greenhouse-mail.io>',
        subject=f"Your application to {company}",
        text=f"Hi Jo,\n\nThank you for your interest in {company}. Unfortunately, we will not be"
        f" moving forward with your application.\n\n{company} Recruiting\n",
    )


def of_linkedin(title: str, company: str) -> Mail:
    return confirmation(Job(title=title, company=company, number=len(title + company)))


WRITERS: Final[tuple[Callable[[str, str], Mail], ...]] = (
    receipt,
    receipt,
    refusal,
    of_greenhouse,
    of_linkedin,
    hired,
    vettery,
)


def mix(choose: random.Random, *, size: int) -> list[bytes]:
    """Return mails of few employers and titles in one month, some of them also in another shape."""
    mails = []
    for number in range(size):
        writer = choose.choice(WRITERS)
        mail = replace(
            writer(choose.choice(TITLES), choose.choice(COMPANIES)),
            sent=f"{choose.randint(1, 28):02} Sep 2026 {number % 24:02}:30:00 +0000",
        )
        mails.append(write_mail(mail))
        if choose.random() < 0.2:
            mails.append(write_mail(mail, newline=b"\n"))
    return mails


def seen(user: User) -> tuple[object, ...]:
    """Return all that is shown of the user's applications and mails, without ids."""
    mails = {one.id: bytes(one.digest).hex()[:8] for one in StoredMessage.objects.filter(user=user)}
    events = StoredEvent.objects.filter(message__user=user).order_by("message__digest", "position")
    shown = {
        one.id: (
            *(one.job_title, one.company, one.status_id, one.is_rejected, one.apply_date),
            *(one.source, one.msg_id, one.location, one.requisition, one.link, one.interview_at),
            tuple(
                (mails[event.message_id], event.position, event.effect, event.status)
                for event in events
                if event.application_id == one.id
            ),
        )
        for one in Application.objects.filter(user=user, deleted_at=None)
    }
    asked = [
        (mails[event.message_id], event.question, sorted(shown[one] for one in event.candidates))
        for event in events
        if event.candidates
    ]
    return sorted(map(repr, shown.values())), repr(asked)


def receive_in_parts(user: User, mails: list[bytes], choose: random.Random) -> None:
    """Receive the mails in another order, in batches of any size, some read again between."""
    left = choose.sample(mails, len(mails))
    while left:
        size = choose.randint(1, 6)
        batch, left = left[:size], left[size:]
        receive(user, *batch)
        if choose.random() < 0.2:
            reread_mail(user.id, Rereading())


@pytest.mark.parametrize("seed", range(3))
def test_mail_in_parts_and_in_any_order_gives_what_all_of_it_gives(
    seeker: User, stranger: User, seed: int
) -> None:
    choose = random.Random(seed)  # noqa: S311 - the same mixes each time
    mails = mix(choose, size=16)
    receive(seeker, *mails)
    receive_in_parts(stranger, mails, choose)
    assert seen(seeker) == seen(stranger)


def test_golden_mail_of_one_user_gives_the_same_in_any_order(seeker: User, stranger: User) -> None:
    choose = random.Random(1)  # noqa: S311 - as above
    mails = [path.read_bytes() for path in sorted(GOLDEN_FOLDER.rglob("*.eml"))[::3]]
    receive(seeker, *mails)
    receive(stranger, *choose.sample(mails, len(mails)))
    assert Application.objects.filter(user=seeker).count() > 20
    assert seen(seeker) == seen(stranger)


@pytest.mark.parametrize("seed", range(3))
def test_what_the_user_takes_back_and_sets_gives_the_same_at_any_moment(
    seeker: User, stranger: User, seed: int
) -> None:
    choose = random.Random(seed)  # noqa: S311 - as above
    mails = mix(choose, size=14)
    receive(seeker, *mails)
    events = StoredEvent.objects.filter(message__user=seeker).exclude(application=None)
    taken = choose.choice(list(events.order_by("message_id", "position"))).message
    digest = bytes(taken.digest)
    receive(stranger, *mails[: mails.index(raw_of(taken)) + 1])
    for user in (seeker, stranger):
        take_back(user, digest)
    receive_in_parts(stranger, mails, choose)
    assert seen(seeker) == seen(stranger)
    for user in (seeker, stranger):
        # One and the same for both: several may have the title, and the day.
        one = Application.objects.filter(user=user).order_by("apply_date", "job_title", "msg_id")[0]
        update_application(
            user.id, one.id, changes=ApplicationChanges(status_id=statuses.ONSITE_INTERVIEW)
        )
    receive(stranger, *mails)
    reread_mail(stranger.id, Rereading())
    assert seen(seeker) == seen(stranger)
    more = mix(choose, size=6)
    more += [raw.replace(b"Message-ID: <", b"Message-ID: <copy-") for raw in more]
    receive(seeker, *more)
    receive_in_parts(stranger, more, choose)
    assert seen(seeker) == seen(stranger)


def raw_of(message: StoredMessage) -> bytes:
    return zlib.decompress(message.raw or b"")


def take_back(user: User, digest: bytes) -> None:
    message = StoredMessage.objects.get(user=user, digest=digest)
    for event in message.events.all():
        belongs = event.application_id or (event.candidates or [None])[0]
        if belongs is not None:
            dismiss_mail(user.id, application_id=belongs, message_id=message.id)
            return
    # It belongs to no application yet.
    message.events.update(dismissed_at=message.stored_at)
    match_mail(user.id)
