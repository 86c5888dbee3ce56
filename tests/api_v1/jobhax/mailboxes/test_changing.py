"""Mailboxes: pausing, fetching now, and removing, with or without what they brought."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.accounts.models import User
from core.jobsearch.models import Application, Note
from core.mail.models import StoredEvent, StoredMessage, UserMailbox
from core.mail.origins import OF_A_FILE
from tests.clients import JobHaxClient
from tests.core.mail.received import receive
from tests.mail.indeed import receipt

LIST, UPDATE = "mailboxes/get_mailboxes", "mailboxes/update_mailbox"
DELETE, SYNC = "mailboxes/delete_mailbox", "mailboxes/sync_mailbox"


@pytest.fixture
def mailbox(ann: User) -> UserMailbox:
    """A mailbox that is due."""
    return connect(ann, "g1", next_sync_at=timezone.now())


def connect(user: User, account: str, **said: object) -> UserMailbox:
    plain = {"plugin": "gmail", "account": account, "address": "ann@gmail.test"}
    return UserMailbox.objects.create(user=user, **{**plain, **said})


def bring(user: User, mailbox: UserMailbox, *titles: str) -> None:
    origin = replace(OF_A_FILE, mailbox=mailbox.plugin, mailbox_id=mailbox.id)
    receive(user, *(receipt(title, "Acme") for title in titles), origin=origin)


def titles() -> list[str]:
    return sorted(Application.objects.values_list("job_title", flat=True))


def test_a_paused_mailbox_is_not_due_until_it_goes_on(
    head: JobHaxClient, mailbox: UserMailbox
) -> None:
    reply = head.post(UPDATE, mailbox_id=mailbox.id, paused=True)
    assert (reply.data["state"], reply.data["next_sync"]) == ("paused", None)
    assert head.get(LIST).data == [reply.data]
    assert head.post(UPDATE, mailbox_id=mailbox.id, paused=True).data == reply.data
    assert head.post(SYNC, mailbox_id=mailbox.id).status == 409
    reply = head.post(UPDATE, mailbox_id=mailbox.id, paused=False)
    assert reply.data["state"] == "active"
    assert reply.data["next_sync"] is not None


def test_one_that_is_refused_stays_so(head: JobHaxClient, ann: User) -> None:
    mailbox = connect(ann, "g1", refused_at=timezone.now(), failure="refused")
    for paused in (True, False):
        reply = head.post(UPDATE, mailbox_id=mailbox.id, paused=paused)
        assert (reply.data["state"], reply.data["next_sync"]) == ("refused", None)
    assert reply.data["failure"]["code"] == "refused"
    reply = head.post(SYNC, mailbox_id=mailbox.id)
    assert (reply.status, reply.code) == (401, 4)


def test_sync_makes_it_due_now(head: JobHaxClient, ann: User) -> None:
    mailbox = connect(ann, "g1", next_sync_at="2999-01-01T00:00:00Z")
    reply = head.post(SYNC, mailbox_id=mailbox.id)
    assert head.get(LIST).data == [reply.data]
    mailbox.refresh_from_db()
    assert mailbox.next_sync_at is not None
    assert mailbox.next_sync_at <= timezone.now()


def test_sync_says_when_a_server_that_asked_for_a_pause_is_asked_again(
    head: JobHaxClient, ann: User
) -> None:
    until = "2999-01-01T00:00:00Z"
    mailbox = connect(ann, "g1", next_sync_at="3000-01-01T00:00:00Z", not_before=until)
    assert head.post(SYNC, mailbox_id=mailbox.id).data["next_sync"] == until


def test_removing_one_keeps_what_it_brought(
    head: JobHaxClient, ann: User, mailbox: UserMailbox
) -> None:
    bring(ann, mailbox, "Cook")
    assert head.post(DELETE, mailbox_id=mailbox.id).data is None
    assert head.get(LIST).data == []
    assert titles() == ["Cook"]


def test_removing_one_with_its_mail_takes_what_nothing_else_brought(
    head: JobHaxClient, ann: User, mailbox: UserMailbox
) -> None:
    other = connect(ann, "g2")
    bring(ann, mailbox, "Cook", "Waiter", "Porter", "Baker")
    bring(ann, other, "Waiter")
    receive(ann, receipt("Porter", "Acme"))
    Note.objects.create(application=Application.objects.get(job_title="Baker"), description="!")
    assert head.post(DELETE, mailbox_id=mailbox.id, delete_mail=True).code == 0
    # The note is the user's own work.
    assert titles() == ["Baker", "Porter", "Waiter"]
    assert StoredMessage.objects.count() == 2
    assert StoredEvent.objects.count() == 2
    assert head.post(DELETE, mailbox_id=other.id, delete_mail=True).code == 0
    assert titles() == ["Baker", "Porter"]


def test_a_mailbox_that_was_removed_before_keeps_none_of_its_mail(
    head: JobHaxClient, ann: User, mailbox: UserMailbox
) -> None:
    bring(ann, mailbox, "Cook")
    head.post(DELETE, mailbox_id=mailbox.id)
    again = connect(ann, "g1")
    bring(ann, again, "Cook")
    assert head.post(DELETE, mailbox_id=again.id, delete_mail=True).code == 0
    assert titles() == []
    assert StoredMessage.objects.count() == 0


@pytest.mark.parametrize("route", [UPDATE, DELETE, SYNC])
def test_another_users_mailbox_does_not_exist(
    head: JobHaxClient, stranger: JobHaxClient, mailbox: UserMailbox, route: str
) -> None:
    stranger.version = head.version
    reply = stranger.post(route, mailbox_id=mailbox.id, paused=True, delete_mail=True)
    assert (reply.status, reply.code, reply.message) == (404, 11, "Mailbox not found")
    assert stranger.get(LIST).data == []
    mailbox.refresh_from_db()


def test_the_database_refuses_doubles_and_a_schedule_of_what_is_not_fetched(
    ann: User, mailbox: UserMailbox
) -> None:
    for refused in (
        {"account": "g1"},
        {"account": "g2", "paused": True, "next_sync_at": timezone.now()},
        {"account": "g2", "refused_at": timezone.now(), "next_sync_at": timezone.now()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            connect(ann, **refused)  # type: ignore[arg-type]
