"""Mail to a paused forwarding address is stored, shown nowhere, and read once its user goes on."""

from collections.abc import Iterator

import pytest
from django.utils import timezone

from core.accounts.models import User
from core.jobsearch.models import Application
from core.mail import storing
from core.mail.inbound.forwarding import show_address
from core.mail.inbound.incoming import InboundMail
from core.mail.mailboxes.earlier_access import on_access_ended
from core.mail.mailboxes.services import pause_mailbox, remove_mailbox
from core.mail.models import StoredEvent, StoredMessage, UserMailbox
from core.mail.queries import list_job_mail
from core.mail.rereading import Rereading, reread_mail
from core.mail.waiting import read_waiting_mail
from providers.conformance.mail_writer import Mail, write_mail
from providers.registry import Registry
from tenants.context import TenantRef
from tenants.inbound.delivery import TryLater, deliver_mail
from tests.core.mail.received import receive
from tests.mail.indeed import receipt
from tests.tenants.inbound.serving import give_address, taking_mail
from tests.tenants.jobs.queue import jobs_of

COOK, WAITER = receipt("Cook", "Acme"), receipt("Waiter", "Acme")
LETTER = Mail(sender="Ann <ann@friends.test>", subject="Dinner?", text="At eight?")


@pytest.fixture
def mailbox(seeker: User) -> Iterator[UserMailbox]:
    """The seeker's forwarding address, which is paused."""
    with taking_mail():
        made, _ = give_address(seeker)
        pause_mailbox(seeker.id, made.id, paused=True)
        yield made


def send(user: User, *mails: Mail) -> None:
    address = show_address(UserMailbox.objects.get(user=user))
    for mail in mails:
        deliver_mail(address, InboundMail(write_mail(mail)))


def titles() -> list[str]:
    return sorted(Application.objects.values_list("job_title", flat=True))


def go_on(mailbox: UserMailbox) -> str:
    pause_mailbox(mailbox.user_id, mailbox.id, paused=False)
    return str(read_waiting_mail.run(user_id=mailbox.user_id))


def test_mail_that_came_meanwhile_is_read_when_the_user_goes_on(
    seeker: User, mailbox: UserMailbox, acme: TenantRef
) -> None:
    send(seeker, COOK, WAITER, COOK, LETTER)
    assert (titles(), StoredEvent.objects.count()) == ([], 0)
    assert list_job_mail(seeker.id, columns="id") == b"[]"
    # Of mail that no source claims nothing is stored, as ever.
    assert StoredMessage.objects.count() == 2
    pause_mailbox(seeker.id, mailbox.id, paused=False)
    [job] = jobs_of(acme)
    assert (job.task, job.arguments) == ("mail.read_waiting", {"user_id": seeker.id})
    assert read_waiting_mail.run(user_id=seeker.id) == "2 mails"
    assert titles() == ["Cook", "Waiter"]
    found = UserMailbox.objects.get().found
    assert (found["messages"], found["mails"], found["applications"]) == (4, 2, 2)


def test_an_address_that_got_nothing_goes_on_without_a_job(
    mailbox: UserMailbox, acme: TenantRef
) -> None:
    pause_mailbox(mailbox.user_id, mailbox.id, paused=False)
    assert jobs_of(acme) == []


def test_an_address_that_is_asked_for_again_goes_on(seeker: User, mailbox: UserMailbox) -> None:
    send(seeker, COOK)
    give_address(seeker)
    read_waiting_mail.run(user_id=seeker.id)
    assert titles() == ["Cook"]


def test_one_that_is_paused_again_before_the_job_keeps_its_mail_waiting(
    seeker: User, mailbox: UserMailbox
) -> None:
    send(seeker, COOK)
    pause_mailbox(seeker.id, mailbox.id, paused=False)
    pause_mailbox(seeker.id, mailbox.id, paused=True)
    assert read_waiting_mail.run(user_id=seeker.id) == "0 mails"
    assert titles() == []
    assert go_on(mailbox) == "1 mails"


def test_mail_that_waits_is_read_at_once_where_something_else_brings_it(
    seeker: User, mailbox: UserMailbox
) -> None:
    send(seeker, COOK)
    receive(seeker, COOK)
    assert titles() == ["Cook"]
    send(seeker, COOK)
    assert go_on(mailbox) == "0 mails"
    stored = StoredMessage.objects.get()
    assert (stored.state, sorted(stored.brought_by)) == ("read", [0, mailbox.id])


def test_reading_stored_mail_again_leaves_it_waiting(seeker: User, mailbox: UserMailbox) -> None:
    send(seeker, COOK)
    for which in (Rereading(), Rereading(plugin="indeed"), Rereading(failed=True)):
        assert reread_mail(seeker.id, which).messages == 0
    assert titles() == []


@pytest.mark.parametrize("delete_mail", [False, True])
def test_an_address_that_is_removed_takes_what_waits_along(
    seeker: User, mailbox: UserMailbox, delete_mail: bool
) -> None:
    receive(seeker, WAITER)
    send(seeker, COOK)
    remove_mailbox(seeker.id, mailbox.id, delete_mail=delete_mail)
    assert StoredMessage.objects.count() == 1
    assert titles() == ["Waiter"]


def test_another_person_of_the_account_gets_none_of_it(seeker: User, mailbox: UserMailbox) -> None:
    send(seeker, COOK)
    on_access_ended(user_id=seeker.id)
    assert not StoredMessage.objects.exists()


def test_mail_that_waits_takes_room_as_any_other(
    seeker: User, mailbox: UserMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "MAX_STORED_MAILS", 1)
    send(seeker, COOK)
    with pytest.raises(TryLater):
        send(seeker, WAITER)
    assert UserMailbox.objects.get().failure == "full"


def test_mail_that_waited_until_its_text_was_erased_is_not_read_and_may_come_again(
    seeker: User, mailbox: UserMailbox
) -> None:
    send(seeker, COOK, WAITER)
    StoredMessage.objects.update(erased_at=timezone.now(), raw=None)
    assert go_on(mailbox) == "0 mails"
    send(seeker, COOK)
    assert titles() == ["Cook"]


def test_what_its_plugin_can_not_read_by_then_is_tried_again_later(
    seeker: User, mailbox: UserMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(seeker, COOK)
    monkeypatch.setattr(Registry, "plugins", property(lambda self: ()))
    go_on(mailbox)
    monkeypatch.undo()
    assert StoredMessage.objects.get().state == "failed"
    assert reread_mail(seeker.id, Rereading(stopped=True)).created == 1
    assert titles() == ["Cook"]
