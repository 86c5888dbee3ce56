"""The types of values in requests, for the authors of request schemas.

    class PositionIn(BaseModel):
        title: Annotated[str, Text(300)]                      # required, not blank
        notes: Annotated[str, Text(100_000, blank=True)] | None = None
        type: Literal["full-time", "part-time"] | None = None
        targetDate: IsoDate | None = None
        noOfPositions: Count | None = None
        attachmentIds: Annotated[list[BodyId], Field(max_length=50)] | None = None

A field rejects a value with a code of `core.messages`, and its JSON schema describes the same rule, so that the
documents are true. Each schema is plain pydantic: `BaseModel`, never `ninja.Schema`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, WithJsonSchema
from pydantic.functional_validators import PlainValidator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from api_v1.problems import OWN_CODE
from core.accounts.addresses import INVISIBLE, clean_email
from core.errors import Fact, Invalid
from core.recruiting.limits import MAX_URL_CHARACTERS
from providers.limits import MAX_EMAIL_CHARACTERS

FIRST_YEAR, LAST_YEAR = 1900, 2199
MAX_COUNT: Final = 1_000_000
MAX_PORT: Final = 65_535
# The largest number that the database can look up; no row has it as its id.
NO_ROW_ID: Final = 2**63 - 1

URL_PATTERN: Final = (
    rf"^[hH][tT][tT][pP][sS]?://[^{INVISIBLE}/?#@:\[\]\\]+"
    rf"(?::[0-9]{{1,5}})?(?:[/?#][^{INVISIBLE}]*)?$"
)
VISIBLE_PATTERN: Final = rf"^[^\u0000]*[^{INVISIBLE}][^\u0000]*$"
_visible = re.compile(rf"[^{INVISIBLE}]")
_url = re.compile(URL_PATTERN)
_uuid = re.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_PORT_PATTERN: Final = (
    "^([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$"
)
_DATE_PATTERN: Final = "^(19|20|21)[0-9]{2}-"

_number = re.compile("-?[0-9]+")
# A date, or a date-time whose zone may be left out (then it is UTC). Other formats are ambiguous.
_iso = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)


def reject(code: str, **facts: Fact) -> PydanticCustomError:
    """Return the error that a validator raises: `raise reject("not_email")`."""
    # The sentence is in `core.messages`; it needs the name of the field, which is not known here.
    return PydanticCustomError(OWN_CODE + code, code, facts)


@dataclass(frozen=True, slots=True)
class Text:
    """A string of at most `limit` characters, without NUL (PostgreSQL can't keep one); not blank, unless allowed."""

    limit: int
    blank: bool = False

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:  # Any: pydantic's
        return core_schema.no_info_after_validator_function(
            self._check, core_schema.str_schema(strict=True)
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        pattern = "^[^\\u0000]*$" if self.blank else VISIBLE_PATTERN
        sizes = (
            {"maxLength": self.limit} if self.blank else {"minLength": 1, "maxLength": self.limit}
        )
        return {
            "type": "string",
            **sizes,
            "pattern": pattern,
            "examples": ["Some text"[: self.limit]],
        }

    def _check(self, value: str) -> str:
        if len(value) > self.limit:
            raise reject("too_long", limit=self.limit)
        if "\0" in value:
            raise reject("nul")
        if not self.blank and not _visible.search(value):
            raise reject("blank")
        return value


def _make_matcher(pattern: re.Pattern[str], *, limit: int, code: str) -> Callable[[object], str]:
    def check(value: object) -> str:
        text = _require_text(value)
        if len(text) > limit:
            raise reject("too_long", limit=limit)
        if not pattern.fullmatch(text):
            raise reject(code)
        return text

    return check


def _read_email(value: object) -> str:
    text = _require_text(value).strip(" ")
    if text != text.strip():
        raise reject("not_email")
    try:
        clean_email(text)
    except Invalid as error:
        [problem] = error.problems
        code, facts = problem.code, problem.facts
        raise reject(code, **facts) from None
    return text


def _require_text(value: object) -> str:
    if not isinstance(value, str):
        raise reject("null" if value is None else "not_text")
    return value


def _read_uuid(value: object) -> UUID:
    if isinstance(value, UUID):
        return value
    if not isinstance(value, str) or not _uuid.fullmatch(value):
        raise reject("not_uuid")
    return UUID(value)


def _read_date(value: object) -> datetime:
    if not isinstance(value, str) or not _iso.fullmatch(value):
        raise reject("not_date")
    try:
        time = datetime.fromisoformat(_cut_to_microseconds(value.upper()))
        time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except ValueError:
        raise reject("not_date") from None
    except OverflowError:
        raise _reject_date() from None
    # The year in UTC, as replies show it.
    if not FIRST_YEAR <= time.year <= LAST_YEAR:
        raise _reject_date()
    return time


def _reject_date() -> PydanticCustomError:
    return reject("date_out_of_range", first=FIRST_YEAR, last=LAST_YEAR)


def _cut_to_microseconds(value: str) -> str:
    # Some clients send nanoseconds; Python reads six digits.
    return re.sub(r"(\.\d{6})\d+", r"\1", value)


def _read_whole_number(value: object) -> object:
    # JSON has one kind of number: 5.0 is 5.
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _make_counter(most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        value = _read_whole_number(value)
        if isinstance(value, str) and value.isascii() and value.isdigit():
            # Checked before int(): converting a million digits takes minutes.
            value = int(value) if len(value) <= 12 else most + 1
        if isinstance(value, bool) or not isinstance(value, int):
            raise reject("not_integer")
        if value < 1:
            raise reject("too_small", limit=1)
        if value > most:
            raise reject("too_big", limit=most)
        return value

    return read


def _read_row_id(value: object) -> int:
    value = _read_whole_number(value)
    if isinstance(value, str) and _number.fullmatch(value):
        # Checked before int(): converting a million digits takes minutes.
        value = int(value) if len(value) <= 19 else NO_ROW_ID
    if isinstance(value, bool) or not isinstance(value, int):
        raise reject("not_integer")
    # A number that is too large counts as an unknown id, not as an invalid value.
    return max(-NO_ROW_ID, min(value, NO_ROW_ID))


Email = Annotated[
    str,
    PlainValidator(_read_email),
    WithJsonSchema(
        {
            "type": "string",
            "format": "email",
            "maxLength": MAX_EMAIL_CHARACTERS,
            "examples": ["adam.smith@example.com"],
        }
    ),
]
"""An e-mail address as written, without blanks around it, at most `MAX_EMAIL_CHARACTERS`."""

HttpUrl = Annotated[
    str,
    PlainValidator(_make_matcher(_url, limit=MAX_URL_CHARACTERS, code="not_url")),
    WithJsonSchema(
        {
            "type": "string",
            "maxLength": MAX_URL_CHARACTERS,
            "pattern": URL_PATTERN,
            "examples": ["https://example.com/jobs/1234"],
        }
    ),
]
"""An http or https URL as the client wrote it, at most `MAX_URL_CHARACTERS`."""

BodyId = Annotated[
    UUID,
    PlainValidator(_read_uuid),
    WithJsonSchema({"type": "string", "format": "uuid"}),
]
"""A UUID in its usual form of 36 characters. In a path a bad one is a 404, in a body a 400."""

IsoDate = Annotated[
    datetime,
    PlainValidator(_read_date),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "format": name, "pattern": _DATE_PATTERN, "examples": [example]}
                for name, example in (
                    ("date", "2018-09-25"),
                    ("date-time", "2018-08-28T18:30:00.000Z"),
                )
            ]
        }
    ),
]
"""A date (midnight UTC) or a date-time in, an aware UTC datetime out; years 1900 to 2199."""

Count = Annotated[
    int,
    PlainValidator(_make_counter(MAX_COUNT)),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 1, "maximum": MAX_COUNT},
                {"type": "string", "pattern": "^([1-9][0-9]{0,5}|1000000)$"},
            ]
        }
    ),
]
"""A count, 1 to 1,000,000; a numeric string is accepted too."""

Port = Annotated[
    int,
    PlainValidator(_make_counter(MAX_PORT)),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 1, "maximum": MAX_PORT, "examples": [993]},
                {"type": "string", "pattern": _PORT_PATTERN},
            ]
        }
    ),
]
"""A port of TCP, 1 to 65,535; a numeric string is accepted too."""

RowId = Annotated[
    int,
    PlainValidator(_read_row_id),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "examples": [31]},
                {"type": "string", "pattern": "^-?[0-9]+$"},
            ]
        }
    ),
]
"""A numeric id of the JobHax API: an integer, or one in a string.

`NO_ROW_ID` stands for one that is too large for the database.
"""
