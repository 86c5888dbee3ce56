"""`manage.py inbound`: mail to a forwarding address becomes applications, and is stored before it is answered."""

import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import transaction

from core.accounts.models import User
from core.jobsearch.models import Application
from core.mail.inbound.forwarding import renew_address
from core.mail.mailboxes.services import pause_mailbox, remove_mailbox
from core.mail.models import StoredMessage, UserMailbox
from core.mail.waiting import read_waiting_mail
from providers.conformance.mail_writer import Mail, write_mail
from tenants.context import tenant_scope
from tenants.provisioning import deletion, lifecycle
from tenants.provisioning.lifecycle import CreatedTenant
from tests.commands import assert_refused
from tests.mail.indeed import receipt
from tests.processes import eventually
from tests.servers import free_port
from tests.tenants.inbound.sending import Outgoing, Sender
from tests.tenants.inbound.serving import InboundServer, give_address, running_inbound, taking_mail
from tests.tenants.inbound.talking import Talk

pytestmark = pytest.mark.server

COOK = receipt("Cook", "Acme")
WAITER = receipt("Waiter", "Globex")
LETTER = Mail(sender="Ann <ann@friends.test>", subject="Dinner?", text="At eight?")


@pytest.fixture(scope="module")
def inbound(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[InboundServer]:
    with running_inbound(tmp_path_factory.mktemp("inbound")) as server:
        yield server


@pytest.fixture
def owner(committed_tenant: CreatedTenant) -> Iterator[User]:
    """The owner of a tenant, in whose scope the test runs."""
    with taking_mail(), tenant_scope(committed_tenant.ref):
        yield User.objects.get(uuid=committed_tenant.owner_uuid)


def send(inbound: InboundServer, mail: Mail | bytes, *addresses: str) -> list[str]:
    with Talk(inbound.port) as talk:
        talk.greet()
        raw = mail if isinstance(mail, bytes) else write_mail(mail)
        return talk.deliver(raw, *addresses)


def ask_for(inbound: InboundServer, address: str) -> str:
    """Return the reply to RCPT."""
    with Talk(inbound.port) as talk:
        talk.greet()
        talk.ask("MAIL FROM:<a@mail.example>")
        return talk.ask(f"RCPT TO:<{address}>")


def titles(user: User) -> list[str]:
    found = Application.objects.filter(user=user).order_by("job_title")
    return list(found.values_list("job_title", flat=True))


def test_a_claimed_mail_becomes_an_application_and_other_mail_is_dropped(
    inbound: InboundServer, owner: User
) -> None:
    mailbox, address = give_address(owner)
    for mail in (LETTER, COOK, COOK):
        assert send(inbound, mail, address) == ["250 2.0.0 OK"]
    assert titles(owner) == ["Cook"]
    (stored,) = StoredMessage.objects.all()
    assert (stored.mailbox, stored.brought_by, stored.sender_address) == (
        "forward",
        [mailbox.id],
        "indeedapply@indeed.com",
    )
    mailbox.refresh_from_db()
    assert (mailbox.found["messages"], mailbox.found["mails"]) == (3, 1)
    assert mailbox.synced_at is not None


def test_case_and_a_tag_make_no_difference(inbound: InboundServer, owner: User) -> None:
    _, address = give_address(owner)
    local, _, domain = address.partition("@")
    assert send(inbound, COOK, address.upper()) == ["250 2.0.0 OK"]
    assert send(inbound, WAITER, f"{local}+Jobs@{domain}") == ["250 2.0.0 OK"]
    assert titles(owner) == ["Cook", "Waiter"]


def test_a_mail_to_two_users_reaches_both(
    inbound: InboundServer, owner: User, committed_tenant: CreatedTenant
) -> None:
    other = User.objects.create(username="other", email="other@one.test")
    addresses = [give_address(user)[1] for user in (owner, other)]
    assert send(inbound, COOK, *addresses, addresses[0]) == ["250 2.0.0 OK"] * 3
    assert titles(owner) == titles(other) == ["Cook"]


def test_all_that_is_wrong_with_an_address_gets_one_answer(
    inbound: InboundServer, owner: User, created_acme: CreatedTenant
) -> None:
    mailbox, address = give_address(owner)
    local, _, domain = address.partition("@")
    slug, _, secret = local.rpartition("-")
    wrong = [
        f"{slug}-{'0' * 20}@{domain}",
        f"acme-{secret}@{domain}",
        f"nobody-{secret}@{domain}",
        f"{secret}@{domain}",
        f"{slug}-@{domain}",
        f"{local}x@{domain}",
        f"{local}@other.test",
        f"{local}@sub.{domain}",
        f"{slug}-{secret}\u212a@{domain}",
        f"postmaster@{domain}",
        f'"{local}"@{domain}.test',
    ]
    old = address
    renewed = renew_address(owner.id, mailbox.id)
    assert renewed.id == mailbox.id
    answers = {ask_for(inbound, one) for one in [*wrong, old]}
    assert answers == {"550 5.1.1 No mailbox has this address"}
    remove_mailbox(owner.id, mailbox.id, delete_mail=False)
    _, address = give_address(owner)
    assert ask_for(inbound, address) == "250 2.1.5 OK"
    User.objects.filter(id=owner.id).update(is_active=False)
    assert ask_for(inbound, address) == "550 5.1.1 No mailbox has this address"


@pytest.mark.parametrize(
    ("end", "undo"),
    [
        (lifecycle.suspend_tenant, lifecycle.resume_tenant),
        (deletion.schedule_deletion, deletion.restore_tenant),
    ],
    ids=["suspended", "to-be-deleted"],
)
def test_mail_to_a_tenant_that_may_come_back_waits_with_its_sender(
    inbound: InboundServer,
    owner: User,
    committed_tenant: CreatedTenant,
    end: Callable[[str], object],
    undo: Callable[[str], object],
) -> None:
    _, address = give_address(owner)
    slug = committed_tenant.ref.slug
    end(slug)
    wait_for(inbound, address, "451")
    assert ask_for(inbound, f"{slug}-{'0' * 20}@in.happo.test").startswith("550")
    undo(slug)
    wait_for(inbound, address, "250")
    assert send(inbound, COOK, address) == ["250 2.0.0 OK"]
    assert titles(owner) == ["Cook"]


def wait_for(inbound: InboundServer, address: str, code: str) -> None:
    """Wait until the server has noticed a change of the tenant, as it does within 5 s."""
    assert eventually(lambda: ask_for(inbound, address).startswith(code))


def test_mail_to_a_paused_address_is_kept_and_read_when_its_user_goes_on(
    inbound: InboundServer, owner: User
) -> None:
    mailbox, address = give_address(owner)
    pause_mailbox(owner.id, mailbox.id, paused=True)
    assert send(inbound, COOK, address) == ["250 2.0.0 OK"]
    assert titles(owner) == []
    pause_mailbox(owner.id, mailbox.id, paused=False)
    with transaction.atomic():
        read_waiting_mail.run(user_id=owner.id)
    assert titles(owner) == ["Cook"]


def test_a_mail_that_its_source_can_not_read_is_kept_and_the_next_one_taken(
    inbound: InboundServer, owner: User
) -> None:
    _, address = give_address(owner)
    sealed = (
        write_mail(COOK)
        .replace(b"text/html", b"application/pkcs7-mime")
        .replace(b"text/plain", b"application/pkcs7-mime")
        .replace(b"multipart/alternative", b"multipart/mixed")
    )
    assert send(inbound, sealed, address) == ["250 2.0.0 OK"]
    assert send(inbound, WAITER, address) == ["250 2.0.0 OK"]
    assert sorted(StoredMessage.objects.values_list("state", flat=True)) == ["failed", "read"]
    for broken in (b"", b"\r\n\r\n", b"no header at all\r\n", b"From: \x00\xff\r\n" * 500):
        assert send(inbound, broken, address) == ["250 2.0.0 OK"]
    (mailbox,) = UserMailbox.objects.all()
    assert mailbox.found["failed"] >= 4
    assert {failed["reason"] for failed in mailbox.failed_mails}


def test_loops_bounces_and_automatic_replies_change_nothing(
    inbound: InboundServer, owner: User
) -> None:
    _, address = give_address(owner)
    own = Mail(sender="Happo <happo@localhost>", subject="[Acme] Confirm", text="A link")
    reply = replace(COOK, sender="Jo <jo@home.test>", subject=f"Auto: {COOK.subject}")
    bounce = replace(COOK, sender="MAILER-DAEMON@indeed.com", subject="Undelivered mail")
    for mail in (own, reply, bounce):
        assert send(inbound, mail, address) == ["250 2.0.0 OK"]
    with Talk(inbound.port) as talk:
        talk.greet()
        assert talk.ask("MAIL FROM:<>").startswith("250")
        assert talk.ask(f"RCPT TO:<{address}>").startswith("250")
    assert not StoredMessage.objects.exists()


def test_a_server_that_is_stopped_finishes_the_mail_that_it_takes(
    owner: User, tmp_path: Path
) -> None:
    _, address = give_address(owner)
    raw = write_mail(COOK)
    with running_inbound(tmp_path, "--smtp") as server, Talk(server.port) as idle:
        idle.greet("EHLO")
        with Talk(server.port) as talk:
            talk.greet("EHLO")
            talk.begin(address)
            talk.send(raw)
            server.process.send_signal(signal.SIGTERM)
            assert idle.is_closed()
            talk.send(b"\r\n.\r\n")
            assert talk.expect() == "250 2.0.0 OK"
            assert talk.is_closed()
        assert server.process.wait(60) == 0
    assert titles(owner) == ["Cook"]


def test_several_processes_share_a_port_and_one_that_ends_leaves_its_mail_to_the_others(
    inbound: InboundServer, owner: User, tmp_path: Path
) -> None:
    _, address = give_address(owner)
    mails = [
        Outgoing(
            str(number),
            address,
            write_mail(replace(receipt(f"Cook {number}", "Acme"), message_id=f"<{number}@x.test>")),
        )
        for number in range(16)
    ]
    with running_inbound(tmp_path, port=inbound.port) as second:
        sender = Sender(inbound.port, mails, connections=8)
        sender.start()
        sender.wait_for(4)
        second.process.kill()
        sender.join()
    assert len(sender.accepted) == 16
    assert len(titles(owner)) == 16


def test_a_start_without_a_domain_or_on_a_used_port_is_refused(
    inbound: InboundServer, tmp_path: Path
) -> None:
    command = ["manage.py", "inbound", "--port", str(free_port())]
    assert_refused(command, tmp_path, "INBOUND_DOMAIN is not set")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command[-1] = str(taken.getsockname()[1])
        assert_refused(command, tmp_path, "can't listen on", INBOUND_DOMAIN="in.test")
