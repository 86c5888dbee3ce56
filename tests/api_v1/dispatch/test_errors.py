"""Errors: each is mapped in both APIs, and none reveals internals."""

import logging
from collections.abc import Iterator
from dataclasses import is_dataclass
from datetime import timedelta
from inspect import signature
from typing import Any

import psycopg
import pytest
from django.core.exceptions import (
    DisallowedHost,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.core.signals import got_request_exception
from django.db import InterfaceError, InternalError, OperationalError
from django.http import Http404, UnreadablePostError
from ninja import Router

from api_v1.happo import errors as happo
from api_v1.http_errors import HttpError
from api_v1.jobhax import errors as jobhax
from core import errors as domain
from core import messages
from tests.api_v1.fake_apis import FakeApis


def every_error() -> Iterator[type[domain.DomainError]]:
    def below(kind: type[domain.DomainError]) -> Iterator[type[domain.DomainError]]:
        for child in kind.__subclasses__():
            yield child
            yield from below(child)

    return below(domain.DomainError)


def made(kind: type[domain.DomainError]) -> domain.DomainError:
    """Return an error of that kind with some facts."""
    facts: dict[str, Any] = {  # Any: one for each type of fact
        "problems": (domain.Problem("title", "required"),),
        "retry_after": timedelta(seconds=1.2),
        "limit": 5,
        "reasons": ("Too short.",),
    }
    names = list(signature(kind).parameters) if is_dataclass(kind) else []
    return kind(**{name: facts.get(name, "wrong") for name in names})


@pytest.mark.parametrize("kind", list(every_error()), ids=lambda kind: kind.__name__)
def test_every_domain_error_has_a_message_and_a_mapping_in_both_apis(
    kind: type[domain.DomainError],
) -> None:
    error = made(kind)
    assert messages.message_for(error)
    assert 400 <= happo.render_error(error, "r").status < 600
    answer = jobhax.render_error(error, "r")
    assert answer.body["error_code"] in jobhax.DOCUMENTED_MESSAGES
    assert answer.status == happo.render_error(error, "r").status


def test_an_error_without_a_mapping_is_noticed() -> None:
    class Strange(domain.DomainError):
        """It has no message and no status."""

    for tell in (
        messages.message_for,
        lambda error: happo.render_error(error, "r"),
        lambda error: jobhax.render_error(error, "r"),
    ):
        with pytest.raises((NotImplementedError, LookupError)):
            tell(Strange())


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (domain.Unauthenticated(), 401, 1),
        (domain.MailTokenExpired(), 401, 4),
        (domain.WrongPassword(), 401, 6),
        (domain.IdentityMissing("linkedin"), 404, 2),
        (domain.NotFound("note"), 404, 11),
        (domain.MailTokenRefused(), 400, 3),
        (domain.ForeignToken(), 400, 5),
        (domain.PasswordsDiffer(), 400, 7),
        (domain.Invalid.one("a", "b"), 400, 10),
        (domain.UsernameTaken(), 409, 8),
        (domain.EmailTaken(), 409, 9),
        (domain.ReadOnlyCredential(), 403, 1),
        (domain.TenantSuspended(), 403, 1),
        (domain.TooLarge(1), 413, 10),
        (domain.RateLimited(timedelta(seconds=1)), 429, 10),
        (domain.ProviderDown("google"), 503, 12),
        (HttpError(405, "x", "x"), 405, 10),
        (HttpError(415, "x", "x"), 415, 10),
        (HttpError(404, "x", "x"), 404, 11),
        (HttpError(500, "x", "x"), 500, 12),
    ],
)
def test_jobhax_codes_have_the_documented_status(error: Any, status: int, code: int) -> None:
    answer = jobhax.render_error(error, "r")
    assert (answer.status, answer.body["error_code"]) == (status, code)


def test_a_problem_without_a_message_still_makes_a_sentence() -> None:
    assert (
        messages.message_for(domain.Invalid.one("stars", "not_in_the_sky")) == "stars is not valid"
    )
    assert (
        messages.message_for(domain.Invalid.one("title", "too_long"))
        == "title must be at most  characters"
    )


def raising(error: Exception) -> FakeApis:
    """Return APIs with a route that raises `error`."""
    router = Router()

    @router.get("/boom", response=None)
    def boom(request: Any) -> None:  # Any: nothing is read of it
        raise error

    return FakeApis(routers=(router,))


