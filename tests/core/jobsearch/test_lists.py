"""Lists of applications, and what belongs to one."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from api_v1.jobhax.columns import DETAIL, JOBAPP, MAIL_OF_JOBAPP, NOTE, STATUS, STATUS_CHANGE
from core.accounts.models import User
from core.errors import Invalid, NotFound
from core.jobsearch import queries, services
from core.jobsearch.models import Application, ApplicationDetail, Note, StatusChange
from core.jobsearch.queries import ListFilter
from core.jobsearch.statuses import APPLIED, OFFER
from core.pages import Page
from tests.core.jobsearch.applications import Apply, read, store_many
from tests.statements import statements

TOO_LARGE = 10**30


def titles(seeker: User, **only: Any) -> list[str]:  # Any: the filter's fields
    page = queries.list_applications(
        seeker.id, user_uuid=seeker.uuid, columns=JOBAPP, limit=200, only=ListFilter(**only)
    )
    return [found["jobTitle"] for found in read(page.data)]


def test_a_new_tenant_has_the_five_statuses_by_the_ids_that_clients_assume(seeker: User) -> None:
    assert read(queries.list_statuses(columns=STATUS)) == [
        {"id": 1, "value": "Applied"},
        {"id": 2, "value": "To Apply"},
        {"id": 3, "value": "Phone Screen"},
        {"id": 4, "value": "Onsite Interview"},
        {"id": 5, "value": "Offer"},
    ]


def test_a_status_that_an_operator_adds_comes_after_those(seeker: User) -> None:
    from core.jobsearch.models import Status

    # Not always 6: a number that was taken back isn't given again.
    assert Status.objects.create(value="Interviewing").id > 5


def test_an_application_has_the_keys_of_the_sample_in_their_order(
    apply: Apply, seeker: User
) -> None:
    stored = apply(
        job_title="🤖 Lead Android Engineer",
        company="OpenPhone ",
        company_logo="/static/images/errorcvlogobright.png",
        apply_date=datetime(2019, 1, 23, 14, 18, 12, tzinfo=UTC),
        msg_id="1687ccad52768659",
        source="Hired.com",
    )
    (found,) = read(queries.list_all_applications(seeker.id, columns=JOBAPP))
    assert list(found.items()) == [
        ("id", stored.id),
        ("applicationStatus", {"id": 1, "value": "Applied"}),
        ("jobTitle", "🤖 Lead Android Engineer"),
        ("company", "OpenPhone "),
        ("companyLogo", "/static/images/errorcvlogobright.png"),
        ("applyDate", "2019-01-23T14:18:12Z"),
        ("msgId", "1687ccad52768659"),
        ("source", "Hired.com"),
        ("user", seeker.id),
        ("isRejected", False),
    ]
    assert read(queries.view_application(seeker.id, stored.id, columns=JOBAPP)) == found


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (datetime(2019, 2, 10, 10, 38, 36, 202351, UTC), "2019-02-10T10:38:36.202351Z"),
        (datetime(2019, 2, 10, 10, 38, 36, 500000, UTC), "2019-02-10T10:38:36.500000Z"),
        (datetime(1900, 1, 1, tzinfo=UTC), "1900-01-01T00:00:00Z"),
    ],
)
def test_a_date_has_microseconds_when_there_are_any(
    apply: Apply, seeker: User, moment: datetime, shown: str
) -> None:
    apply(apply_date=moment)
    assert read(queries.list_all_applications(seeker.id, columns=JOBAPP))[0]["applyDate"] == shown


def test_a_user_without_applications_gets_an_empty_list(seeker: User) -> None:
    assert queries.list_all_applications(seeker.id, columns=JOBAPP) == b"[]"
    assert queries.list_applications(
        seeker.id, user_uuid=seeker.uuid, columns=JOBAPP, limit=50
    ) == Page(b"[]", None)


def test_the_newest_apply_date_comes_first_and_the_newest_id_among_equals(
    apply: Apply, seeker: User
) -> None:
    day = datetime(2019, 1, 23, tzinfo=UTC)
    ids = [
        apply(apply_date=day).id,
        apply(apply_date=day + timedelta(days=1)).id,
        apply(apply_date=day).id,
    ]
    listed = [
        found["id"] for found in read(queries.list_all_applications(seeker.id, columns=JOBAPP))
    ]
    assert listed == [ids[1], ids[2], ids[0]]


def test_deleted_applications_and_other_peoples_are_not_listed(
    apply: Apply, seeker: User, stranger: User
) -> None:
    apply(user=stranger)
    services.delete_application(seeker.id, apply().id)
    assert read(queries.list_all_applications(seeker.id, columns=JOBAPP)) == []
    assert titles(seeker) == []


def test_a_list_of_one_status(apply: Apply, seeker: User) -> None:
    apply(job_title="Applied")
    apply(job_title="Offered", status_id=OFFER)
    assert [
        found["jobTitle"]
        for found in read(queries.list_all_applications(seeker.id, columns=JOBAPP, status_id=OFFER))
    ] == ["Offered"]
    assert titles(seeker, status_id=OFFER) == ["Offered"]
    assert read(queries.list_all_applications(seeker.id, columns=JOBAPP, status_id=3)) == []


@pytest.mark.parametrize("status_id", [6, 0, -1, 2**63, TOO_LARGE])
def test_a_list_of_an_unknown_status_is_not_found(seeker: User, status_id: int) -> None:
    with pytest.raises(NotFound):
        queries.list_all_applications(seeker.id, columns=JOBAPP, status_id=status_id)
    with pytest.raises(NotFound):
        queries.list_applications(
            seeker.id,
            user_uuid=seeker.uuid,
            columns=JOBAPP,
            limit=1,
            only=ListFilter(status_id=status_id),
        )


def test_a_list_of_one_source(apply: Apply, seeker: User) -> None:
    apply(job_title="Here", source="LinkedIn")
    apply(job_title="There", source="Indeed")
    assert titles(seeker, source="LinkedIn") == ["Here"]
    assert titles(seeker, source="linkedin") == []


@pytest.mark.parametrize("words", ["android", "ANDROID DEV", "genu", "100%", "a_b", "\\"])
def test_words_are_found_in_title_and_company_whatever_their_case(
    apply: Apply, seeker: User, words: str
) -> None:
    apply(job_title="Android Developer a_b 100%", company="Genuent \\")
    apply(job_title="Baker axb 1000", company="Mozilla")
    assert titles(seeker, words=words) == ["Android Developer a_b 100%"]


def test_pages_show_each_application_once_whatever_happens_in_between(
    apply: Apply, seeker: User
) -> None:
    day = datetime(2019, 1, 23, tzinfo=UTC)
    ids = [apply(apply_date=day + timedelta(hours=number // 2)).id for number in range(7)]
    first = queries.list_applications(seeker.id, user_uuid=seeker.uuid, columns=JOBAPP, limit=3)
    apply(apply_date=day + timedelta(days=9))
    services.delete_application(seeker.id, ids[6])
    second = queries.list_applications(
        seeker.id, user_uuid=seeker.uuid, columns=JOBAPP, limit=3, cursor=first.next_cursor
    )
    third = queries.list_applications(
        seeker.id, user_uuid=seeker.uuid, columns=JOBAPP, limit=3, cursor=second.next_cursor
    )
    shown = [found["id"] for page in (first, second, third) for found in read(page.data)]
    assert shown == [ids[6], ids[5], ids[4], ids[3], ids[2], ids[1], ids[0]]
    assert third.next_cursor is None


def test_a_full_last_page_has_no_next_one(apply: Apply, seeker: User) -> None:
    apply()
    apply()
    assert (
        queries.list_applications(
            seeker.id, user_uuid=seeker.uuid, columns=JOBAPP, limit=2
        ).next_cursor
        is None
    )


def test_a_made_up_cursor_is_invalid(seeker: User) -> None:
    with pytest.raises(Invalid):
        queries.list_applications(
            seeker.id, user_uuid=seeker.uuid, columns=JOBAPP, limit=2, cursor="abc"
        )


def test_a_cursor_is_not_of_a_user_with_the_same_number(apply: Apply, seeker: User) -> None:
    # Each tenant counts its users from 1.
    apply()
    apply()
    page = queries.list_applications(seeker.id, user_uuid=seeker.uuid, columns=JOBAPP, limit=1)
    with pytest.raises(Invalid):
        queries.list_applications(
            seeker.id, user_uuid=uuid4(), columns=JOBAPP, limit=1, cursor=page.next_cursor
        )


def test_a_list_is_one_statement_whatever_the_number_of_rows(apply: Apply, seeker: User) -> None:
    store_many(seeker, 300)
    with statements() as run:
        assert len(read(queries.list_all_applications(seeker.id, columns=JOBAPP))) == 300
    assert len(run) == 1
    with statements() as run:
        page = queries.list_applications(
            seeker.id,
            user_uuid=seeker.uuid,
            columns=JOBAPP,
            limit=50,
            only=ListFilter(1, "LinkedIn", "title"),
        )
    assert len(run) == 1
    assert page.next_cursor is None


def test_history_begins_with_the_first(apply: Apply, seeker: User) -> None:
    application = apply()
    moment = datetime(2019, 2, 10, 10, 38, 36, 202351, UTC)
    StatusChange.objects.create(application=application, status_id=APPLIED, changed_at=moment)
    later = moment.replace(second=37, microsecond=0)
    StatusChange.objects.create(application=application, status_id=OFFER, changed_at=later)
    assert read(queries.list_status_history(seeker.id, application.id, columns=STATUS_CHANGE)) == [
        {
            "applicationStatus": {"id": 1, "value": "Applied"},
            "update_date": "2019-02-10T10:38:36.202351Z",
            "mailId": None,
        },
        {
            "applicationStatus": {"id": 5, "value": "Offer"},
            "update_date": "2019-02-10T10:38:37Z",
            "mailId": None,
        },
    ]


def test_notes_begin_with_the_oldest(apply: Apply, seeker: User) -> None:
    application = apply()
    created = datetime(2019, 3, 18, 3, 40, 4, 770901, UTC)
    first = Note.objects.create(
        application=application, description="one", created_at=created, updated_at=created
    )
    second = Note.objects.create(application=application, description='two "\n', created_at=created)
    assert read(queries.list_notes(seeker.id, application.id, columns=NOTE)) == [
        {
            "id": first.id,
            "description": "one",
            "created_date": "2019-03-18T03:40:04.770901Z",
            "update_date": "2019-03-18T03:40:04.770901Z",
        },
        {
            "id": second.id,
            "description": 'two "\n',
            "created_date": "2019-03-18T03:40:04.770901Z",
            "update_date": None,
        },
    ]


def view_detail(seeker: User, application: Application) -> Any:  # Any: JSON
    return read(
        queries.view_detail(seeker.id, application.id, columns=DETAIL, mail_columns=MAIL_OF_JOBAPP)
    )


def test_details_are_empty_objects_where_the_board_gave_none(apply: Apply, seeker: User) -> None:
    application = apply()
    assert view_detail(seeker, application) == {
        "posterInformation": {},
        "decoratedJobPosting": {},
        "topCardV2": {},
        "mails": [],
    }
    ApplicationDetail.objects.create(application=application, top_card_v2={"title": ["Engineer"]})
    assert view_detail(seeker, application)["topCardV2"] == {"title": ["Engineer"]}


@pytest.mark.parametrize(
    ("look_up", "columns"),
    [
        (queries.view_application, JOBAPP),
        (queries.list_status_history, STATUS_CHANGE),
        (queries.list_notes, NOTE),
        (partial(queries.view_detail, mail_columns=MAIL_OF_JOBAPP), DETAIL),
    ],
)
def test_what_is_not_the_callers_own_is_not_found_in_one_statement(
    apply: Apply, seeker: User, stranger: User, look_up: Any, columns: str
) -> None:
    application = apply()
    with statements() as run, pytest.raises(NotFound):
        look_up(stranger.id, application.id, columns=columns)
    assert len(run) == 1
    services.delete_application(seeker.id, application.id)
    for unknown in (application.id, 0, -5, TOO_LARGE):
        with pytest.raises(NotFound):
            look_up(seeker.id, unknown, columns=columns)
