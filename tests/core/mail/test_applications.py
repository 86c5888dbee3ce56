"""What a user's edits, deletions and dismissals do beside mail."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from core.accounts.models import User
from core.errors import NotFound
from core.jobsearch import queries, services
from core.jobsearch.matching import find_changes
from core.jobsearch.models import Application
from core.jobsearch.services import ApplicationChanges
from core.jobsearch.statuses import APPLIED, OFFER
from core.mail.applications import delete_application, update_application
from core.mail.changes import store_changes
from core.mail.dismissing import dismiss_mail
from core.mail.facts import load_facts
from core.mail.mailboxes.services import remove_mailbox
from core.mail.models import StoredEvent, StoredMessage, UserMailbox
from core.mail.origins import OF_A_FILE
from core.mail.rereading import Rereading, reread_mail
from plugins.indeed.source import IndeedSource
from providers.conformance.mail_writer import Mail
from tests.core.jobsearch.applications import read
from tests.core.mail.received import receive
from tests.core.mail.test_any_order import of_greenhouse
from tests.mail.indeed import receipt, refusal
from tests.mail.linkedin import Job, confirmation
from tests.statements import statements

COOK, WAITER = receipt("Cook", "Acme"), receipt("Waiter", "Globex")


def later(mail: Mail, day: int) -> Mail:
    return replace(mail, sent=f"Wed, {day} Sep 2026 09:30:00 +0000")


NO = later(refusal("Cook", "Acme"), 30)
NO_TITLE = later(of_greenhouse("", "Acme"), 30)


def the_application(user: User) -> Application:
    return Application.objects.get(user=user)


def mail_of(user: User, subject: str) -> StoredMessage:
    return StoredMessage.objects.get(user=user, subject__contains=subject)


def test_a_refusal_marks_the_application(seeker: User) -> None:
    receive(seeker, COOK, NO)
    application = the_application(seeker)
    assert (application.status_id, application.is_rejected, application.source) == (
        APPLIED,
        True,
        "Indeed",
    )


@pytest.mark.parametrize("again", ["nothing more", "another batch", "read again"])
def test_what_the_user_edits_wins(seeker: User, again: str) -> None:
    receive(seeker, COOK)
    changes = ApplicationChanges(is_rejected=False, job_title="Chef", status_id=OFFER)
    services.update_application(seeker.id, the_application(seeker).id, changes=changes)
    services.update_application(
        seeker.id, the_application(seeker).id, changes=ApplicationChanges(is_rejected=True)
    )
    services.update_application(
        seeker.id, the_application(seeker).id, changes=ApplicationChanges(is_rejected=False)
    )
    receive(seeker, NO)
    if again == "another batch":
        receive(seeker, WAITER)
    if again == "read again":
        reread_mail(seeker.id, Rereading())
    application = Application.objects.get(user=seeker, company="Acme")
    assert (application.job_title, application.status_id, application.is_rejected) == (
        "Chef",
        OFFER,
        False,
    )


def test_a_deleted_application_stays_deleted(seeker: User) -> None:
    receive(seeker, COOK)
    services.delete_application(seeker.id, the_application(seeker).id)
    receive(seeker, COOK, NO)
    reread_mail(seeker.id, Rereading())
    assert not Application.objects.filter(user=seeker, deleted_at=None).exists()


def test_a_deleted_application_stays_deleted_when_its_mailbox_is_connected_again(
    seeker: User,
) -> None:
    first = UserMailbox.objects.create(user=seeker, plugin="imap", account="1", address="1")
    receive(seeker, COOK, WAITER, origin=replace(OF_A_FILE, mailbox_id=first.id))
    delete_application(seeker.id, Application.objects.get(job_title="Cook").id)
    remove_mailbox(seeker.id, first.id, delete_mail=True)
    assert not StoredMessage.objects.exists()
    receive(seeker, COOK, WAITER, NO)
    live = Application.objects.filter(user=seeker, deleted_at=None)
    assert [one.job_title for one in live] == ["Waiter"]


def test_what_a_mail_did_is_taken_back_for_good(seeker: User) -> None:
    receive(seeker, COOK, NO)
    application = the_application(seeker)
    refused = StoredEvent.objects.get(kind="rejected").message_id
    dismiss_mail(seeker.id, application_id=application.id, message_id=refused)
    for read_again in (lambda: receive(seeker, NO), lambda: reread_mail(seeker.id, Rereading())):
        read_again()
        assert not the_application(seeker).is_rejected
    dismiss_mail(seeker.id, application_id=application.id, message_id=refused)
    assert not the_application(seeker).is_rejected


def test_an_application_without_its_only_mail_goes(seeker: User) -> None:
    receive(seeker, COOK, WAITER)
    cook = Application.objects.get(job_title="Cook")
    dismiss_mail(seeker.id, application_id=cook.id, message_id=mail_of(seeker, "Cook").id)
    receive(seeker, COOK)
    assert [one.job_title for one in Application.objects.all()] == ["Waiter"]


def test_only_a_mail_of_the_users_application_can_be_dismissed(
    seeker: User, stranger: User
) -> None:
    receive(seeker, COOK, WAITER)
    receive(stranger, COOK)
    cook = Application.objects.get(user=seeker, job_title="Cook")
    hers = StoredMessage.objects.get(user=stranger)
    waiter = mail_of(seeker, "Waiter")
    for message in (hers, waiter):
        with pytest.raises(NotFound):
            dismiss_mail(seeker.id, application_id=cook.id, message_id=message.id)
    with pytest.raises(NotFound):
        dismiss_mail(stranger.id, application_id=cook.id, message_id=mail_of(seeker, "Cook").id)
    assert Application.objects.count() == 3


def test_a_batch_takes_as_many_statements_for_much_mail_as_for_little(seeker: User) -> None:
    receive(seeker, COOK)
    counts = []
    for number, size in ((1, 1), (2, 30)):
        mails = [receipt(f"Job {number} {one}", f"Company {one}") for one in range(size)]
        with statements() as run:
            receive(seeker, *mails)
        counts.append(len(run))
    assert counts[0] == counts[1] <= 13


def finds_nothing(self: IndeedSource, message: object) -> list[object]:
    return []


def lose_and_find(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read all mail again with a source that finds nothing in it, and then with the true one."""
    with monkeypatch.context() as broken:
        broken.setattr(IndeedSource, "parse", finds_nothing)
        reread_mail(user.id, Rereading())
    reread_mail(user.id, Rereading())