def test_an_error_without_a_mapping_is_a_500() -> None:
    class Stranger(domain.DomainError):
        """It has no message and no status."""

    assert raising(Stranger()).call("GET", "/v1/boom").status == 500


def down(state: str | None, kind: type[Exception] = OperationalError) -> Exception:
    """Return what Django raises when the driver fails with that SQLSTATE."""
    cause = type("DriverError", (psycopg.OperationalError,), {"sqlstate": state})("secret dsn")
    error = kind("secret dsn")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "error",
    [
        down(None),
        down("08006"),
        down("53300"),
        down("57P01"),
        down("57014"),
        down("55P03"),
        down("25P03", InternalError),
        down("25P04", InternalError),
        down("40001"),
        down("40P01"),
        down(None, InterfaceError),
    ],
)
def test_a_database_that_is_down_is_a_503(error: Exception) -> None:
    apis = raising(error)
    answer = apis.call("GET", "/v1/boom")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert apis.call("GET", "/api/boom").body["error_code"] == 12
    assert b"secret" not in answer.content


@pytest.mark.parametrize(
    "error", [RuntimeError("secret"), down("42P01"), KeyError("secret"), RecursionError("secret")]
)
def test_an_unexpected_error_is_a_500_whose_details_are_in_the_log_alone(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    reported = []
    got_request_exception.connect(
        lambda **facts: reported.append(facts["request"]), weak=False, dispatch_uid="test"
    )
    try:
        answer = raising(error).call(
            "GET", "/v1/boom", version="v20261201", headers={"x-request-id": "abc"}
        )
    finally:
        got_request_exception.disconnect(dispatch_uid="test")
    assert answer.status == 500
    assert answer.body == {
        "statusCode": 500,
        "error": "Internal Server Error",
        "message": "Something went wrong on our side",
        "code": "internal_error",
        "errors": [],
        "requestId": "abc",
    }
    assert len(reported) == 1
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "abc" in record.getMessage()
    assert record.exc_info is not None
    assert record.exc_info[1] is error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (DisallowedHost("secret"), 400),
        (SuspiciousOperation("secret"), 400),
        (RequestDataTooBig("secret"), 400),
        (UnreadablePostError("secret"), 400),
        (Http404("secret"), 404),
        (PermissionDenied("secret"), 403),
    ],
)
@pytest.mark.parametrize("prefix", ["/v1", "/api"])
def test_an_error_of_django_has_the_envelope(error: Exception, status: int, prefix: str) -> None:
    answer = raising(error).call("GET", f"{prefix}/boom")
    assert (answer.status, answer.headers["Content-Type"]) == (
        status,
        "application/json; charset=utf-8",
    )
    assert answer.body
    assert b"secret" not in answer.content


def test_the_head_lists_each_problem(apis: FakeApis) -> None:
    body = b'{"title": "", "members": [{"email": "x", "type": "admin"}]}'
    answer = apis.call(
        "POST",
        "/v1/things",
        data=body,
        content_type="application/json",
        version="v20261201",
        headers={"x-request-id": "abc"},
    )
    assert answer.body == {
        "statusCode": 400,
        "error": "Bad Request",
        "message": "title must not be blank",
        "code": "invalid",
        "errors": [
            {"field": "title", "code": "blank", "message": "title must not be blank"},
            {
                "field": "members[0].email",
                "code": "not_email",
                "message": "members[0].email must be a valid email",
            },
        ],
        "requestId": "abc",
    }


def test_jobhax_gives_reasons_in_the_head_only(apis: FakeApis) -> None:
    send = {"data": b"{}", "content_type": "application/json"}
    old, new = (
        apis.call("POST", "/api/things", version=version, **send)
        for version in ("v20180701", "v20261201")
    )
    assert old.body["error_message"] == "Invalid parameters..."
    assert new.body["error_message"] == "title is required"


def test_retry_after_is_at_least_one_whole_second() -> None:
    for seconds, header in ((0, "1"), (0.2, "1"), (1.2, "2"), (60, "60")):
        assert happo.render_error(domain.RateLimited(timedelta(seconds=seconds)), "r").headers == {
            "Retry-After": header
        }
