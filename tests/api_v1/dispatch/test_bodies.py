"""Bodies: how much is read, of which type, and the errors of a malformed one."""

import gzip
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from api_v1.form_headers import RepairedHeaders
from api_v1.routing import BULK_LIMIT, JSON_LIMIT, UPLOAD_LIMIT
from tests.api_v1.fake_apis import ID, FakeApis

JSON = "application/json"


def post(
    apis: FakeApis, body: bytes, *, path: str = "/v1/things", content_type: str = JSON, **rest: Any
) -> Any:
    """Return the answer. Any: RequestFactory's arguments, and a response of whatever kind."""
    return apis.call("POST", path, data=body, content_type=content_type, **rest)


class CountingStream(BytesIO):
    """A body that counts the bytes that were read of it."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        piece = super().read(size)
        self.taken += len(piece)
        return piece


def send_stream(
    apis: FakeApis, stream: CountingStream, *, path: str, content_type: str = JSON, **environ: str
) -> Any:  # Any: as above
    request = RequestFactory().post(
        path,
        content_type=content_type,
        headers={"authorization": "Bearer both", "x-happo-api-version": "v20180701"},
    )
    environment = request.environ | {"wsgi.input": stream} | environ
    environment.pop("CONTENT_LENGTH", None) if "CONTENT_LENGTH" not in environ else None
    return apis.send(WSGIRequest(environment))


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/v1/things", JSON_LIMIT),
        (f"/v1/things/{ID}/bulk", BULK_LIMIT),
        ("/api/things", JSON_LIMIT),
    ],
)
def test_a_body_declared_too_long_is_not_read(apis: FakeApis, path: str, limit: int) -> None:
    stream = CountingStream(b" " * 100)
    answer = send_stream(apis, stream, path=path, CONTENT_LENGTH=str(limit + 1))
    assert (answer.status, stream.taken) == (413, 0)
    # The caller is identified nevertheless, and the request counts for its rate limit.
    assert (apis.authentication.checked, apis.authentication.counted) == (["both"], ["k"])


@pytest.mark.parametrize("kind", [JSON, MULTIPART_CONTENT])
def test_a_body_of_unknown_length_is_read_no_further_than_the_limit(
    apis: FakeApis, kind: str
) -> None:
    path, limit = ("/v1/things", JSON_LIMIT) if kind == JSON else ("/v1/files", UPLOAD_LIMIT)
    stream = CountingStream(b" " * (limit + 5_000_000))
    answer = send_stream(
        apis, stream, path=path, content_type=kind, HTTP_TRANSFER_ENCODING="chunked"
    )
    assert (answer.status, stream.taken) == (413, limit + 1)


def test_a_body_in_chunks_is_read(apis: FakeApis) -> None:
    stream = CountingStream(b'{"title": "x"}')
    answer = send_stream(apis, stream, path="/v1/things", HTTP_TRANSFER_ENCODING="chunked")
    assert answer.body["data"]["title"] == "x"
    form = encode_multipart(BOUNDARY, {"attachment": SimpleUploadedFile("a.txt", b"hello")})
    answer = send_stream(
        apis,
        CountingStream(form),
        path="/v1/files",
        content_type=MULTIPART_CONTENT,
        HTTP_TRANSFER_ENCODING="chunked",
    )
    assert answer.body["data"] == {"name": "a.txt", "size": 5}


def test_a_body_as_long_as_allowed_is_read(apis: FakeApis) -> None:
    body = b'{"title": "x"}'.ljust(JSON_LIMIT)
    assert post(apis, body).status == 200
    assert post(apis, body + b" ").status == 413
    assert (
        post(
            apis, b'{"things": [{"title": "x"}]}'.ljust(BULK_LIMIT), path=f"/v1/things/{ID}/bulk"
        ).status
        == 200
    )


def form() -> bytes:
    return encode_multipart(BOUNDARY, {"attachment": SimpleUploadedFile("a.txt", b"hello")})


CUT_OFF_FORMS = [b"", form()[:-1], form()[:-6], form()[: form().index(b"hello") + 3]]


@pytest.mark.parametrize("body", CUT_OFF_FORMS, ids=range(len(CUT_OFF_FORMS)))
@pytest.mark.parametrize(
    "length",
    [{"CONTENT_LENGTH": str(len(form()))}, {"HTTP_TRANSFER_ENCODING": "chunked"}],
    ids=["declared", "chunked"],
)
def test_a_form_that_was_cut_off_is_a_400(
    apis: FakeApis, body: bytes, length: dict[str, str]
) -> None:
    answer = send_stream(
        apis, CountingStream(body), path="/v1/files", content_type=MULTIPART_CONTENT, **length
    )
    # Of a line break behind the last boundary nothing depends.
    complete = body == form()[:-1]
    assert answer.status == (200 if complete else 400)


class BrokenStream(CountingStream):
    """A body whose connection breaks; the server says so."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(size) or self.fail()

    def fail(self) -> bytes:
        raise ConnectionResetError("connection reset by peer")


