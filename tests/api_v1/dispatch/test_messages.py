"""Each rejected value has one sentence, which names the field as the client wrote it."""

from datetime import UTC, datetime
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from api_v1.fields import MAX_COUNT, NO_ROW_ID, BodyId, Count, Email, HttpUrl, IsoDate, RowId, Text
from api_v1.problems import invalid
from core.messages import message_for_problem
from tests.api_v1.fake_apis import ThingIn, ThingsIn

GOOD = "1ac435ee-9b11-4172-a934-3272b365e718"


def messages(schema: type[BaseModel], body: object) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        schema.model_validate(body)
    return [message_for_problem(problem) for problem in invalid(caught.value).problems]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"type": "seldom"}, "type must be one of [full-time, part-time]"),
        ({"type": ["full-time"]}, "type must be one of [full-time, part-time]"),
        ({"type": 1}, "type must be one of [full-time, part-time]"),
        ({"title": None}, "title must not be null"),
        ({"title": ""}, "title must not be blank"),
        ({"title": " \t\n\u00a0\u2003"}, "title must not be blank"),
        ({"title": 5}, "title must be a string"),
        ({"title": ["x"]}, "title must be a string"),
        ({"title": "x" * 11}, "title must be at most 10 characters"),
        ({"title": "a\0b"}, "title must not contain NUL characters"),
        ({"members": {}}, "members must be a list"),
        ({"members": [1]}, "members[0] must be an object"),
        ({"members": [{"email": "a@b.de"}]}, "members[0].type is required"),
        (
            {"members": [{"email": "a@b.de", "type": "boss"}]},
            "members[0].type must be one of [admin, client]",
        ),
        ({"members": [{"email": None, "type": "admin"}]}, "members[0].email must not be null"),
        (
            {"members": [{"email": "a@b.de", "type": "admin"}] * 4},
            "members must have at most 3 items",
        ),
        ({"count": 0}, "count must be at least 1"),
        ({"count": "0"}, "count must be at least 1"),
        ({"count": -3}, "count must be at least 1"),
        ({"count": "two"}, "count must be an integer"),
        ({"count": "٣"}, "count must be an integer"),
        ({"count": 2.5}, "count must be an integer"),
        ({"count": True}, "count must be an integer"),
        ({"count": MAX_COUNT + 1}, f"count must be at most {MAX_COUNT}"),
        ({"count": "9" * 100_000}, f"count must be at most {MAX_COUNT}"),
        ({"count": 1e300}, f"count must be at most {MAX_COUNT}"),
        ({"day": "tomorrow"}, "day must be a valid date or date-time (ISO 8601)"),
        ({"day": 20180925}, "day must be a valid date or date-time (ISO 8601)"),
        ({"day": "2018-02-30"}, "day must be a valid date or date-time (ISO 8601)"),
        ({"day": "1899-12-31"}, "day must be between the years 1900 and 2199"),
        ({"day": "1900-01-01T00:00:00+14:00"}, "day must be between the years 1900 and 2199"),
        ({"day": "2199-12-31T23:00:00-01:00"}, "day must be between the years 1900 and 2199"),
        ({"day": "9999-12-31T23:59:59-23:59"}, "day must be between the years 1900 and 2199"),
        ({"link": "javascript:alert(1)"}, "link must be a valid http or https URL"),
        ({"link": "http://a/" + "x" * 2000}, "link must be at most 2000 characters"),
        ({"ids": [GOOD, "x"]}, "ids[1] must be a valid UUID"),
        ({"ids": [f"urn:uuid:{GOOD}"]}, "ids[0] must be a valid UUID"),
        ({"ids": [GOOD.replace("-", "")]}, "ids[0] must be a valid UUID"),
        ({"ids": "x"}, "ids must be a list"),
    ],
)
def test_the_sentence_names_field_and_reason(
    changes: dict[str, Any], message: str
) -> None:  # Any: JSON
    assert messages(ThingIn, {"title": "x"} | changes) == [message]


def test_a_place_deep_inside_is_written_as_the_client_wrote_it() -> None:
    things: list[dict[str, Any]] = [{"title": "x"} for _ in range(4)]  # Any: JSON
    things[3]["members"] = [{"email": "nobody", "type": "admin"}]
    assert messages(ThingsIn, {"things": things}) == [
        "things[3].members[0].email must be a valid email"
    ]
    assert messages(ThingsIn, {"things": []}) == ["things must have at least 1 items"]


