"""The mail that invites a collaborator, against a real SMTP server; its link is good for one answer."""

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from aiosmtpd.controller import Controller
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from core.accounts.attempt_limits import MAILS_PER_ADDRESS
from core.accounts.logins.models import LinkedIdentity
from core.accounts.models import User
from core.errors import Conflict, Forbidden, Invalid, NotFound, RateLimited
from core.outgoing_mail import MailDelayed
from core.recruiting.models import Collaborator, Position
from core.recruiting.services.invitation_links import (
    NewAccount,
    accept_by_link,
    decline_by_link,
    read_invitation,
)
from core.recruiting.services.invitation_mail import send_invitations
from core.recruiting.services.invitations import resend_invitation, withdraw_invitation
from tenants.context import TenantRef
from tests.factories import UserFactory
from tests.job_seekers import PASSWORD
from tests.recruiters import Recruiter, recruiter
from tests.servers import free_port
from tests.tenants.jobs.queue import jobs_of
from tests.tenants.test_mail import Inbox, smtp

__all__ = ["smtp"]


@pytest.fixture
def anna(acme: TenantRef) -> Recruiter:
    anna = recruiter("anna@acme.test")
    User.objects.filter(id=anna.user.id).update(first_name="Anna", last_name="Berg")
    return anna


def invite(anna: Recruiter, *emails: str, title: str = "Line Cook", as_: str = "admin") -> Position:
    """Make a position with these collaborators, by the API, and send the mails that wait."""
    collaborators = [{"email": email, "type": as_} for email in emails]
    reply = anna.post("/positions", {"title": title, "collaborators": collaborators})
    assert reply.status == 200, reply
    position = Position.objects.get(id=reply.data["id"])
    send(position)
    return position


def collaborator(email: str = "ben@new.test") -> dict[str, str]:
    return {"email": email, "type": "client"}


def send(position: Position) -> None:
    send_invitations.run(position_id=str(position.id))


def the_link(message: EmailMessage) -> str:
    """Return the path of the link in a mail, the same in both parts."""
    text = message.get_body(("plain",)).get_content()
    (line,) = [line for line in text.splitlines() if line.startswith("http")]
    html = BeautifulSoup(message.get_body(("html",)).get_content(), "html.parser")
    assert html.a["href"] == line
    return line


def row_of(position: Position, email: str = "ben@new.test") -> Collaborator:
    return Collaborator.objects.get(position=position, user__email=email)


def test_a_collaborator_gets_a_mail_in_the_tenants_name(anna: Recruiter, smtp: Inbox) -> None:
    position = invite(anna, "ben@new.test")
    (message,) = smtp.messages
    assert message["To"] == "ben@new.test"
    assert message["From"].startswith("Acme <")
    assert message["Subject"] == "[Acme] Anna Berg invites you: Line Cook"
    text = message.get_body(("plain",)).get_content()
    assert "Anna Berg (anna@acme.test) invites you to the position" in text
    assert "manage the position" in text
    assert "Line Cook" in message.get_body(("html",)).get_content()
    assert the_link(message).startswith("http")
    row = row_of(position)
    assert (row.mail_state, row.mail_reply, row.status) == ("sent", "", "awaiting_registration")
    # An inviter without a name is named by the address, once.
    User.objects.filter(id=anna.user.id).update(first_name="", last_name="")
    invite(anna, "eve@new.test")
    assert smtp.messages[1].get_body(("plain",)).get_content().count("anna@acme.test") == 1


def test_the_job_is_enqueued_in_the_transaction_of_the_request(
    anna: Recruiter, acme: TenantRef
) -> None:
    reply = anna.post("/positions", {"title": "Cook", "collaborators": [collaborator()]})
    (job,) = jobs_of(acme)
    assert job.task == "recruiting.send_invitations"
    assert reply.data["id"] in str(job.args)
    assert "ben@new.test" not in str(job.args)


