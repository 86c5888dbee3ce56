"""From a refused value to one sentence that names the field as the client wrote it, and to a stable code."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from core.errors import Fact, Invalid, Problem

# The words for each code. `{...}` are the problem's facts; a code that isn't here reads "... is not valid".
SENTENCES: Final[Mapping[str, str]] = {
    "required": "is required",
    "null": "must not be null",
    "blank": "must not be blank",
    "not_text": "must be a string",
    "nul": "must not contain NUL characters",
    "control_characters": "must not contain control characters",
    "at_sign": "must not contain @, unless it is your e-mail address",
    "too_long": "must be at most {limit} characters",
    "too_many_bytes": "must be at most {limit} bytes",
    "too_deep": "must not have more than {limit} tags inside of each other",
    "too_entangled": "must not have so many tags that are not closed, or not in their order",
    "too_short": "must be at least {limit} characters",
    "too_many": "must have at most {limit} items",
    "too_few": "must have at least {limit} items",
    "not_one_of": "must be one of [{choices}]",
    "not_email": "must be a valid email",
    "not_url": "must be a valid http or https URL",
    "not_date": "must be a valid date or date-time (ISO 8601)",
    "date_out_of_range": "must be between the years {first} and {last}",
    "not_integer": "must be an integer",
    "not_number": "must be a number",
    "not_boolean": "must be true or false",
    "too_small": "must be at least {limit}",
    "too_big": "must be at most {limit}",
    "not_uuid": "must be a valid UUID",
    "not_object": "must be an object",
    "not_list": "must be a list",
    "not_file": "must be a file",
    "not_one_file": "must be one file",
    "duplicate_email": "is given more than once: {email}",
    "duplicate_id": "is given more than once: {id}",
    "unknown_attachment": "is not an attachment that can be used here: {id}",
    "empty_file": "must not be empty",
    "one_of_required": "needs at least one of [{choices}]",
    "idempotency_key": "must be 1 to {limit} printable ASCII characters",
    "bad_cursor": "must be a cursor from an earlier answer",
}
# Marks our codes among pydantic's error types: both have a `too_long`.
OWN_CODE: Final = "happo:"
BODY_WORDS: Final = "The body"

# Pydantic's error type -> our code; what isn't here is `invalid`. Our own field types raise our codes already.
_CODES: Final[Mapping[str, str]] = {
    "missing": "required",
    "string_type": "not_text",
    "string_unicode": "not_text",
    "string_too_long": "too_long",
    "string_too_short": "too_short",
    "too_long": "too_many",
    "too_short": "too_few",
    "literal_error": "not_one_of",
    "enum": "not_one_of",
    "int_type": "not_integer",
    "int_parsing": "not_integer",
    "int_parsing_size": "not_integer",
    "int_from_float": "not_integer",
    "float_type": "not_number",
    "float_parsing": "not_number",
    "finite_number": "not_number",
    "bool_type": "not_boolean",
    "bool_parsing": "not_boolean",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_big",
    "uuid_type": "not_uuid",
    "uuid_parsing": "not_uuid",
    "model_type": "not_object",
    "model_attributes_type": "not_object",
    "dict_type": "not_object",
    "list_type": "not_list",
    "file_type": "not_file",
}
Place = tuple[int | str, ...]
NOWHERE: Final[Mapping[Place, Place]] = {}
# Pydantic's names for the limit in an error's context.
_LIMITS: Final = ("max_length", "min_length", "ge", "le")


def sentence(problem: Problem) -> str:
    """Return e.g. `candidates[3].email must be a valid email`; the whole body is called `The body`."""
    words = SENTENCES.get(problem.code, "is not valid")
    return f"{problem.field or BODY_WORDS} {words.format_map(_Facts(problem.facts))}"


def field_path(place: Iterable[int | str]) -> str:
    """Return `candidates[3].email` for `("candidates", 3, "email")`."""
    path = ""
    for part in place:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def invalid(
    error: ValidationError, *, below: int = 0, places: Mapping[Place, Place] = NOWHERE
) -> Invalid:
    """Translate what pydantic found.

    `below`: how many leading parts of each place the client never wrote. `places`: what it wrote instead of a place.
    """
    found = error.errors(include_url=False)
    return Invalid(
        tuple(
            _problem(detail, places.get(detail["loc"], detail["loc"])[below:]) for detail in found
        )
    )


def _problem(detail: ErrorDetails, place: Place) -> Problem:
    kind = detail["type"]
    context: dict[str, Any] = detail.get("ctx", {})  # Any: as pydantic types it
    if kind != "missing" and detail["input"] is None:
        return Problem(field_path(place), "null")
    if kind in ("literal_error", "enum"):
        return Problem(field_path(place), "not_one_of", {"choices": _choices(context["expected"])})
    limit = next((context[name] for name in _LIMITS if name in context), None)
    facts: dict[str, Fact] = {"limit": limit} if limit is not None else _plain(context)
    code = kind.removeprefix(OWN_CODE) if kind.startswith(OWN_CODE) else _CODES.get(kind, "invalid")
    return Problem(field_path(place), code, facts)


def _choices(expected: str) -> tuple[str, ...]:
    # Pydantic gives the choices only as words: 'full-time' or 'part-time'.
    return tuple(re.findall(r"'([^']*)'", expected)) or (expected,)


def _plain(context: Mapping[str, object]) -> dict[str, Fact]:
    return {
        name: value
        for name, value in context.items()
        if isinstance(value, str | int | float | bool | tuple)
    }


class _Facts(dict[str, Fact]):
    """Facts for `str.format_map`: lists are joined, and one that is missing leaves a gap rather than a crash."""

    def __getitem__(self, name: str) -> Any:  # Any: what format_map wants
        value = self.get(name, "")
        return ", ".join(value) if isinstance(value, tuple) else value
