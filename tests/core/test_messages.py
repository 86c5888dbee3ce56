"""Every error of the domain and every code of a problem has its sentence in `core.messages`."""

import ast
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from api_v1 import problems
from core import errors, messages
from core.errors import DomainError, Invalid, NotFound, Problem
from core.messages import PROBLEMS, message_for, message_for_operator

CODE: Final = Path(__file__).parents[2]
# Calls whose argument at that position is a problem's code. `refuse` is that of `api_v1.fields`.
CALLS: Final = {"Invalid.one": 1, "Problem": 1, "reject": 0}
# In `api_v1.fields`, whose functions also take it as `code=`.
FIELDS: Final = CODE / "api_v1" / "fields.py"


def every_error() -> list[type[DomainError]]:
    """Return every error that the application declares; tests declare more."""
    return [kind for kind in vars(errors).values() if is_error(kind) and kind is not DomainError]


def is_error(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, DomainError)


def made(kind: type[DomainError]) -> DomainError:
    """Return an error of that kind with some facts."""
    facts: dict[str, Any] = {  # Any: one for each type of fact
        "problems": (Problem("title", "required"),),
        "retry_after": timedelta(seconds=1.2),
        "limit": 5,
        "reasons": ("This password is too short.",),
    }
    names = [field.name for field in fields(kind)] if is_dataclass(kind) else []
    return kind(**{name: facts.get(name, "wrong") for name in names})


def code_of(call: ast.Call) -> ast.expr | None:
    """Return the argument of a call that is a problem's code, None where there is none."""
    at = CALLS.get(ast.unparse(call.func))
    return None if at is None or len(call.args) <= at else call.args[at]


def codes_of_fields() -> Iterator[str]:
    """Return the codes that functions of `api_v1.fields` take as `code=`."""
    for node in ast.walk(ast.parse(FIELDS.read_text())):
        if isinstance(node, ast.keyword) and node.arg == "code":
            yield ast.literal_eval(node.value)


def codes_in(text: str) -> Iterator[str]:
    """Return the codes of problems in the source code `text`; a code that is no literal raises `AssertionError`."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or (code := code_of(node)) is None:
            continue
        if isinstance(code, ast.IfExp):
            yield from (ast.literal_eval(code.body), ast.literal_eval(code.orelse))
        elif isinstance(code, ast.Constant):
            yield code.value
        else:
            assert ast.unparse(code) == "code", f"write the code as a literal: {ast.unparse(node)}"


def codes_of_the_application() -> set[str]:
    """Return the codes that the application raises by itself, and those that it gives to errors of pydantic."""
    found = {*problems._CODES.values(), *codes_of_fields()}
    for folder in ("core", "tenants", "api_v1", "config"):
        for file in sorted((CODE / folder).rglob("*.py")):
            found.update(codes_in(file.read_text()))
    return found


def without_sentence() -> list[str]:
    """Return the names of errors and the codes of problems that have none."""
    silent = [code for code in sorted(codes_of_the_application()) if not PROBLEMS.get(code)]
    for kind in every_error():
        try:
            told = message_for(made(kind)), message_for_operator(made(kind))
        except NotImplementedError:
            told = ("", "")
        if not all(len(sentence.split()) > 1 for sentence in told):
            silent.append(kind.__name__)
    return silent


def test_every_error_and_every_problem_has_a_sentence() -> None:
    assert without_sentence() == []


@pytest.mark.parametrize("code", ["blank", "slug", "too_many", "idempotency_key"])
def test_a_problem_without_a_sentence_is_noticed(
    code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest = {name: text for name, text in PROBLEMS.items() if name != code}
    monkeypatch.setitem(globals(), "PROBLEMS", rest)
    assert without_sentence() == [code]


def test_an_error_without_a_sentence_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Forgotten(DomainError):
        """An error that nothing describes."""

    monkeypatch.setattr(errors, "Forgotten", Forgotten, raising=False)
    assert without_sentence() == ["Forgotten"]


def test_every_sentence_is_of_a_problem_that_can_occur() -> None:
    # Of pydantic's errors some have no code of ours.
    assert PROBLEMS.keys() - codes_of_the_application() == {"invalid"}


def test_a_code_that_is_no_literal_is_noticed() -> None:
    with pytest.raises(AssertionError, match="as a literal"):
        list(codes_in("raise Invalid.one('title', CODES[0])"))


@pytest.mark.parametrize(
    ("error", "client", "operator"),
    [
        (NotFound("api key", "7"), "Api key not found", "There is no api key 7"),
        (NotFound("attachment"), "Attachment not found", "There is no such attachment"),
        (
            errors.Conflict("idempotency_key", "was used for another request"),
            "Idempotency key was used for another request",
            "The idempotency key was used for another request",
        ),
        (
            errors.ProviderDown("storage"),
            "Storage does not answer: try again later",
            "Storage does not answer: try again later",
        ),
        (
            Invalid((Problem("name", "blank"), Problem("slug", "slug"))),
            "name must not be blank",
            f"name must not be blank; slug {PROBLEMS['slug']}",
        ),
        (Invalid.one("stars", "unheard_of"), "stars is not valid", "stars is not valid"),
        (
            errors.RateLimited(timedelta(seconds=1.2)),
            "Too many requests: try again in 2 s",
            "Too many requests: try again in 2 s",
        ),
    ],
)
def test_operators_get_the_clients_sentence_with_more_facts(
    error: DomainError, client: str, operator: str
) -> None:
    assert (message_for(error), message_for_operator(error)) == (client, operator)


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
def test_a_log_has_the_facts_of_an_error(kind: type[DomainError]) -> None:
    error = made(kind)
    assert str(error).startswith(f"{kind.__name__}(")
    assert all(f"{name}={value!r}" in str(error) for name, value in vars(error).items())


def test_the_sentences_of_problems_need_only_facts_that_are_given() -> None:
    assert messages.message_for_problem(Problem("", "too_big", {"limit": 3})) == (
        "The body must be at most 3"
    )