def test_one_job_sends_the_mails_of_a_position_and_none_twice(anna: Recruiter, smtp: Inbox) -> None:
    position = invite(anna, "ben@new.test", "eve@new.test")
    send(position)
    assert sorted(str(one["To"]) for one in smtp.messages) == ["ben@new.test", "eve@new.test"]


def test_who_stays_gets_no_second_mail(anna: Recruiter, smtp: Inbox) -> None:
    position = invite(anna, "ben@new.test")
    both = [collaborator(), collaborator("eve@new.test")]
    anna.post(f"/positions/{position.id}", {"title": "Line Cook", "collaborators": both})
    send(position)
    assert [str(one["To"]) for one in smtp.messages] == ["ben@new.test", "eve@new.test"]


def test_a_user_who_names_the_own_address_gets_none(anna: Recruiter, smtp: Inbox) -> None:
    invite(anna, "anna@acme.test")
    assert smtp.messages == []


@pytest.mark.parametrize(
    "title", ["Cook\nBcc: all@evil.test", "<script>alert(1)</script>", "x" * 250, "Cook\u202eevil"]
)
def test_what_a_person_wrote_stays_one_short_line(anna: Recruiter, smtp: Inbox, title: str) -> None:
    position = invite(anna, "ben@new.test")
    Position.objects.filter(id=position.id).update(title=title)
    Collaborator.objects.update(mail_state="waiting")
    send(position)
    message = smtp.messages[-1]
    assert message["Bcc"] is None
    assert "\u202e" not in message["Subject"]
    assert len(message["Subject"]) < 160
    assert "<script>" not in message.get_body(("html",)).get_content()


def test_text_of_an_unproven_person_is_not_sent(anna: Recruiter, smtp: Inbox) -> None:
    User.objects.filter(id=anna.user.id).update(
        email_confirmed_at=None, first_name="Your account", last_name="is blocked"
    )
    invite(anna, "ben@new.test", title="Open http://evil.test")
    (message,) = smtp.messages
    whole = message.as_string()
    assert "evil" not in whole
    assert "blocked" not in whole
    assert "anna" not in whole
    assert message["Subject"] == "[Acme] You are invited to a position"


