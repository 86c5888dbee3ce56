"""Which application or note is meant: spellings, numbers that can't be one, and what belongs to somebody else."""

import pytest

from core.jobsearch.models import StatusChange
from tests.api_v1.jobhax.calls import JobHax
from tests.api_v1.jobhax.jobapp_calls import (
    ON_NOTES,
    READING,
    WRITING,
    added,
    call,
    listed,
    noted,
    outcome,
)

about_one = pytest.mark.parametrize("route", [*READING, *WRITING, *ON_NOTES])


@pytest.mark.parametrize("route", READING)
@pytest.mark.parametrize("name", ["jobapp_id", "jopapp_id"])
def test_both_spellings_of_the_id_are_read_in_a_query(
    seeker: JobHax, route: str, name: str
) -> None:
    assert seeker.get(f"jobapps/{route}", **{name: str(added(seeker)["id"])}).code == 0


@pytest.mark.parametrize("route", WRITING)
@pytest.mark.parametrize("name", ["jobapp_id", "jopapp_id"])
@pytest.mark.parametrize("kind", [int, str])
def test_both_spellings_of_the_id_are_read_in_a_body(
    seeker: JobHax, route: str, name: str, kind: type
) -> None:
    sent = {name: kind(added(seeker)["id"]), **WRITING[route]}
    assert seeker.post(f"jobapps/{route}", **sent).code == 0


@about_one
def test_what_belongs_to_another_user_is_not_found(
    seeker: JobHax, stranger: JobHax, route: str
) -> None:
    jobapp_id = added(seeker)["id"]
    note = noted(seeker, jobapp_id)
    hers = note["id"] if route in ON_NOTES else jobapp_id
    reply = call(stranger, route, id=hers)
    assert outcome(reply) == (404, 11, "Record not found...")
    assert reply.text == call(stranger, route, id=10**9).text
    assert [found["id"] for found in listed(seeker)] == [jobapp_id]
    assert seeker.get("jobapps/get_jobapp_notes", jobapp_id=str(jobapp_id)).data == [note]
    assert StatusChange.objects.count() == 1
    assert listed(stranger) == []


@about_one
@pytest.mark.parametrize(
    "unknown", [0, -1, "-1", 2**31, 2**63, "9" * 30, "9" * 5000, "0000001000000"]
)
def test_an_id_that_nothing_has_is_not_found(seeker: JobHax, route: str, unknown: object) -> None:
    assert outcome(call(seeker, route, id=unknown)) == (404, 11, "Record not found...")


@about_one
@pytest.mark.parametrize("bad", ["abc", "", " 1", "1.5", "0x10", "1e3", "٣"])
def test_an_id_that_is_no_number_is_refused(seeker: JobHax, route: str, bad: str) -> None:
    assert outcome(call(seeker, route, id=bad)) == (400, 10, "Invalid parameters...")


@pytest.mark.parametrize("route", [*WRITING, *ON_NOTES])
@pytest.mark.parametrize("bad", [1.5, True, False, [1], {"id": 1}, None])
def test_an_id_of_another_kind_is_refused(seeker: JobHax, route: str, bad: object) -> None:
    assert outcome(call(seeker, route, id=bad)) == (400, 10, "Invalid parameters...")


@about_one
def test_an_id_is_required_and_the_head_says_so(head: JobHax, route: str) -> None:
    reply = head.get(f"jobapps/{route}") if route in READING else head.post(f"jobapps/{route}")
    name = "jobapp_note_id" if route in ON_NOTES else "jobapp_id"
    assert outcome(reply) == (400, 10, f"{name} is required")


@about_one
def test_what_is_gone_is_not_found(seeker: JobHax, route: str) -> None:
    jobapp_id = added(seeker)["id"]
    note_id = noted(seeker, jobapp_id)["id"]
    seeker.post("jobapps/delete_jobapp", jobapp_id=jobapp_id)
    assert call(seeker, route, id=note_id if route in ON_NOTES else jobapp_id).code == 11
