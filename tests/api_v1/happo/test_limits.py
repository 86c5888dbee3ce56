"""Bad input: every value of every field has limits, a clear message for each, and nothing half-written."""

import pytest

from core.recruiting.models import Candidate, Position
from tests.recruiters import Recruiter, candidates_of

ID = "01a1ffa2-b5cd-752a-8945-a92397d1f291"
NOT_DATES = [
    "2018-13-01",
    "2018-02-30",
    "18-01-01",
    "soon",
    "",
    5,
    True,
    [],
    "2018-01-01T25:00",
    "0000-01-01",
    "9999-01-01",
]


def url(length: int) -> str:
    return "https://happo.com/" + "x" * (length - 18)


def email(length: int) -> str:
    return "a@" + "x" * 59 + ("." + "y" * 60) * 3 + "." + "z" * (length - 2 - 59 - 61 * 3 - 1)


POSITION_LIMITS: list[tuple[str, object, object]] = [
    ("title", "x" * 300, "x" * 301),
    ("location", "ö" * 300, "ö" * 301),
    ("adPostingLink", url(2000), url(2001)),
    ("noOfPositions", 10_000, 0),
    ("noOfPositions", "1", "-1"),
]
CANDIDATE_LIMITS: list[tuple[str, object, object]] = [
    ("name", "x" * 200, "x" * 201),
    ("phoneNumber", "1" * 50, "1" * 51),
    ("compensation", "x" * 200, "x" * 201),
    ("email", email(254), email(255)),
]


@pytest.mark.parametrize(("field", "longest", "too_long"), POSITION_LIMITS)
def test_limits_of_a_position(
    anna: Recruiter, field: str, longest: object, too_long: object
) -> None:
    assert anna.post("/positions", {"title": "T", field: longest}).status == 200
    answer = anna.post("/positions", {"title": "T", field: too_long})
    assert answer.status == 400
    assert answer.message.startswith(f"{field} must ")
    assert Position.objects.count() == 1


@pytest.mark.parametrize(("field", "longest", "too_long"), CANDIDATE_LIMITS)
def test_limits_of_a_candidate(
    anna: Recruiter, position: Position, field: str, longest: str, too_long: str
) -> None:
    assert anna.post(candidates_of(position), {"name": "N", field: longest}).data[field] == longest
    answer = anna.post(candidates_of(position), {"name": "N", field: too_long})
    assert answer.status == 400
    assert answer.message.startswith(f"{field} must be at most ")
    assert Candidate.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("title", [5, True, [], {}, "\0", "a\0b"]),
        ("location", [5, ["x"], "\0"]),
        ("notes", [5, {}, "\0"]),
        ("type", ["", "fulltime", "FULL-TIME", 1, []]),
        (
            "adPostingLink",
            [
                "",
                "happo.com",
                "ftp://happo.com",
                "javascript:alert(1)",
                "https://",
                "http://a b",
                5,
            ],
        ),
        ("targetDate", NOT_DATES),
        ("noOfPositions", [0, -1, 1.5, "1.5", "x", "", True, [], 10**12, "9" * 1000, 1e300]),
        ("collaborators", ["x", {}, [None], 5]),
        ("attachmentIds", ["x", {}, [None], [5], ["no-uuid"], [ID[:-1]], [ID + "0"], [{"id": ID}]]),
    ],
)
def test_values_of_the_wrong_kind_are_refused_by_name(
    anna: Recruiter, position: Position, field: str, values: list[object]
) -> None:
    for value in values:
        for path in ("/positions", f"/positions/{position.id}"):
            answer = anna.post(path, {"title": "T", field: value})
            assert answer.status == 400, (path, value)
            assert answer.message.startswith(field), (answer.message, value)
    assert Position.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", [5, [], "\0"]),
        ("phoneNumber", [5, "\0"]),
        ("compensation", [3000, "\0"]),
        (
            "email",
            ["", "adam", "a@b", "a@@b.se", "a b@c.se", "a@b.se\n", "@b.se", 5, "a@b.se,c@d.se"],
        ),
        ("description", [5, "\0"]),
        ("availableFromDate", NOT_DATES),
        ("attachmentIds", ["x", [None], ["no-uuid"]]),
    ],
)
def test_candidates_values_of_the_wrong_kind_are_refused_by_name(
    anna: Recruiter, position: Position, field: str, values: list[object]
) -> None:
    for value in values:
        answer = anna.post(candidates_of(position), {"name": "N", field: value})
        assert answer.status == 400, value
        assert answer.message.startswith(field), (answer.message, value)
    assert not Candidate.objects.exists()