class Refusing(Inbox):
    """An SMTP server that takes no mail for some addresses."""

    async def handle_RCPT(  # noqa: N802 - named by the library
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        replies = {"ben@new.test": "550 5.1.1 No such\r user", "eve@new.test": "451 4.3.2 Later"}
        if address in replies:
            return replies[address].replace("\r", "")
        envelope.rcpt_tos.append(address)
        return "250 OK"


@pytest.fixture
def refusing(settings: Any) -> Iterator[Refusing]:
    inbox = Refusing()
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    yield inbox
    controller.stop()


def test_a_refusal_is_kept_with_the_servers_words(anna: Recruiter, refusing: Refusing) -> None:
    position = invite(anna, "ben@new.test", "ok@new.test")
    row = row_of(position)
    assert (row.mail_state, row.mail_reply) == ("refused", "550 5.1.1 No such user")
    assert row_of(position, "ok@new.test").mail_state == "sent"


def test_a_delay_is_tried_again_and_stops_no_other_mail(
    anna: Recruiter, refusing: Refusing
) -> None:
    with pytest.raises(MailDelayed):
        invite(anna, "eve@new.test", "ok@new.test")
    position = Position.objects.get()
    row = row_of(position, "eve@new.test")
    assert (row.mail_state, row.mail_reply) == ("waiting", "451 4.3.2 Later")
    assert row_of(position, "ok@new.test").mail_state == "sent"


class TestLink:
    @pytest.fixture
    def position(self, anna: Recruiter, smtp: Inbox) -> Position:
        return invite(anna, "ben@new.test")

    @pytest.fixture
    def link(self, position: Position, smtp: Inbox) -> str:
        return the_link(smtp.messages[0])

    def open(self, link: str) -> Any:  # Any: Django's test response
        path = "/invitation?token=" + link.partition("?token=")[2]
        return Client().get(path, HTTP_HOST="acme.localhost")

    def answer(self, link: str, answer: str, **form: str) -> Any:  # Any: as above
        sent = {"token": unquote(link.partition("?token=")[2]), "answer": answer, **form}
        return Client(enforce_csrf_checks=True).post(
            "/invitation", sent, HTTP_HOST="acme.localhost"
        )

    def test_opening_it_changes_nothing(self, link: str, position: Position) -> None:
        for _ in range(2):
            page = self.open(link)
            assert page.status_code == 200
            assert "Line Cook" in page.content.decode()
        assert row_of(position).status == "awaiting_registration"
        assert not row_of(position).user.is_registered

    def test_a_person_without_an_account_makes_one_and_accepts(
        self, link: str, position: Position
    ) -> None:
        page = self.answer(link, "accept", password=PASSWORD, password2=PASSWORD, first_name="Ben")
        assert page.status_code == 200, page.content
        row = row_of(position)
        assert row.status == "accepted"
        assert row.user.is_registered
        assert row.user.email_confirmed_at is not None
        assert row.user.first_name == "Ben"
        assert row.user.check_password(PASSWORD)

    def test_without_a_password_nothing_is_accepted(self, link: str, position: Position) -> None:
        for form in ({}, {"password": "short", "password2": "short"}):
            assert self.answer(link, "accept", **form).status_code == 400
        different = self.answer(link, "accept", password=PASSWORD, password2="another " + PASSWORD)
        assert different.status_code == 400
        assert row_of(position).status == "awaiting_registration"

    def test_a_user_accepts_without_a_password(
        self, anna: Recruiter, smtp: Inbox, acme: TenantRef
    ) -> None:
        UserFactory(email="eve@new.test")
        position = invite(anna, "eve@new.test")
        assert row_of(position, "eve@new.test").status == "awaiting_approval"
        assert self.answer(the_link(smtp.messages[-1]), "accept").status_code == 200
        assert row_of(position, "eve@new.test").status == "accepted"

    def test_declining_takes_no_account(self, link: str, position: Position) -> None:
        assert self.answer(link, "decline").status_code == 200
        row = row_of(position)
        assert (row.status, row.user.is_registered) == ("declined", False)

    @pytest.mark.parametrize("first", ["accept", "decline"])
    @pytest.mark.parametrize("second", ["accept", "decline"])
    def test_it_is_good_for_one_answer(
        self, link: str, position: Position, first: str, second: str
    ) -> None:
        form = {"password": PASSWORD, "password2": PASSWORD}
        assert self.answer(link, first, **form).status_code == 200
        status = row_of(position).status
        assert self.answer(link, second, **form).status_code == 400
        assert self.open(link).status_code == 400
        assert row_of(position).status == status

    @pytest.mark.parametrize(("days", "status"), [(13.9, 200), (14.1, 400)])
    def test_it_is_good_for_14_days(self, link: str, days: float, status: int) -> None:
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            assert self.open(link).status_code == status

    def test_sent_again_it_replaces_the_one_before(
        self, anna: Recruiter, link: str, position: Position, smtp: Inbox
    ) -> None:
        resend(anna, position)
        send(position)
        assert self.open(link).status_code == 400
        assert self.open(the_link(smtp.messages[-1])).status_code == 200

    def test_withdrawn_it_is_worth_nothing(
        self, anna: Recruiter, link: str, position: Position
    ) -> None:
        withdraw(anna, position)
        assert self.open(link).status_code == 400
        assert self.answer(link, "decline").status_code == 400
        assert not Collaborator.objects.filter(position=position).exists()

    def test_invited_again_it_is_still_worth_nothing(
        self, anna: Recruiter, link: str, position: Position, smtp: Inbox
    ) -> None:
        withdraw(anna, position)
        again = {"title": "Line Cook", "collaborators": [collaborator()]}
        anna.post(f"/positions/{position.id}", again)
        assert self.open(link).status_code == 400

    def test_for_an_archived_or_deleted_position_it_is_worth_nothing(
        self, link: str, position: Position
    ) -> None:
        Position.objects.filter(id=position.id).update(archived_at=timezone.now())
        assert self.answer(link, "decline").status_code == 400
        assert row_of(position).status == "awaiting_registration"

    def test_on_another_tenants_host_it_is_worth_nothing(
        self, link: str, globex: TenantRef
    ) -> None:
        path = "/invitation?token=" + link.partition("?token=")[2]
        assert Client().get(path, HTTP_HOST="globex.localhost").status_code == 400
        other = path.replace("token=acme.", "token=globex.")
        assert Client().get(other, HTTP_HOST="globex.localhost").status_code == 400

    @pytest.mark.parametrize("token", ["", "acme", "acme.", "acme.x:y:z", "nothing.x", "\0", "é"])
    def test_a_token_that_was_made_up_is_refused(self, anna: Recruiter, token: str) -> None:
        page = Client().get("/invitation", {"token": token}, HTTP_HOST="acme.localhost")
        assert page.status_code == 400

    def test_it_takes_over_an_account_that_was_never_proven(
        self, link: str, position: Position
    ) -> None:
        stranger = row_of(position).user
        User.objects.filter(id=stranger.id).update(
            is_registered=True, username="stranger", first_name="Not", last_name="Ben"
        )
        LinkedIdentity.objects.create(user=stranger, provider="google-oauth2", subject="1")
        self.answer(link, "accept", password=PASSWORD, password2=PASSWORD)
        row = row_of(position)
        assert row.status == "accepted"
        assert (row.user.username, row.user.first_name) == (None, "")
        assert row.user.check_password(PASSWORD)
        assert not LinkedIdentity.objects.exists()

    def test_an_unproven_account_can_be_declined_for(self, link: str, position: Position) -> None:
        User.objects.filter(id=row_of(position).user.id).update(is_registered=True)
        assert self.answer(link, "decline").status_code == 200
        assert row_of(position).status == "declined"


def resend(anna: Recruiter, position: Position, email: str = "ben@new.test") -> None:
    resend_invitation(
        anna.caller,
        position.id,
        row_of(position, email).user.uuid,
        as_staff=False,
        client_ip="192.0.2.7",
    )


def withdraw(anna: Recruiter, position: Position, email: str = "ben@new.test") -> None:
    withdraw_invitation(anna.caller, position.id, row_of(position, email).user.uuid, as_staff=False)


def test_an_answered_invitation_is_not_sent_again(anna: Recruiter, smtp: Inbox) -> None:
    position = invite(anna, "ben@new.test")
    Collaborator.objects.update(status="accepted")
    with pytest.raises(Conflict):
        resend(anna, position)


def test_sending_again_is_limited(anna: Recruiter, smtp: Inbox) -> None:
    position = invite(anna, "ben@new.test")
    for _ in range(MAILS_PER_ADDRESS):
        resend(anna, position)
    with pytest.raises(RateLimited):
        resend(anna, position)


def test_only_creator_and_admins_send_again_or_withdraw(anna: Recruiter, smtp: Inbox) -> None:
    position = invite(anna, "ben@new.test")
    sam = recruiter("sam@acme.test")
    with pytest.raises(NotFound):
        resend_invitation(
            sam.caller,
            position.id,
            row_of(position).user.uuid,
            as_staff=False,
            client_ip="192.0.2.7",
        )
    sam.joins(position, as_="client", status="accepted")
    with pytest.raises(Forbidden):
        withdraw_invitation(sam.caller, position.id, row_of(position).user.uuid, as_staff=False)
    assert row_of(position).mail_number == 1


def test_the_services_refuse_what_the_page_does(anna: Recruiter, smtp: Inbox) -> None:
    invite(anna, "ben@new.test")
    token = unquote(the_link(smtp.messages[0])).partition("?token=")[2].partition(".")[2]
    assert read_invitation(token).needs_account
    with pytest.raises(Invalid):
        accept_by_link(token)
    accept_by_link(token, account=NewAccount(PASSWORD, PASSWORD))
    with pytest.raises(Invalid):
        decline_by_link(token)
