"""The application as the server calls it: errors raised before Django has a request keep the envelope."""

import orjson
import pytest
from django.core.handlers.wsgi import LimitedStream, WSGIRequest

from tests.config.wsgi_calls import environ, send

# That of the static files, where none were collected.
pytestmark = pytest.mark.filterwarnings("ignore:No directory at")


def call(path: str, *, query: str = "", content_type: str) -> tuple[str, bytes]:
    """Return status line and body."""
    # It loads the middleware.
    from config.wsgi import application

    version = {"HTTP_X_HAPPO_API_VERSION": "v20180701"}
    answer = send(
        application, environ("GET", path, QUERY_STRING=query, CONTENT_TYPE=content_type, **version)
    )
    return answer.status, answer.body


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json; x*=nope''y",
        "application/json; x*=undefined''y",
        "application/json; x*=idna''%ff",
        "application/json; x*=a%00''y",
        "application/json; charset*=nope''y",
        "application/json; charset=undefined",
        "application/json; charset=hex",
        "application/json; charset=\xff",
        "; ; =",
    ],
)
@pytest.mark.django_db
def test_no_content_type_keeps_the_envelope_away(content_type: str) -> None:
    status, body = call("/v1/positions", query="q=x", content_type=content_type)
    assert status == "401 Unauthorized"
    assert orjson.loads(body)["statusCode"] == 401
    status, body = call("/v1/openapi.json", query="version=v20180701", content_type=content_type)
    assert status == "200 OK"
    assert orjson.loads(body)["openapi"]


@pytest.mark.parametrize(
    ("path", "meta"),
    [
        ("/v1/positions", {}),
        ("", {}),
        ("/", {"CONTENT_TYPE": "application/json; charset=utf-8", "CONTENT_LENGTH": "7"}),
        ("//v1//positions", {"CONTENT_TYPE": "multipart/form-data; boundary=x"}),
        ("v1", {"CONTENT_LENGTH": "many"}),
        ("/v1/\xff", {"CONTENT_LENGTH": ""}),
        ("/v1", {"SCRIPT_NAME": "/below"}),
    ],
)
def test_a_request_is_as_django_makes_it(path: str, meta: dict[str, str]) -> None:
    from config.wsgi import Request

    call = environ("get", path, **meta)
    ours, theirs = vars(Request(dict(call))), vars(WSGIRequest(dict(call)))
    assert _comparable(ours) == _comparable(theirs)


def _comparable(facts: dict[str, object]) -> dict[str, object]:
    """With the limit of the stream in place of the stream."""
    stream = facts["_stream"]
    assert isinstance(stream, LimitedStream)
    # Ours reads text as UTF-8, whatever charset is named.
    return {**facts, "_stream": stream.limit, "_encoding": None, "encoding": None}
