"""Problems of a request: what pydantic found, with our stable codes and fields named as the client wrote them."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from core.errors import Fact, Invalid, Problem

# Marks our codes among pydantic's error types, as both have a `too_long`.
OWN_CODE: Final = "happo:"

# Pydantic's error type -> our code; any other one is `invalid`. Our own field types raise our codes already.
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
# Where a value is, e.g. `("candidates", 3, "email")`.
Location = tuple[int | str, ...]
_SAME: Final[Mapping[Location, Location]] = {}
# Pydantic's names for the limit in an error's context.
_LIMITS: Final = ("max_length", "min_length", "ge", "le")


def field_path(location: Iterable[int | str]) -> str:
    """Return `candidates[3].email` for `("candidates", 3, "email")`."""
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def invalid(
    error: ValidationError, *, below: int = 0, places: Mapping[Location, Location] = _SAME
) -> Invalid:
    """Translate the errors of pydantic.

    `below`: how many leading parts of each location the client did not write. `places`: for a location of pydantic's,
    the one that the client wrote.
    """
    found = error.errors(include_url=False)
    return Invalid(
        tuple(
            _translate(detail, places.get(detail["loc"], detail["loc"])[below:]) for detail in found
        )
    )


def _translate(detail: ErrorDetails, location: Location) -> Problem:
    kind = detail["type"]
    context: dict[str, Any] = detail.get("ctx", {})  # Any: as pydantic types it
    if kind != "missing" and detail["input"] is None:
        return Problem(field_path(location), "null")
    if kind in ("literal_error", "enum"):
        choices = _parse_choices(context["expected"])
        return Problem(field_path(location), "not_one_of", {"choices": choices})
    limit = next((context[name] for name in _LIMITS if name in context), None)
    facts: dict[str, Fact] = {"limit": limit} if limit is not None else _select_facts(context)
    code = kind.removeprefix(OWN_CODE) if kind.startswith(OWN_CODE) else _CODES.get(kind, "invalid")
    return Problem(field_path(location), code, facts)


def _parse_choices(expected: str) -> tuple[str, ...]:
    # Pydantic gives the choices only as text: 'full-time' or 'part-time'.
    return tuple(re.findall(r"'([^']*)'", expected)) or (expected,)


def _select_facts(context: Mapping[str, object]) -> dict[str, Fact]:
    return {
        name: value
        for name, value in context.items()
        if isinstance(value, str | int | float | bool | tuple)
    }
