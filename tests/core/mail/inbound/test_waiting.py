"""Mail to a paused forwarding address is stored, shown nowhere, and read once its user goes on."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.utils import timezone

from core.accounts.models import User
from core.jobsearch.models import Application
from core.mail import rereading, storing, waiting
from core.mail.inbound.forwarding import show_address
from core.mail.inbound.incoming import InboundMail
from core.mail.mailboxes.earlier_access import on_access_ended
from core.mail.mailboxes.services import pause_mailbox, remove_mailbox
from core.mail.models import StoredEvent, StoredMessage, UserMailbox
from core.mail.queries import list_job_mail
from core.mail.rereading import RereadCount, Rereading, reread_mail
from core.mail.retrying import retry_stopped_mail
from core.mail.waiting import read_waiting_mail
from plugins.indeed.source import IndeedSource
from providers.conformance.mail_writer import Mail, write_mail
from providers.contracts import MailEvent, Message
from providers.registry import Registry
from tenants.context import TenantRef
from tenants.inbound.delivery import TryLater, deliver_mail
from tests.core.mail.received import receive, store_many
from tests.mail.indeed import receipt
from tests.statements import statements
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


def go_on_without_job(mailbox: UserMailbox) -> None:
    """Leave the mailbox as if the job that reads its mail had used up its attempts."""
    UserMailbox.objects.filter(id=mailbox.id).update(paused=False)


def test_a_sweep_starts_the_job_again_that_used_up_its_attempts(
    seeker: User, mailbox: UserMailbox, acme: TenantRef
) -> None:
    send(seeker, COOK)
    retry_stopped_mail.run()
    assert jobs_of(acme) == []
    go_on_without_job(mailbox)
    for _ in range(2):
        retry_stopped_mail.run()
        [job] = jobs_of(acme)
        assert (job.task, job.arguments) == ("mail.read_waiting", {"user_id": seeker.id})


def test_the_sweep_reads_no_mail_that_does_not_wait(seeker: User, mailbox: UserMailbox) -> None:
    store_many(seeker)
    go_on_without_job(mailbox)
    with statements() as captured:
        retry_stopped_mail.run()
    run = [one["sql"] for one in captured.captured_queries]
    [looked] = [one for one in run if "mail_mailbox" in one and "'waiting'" in one]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {looked}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "message_waiting" in plan
    assert "Seq Scan on mail_storedmessage" not in plan


def test_a_mail_that_the_database_does_not_take_keeps_no_other_waiting(
    seeker: User, mailbox: UserMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(seeker, COOK, WAITER)
    make = rereading.events_of

    def make_too_long(*of_mail: object) -> list[StoredEvent]:
        events = make(*of_mail)  # type: ignore[arg-type]
        for event in events:
            event.title = "x" * 5_000 if event.title == "Cook" else event.title
        return events

    monkeypatch.setattr(rereading, "events_of", make_too_long)
    assert go_on(mailbox) == "2 mails"
    assert titles() == ["Waiter"]
    stored = UserMailbox.objects.get()
    assert (stored.found["applications"], stored.found["failed"]) == (1, 1)
    assert [one["reason"] for one in stored.failed_mails] == ["this mail can't be stored"]
    assert not StoredMessage.objects.filter(state="waiting").exists()


def test_a_job_reads_a_part_and_leaves_the_rest_to_another(
    seeker: User, mailbox: UserMailbox, acme: TenantRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "_BATCH", 1)
    monkeypatch.setattr(waiting, "_BATCHES", 1)
    send(seeker, COOK, WAITER)
    go_on_without_job(mailbox)
    assert read_waiting_mail.run(user_id=seeker.id) == "1 mails"
    assert (titles(), len(jobs_of(acme))) == (["Cook"], 1)
    assert read_waiting_mail.run(user_id=seeker.id) == "1 mails"
    assert (titles(), len(jobs_of(acme))) == (["Cook", "Waiter"], 1)


def after_a_batch(then: Callable[[], object]) -> Callable[..., RereadCount]:
    """Return what reads mail again as ever, and does something before the second batch is read."""
    batches = 0

    def read(user_id: int, which: Rereading) -> RereadCount:
        nonlocal batches
        batches += 1
        if batches == 2:
            then()
        return reread_mail(user_id, which)

    return read


def test_a_job_that_was_interrupted_goes_on_where_it_was(
    seeker: User, mailbox: UserMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def be_killed() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(waiting, "_BATCH", 1)
    send(seeker, COOK, WAITER)
    with monkeypatch.context() as patch:
        patch.setattr(waiting, "reread_mail", after_a_batch(be_killed))
        with pytest.raises(KeyboardInterrupt):
            go_on(mailbox)
    assert titles() == ["Cook"]
    assert read_waiting_mail.run(user_id=seeker.id) == "1 mails"
    assert titles() == ["Cook", "Waiter"]


def test_a_job_ends_where_the_user_pauses_the_address_again(
    seeker: User, mailbox: UserMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "_BATCH", 1)
    send(seeker, COOK, WAITER, receipt("Baker", "Acme"))
    pause = after_a_batch(lambda: pause_mailbox(seeker.id, mailbox.id, paused=True))
    monkeypatch.setattr(waiting, "reread_mail", pause)
    assert go_on(mailbox) == "2 mails"
    assert titles() == ["Cook", "Waiter"]
    assert StoredMessage.objects.get(state="waiting").subject


@pytest.mark.parametrize("ends", ["the address is removed", "a file brings it"])
def test_removing_what_waits_loads_neither_bytes_nor_text(
    seeker: User, mailbox: UserMailbox, ends: str
) -> None:
    send(seeker, COOK)
    with statements() as captured:
        if ends == "a file brings it":
            receive(seeker, COOK)
        else:
            remove_mailbox(seeker.id, mailbox.id, delete_mail=False)
    assert not StoredMessage.objects.filter(state="waiting").exists()
    run = [one["sql"] for one in captured.captured_queries]
    assert any(one.startswith('DELETE FROM "mail_storedmessage"') for one in run)
    assert [one for one in run if one.startswith("SELECT") and '"raw"' in one] == []


def test_what_a_source_can_not_read_is_shown_once_the_user_goes_on(
    seeker: User, mailbox: UserMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: IndeedSource, message: Message) -> list[MailEvent]:
        raise ValueError("broken")

    monkeypatch.setattr(IndeedSource, "parse", fail)
    send(seeker, COOK)
    stored = UserMailbox.objects.get()
    assert (stored.failed_mails, stored.found["failed"]) == ([], 0)
    go_on(mailbox)
    stored = UserMailbox.objects.get()
    [failed] = stored.failed_mails
    assert failed["reason"] == "indeed can't read this mail"
    assert failed["id"] == StoredMessage.objects.get().message_id
    assert stored.found["failed"] == 1


def test_mail_that_waits_costs_no_matching(seeker: User, mailbox: UserMailbox) -> None:
    def read_applications(*mails: Mail) -> bool:
        with statements() as captured:
            send(seeker, *mails)
        return any(Application._meta.db_table in one["sql"] for one in captured.captured_queries)

    assert not read_applications(COOK)
    pause_mailbox(seeker.id, mailbox.id, paused=False)
    assert read_applications(WAITER)
