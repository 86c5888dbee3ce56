"""A mail for many addresses is read once, and each user has it all the same."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from core.accounts.models import User
from core.jobsearch.models import Application
from core.mail import reading
from core.mail.inbound import incoming
from core.mail.inbound.incoming import InboundMail
from core.mail.models import StoredMessage, UserMailbox
from core.mail.reading import DirectSourceReader, SourceAnswer
from core.plugins import plugins
from providers.conformance.mail_writer import Mail, write_mail
from providers.isolation.processes import NOT_ASKED, STOPPED
from providers.messages import Message
from providers.mime.read import ReadMail, read_mail
from providers.registry import Registry
from tenants.context import TenantRef
from tenants.inbound.delivery import deliver_mail
from tests.mail.indeed import receipt
from tests.tenants.inbound.serving import give_address, taking_mail

COOK = write_mail(receipt("Cook", "Acme"))


@dataclass
class Work:
    """What was done: mails that were parsed, users for whom the sources were asked. `errors`: what comes of that."""

    parsed: int = 0
    asked: list[str] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    def read(self, *arguments: object, **more: object) -> ReadMail:
        self.parsed += 1
        return read_mail(*arguments, **more)  # type: ignore[arg-type]

    def ask(
        self, message: Message, registry: Registry, *, owner: str, proof_needed: bool
    ) -> SourceAnswer:
        self.asked.append(owner)
        if owner in self.errors:
            return SourceAnswer(source="indeed", claimed_by="sender", error=self.errors[owner])
        return DirectSourceReader().ask(message, registry, owner=owner, proof_needed=proof_needed)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    done = Work()
    monkeypatch.setattr(incoming, "read_mail", done.read)
    monkeypatch.setattr(reading, "_source_reader", done)
    return done


@pytest.fixture
def users(acme: TenantRef) -> Iterator[list[User]]:
    with taking_mail():
        yield [
            User.objects.create(email=f"{name}@jobs.test", username=name, is_registered=True)
            for name in ("ann", "ben", "eve")
        ]


def test_a_mail_for_several_users_is_parsed_and_asked_about_once(
    users: list[User], work: Work
) -> None:
    mail = InboundMail(COOK)
    for user in users:
        deliver_mail(give_address(user)[1], mail)
    assert (work.parsed, len(work.asked)) == (1, 1)
    rows = Application.objects.order_by("user_id").values_list("user_id", "job_title")
    assert list(rows) == [(user.id, "Cook") for user in users]
    brought = StoredMessage.objects.order_by("user_id").values_list("brought_by", flat=True)
    assert list(brought) == [[one.id] for one in UserMailbox.objects.order_by("user_id")]


def test_a_question_of_a_mail_provider_is_parsed_once(users: list[User], work: Work) -> None:
    addresses = [give_address(user)[1] for user in users]
    mail = InboundMail(
        write_mail(
            Mail(
                sender="Gmail Team <forwarding-noreply@google.com>",
                subject="(#520412342) Gmail Forwarding Confirmation",
                text="https://mail-settings.google.com/mail/vf-abc\n",
            )
        )
    )
    for address in addresses:
        deliver_mail(address, mail)
    assert work.parsed == 1
    assert all(mailbox.settings["confirmation"] for mailbox in UserMailbox.objects.all())


def test_a_source_that_is_not_asked_because_of_one_users_mail_is_asked_for_the_others(
    users: list[User], work: Work
) -> None:
    ann, ben, _ = users
    work.errors[str(ann.id)] = f"{NOT_ASKED}: it was stopped repeatedly before"
    mail = InboundMail(COOK)
    for user in users:
        deliver_mail(give_address(user)[1], mail)
    assert work.asked == [str(ann.id), str(ben.id)]
    states = StoredMessage.objects.order_by("user_id").values_list("state", flat=True)
    assert list(states) == ["failed", "read", "read"]


def test_a_source_that_a_mail_stops_is_stopped_once(users: list[User], work: Work) -> None:
    work.errors = {str(user.id): f"{STOPPED}after 2 s" for user in users}
    mail = InboundMail(COOK)
    for user in users:
        deliver_mail(give_address(user)[1], mail)
    assert len(work.asked) == 1
    assert set(StoredMessage.objects.values_list("state", flat=True)) == {"failed"}


def test_tenants_whose_sources_differ_get_their_own_answer(users: list[User], work: Work) -> None:
    registry = plugins().registry()
    without = registry.without([("indeed", "mail")])
    mail = InboundMail(COOK)
    answers = [mail.read_for(1, one, owner="1") for one in (without, registry, without, registry)]
    kept = [isinstance(answer, reading.Reading) for answer in answers]
    assert kept == [False, True, False, True]
    # The header alone for the first, then the whole.
    assert (work.parsed, len(work.asked)) == (2, 1)
