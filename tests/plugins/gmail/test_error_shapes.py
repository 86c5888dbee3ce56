"""Google's errors in all the shapes that its APIs send: who has to act, and when it makes sense to ask again."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from plugins.gmail.mailbox import GmailMailbox
from providers.contracts import (
    CredentialsRefused,
    Grant,
    HttpAnswer,
    MailboxContext,
    ProviderError,
    ProviderMisconfigured,
    ProviderUnavailable,
    ScopeMissing,
)
from providers.testing import ScriptedHttp
from tests.plugins.gmail.mailboxes import BOARD, Clock

PROFILE = "GET https://gmail.googleapis.com/gmail/v1/users/me/profile"
INFO = "type.googleapis.com/google.rpc.ErrorInfo"


def fail_with(status: int, body: object, **headers: str) -> ProviderError:
    """Return what a fetch raises where Gmail answers so, and gives no time to ask again."""
    clock = Clock()
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = HttpAnswer(
        status=status,
        body=raw,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )
    context = MailboxContext(
        http=ScriptedHttp({PROFILE: answer}),
        search=BOARD,
        grant=Grant(access_token="t", client_id="ours"),
        now=clock.now,
        sleep=clock.sleep,
        deadline=clock.now() + timedelta(seconds=0.1),
    )
    with pytest.raises(ProviderError) as raised:
        list(GmailMailbox().fetch(None, context))
    return raised.value


def by_errors(*reasons: object, status: str = "PERMISSION_DENIED") -> object:
    """Return the form that Google's APIs have always had."""
    errors = [{"domain": "global", "reason": reason} for reason in reasons]
    return {"error": {"code": 403, "message": "No", "errors": errors, "status": status}}


def by_details(reason: object, status: str = "PERMISSION_DENIED") -> object:
    """Return the form of newer answers, which has no `errors`."""
    details = [
        {"@type": "type.googleapis.com/google.rpc.Help", "links": []},
        {"@type": INFO, "reason": reason, "domain": "googleapis.com", "metadata": {}},
    ]
    return {"error": {"code": 403, "message": "No", "status": status, "details": details}}


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (429, b""),
        (429, b"<html>Sorry</html>"),
        (429, {"error": "rate"}),
        (403, by_errors("rateLimitExceeded")),
        (403, by_errors("userRateLimitExceeded")),
        (403, by_errors("other", "userRateLimitExceeded")),
        (403, by_errors("quotaExceeded")),
        (403, by_details("RATE_LIMIT_EXCEEDED")),
        (403, by_details("other", status="RESOURCE_EXHAUSTED")),
        (429, by_errors("rateLimitExceeded", status="RESOURCE_EXHAUSTED")),
    ],
    ids=[
        "429-empty", "429-html", "429-text", "project", "user", "second", "quota", "details",
        "status", "429",
    ],
)  # fmt: skip
def test_too_many_requests_are_no_refusal(status: int, body: object) -> None:
    error = fail_with(status, body)
    assert isinstance(error, ProviderUnavailable)
    assert (error.reason, error.status) == ("rate-limited", status)


@pytest.mark.parametrize("status", [403, 429])
def test_the_quota_of_a_day_is_asked_for_again_after_an_hour(status: int) -> None:
    error = fail_with(status, by_errors("dailyLimitExceeded", status="RESOURCE_EXHAUSTED"))
    assert isinstance(error, ProviderUnavailable)
    assert error.retry_after == 3600


@pytest.mark.parametrize(
    ("headers", "message", "seconds"),
    [
        ({"retry_after": "90"}, "", 90),
        ({"retry_after": "Wed, 01 Jul 2026 00:02:00 GMT"}, "", 120),
        ({}, "User-rate limit exceeded.  Retry after 2026-07-01T00:03:00.000Z", 180),
        ({"retry_after": "soon"}, "Retry after 2026-07-01T00:03:00Z", 180),
        ({"retry_after": "Fri, 31 Dec 9999 23:59:59 -2359"}, "", None),
        ({"retry_after": "-5"}, "Retry after 2026-13-41T00:03:00Z", None),
    ],
    ids=["seconds", "date", "text", "text-beside-nonsense", "end-of-time", "nonsense"],
)
def test_gmail_says_how_long_to_wait_in_several_ways(
    headers: dict[str, str], message: str, seconds: float | None
) -> None:
    error = fail_with(429, {"error": {"code": 429, "message": message}}, **headers)
    assert isinstance(error, ProviderUnavailable)
    assert error.retry_after is not None
    if seconds is None:
        assert error.retry_after <= 1
    else:
        assert error.retry_after == seconds


@pytest.mark.parametrize(
    "body",
    [
        by_errors("insufficientPermissions"),
        by_errors("forbidden"),
        by_details("ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
    ],
    ids=["errors", "metadata-scope", "details"],
)
def test_a_scope_that_is_missing_asks_the_user_again(body: object) -> None:
    assert isinstance(fail_with(403, body), ScopeMissing)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        {"error": "invalid_token"},
        by_errors("authError", status="UNAUTHENTICATED"),
        by_details("ACCESS_TOKEN_EXPIRED", status="UNAUTHENTICATED"),
        by_details("CREDENTIALS_MISSING", status="UNAUTHENTICATED"),
    ],
    ids=["empty", "text", "errors", "expired", "missing"],
)
def test_a_401_asks_the_user_again_whatever_its_body(body: object) -> None:
    error = fail_with(401, body)
    assert isinstance(error, CredentialsRefused)
    assert error.reason == "expired"


@pytest.mark.parametrize(
    ("status", "body"),
    [(403, by_errors("accessNotConfigured")), (403, by_details("SERVICE_DISABLED"))],
    ids=["errors", "details"],
)
def test_an_api_that_is_off_is_for_the_operator(status: int, body: object) -> None:
    assert isinstance(fail_with(status, body), ProviderMisconfigured)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (403, by_errors("domainPolicy")),
        (400, by_errors("failedPrecondition", status="FAILED_PRECONDITION")),
        (400, {"error": {"code": 400, "message": "No", "status": "FAILED_PRECONDITION"}}),
    ],
    ids=["closed", "no-gmail", "no-gmail-newer"],
)
def test_an_account_whose_mail_is_closed_is_for_its_administrator(
    status: int, body: object
) -> None:
    error = fail_with(status, body)
    assert isinstance(error, ProviderMisconfigured)
    assert error.setting == "closed"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (403, b"{}"),
        (403, b"<html>"),
        (403, {"error": None}),
        (403, {"error": {"message": None, "errors": None, "details": {"reason": "x"}}}),
        (403, {"error": {"errors": ["rateLimitExceeded", 7], "details": [None]}}),
        (403, by_errors(7)),
        (403, b"[" * 10_000),
        (302, b""),
        (418, {"error": {"message": 5, "status": []}}),
        (500, by_errors("backendError", status="INTERNAL")),
    ],
    ids=[
        "empty", "html", "null", "nulls", "no-objects", "number", "deep", "redirect", "odd", "500",
    ],
)  # fmt: skip
def test_an_error_that_says_nothing_is_an_outage_and_no_refusal(status: int, body: object) -> None:
    error = fail_with(status, body)
    assert isinstance(error, ProviderUnavailable)
    assert error.reason == "status"
