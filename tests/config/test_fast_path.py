"""The fast path of the two APIs through the WSGI application answers like Django's full stack, byte for byte."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.db import connection
from pytest_django import Settings

from tenants.provisioning import lifecycle
from tenants.provisioning.lifecycle import CreatedTenant
from tests.config.wsgi_calls import Way, environ, send

if TYPE_CHECKING:
    from config.wsgi import Application

# WhiteNoise warns if the directory of static files does not exist.
pytestmark = pytest.mark.filterwarnings("ignore:No directory at")

ORIGIN = "https://app.example"


@pytest.fixture
def application(autocommit: None) -> "Application":
    """The application with a connection like that of a server's thread: no transaction around the test."""
    # This import loads the middleware.
    from config.wsgi import application

    return application


@pytest.fixture(scope="module")
def hosted(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> Iterator[CreatedTenant]:
    """A tenant whose host is not in ALLOWED_HOSTS."""
    with django_db_blocker.unblock():
        yield lifecycle.create_tenant(
            "short", name="S", owner_email="s@fast.test", domain="jobs.fast.test"
        )
        lifecycle.delete_tenant("short")


def full_stack(application: "Application") -> Way:
    return lambda *arguments: WSGIHandler.__call__(application, *arguments)


REQUESTS = {
    "a list": ("200", "GET", "/v1/positions", {}),
    "the headers of a list": ("200", "HEAD", "/v1/positions", {}),
    "the allowed methods": ("200", "OPTIONS", "/v1/positions", {}),
    "a page of the documentation": ("200", "GET", "/v1/docs", {}),
    "an unknown path": ("404", "GET", "/v1/nothing", {}),
    "a path with a NUL": ("404", "GET", "/v1/\0", {}),
    "a path that is not UTF-8": ("404", "GET", "/v1/\xff", {}),
    "a double slash": ("404", "GET", "/v1//positions", {}),
    "an unknown method": ("405", "BREW", "/v1/positions", {}),
    "no version": ("400", "GET", "/v1/positions", {"HTTP_X_HAPPO_API_VERSION": "v1"}),
    "no key": ("401", "GET", "/v1/positions", {"HTTP_AUTHORIZATION": ""}),
    "no token": ("401", "GET", "/api/jobapps/get_statuses", {}),
    "another host": ("400", "GET", "/v1/positions", {"HTTP_HOST": "elsewhere.test"}),
    "a malformed host": ("400", "GET", "/v1/positions", {"HTTP_HOST": "a b"}),
    "a host of the tenant": ("200", "GET", "/v1/positions", {"HTTP_HOST": "jobs.fast.test"}),
    "a browser": ("200", "GET", "/v1/positions", {"HTTP_ORIGIN": ORIGIN}),
    "a browser elsewhere": ("200", "GET", "/v1/positions", {"HTTP_ORIGIN": "https://evil.example"}),
    "a preflight": (
        "200",
        "OPTIONS",
        "/v1/positions",
        {"HTTP_ORIGIN": ORIGIN, "HTTP_ACCESS_CONTROL_REQUEST_METHOD": "POST"},
    ),
}


@pytest.mark.parametrize(
    ("status", "method", "path", "meta"),
    [pytest.param(*request, id=name) for name, request in REQUESTS.items()],
)
def test_both_paths_answer_alike(
    status: str,
    method: str,
    path: str,
    meta: dict[str, str],
    application: "Application",
    hosted: CreatedTenant,
    settings: Settings,
) -> None:
    settings.CORS_ALLOWED_ORIGINS = [ORIGIN]
    request = {"HTTP_AUTHORIZATION": f"Bearer {hosted.api_key}"} | meta
    fast = send(application, environ(method, path, **request))
    full = send(full_stack(application), environ(method, path, **request))
    assert fast.status.split()[0] == status, fast.body
    assert fast.body == full.body
    assert fast.status == full.status
    assert without_count(fast.headers) == without_count(full.headers)


def without_count(headers: dict[str, str]) -> dict[str, str]:
    """The second of two requests has one request less left."""
    return {name: value for name, value in headers.items() if name != "RateLimit-Remaining"}


@pytest.mark.parametrize(("path", "sent"), [("/v1/positions", 0), ("/", 1), ("/v1", 1)])
def test_only_the_two_apis_take_the_fast_path(
    path: str, sent: int, application: "Application"
) -> None:
    started: list[object] = []

    def listen(**signal: object) -> None:
        started.append(signal)

    request_started.connect(listen)
    try:
        send(application, environ("GET", path))
    finally:
        request_started.disconnect(listen)
    assert len(started) == sent


def test_debugging_takes_the_full_stack(hosted: CreatedTenant, settings: Settings) -> None:
    """Otherwise Django would never clear its log of statements."""
    from config.wsgi import Application

    settings.DEBUG = True
    application = Application()
    kept = []
    for _ in range(3):
        send(
            application,
            environ("GET", "/v1/positions", HTTP_AUTHORIZATION=f"Bearer {hosted.api_key}"),
        )
        kept.append(len(connection.queries))
    assert 0 < kept[-1] <= kept[0]


def test_an_exception_in_the_api_handler_is_a_500(
    application: "Application", monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    monkeypatch.setattr("api_v1.dispatch.ApiHandler.answer", lambda *_: 1 // 0)
    assert send(application, environ("GET", "/v1/positions")).status == "500 Internal Server Error"


def test_a_connection_that_broke_is_replaced(
    application: "Application", hosted: CreatedTenant
) -> None:
    request = {"HTTP_AUTHORIZATION": f"Bearer {hosted.api_key}"}
    assert send(application, environ("GET", "/v1/positions", **request)).status == "200 OK"
    connection.connection.close()
    answers = [
        send(application, environ("GET", "/v1/positions", **request)).status for _ in range(2)
    ]
    assert answers == ["200 OK", "200 OK"]


def test_a_connection_that_is_too_old_is_closed(
    application: "Application", hosted: CreatedTenant
) -> None:
    request = {"HTTP_AUTHORIZATION": f"Bearer {hosted.api_key}"}
    send(application, environ("GET", "/v1/positions", **request))
    assert connection.connection is not None
    connection.close_at = 0
    send(application, environ("GET", "/v1/nothing"))
    assert connection.connection is None
