"""Which application or note is meant: spellings, numbers that can't be one, and what belongs to another user."""

import pytest

from core.jobsearch.models import StatusChange
from tests.api_v1.jobhax.jobapp_calls import (
    ON_NOTES,
    READING,
    WRITING,
    add_jobapp,
    add_note,
    call,
    list_jobapps,
    outcome,
)
from tests.clients import JobHaxClient

about_one = pytest.mark.parametrize("route", [*READING, *WRITING, *ON_NOTES])


@pytest.mark.parametrize("route", READING)
@pytest.mark.parametrize("name", ["jobapp_id", "jopapp_id"])
def test_both_spellings_of_the_id_are_read_in_a_query(
    seeker: JobHaxClient, route: str, name: str
) -> None:
    assert seeker.get(f"jobapps/{route}", **{name: str(add_jobapp(seeker)["id"])}).code == 0


@pytest.mark.parametrize("route", WRITING)
@pytest.mark.parametrize("name", ["jobapp_id", "jopapp_id"])
@pytest.mark.parametrize("kind", [int, str])
def test_both_spellings_of_the_id_are_read_in_a_body(
    seeker: JobHaxClient, route: str, name: str, kind: type
) -> None:
    sent = {name: kind(add_jobapp(seeker)["id"]), **WRITING[route]}
    assert seeker.post(f"jobapps/{route}", **sent).code == 0


@about_one
def test_what_belongs_to_another_user_is_not_found(
    seeker: JobHaxClient, stranger: JobHaxClient, route: str
) -> None:
    jobapp_id = add_jobapp(seeker)["id"]
    note = add_note(seeker, jobapp_id)
    hers = note["id"] if route in ON_NOTES else jobapp_id
    reply = call(stranger, route, id=hers)
    assert outcome(reply) == (404, 11, "Record not found...")
    assert reply.content == call(stranger, route, id=10**9).content
    assert [found["id"] for found in list_jobapps(seeker)] == [jobapp_id]
    assert seeker.get("jobapps/get_jobapp_notes", jobapp_id=str(jobapp_id)).data == [note]
    assert StatusChange.objects.count() == 1
    assert list_jobapps(stranger) == []


@about_one
@pytest.mark.parametrize(
    "unknown", [0, -1, "-1", 2**31, 2**63, "9" * 30, "9" * 5000, "0000001000000"]
)
def test_an_id_that_nothing_has_is_not_found(
    seeker: JobHaxClient, route: str, unknown: object
) -> None:
    assert outcome(call(seeker, route, id=unknown)) == (404, 11, "Record not found...")


@about_one
@pytest.mark.parametrize("bad", ["abc", "", " 1", "1.5", "0x10", "1e3", "٣"])
def test_an_id_that_is_no_number_is_refused(seeker: JobHaxClient, route: str, bad: str) -> None:
    assert outcome(call(seeker, route, id=bad)) == (400, 10, "Invalid parameters...")


@pytest.mark.parametrize("route", [*WRITING, *ON_NOTES])
@pytest.mark.parametrize("bad", [1.5, True, False, [1], {"id": 1}, None])
def test_an_id_of_another_kind_is_refused(seeker: JobHaxClient, route: str, bad: object) -> None:
    assert outcome(call(seeker, route, id=bad)) == (400, 10, "Invalid parameters...")


@about_one
def test_an_id_is_required_and_the_head_says_so(head: JobHaxClient, route: str) -> None:
    reply = head.get(f"jobapps/{route}") if route in READING else head.post(f"jobapps/{route}")
    name = "jobapp_note_id" if route in ON_NOTES else "jobapp_id"
    assert outcome(reply) == (400, 10, f"{name} is required")


@about_one
def test_what_is_gone_is_not_found(seeker: JobHaxClient, route: str) -> None:
    jobapp_id = add_jobapp(seeker)["id"]
    note_id = add_note(seeker, jobapp_id)["id"]
    seeker.post("jobapps/delete_jobapp", jobapp_id=jobapp_id)
    assert call(seeker, route, id=note_id if route in ON_NOTES else jobapp_id).code == 11
