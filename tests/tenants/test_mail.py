"""Outgoing mail: sent to a real SMTP server, or written to files without one and for a sandbox."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from django.core.exceptions import ImproperlyConfigured

from config.mail import mail_settings
from core import outgoing_mail
from core.accounts.logins.confirmation import confirm_mailbox_with_password, send_confirmation
from core.accounts.logins.registration import Registration, register
from core.accounts.models import User
from core.errors import Invalid
from core.jobs import enqueue
from tenants.context import TenantRef, tenant_scope
from tenants.provisioning import lifecycle
from tenants.provisioning.lifecycle import CreatedTenant
from tests.servers import free_port
from tests.tenants.jobs.queue import jobs_of, work_until_empty

PASSWORD = "correct horse battery"
FORM = Registration("nina@new.test", "nina", PASSWORD, PASSWORD, "Nina", "Ricci")


class Inbox(MessageHandler):
    """What the SMTP server was given."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[EmailMessage] = []

    def prepare_message(self, session: object, envelope: object) -> EmailMessage:
        return message_from_bytes(envelope.content, policy=policy.default)  # type: ignore[attr-defined, return-value]

    def handle_message(self, message: EmailMessage) -> None:  # type: ignore[override]
        self.messages.append(message)


@pytest.fixture
def smtp(settings: pytest.FixtureRequest) -> Iterator[Inbox]:
    """A real SMTP server on loopback, which `EMAIL_URL` names."""
    inbox = Inbox()
    # The controller wants to know its port before it has it.
    port = free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    for name, value in mail_settings(f"smtp://127.0.0.1:{port}", directory=Path("unused")).items():
        setattr(settings, name, value)
    yield inbox
    controller.stop()


def test_registering_sends_the_link_through_the_smtp_server(
    committed_tenant: CreatedTenant, smtp: Inbox
) -> None:
    with tenant_scope(committed_tenant.ref):
        register(FORM, confirm_at="http://localhost/confirm-email/x")
    work_until_empty()
    (message,) = smtp.messages
    assert message["To"] == "nina@new.test"
    assert message["Subject"] == "[Of one test] Please confirm your e-mail address"
    text = message.get_content()
    token = text.partition("?token=")[2].split()[0]
    with tenant_scope(committed_tenant.ref):
        confirm_mailbox_with_password(token, password=PASSWORD, client_ip="127.0.0.1")
        assert User.objects.get(email="nina@new.test").email_confirmed_at is not None
    assert [job.status for job in jobs_of(committed_tenant.ref)] == ["succeeded"]


def test_mail_that_cannot_be_delivered_now_is_tried_again(
    committed_tenant: CreatedTenant, settings: pytest.FixtureRequest
) -> None:
    for name, value in mail_settings("smtp://127.0.0.1:9", directory=Path("unused")).items():
        setattr(settings, name, value)
    with tenant_scope(committed_tenant.ref):
        register(FORM, confirm_at="http://x")
    work_until_empty()
    (job,) = jobs_of(committed_tenant.ref)
    assert (job.status, job.attempts) == ("todo", 1)


def test_a_registration_that_fails_sends_nothing(
    committed_tenant: CreatedTenant, smtp: Inbox
) -> None:
    with tenant_scope(committed_tenant.ref), pytest.raises(Invalid):
        register(Registration("nonsense", "nina", PASSWORD, PASSWORD), confirm_at="http://x")
    work_until_empty()
    assert smtp.messages == []


def test_without_a_server_mail_is_written_to_files(
    acme: TenantRef, settings: pytest.FixtureRequest, tmp_path: Path
) -> None:
    for name, value in mail_settings("", directory=tmp_path).items():
        setattr(settings, name, value)
    outgoing_mail.deliver(to="a@b.test", subject="Hello", text="Text")
    (file,) = tmp_path.iterdir()
    assert "To: a@b.test" in file.read_text()


def test_a_sandboxs_mail_is_not_delivered(
    db: None, settings: pytest.FixtureRequest, tmp_path: Path, smtp: Inbox
) -> None:
    settings.MAIL_DIRECTORY = tmp_path
    sandbox = lifecycle.create_tenant(
        "sandy", name="Sandy", owner_email="s@sandy.test", sandbox=True
    )
    try:
        with tenant_scope(sandbox.ref):
            outgoing_mail.deliver(to="a@b.test", subject="Hello", text="Text")
        # Deleting the tenant deletes its mail, too.
        (file,) = (tmp_path / "sandy").iterdir()
        assert "Subject: [Sandy] Hello" in file.read_text()
    finally:
        lifecycle.delete_tenant("sandy")
    assert smtp.messages == []


@pytest.mark.parametrize("subject", ["a\nBcc: everybody@b.test", "a\r\nX: 1"])
def test_a_subject_adds_no_header(acme: TenantRef, subject: str) -> None:
    with pytest.raises(ValueError, match="newline"):
        outgoing_mail.deliver(to="a@b.test", subject=subject, text="Text")


def test_the_task_of_a_deleted_user_succeeds(acme: TenantRef) -> None:
    assert enqueue(
        send_confirmation,
        key="1",
        user_uuid="01a1ffad-5a54-7698-87cf-565d144bdcaf",
        confirm_at="http://x",
    )
    assert send_confirmation.run(
        user_uuid="01a1ffad-5a54-7698-87cf-565d144bdcaf", confirm_at="http://x"
    )


def test_an_unknown_kind_of_address_stops_the_start() -> None:
    with pytest.raises(ImproperlyConfigured):
        mail_settings("carrier-pigeon://loft", directory=Path("unused"))
