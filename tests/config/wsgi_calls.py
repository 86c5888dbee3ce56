"""Requests to the WSGI application as a server sends them."""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any, NamedTuple

Environ = dict[str, Any]  # Any: as PEP 3333 says
Way = Callable[..., Iterable[bytes]]


class Answer(NamedTuple):
    """What came back."""

    status: str
    headers: dict[str, str]
    body: bytes


def environ(method: str, path: str, *, body: bytes = b"", **meta: str) -> Environ:
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "HTTP_HOST": "localhost",
        "HTTP_X_HAPPO_API_VERSION": "v20261201",
        # Of ours no two are alike.
        "HTTP_X_REQUEST_ID": "the-same",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
    } | meta


def send(way: Way, request: Environ) -> Answer:
    started: list[tuple[str, list[tuple[str, str]]]] = []
    answer = way(request, lambda *line_and_headers: started.append(line_and_headers))
    body = b"".join(answer)
    if close := getattr(answer, "close", None):
        close()
    ((status, headers),) = started
    assert len({name.lower() for name, _ in headers}) == len(headers)
    return Answer(status, dict(headers), body)
