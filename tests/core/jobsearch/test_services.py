"""Writing applications and notes."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from api_v1.jobhax.columns import JOBAPP, NOTE, STATUS_CHANGE
from core.accounts.models import User
from core.errors import Invalid, NotFound
from core.jobsearch import queries, services
from core.jobsearch.models import Application, Note, StatusChange
from core.jobsearch.services import ApplicationChanges, NewApplication
from core.jobsearch.statuses import APPLIED, OFFER, PHONE_SCREEN
from tests.core.jobsearch.applications import Apply, read
from tests.statements import statements

DAY = date(2019, 1, 31)


def new(status_id: int = APPLIED, applied_on: date = DAY) -> NewApplication:
    return NewApplication(
        job_title="job_title", company="company_test", status_id=status_id, applied_on=applied_on
    )


def history(seeker: User, application: Application) -> list[int]:
    return [
        change["applicationStatus"]["id"]
        for change in read(
            queries.list_status_history(seeker.id, application.id, columns=STATUS_CHANGE)
        )
    ]


def test_adding_an_application_writes_the_first_row_of_its_history(seeker: User) -> None:
    application = services.add_application(seeker.id, new=new(PHONE_SCREEN))
    assert history(seeker, application) == [PHONE_SCREEN]


def test_an_application_entered_by_hand_has_no_logo_and_no_mail(seeker: User) -> None:
    application = services.add_application(seeker.id, new=new())
    found = read(queries.view_application(seeker.id, application.id, columns=JOBAPP))
    assert (found["companyLogo"], found["msgId"], found["source"], found["isRejected"]) == (
        None,
        "",
        "",
        False,
    )


def test_adding_with_an_unknown_status_stores_nothing(seeker: User) -> None:
    for unknown in (6, 0, -1, 10**30):
        with pytest.raises(NotFound) as refused:
            services.add_application(seeker.id, new=new(unknown))
        assert refused.value.kind == "status"
    assert not Application.objects.exists()
    assert not StatusChange.objects.exists()


@pytest.mark.parametrize(
    ("zone", "begins"),
    [
        ("UTC", datetime(2019, 1, 31, tzinfo=UTC)),
        ("America/Los_Angeles", datetime(2019, 1, 31, 8, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2019, 1, 30, 11, tzinfo=UTC)),
        ("Mars/Olympus", datetime(2019, 1, 31, tzinfo=UTC)),
    ],
)
def test_a_day_begins_when_it_does_for_the_user(seeker: User, zone: str, begins: datetime) -> None:
    User.objects.update(time_zone=zone)
    assert services.add_application(seeker.id, new=new()).apply_date == begins


def test_a_time_is_stored_unchanged(seeker: User) -> None:
    User.objects.update(time_zone="Pacific/Auckland")
    moment = datetime(2019, 1, 31, 12, tzinfo=UTC)
    assert services.add_application(seeker.id, new=new(applied_on=moment)).apply_date == moment


def test_a_changed_status_adds_one_row_of_history(seeker: User) -> None:
    application = services.add_application(seeker.id, new=new())
    services.update_application(
        seeker.id, application.id, changes=ApplicationChanges(status_id=OFFER)
    )
    assert history(seeker, application) == [APPLIED, OFFER]


def test_the_same_status_again_adds_none(seeker: User) -> None:
    application = services.add_application(seeker.id, new=new())
    services.update_application(
        seeker.id, application.id, changes=ApplicationChanges(status_id=APPLIED)
    )
    services.update_application(
        seeker.id, application.id, changes=ApplicationChanges(status_id=APPLIED, is_rejected=True)
    )
    assert history(seeker, application) == [APPLIED]


def test_a_rejection_can_be_withdrawn_and_adds_no_status(seeker: User) -> None:
    application = services.add_application(seeker.id, new=new())
    services.update_application(
        seeker.id, application.id, changes=ApplicationChanges(is_rejected=True)
    )
    assert (
        read(queries.view_application(seeker.id, application.id, columns=JOBAPP))["isRejected"]
        is True
    )
    services.update_application(
        seeker.id, application.id, changes=ApplicationChanges(is_rejected=False)
    )
    assert (
        read(queries.view_application(seeker.id, application.id, columns=JOBAPP))["isRejected"]
        is False
    )
    assert history(seeker, application) == [APPLIED]


def test_a_status_alone_leaves_the_rejection_as_it_is(apply: Apply, seeker: User) -> None:
    application = apply(is_rejected=True)
    services.update_application(
        seeker.id, application.id, changes=ApplicationChanges(status_id=OFFER)
    )
    application.refresh_from_db()
    assert (application.status_id, application.is_rejected) == (OFFER, True)
    assert StatusChange.objects.get().is_rejected


def test_an_empty_update_is_invalid(apply: Apply, seeker: User) -> None:
    with pytest.raises(Invalid):
        services.update_application(seeker.id, apply().id, changes=ApplicationChanges())


def test_an_update_with_an_unknown_status_changes_nothing(apply: Apply, seeker: User) -> None:
    application = apply()
    with pytest.raises(NotFound):
        services.update_application(
            seeker.id, application.id, changes=ApplicationChanges(status_id=6, is_rejected=True)
        )
    application.refresh_from_db()
    assert (application.status_id, application.is_rejected) == (APPLIED, False)


def test_a_note_gets_a_date_of_update_when_it_is_updated(apply: Apply, seeker: User) -> None:
    application = apply()
    note = services.add_note(seeker.id, application.id, description="test note")
    assert note.updated_at is None
    services.update_note(seeker.id, note.id, description="test note update")
    (shown,) = read(queries.list_notes(seeker.id, application.id, columns=NOTE))
    assert shown["description"] == "test note update"
    assert shown["update_date"] > shown["created_date"]


def test_a_deleted_note_is_gone(apply: Apply, seeker: User) -> None:
    application = apply()
    note = services.add_note(seeker.id, application.id, description="test note")
    services.delete_note(seeker.id, note.id)
    assert read(queries.list_notes(seeker.id, application.id, columns=NOTE)) == []
    with pytest.raises(NotFound):
        services.delete_note(seeker.id, note.id)


ON_AN_APPLICATION: dict[str, Callable[[int, int], object]] = {
    "update": lambda user, id: services.update_application(
        user, id, changes=ApplicationChanges(is_rejected=True)
    ),
    "move": lambda user, id: services.update_application(
        user, id, changes=ApplicationChanges(status_id=OFFER)
    ),
    "delete": services.delete_application,
    "add a note": lambda user, id: services.add_note(user, id, description="mine"),
}
ON_A_NOTE: dict[str, Callable[[int, int], object]] = {
    "update": lambda user, id: services.update_note(user, id, description="mine"),
    "delete": services.delete_note,
}


@pytest.mark.parametrize("write", ON_AN_APPLICATION.values(), ids=ON_AN_APPLICATION.keys())
def test_a_user_cannot_write_to_another_users_application(
    apply: Apply, stranger: User, write: Callable[[int, int], object]
) -> None:
    application = apply()
    with pytest.raises(NotFound):
        write(stranger.id, application.id)
    application.refresh_from_db()
    assert (application.status_id, application.is_rejected, application.deleted_at) == (
        APPLIED,
        False,
        None,
    )
    assert not Note.objects.exists()


@pytest.mark.parametrize("write", ON_AN_APPLICATION.values(), ids=ON_AN_APPLICATION.keys())
def test_a_deleted_application_is_not_found(
    apply: Apply, seeker: User, write: Callable[[int, int], object]
) -> None:
    application = apply()
    services.delete_application(seeker.id, application.id)
    for gone in (application.id, 0, -1, 10**30):
        with pytest.raises(NotFound):
            write(seeker.id, gone)


@pytest.mark.parametrize("write", ON_A_NOTE.values(), ids=ON_A_NOTE.keys())
def test_a_user_cannot_write_to_another_users_note(
    apply: Apply, seeker: User, stranger: User, write: Callable[[int, int], object]
) -> None:
    note = services.add_note(seeker.id, apply().id, description="hers")
    with pytest.raises(NotFound):
        write(stranger.id, note.id)
    note.refresh_from_db()
    assert (note.description, note.updated_at) == ("hers", None)


@pytest.mark.parametrize("write", ON_A_NOTE.values(), ids=ON_A_NOTE.keys())
def test_a_note_of_a_deleted_application_is_not_found(
    apply: Apply, seeker: User, write: Callable[[int, int], object]
) -> None:
    application = apply()
    note = services.add_note(seeker.id, application.id, description="mine")
    services.delete_application(seeker.id, application.id)
    for gone in (note.id, 0, -1, 10**30):
        with pytest.raises(NotFound):
            write(seeker.id, gone)


def test_an_update_takes_as_many_statements_with_a_long_history_as_with_a_short_one(
    apply: Apply, seeker: User
) -> None:
    application = apply()
    with statements() as short:
        services.update_application(
            seeker.id, application.id, changes=ApplicationChanges(status_id=OFFER)
        )
    StatusChange.objects.bulk_create(
        StatusChange(application=application, status_id=APPLIED) for _ in range(50)
    )
    with statements() as long:
        services.update_application(
            seeker.id, application.id, changes=ApplicationChanges(status_id=PHONE_SCREEN)
        )
    assert len(long) == len(short)