@pytest.mark.parametrize(
    ("path", "kind", "body"),
    [
        ("/v1/things", JSON, b'{"title": "x"}'),
        ("/v1/things", JSON, b""),
        ("/v1/files", MULTIPART_CONTENT, form()),
        ("/api/things", JSON, b'{"title": "x"}'),
    ],
)
def test_a_chunked_body_whose_connection_breaks_is_a_400(
    apis: FakeApis, path: str, kind: str, body: bytes
) -> None:
    answer = send_stream(
        apis,
        BrokenStream(body),
        path=path,
        content_type=kind,
        HTTP_TRANSFER_ENCODING="chunked",
    )
    assert answer.status == 400


def test_a_chunked_body_that_ends_before_its_first_chunk_is_a_400(apis: FakeApis) -> None:
    for path in ("/v1/things", "/v1/hello"):
        answer = send_stream(apis, CountingStream(b""), path=path, HTTP_TRANSFER_ENCODING="chunked")
        assert answer.status == 400


def test_a_truncated_body_is_a_400_even_if_it_is_json(apis: FakeApis) -> None:
    answer = send_stream(
        apis, CountingStream(b'{"title": "x"}'), path="/v1/things", CONTENT_LENGTH="50"
    )
    assert answer.status == 400
    assert answer.body["message"] == "The body ends before its Content-Length"


@pytest.mark.parametrize("length", ["-1", "abc", "1e3", "9" * 5000, "\u0661"])
def test_an_invalid_content_length_is_a_400(apis: FakeApis, length: str) -> None:
    assert (
        send_stream(apis, CountingStream(b"{}"), path="/v1/things", CONTENT_LENGTH=length).status
        == 400
    )


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        MULTIPART_CONTENT,
        "application/jsonx",
        "*/*",
        "application/json; charset=utf-16",
    ],
)
def test_another_content_type_is_a_415(apis: FakeApis, content_type: str) -> None:
    answer = post(apis, b'{"title": "x"}', content_type=content_type)
    assert answer.status == 415
    assert answer.body["message"].startswith("Content-Type must be application/json")
    assert post(apis, b"x", path="/api/things", content_type=content_type).body["error_code"] == 10


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=UTF-8", 'Application/JSON; charset="utf-8"', JSON]
)
def test_json_may_name_its_charset(apis: FakeApis, content_type: str) -> None:
    assert post(apis, b'{"title": "x"}', content_type=content_type).status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"nonsense",
        b'{"title": NaN}',
        b'{"title": Infinity}',
        b'{"title": "\xff"}',
        b'{"title": "\\ud800"}',
        b"[" * 100_000,
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b"\xef\xbb\xbf{}",
        b'{"count": 1e999}',
        b"{}{}",
        b"\x00",
        b" ",
        b"{'title': 'x'}",
    ],
)
def test_broken_json_is_a_400_that_says_where(apis: FakeApis, body: bytes) -> None:
    answer = post(apis, body)
    assert answer.status == 400
    assert answer.body["message"].startswith("The body is not valid JSON: ")
    assert post(apis, body, path="/api/things").body["error_code"] == 10


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "The body is required"),
        (b"null", "The body must not be null"),
        (b"[]", "The body must be an object"),
        (b'"x"', "The body must be an object"),
        (b"1", "The body must be an object"),
        (b"{}", "title is required"),
    ],
)
def test_a_body_that_is_not_an_object_is_a_400(apis: FakeApis, body: bytes, message: str) -> None:
    answer = post(apis, body)
    assert (answer.status, answer.body["message"]) == (400, message)