def test_an_attachment_that_does_not_exist_is_named_with_its_place(anna: Recruiter) -> None:
    [hers] = anna.uploads(1)
    answer = anna.post("/positions", {"title": "T", "attachmentIds": [hers, ID]})
    assert answer.status == 400
    assert answer.message.startswith("attachmentIds[1] ")
    assert ID in answer.message
    assert not Position.objects.exists()


def test_fifty_attachments_are_the_most(anna: Recruiter) -> None:
    answer = anna.post("/positions", {"title": "T", "attachmentIds": anna.uploads(51)})
    assert (answer.status, answer.message) == (400, "attachmentIds must have at most 50 items")


def test_a_refused_update_changes_nothing(
    anna: Recruiter, admin: Recruiter, position: Position
) -> None:
    before = anna.get(f"/positions/{position.id}").data
    for wrong in (
        {"attachmentIds": [ID]},
        {"collaborators": [{"email": "a@b.se", "type": "admin"}] * 2},
        {"notes": "<" * 60_000},
    ):
        answer = anna.post(
            f"/positions/{position.id}", {"title": "New", "location": "New", **wrong}
        )
        assert answer.status == 400
        assert anna.get(f"/positions/{position.id}").data == before


NASTY = [
    b"",
    b" ",
    b"{",
    b"null",
    b"[]",
    b'"title"',
    b"5",
    b"NaN",
    b'{"title": NaN}',
    b'{"title": "T", "noOfPositions": Infinity}',
    b'{"title": "\\ud800"}',
    b'{"title": "\\udc00\\ud800"}',
    b'{"title": "\\u0000"}',
    b'{"title": "\xff\xfe"}',
    b'{"title": "\xed\xa0\x80"}',
    b"\xef\xbb\xbf" + b'{"title": "T"',
    b'{"title": "T",}',
    b"{'title': 'T'}",
    b'{"title": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    b'{"title": "T", "noOfPositions": ' + b"9" * 100_000 + b"}",
    b'{"title": "T", "targetDate": "' + b"9" * 100_000 + b'"}',
    b'{"title": "T", "attachmentIds": [' + b'"x",' * 10_000 + b'"x"]}',
    b'{"title": "T", "collaborators": [' + b"{}," * 10_000 + b"{}]}",
]


@pytest.mark.parametrize("raw", NASTY, ids=range(len(NASTY)))
def test_nasty_bodies_are_a_400_in_the_envelope(
    anna: Recruiter, position: Position, raw: bytes
) -> None:
    for path in (
        "/positions",
        f"/positions/{position.id}",
        candidates_of(position),
        f"{candidates_of(position)}/bulk",
    ):
        for someone in (anna, anna.in_head):
            answer = someone.call("POST", path, raw=raw)
            assert answer.status == 400, answer.body
            assert {"statusCode", "error", "message"} <= set(answer.body)
            assert len(answer.message) < 1000
    assert Position.objects.count() == 1


@pytest.mark.parametrize(
    "query",
    ["q=%00", "q=%ff", "q=%ed%a0%80", "cursor=%00", "updatedAfter=%00", "limit=1e9", "limit=%F0"],
)
def test_nasty_queries_are_a_400_in_the_envelope(
    anna: Recruiter, position: Position, query: str
) -> None:
    for path in ("/positions", candidates_of(position)):
        answer = anna.in_head.get(f"{path}?{query}")
        assert answer.status == 400
        assert {"statusCode", "error", "message"} <= set(answer.body)


def test_a_body_over_a_megabyte_is_refused_and_a_bulk_may_have_six(
    anna: Recruiter, position: Position
) -> None:
    text = "x" * 99_000
    wide = {"title": "T", "notes": text} | {f"unknown{at}": text for at in range(11)}
    assert anna.post("/positions", wide).status == 413
    many = {"candidates": [{"name": "N", "description": text}] * 50}
    assert len(anna.post(f"{candidates_of(position)}/bulk", many).data) == 50
    assert (
        anna.post(f"{candidates_of(position)}/bulk", many | {"rest": "x" * 1_400_000}).status == 413
    )