def test_a_deleted_application_stays_deleted_when_its_mail_is_lost_and_found(
    seeker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(seeker, COOK, NO)
    delete_application(seeker.id, the_application(seeker).id)
    lose_and_find(seeker, monkeypatch)
    assert not Application.objects.filter(user=seeker, deleted_at=None).exists()
    assert StoredEvent.objects.filter(found=True).count() == 2


def test_a_dismissed_mail_stays_dismissed_when_it_is_lost_and_found(
    seeker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(seeker, COOK, NO)
    refused = StoredEvent.objects.get(kind="rejected").message_id
    dismiss_mail(seeker.id, application_id=the_application(seeker).id, message_id=refused)
    lose_and_find(seeker, monkeypatch)
    assert not the_application(seeker).is_rejected


def test_what_is_no_longer_found_is_shown_nowhere(
    seeker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(seeker, COOK, NO)
    update_application(
        seeker.id, the_application(seeker).id, changes=ApplicationChanges(job_title="Chef")
    )
    monkeypatch.setattr(IndeedSource, "parse", finds_nothing)
    reread_mail(seeker.id, Rereading())
    chef = the_application(seeker)
    assert (chef.job_title, chef.is_rejected) == ("Chef", False)
    history = read(queries.list_status_history(seeker.id, chef.id, columns="c.message_id"))
    assert [one["message_id"] for one in history] == []


def test_the_event_that_made_an_application_is_kept_whatever_comes_before_it(seeker: User) -> None:
    receive(seeker, later(COOK, 23))
    [made] = load_facts(seeker.id).applications
    assert made.key in load_facts(seeker.id).states
    created = the_application(seeker).created_at
    earlier = confirmation(Job(title="Cook", company="Acme", number=7))
    receive(seeker, replace(earlier, sent="Wed, 23 Sep 2026 09:00:00 +0000"))
    reread_mail(seeker.id, Rereading())
    [stored] = load_facts(seeker.id).applications
    assert (stored.values.source, len(stored.entries)) == ("linkedin", 2)
    assert (stored.key, stored.made_at) == (made.key, created)


def test_it_was_over_when_the_user_rejected_it_also_if_it_is_deleted_later(seeker: User) -> None:
    receive(seeker, COOK)
    update_application(
        seeker.id, the_application(seeker).id, changes=ApplicationChanges(is_rejected=True)
    )
    Application.objects.update(rejected_at=datetime(2026, 9, 9, tzinfo=UTC))
    receive(seeker, later(COOK, 23))
    [second] = Application.objects.filter(is_rejected=False)
    delete_application(seeker.id, Application.objects.get(is_rejected=True).id)
    assert Application.objects.get(user=seeker, deleted_at=None).id == second.id


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
@pytest.mark.parametrize("day", [date.min, date.max])
def test_a_day_that_is_none_in_utc_keeps_no_other_mail_from_being_matched(
    seeker: User, zone: str, day: date
) -> None:
    User.objects.filter(id=seeker.id).update(time_zone=zone)
    receive(seeker, COOK)
    StoredEvent.objects.update(occurred_on=day)
    receive(seeker, WAITER, NO)
    assert dict(Application.objects.values_list("job_title", "is_rejected")) == {
        "Cook": True,
        "Waiter": False,
    }


@pytest.mark.parametrize("goes", ["dismissed", "not found", "deleted"])
def test_mail_under_the_corrected_name_stays_when_the_mail_that_made_the_application_goes(
    seeker: User, monkeypatch: pytest.MonkeyPatch, goes: str
) -> None:
    first = UserMailbox.objects.create(user=seeker, plugin="imap", account="1", address="1")
    by_board = confirmation(Job(title="Cook", company="Acme", number=7))
    receive(seeker, later(COOK, 23), origin=replace(OF_A_FILE, mailbox_id=first.id))
    receive(seeker, replace(by_board, sent="Wed, 23 Sep 2026 09:40:00 +0000"))
    cook = the_application(seeker)
    update_application(seeker.id, cook.id, changes=ApplicationChanges(company="Globex"))
    receive(seeker, later(of_greenhouse("Cook", "Globex"), 30))
    assert the_application(seeker).is_rejected

    if goes == "dismissed":
        message = StoredMessage.objects.get(user=seeker, plugin="indeed")
        dismiss_mail(seeker.id, application_id=cook.id, message_id=message.id)
    elif goes == "not found":
        monkeypatch.setattr(IndeedSource, "parse", finds_nothing)
        reread_mail(seeker.id, Rereading())
    else:
        remove_mailbox(seeker.id, first.id, delete_mail=True)

    left = the_application(seeker)
    assert (left.id, left.company, left.is_rejected) == (cook.id, "Globex", True)
    known = load_facts(seeker.id)
    assert known.applications[0].key in known.states


@pytest.mark.parametrize("act", ["reject", "delete"])
def test_a_question_is_worked_out_again_when_the_user_acts(seeker: User, act: str) -> None:
    receive(seeker, COOK, receipt("Waiter", "Acme"), NO_TITLE)
    assert StoredEvent.objects.get(kind="rejected").question == "several"
    cook = Application.objects.get(job_title="Cook")
    if act == "reject":
        update_application(seeker.id, cook.id, changes=ApplicationChanges(is_rejected=True))
    else:
        delete_application(seeker.id, cook.id)
    refused = StoredEvent.objects.get(kind="rejected")
    waiter = Application.objects.get(job_title="Waiter")
    if act == "reject":
        assert (refused.candidates, refused.question) == (None, None)
    else:
        assert (refused.candidates, refused.question) == ([waiter.id], "several")
    assert not waiter.is_rejected


def test_a_note_that_is_written_while_mail_is_matched_keeps_its_application(seeker: User) -> None:
    receive(seeker, COOK)
    known = load_facts(seeker.id)
    without_mail = find_changes(known.applications, [])
    services.add_note(seeker.id, the_application(seeker).id, description="Ask for Jo")
    store_changes(seeker.id, without_mail, known=known)
    notes = read(queries.list_notes(seeker.id, the_application(seeker).id, columns="n.description"))
    assert notes == [{"description": "Ask for Jo"}]
