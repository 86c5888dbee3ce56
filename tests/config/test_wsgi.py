"""The application as the server calls it: errors raised before Django has a request keep the envelope."""

import orjson
import pytest

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
