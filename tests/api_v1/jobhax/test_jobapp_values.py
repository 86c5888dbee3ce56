"""Invalid values: error 10 with the reason in the head, error 11 for an unknown status, and nothing is stored."""

import pytest

from api_v1.versions import TIMELINE
from core.jobsearch.models import Application, Note
from tests.api_v1.jobhax.jobapp_calls import NEW, add_jobapp, add_note, list_jobapps, outcome
from tests.clients import JobHaxClient

CHANGEABLE = "status_id, rejected, job_title, company, application_date, source"


@pytest.mark.parametrize("name", ["job_title", "company", "application_date", "status_id"])
def test_a_new_application_has_every_required_field(head: JobHaxClient, name: str) -> None:
    without = {key: value for key, value in NEW.items() if key != name}
    assert outcome(head.post("jobapps/add_jobapp", **without)) == (400, 10, f"{name} is required")
    assert outcome(head.post("jobapps/add_jobapp", **without, **{name: None})) == (
        400,
        10,
        f"{name} must not be null",
    )
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        *(("job_title", bad) for bad in ("", " ", "x" * 301, "a\0b", 5, ["x"])),
        *(("company", bad) for bad in ("", "\n", "x" * 201, "a\0b", 5, True)),
        *(("source", bad) for bad in ("x" * 101, "a\0b", 5)),
        *(("status_id", bad) for bad in ("", "Applied", 1.5, True, [1])),
        *(
            ("application_date", bad)
            for bad in (
                "",
                "tomorrow",
                "31/01/2019",
                "2019-02-30",
                "0001-01-01",
                "9999-12-31",
                "1899-12-31",
            )
        ),
        *(
            ("application_date", bad)
            for bad in (1548892800, True, ["2019-01-31"], "2019-01-31T25:00:00Z")
        ),
    ],
)
def test_a_value_that_cannot_be_is_refused_and_nothing_is_stored(
    head: JobHaxClient, name: str, bad: object
) -> None:
    reply = head.post("jobapps/add_jobapp", **{**NEW, name: bad})
    assert (reply.status, reply.code) == (400, 10)
    assert reply.message.startswith(name)
    assert not Application.objects.exists()


def test_the_longest_values_are_kept_as_sent(seeker: JobHaxClient) -> None:
    found = add_jobapp(seeker, job_title="🤖" * 300, company=" " + "c" * 199, source="s" * 100)
    assert (found["jobTitle"], found["company"], found["source"]) == (
        "🤖" * 300,
        " " + "c" * 199,
        "s" * 100,
    )


@pytest.mark.parametrize("unknown", [6, "99", 0, -1, "9" * 30])
def test_an_unknown_status_is_not_found_wherever_it_is_said(
    seeker: JobHaxClient, unknown: object
) -> None:
    jobapp_id = add_jobapp(seeker)["id"]
    replies = [
        seeker.post("jobapps/add_jobapp", **{**NEW, "status_id": unknown}),
        seeker.post("jobapps/update_jobapp", jobapp_id=jobapp_id, status_id=unknown, rejected=True),
        seeker.get("jobapps/get_jobapps", status_id=str(unknown)),
    ]
    assert {outcome(reply) for reply in replies} == {(404, 11, "Record not found...")}
    (found,) = list_jobapps(seeker)
    assert (found["applicationStatus"]["id"], found["isRejected"]) == (1, False)


@pytest.mark.parametrize("said", [{}, {"status_id": None}, {"rejected": None, "status_id": None}])
def test_an_update_has_at_least_one_field(head: JobHaxClient, said: dict[str, None]) -> None:
    reply = head.post("jobapps/update_jobapp", jobapp_id=add_jobapp(head)["id"], **said)
    assert outcome(reply) == (400, 10, f"The body needs at least one of [{CHANGEABLE}]")


@pytest.mark.parametrize("bad", ["true", 1, 0, "", [True]])
def test_rejected_is_true_or_false(head: JobHaxClient, bad: object) -> None:
    reply = head.post("jobapps/update_jobapp", jobapp_id=add_jobapp(head)["id"], rejected=bad)
    assert outcome(reply) == (400, 10, "rejected must be true or false")


@pytest.mark.parametrize("bad", ["", " ", "x" * 262_145, "é" * 131_073, "a\0b", 5, None])
def test_a_note_that_cannot_be_is_refused_and_nothing_is_stored(
    seeker: JobHaxClient, bad: object
) -> None:
    jobapp_id = add_jobapp(seeker)["id"]
    reply = seeker.post("jobapps/add_jobapp_note", jobapp_id=jobapp_id, description=bad)
    assert outcome(reply) == (400, 10, "Invalid parameters...")
    assert not Note.objects.exists()
    note = add_note(seeker, jobapp_id)
    reply = seeker.post("jobapps/update_jobapp_note", jobapp_note_id=note["id"], description=bad)
    assert outcome(reply) == (400, 10, "Invalid parameters...")
    assert seeker.get("jobapps/get_jobapp_notes", jobapp_id=str(jobapp_id)).data == [note]


@pytest.mark.parametrize("text", ["x" * 262_144, "é" * 131_072, "<script>\n</script>"])
@pytest.mark.parametrize("version", TIMELINE.names)
def test_a_note_of_256_kilobytes_is_kept_as_sent(
    seeker: JobHaxClient, version: str, text: str
) -> None:
    seeker.version = version
    jobapp_id = add_jobapp(seeker)["id"]
    assert add_note(seeker, jobapp_id, text)["description"] == text
    assert [
        note["description"]
        for note in seeker.get("jobapps/get_jobapp_notes", jobapp_id=str(jobapp_id)).data
    ] == [text]


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        *(("job_title", bad) for bad in ("", " ", "x" * 301, "a\0b", 5)),
        *(("company", bad) for bad in ("", "x" * 201, ["x"])),
        *(("source", bad) for bad in ("x" * 101, 5)),
        *(("application_date", bad) for bad in ("", "soon", "2019-02-30", 5)),
    ],
)
def test_a_correction_that_cannot_be_is_refused_and_changes_nothing(
    head: JobHaxClient, name: str, bad: object
) -> None:
    before = add_jobapp(head)
    reply = head.post("jobapps/update_jobapp", jobapp_id=before["id"], rejected=True, **{name: bad})
    assert (reply.status, reply.code) == (400, 10)
    assert reply.message.startswith(name)
    assert list_jobapps(head) == [before]
