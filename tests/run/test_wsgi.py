"""The application as the server calls it: before Django has a request, nothing would answer for it."""

from io import BytesIO

import orjson
import pytest

# That of the static files, where none were collected.
pytestmark = pytest.mark.filterwarnings("ignore:No directory at")


def call(path: str, *, query: str = "", content_type: str) -> tuple[str, bytes]:
    """Return status line and body."""
    # It loads the middleware.
    from config.wsgi import application

    started: list[str] = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_TYPE": content_type,
        "HTTP_HOST": "localhost",
        "HTTP_X_HAPPO_API_VERSION": "v20180701",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
    }
    body = b"".join(application(environ, lambda status, headers: started.append(status)))
    return started[0], body


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