@pytest.mark.parametrize("query", ["q=%00", "q=%ff", "%80=1", "q=%C3%28", "a=\x00"])
def test_a_broken_query_string_is_a_400(apis: FakeApis, query: str) -> None:
    answer = apis.call("GET", "/v1/pages", QUERY_STRING=query)
    assert answer.status == 400
    assert apis.call("GET", "/v1/pages", QUERY_STRING="limit=3&q=%C3%A4&q=+%20&&=&;").status == 200


def test_too_many_query_parameters_are_a_400(apis: FakeApis) -> None:
    assert apis.call("GET", "/v1/pages", QUERY_STRING="a=1&" * 2000).status == 400


def test_a_query_parameter_is_named_as_it_was_written(apis: FakeApis) -> None:
    answer = apis.call("GET", "/v1/pages", QUERY_STRING="limit=many")
    assert answer.body["message"] == "limit must be an integer"


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("multipart/form-data", 400),
        ("multipart/form-data; boundary=", 400),
        (f"multipart/form-data; boundary={'x' * 999}", 400),
        ("application/json", 415),
        (MULTIPART_CONTENT, 400),
    ],
)
def test_a_broken_upload_is_refused(apis: FakeApis, content_type: str, status: int) -> None:
    answer = post(apis, b"nonsense", path="/v1/files", content_type=content_type)
    assert answer.status == status


def test_an_upload_without_its_file_names_the_field(apis: FakeApis) -> None:
    answer = post(
        apis,
        encode_multipart(BOUNDARY, {"other": "x"}),
        path="/v1/files",
        content_type=MULTIPART_CONTENT,
    )
    assert answer.body["message"] == "attachment is required"


def test_an_unexpected_body_is_ignored(apis: FakeApis) -> None:
    assert apis.call("GET", "/v1/things", data=b"whatever", content_type="text/plain").status == 200


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "br", "deflate", "identity, gzip"])
@pytest.mark.parametrize(
    ("path", "content_type"),
    [("/v1/things", JSON), ("/api/things", JSON), ("/v1/files", MULTIPART_CONTENT)],
)
def test_a_compressed_body_is_refused_with_the_coding_that_is_read(
    apis: FakeApis, path: str, content_type: str, coding: str
) -> None:
    packed = gzip.compress(b'{"title": "x"}')
    answer = post(apis, packed, path=path, content_type=content_type, HTTP_CONTENT_ENCODING=coding)
    assert (answer.status, answer.headers["Accept-Encoding"]) == (415, "identity")


def test_a_body_may_say_that_it_is_not_compressed(apis: FakeApis) -> None:
    answer = post(apis, b'{"title": "x"}', HTTP_CONTENT_ENCODING="identity")
    assert answer.status == 200


@pytest.mark.parametrize("size", [1, 7, 100, 70_000])
def test_repairing_the_headers_of_a_form_changes_no_content(size: int) -> None:
    whole = encode_multipart(
        BOUNDARY,
        {
            "a": "ö" * 40_000,
            "b": SimpleUploadedFile("b.pdf", b"\xe9\r\n\r\n--BoUnDaRy\xe9" * 9_000),
            "c": "",
        },
    )
    repaired = RepairedHeaders(BytesIO(whole), BOUNDARY.encode())
    assert b"".join(iter(lambda: repaired.read(size), b"")) == whole