def test_problems_come_in_the_order_of_the_fields() -> None:
    found = messages(ThingIn, {"count": "x", "type": "x"})
    assert [sentence.split()[0] for sentence in found] == ["title", "type", "count"]


@pytest.mark.parametrize(
    "address",
    [
        "a@b.de",
        "joe.smith+x@sub.example.co.uk",
        "o'neil@acme.test",
        "jörg@bücher.de",
        "x@acme.localhost",
        f"{'x' * 64}@b.de",
    ],
)
def test_good_addresses_stay_as_they_are(address: str) -> None:
    assert TypeAdapter(Email).validate_python(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@",
        "@b.de",
        "a@b",
        "a b@c.de",
        "a@b..de",
        ".a@b.de",
        "a.@b.de",
        "a@-b.de",
        "a@b-.de",
        "a@b.de\n",
        "a@b@c.de",
        '"a"@b.de',
        "a@[1.2.3.4]",
        f"{'x' * 65}@b.de",
        f"a@{'x' * 64}.de",
        f"a@{'b.' * 130}de",
        "a\0@b.de",
        "a@b_c.de",
    ],
)
def test_bad_addresses_are_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Email).validate_python(address)


@pytest.mark.parametrize(
    "url", ["http://a.de", "HTTPS://a.de:8080/x?y=z#q", "https://bücher.de/ä", "http://a.de?x"]
)
def test_good_urls_stay_as_they_are(url: str) -> None:
    assert TypeAdapter(HttpUrl).validate_python(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.de",
        "//a.de",
        "ftp://a.de",
        "http://",
        "http:///x",
        "http://a b",
        "http://a.de/\n",
        "http://u:p@a.de",
        "data:x",
    ],
)
def test_bad_urls_are_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(HttpUrl).validate_python(url)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("2018-09-25", datetime(2018, 9, 25, tzinfo=UTC)),
        ("2018-08-28T18:30:00.000Z", datetime(2018, 8, 28, 18, 30, tzinfo=UTC)),
        ("2018-08-28T18:30:00+05:30", datetime(2018, 8, 28, 13, 0, tzinfo=UTC)),
        ("2018-08-28t18:30z", datetime(2018, 8, 28, 18, 30, tzinfo=UTC)),
        ("2018-08-28 18:30:00.123456789Z", datetime(2018, 8, 28, 18, 30, 0, 123456, tzinfo=UTC)),
        ("2018-08-28T18:30:00", datetime(2018, 8, 28, 18, 30, tzinfo=UTC)),
    ],
)
def test_a_date_or_a_date_time_becomes_utc(sent: str, read: datetime) -> None:
    assert TypeAdapter(IsoDate).validate_python(sent) == read


@pytest.mark.parametrize(
    "sent",
    ["", "2018", "2018-W01-1", "20180925", "2018-9-5", "2018-01-01T24:61", "2018-01-01Z", "now"],
)
def test_other_writings_of_a_date_are_refused(sent: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(IsoDate).validate_python(sent)


@pytest.mark.parametrize("sent", [3, "3", "03", 3.0])
def test_a_count_may_come_as_a_string(sent: object) -> None:
    assert TypeAdapter(Count).validate_python(sent) == 3


def test_a_row_id_may_come_as_a_string() -> None:
    adapter = TypeAdapter(RowId)
    assert adapter.validate_python("576") == adapter.validate_python(576) == 576
    assert adapter.validate_python("-5") == -5
    for bad in ("x", "", None, True, 1.5, "1.0", [1], "-", "\u0665", " 1"):
        with pytest.raises(ValidationError):
            adapter.validate_python(bad)


@pytest.mark.parametrize("huge", [2**63, 1e20, "9" * 19, "9" * 100_000])
def test_a_row_id_fits_the_database_however_large_the_number(huge: object) -> None:
    assert TypeAdapter(RowId).validate_python(huge) == NO_ROW_ID


def test_text_may_be_blank_where_the_schema_allows_it() -> None:
    adapter = TypeAdapter(Annotated[str, Text(5, blank=True)])
    assert adapter.validate_python("") == ""
    for bad in ("\0", "123456", None, 5):
        with pytest.raises(ValidationError):
            adapter.validate_python(bad)


def test_an_emoji_counts_as_one_character() -> None:
    assert TypeAdapter(Annotated[str, Text(3)]).validate_python("🤖🤖🤖") == "🤖🤖🤖"


def test_a_uuid_is_a_uuid_in_any_case() -> None:
    assert str(TypeAdapter(BodyId).validate_python(GOOD.upper())) == GOOD
