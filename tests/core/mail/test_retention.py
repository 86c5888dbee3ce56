"""The text of old mail is erased; applications stay as they are, and mail that comes again is known."""

from datetime import timedelta

import pytest
from django.db.models import F

from core.accounts.models import User
from core.jobsearch.models import Application
from core.mail import rereading, retention
from core.mail.applications import match_mail
from core.mail.models import StoredEvent, StoredMessage
from core.mail.rereading import Rereading, reread_mail
from core.mail.retention import erase_old_mail
from core.mail.storing import lock_mail
from tenants.context import TenantRef, tenant_scope
from tenants.mail_retention import set_mail_days
from tests.core.mail.received import receive, store
from tests.mail.indeed import receipt, refusal
from tests.statements import statements
from tests.tenants.jobs.queue import jobs_of

COOK = receipt("Cook", "Acme")
WAITER = receipt("Waiter", "Globex")


def age(days: int) -> None:
    """Let all mail be stored so many days earlier."""
    StoredMessage.objects.update(stored_at=F("stored_at") - timedelta(days=days))


def applications(user: User) -> list[dict[str, object]]:
    return list(Application.objects.filter(user=user).order_by("id").values())


def test_the_text_of_old_mail_goes_and_no_application_changes(seeker: User) -> None:
    receive(seeker, COOK, WAITER)
    before = applications(seeker)
    facts = list(StoredEvent.objects.order_by("id").values("kind", "title", "company"))
    age(401)
    assert erase_old_mail.run() == "2 mails"
    for message in StoredMessage.objects.all():
        said = (message.raw, message.body, message.subject, message.sender_name, message.error)
        assert said == (None, "", "", "", "")
        assert message.erased_at is not None
    assert {str(event.evidence) for event in StoredEvent.objects.all()} == {"[]"}
    assert list(StoredEvent.objects.order_by("id").values("kind", "title", "company")) == facts
    lock_mail(seeker.id)
    _, changes = match_mail(seeker.id)
    assert [*changes.create, *changes.update, *changes.remove] == []
    assert applications(seeker) == before
    assert erase_old_mail.run() == "0 mails"


def test_erased_mail_that_comes_again_is_known_and_later_mail_still_finds_its_application(
    seeker: User,
) -> None:
    receive(seeker, COOK)
    age(401)
    erase_old_mail.run()
    assert receive(seeker, COOK).total("mails") == 0
    assert receive(seeker, refusal("Cook", "Acme")).total("updates") == 1
    application = Application.objects.get(user=seeker)
    assert application.is_rejected
    assert StoredMessage.objects.filter(raw=None).count() == 1


def test_erased_mail_is_left_out_when_mail_is_read_again(seeker: User) -> None:
    receive(seeker, COOK)
    before = applications(seeker)
    age(401)
    erase_old_mail.run()
    count = reread_mail(seeker.id, Rereading())
    assert (count.messages, count.skipped, count.removed, count.changes) == (1, 1, 0, [])
    assert applications(seeker) == before


def test_text_that_is_erased_while_mail_is_read_again_does_not_come_back(
    seeker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(seeker, COOK)
    age(401)
    read = rereading.read_incoming

    def erase_first(*arguments: object, **more: object) -> object:
        erase_old_mail.run()
        return read(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(rereading, "read_incoming", erase_first)
    assert reread_mail(seeker.id, Rereading()).skipped == 1
    assert StoredMessage.objects.get().body == ""
    assert StoredEvent.objects.get().evidence == []


def test_younger_mail_keeps_its_text(seeker: User) -> None:
    receive(seeker, COOK)
    age(399)
    assert erase_old_mail.run() == "0 mails"
    assert StoredMessage.objects.get().body


def test_each_tenant_has_its_own_days(seeker: User, acme: TenantRef, globex: TenantRef) -> None:
    receive(seeker, COOK)
    age(31)
    set_mail_days(globex, 30)
    with tenant_scope(globex):
        assert erase_old_mail.run() == "0 mails"
    assert erase_old_mail.run() == "0 mails"
    set_mail_days(acme, 30)
    assert erase_old_mail.run() == "1 mails"
    set_mail_days(acme, None)


def test_much_mail_is_erased_in_batches_of_one_statement(
    seeker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.mail.retention._BATCH", 10)
    monkeypatch.setattr("core.mail.retention._BATCHES", 2)
    for number in range(25):
        store(seeker, str(number), body="text")
    age(500)
    with statements() as run:
        assert erase_old_mail.run() == "20 mails"
    # The days of the tenant, two batches, and the job for the rest in a savepoint.
    assert len(run) == 6
    assert erase_old_mail.run() == "5 mails"


def test_what_one_run_leaves_is_erased_by_another_job_at_once(
    seeker: User, acme: TenantRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_BATCH", 1)
    monkeypatch.setattr(retention, "_BATCHES", 2)
    receive(seeker, COOK, WAITER, receipt("Porter", "Acme"))
    age(401)
    # A worker of another test may have left a round of periodic work.
    before = {job.id for job in jobs_of(acme, periodic=True)}
    assert erase_old_mail.run() == "2 mails"
    left = [job.task for job in jobs_of(acme, periodic=True) if job.id not in before]
    assert left == ["mail.erase_old"]
    assert erase_old_mail.run() == "1 mails"
    assert StoredMessage.objects.filter(erased_at=None).count() == 0
