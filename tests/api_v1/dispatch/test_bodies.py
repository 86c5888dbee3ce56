"""Bodies: how much is read, of what kind, and what is said of a broken one."""

from io import BytesIO
from typing import Any

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from api_v1.routing import BULK_LIMIT, JSON_LIMIT, UPLOAD_LIMIT
from tests.api_v1.fake_apis import ID, House

JSON = "application/json"


def post(
    house: House, body: bytes, *, path: str = "/v1/things", content_type: str = JSON, **rest: Any
) -> Any:
    """Return the answer. Any: RequestFactory's arguments, and a response of whatever kind."""
    return house.call("POST", path, data=body, content_type=content_type, **rest)


class Meter(BytesIO):
    """A body that knows how much of it was read."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        piece = super().read(size)
        self.taken += len(piece)
        return piece


def send_stream(
    house: House, stream: Meter, *, path: str, content_type: str = JSON, **environ: str
) -> Any:  # Any: as above
    request = RequestFactory().post(
        path,
        content_type=content_type,
        headers={"authorization": "Bearer both", "x-happo-api-version": "v20180701"},
    )
    environment = request.environ | {"wsgi.input": stream} | environ
    environment.pop("CONTENT_LENGTH", None) if "CONTENT_LENGTH" not in environ else None
    return house.middleware(WSGIRequest(environment))


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/v1/things", JSON_LIMIT),
        (f"/v1/things/{ID}/bulk", BULK_LIMIT),
        ("/api/things", JSON_LIMIT),
    ],
)
def test_a_body_that_announces_too_much_is_not_read_at_all(
    house: House, path: str, limit: int
) -> None:
    stream = Meter(b" " * 100)
    answer = send_stream(house, stream, path=path, CONTENT_LENGTH=str(limit + 1))
    assert (answer.status_code, stream.taken) == (413, 0)
    assert house.desk.asked == ["both"]


@pytest.mark.parametrize("kind", [JSON, MULTIPART_CONTENT])
def test_a_body_of_unknown_length_is_read_no_further_than_the_limit(
    house: House, kind: str
) -> None:
    path, limit = ("/v1/things", JSON_LIMIT) if kind == JSON else ("/v1/files", UPLOAD_LIMIT)
    stream = Meter(b" " * (limit + 5_000_000))
    answer = send_stream(
        house, stream, path=path, content_type=kind, HTTP_TRANSFER_ENCODING="chunked"
    )
    assert (answer.status_code, stream.taken) == (413, limit + 1)


def test_a_body_in_chunks_is_read(house: House) -> None:
    stream = Meter(b'{"title": "x"}')
    answer = send_stream(house, stream, path="/v1/things", HTTP_TRANSFER_ENCODING="chunked")
    assert orjson.loads(answer.content)["data"]["title"] == "x"
    form = encode_multipart(BOUNDARY, {"attachment": SimpleUploadedFile("a.txt", b"hello")})
    answer = send_stream(
        house,
        Meter(form),
        path="/v1/files",
        content_type=MULTIPART_CONTENT,
        HTTP_TRANSFER_ENCODING="chunked",
    )
    assert orjson.loads(answer.content)["data"] == {"name": "a.txt", "size": 5}


def test_a_body_as_long_as_allowed_is_read(house: House) -> None:
    body = b'{"title": "x"}'.ljust(JSON_LIMIT)
    assert post(house, body).status_code == 200
    assert post(house, body + b" ").status_code == 413
    assert (
        post(
            house, b'{"things": [{"title": "x"}]}'.ljust(BULK_LIMIT), path=f"/v1/things/{ID}/bulk"
        ).status_code
        == 200
    )


def test_a_body_that_was_cut_off_is_a_400_though_what_came_is_json(house: House) -> None:
    answer = send_stream(house, Meter(b'{"title": "x"}'), path="/v1/things", CONTENT_LENGTH="50")
    assert answer.status_code == 400
    assert orjson.loads(answer.content)["message"] == "The body ends before its Content-Length"


@pytest.mark.parametrize("length", ["-1", "abc", "1e3", "9" * 5000, "\u0661"])
def test_a_length_that_is_no_number_is_a_400(house: House, length: str) -> None:
    assert (
        send_stream(house, Meter(b"{}"), path="/v1/things", CONTENT_LENGTH=length).status_code
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
def test_another_content_type_is_a_415(house: House, content_type: str) -> None:
    answer = post(house, b'{"title": "x"}', content_type=content_type)
    assert answer.status_code == 415
    assert orjson.loads(answer.content)["message"].startswith(
        "Content-Type must be application/json"
    )
    assert (
        orjson.loads(post(house, b"x", path="/api/things", content_type=content_type).content)[
            "error_code"
        ]
        == 10
    )


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=UTF-8", 'Application/JSON; charset="utf-8"', JSON]
)
def test_json_may_name_its_charset(house: House, content_type: str) -> None:
    assert post(house, b'{"title": "x"}', content_type=content_type).status_code == 200


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
def test_broken_json_is_a_400_that_says_where(house: House, body: bytes) -> None:
    answer = post(house, body)
    assert answer.status_code == 400
    assert orjson.loads(answer.content)["message"].startswith("The body is not valid JSON: ")
    assert orjson.loads(post(house, body, path="/api/things").content)["error_code"] == 10


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
def test_a_body_that_is_no_object_is_a_400(house: House, body: bytes, message: str) -> None:
    answer = post(house, body)
    assert (answer.status_code, orjson.loads(answer.content)["message"]) == (400, message)


@pytest.mark.parametrize("query", ["q=%00", "q=%ff", "%80=1", "q=%C3%28", "a=\x00"])
def test_a_broken_query_string_is_a_400(house: House, query: str) -> None:
    answer = house.call("GET", "/v1/pages", QUERY_STRING=query)
    assert answer.status_code == 400
    assert (
        house.call("GET", "/v1/pages", QUERY_STRING="limit=3&q=%C3%A4&q=+%20&&=&;").status_code
        == 200
    )


def test_too_many_query_parameters_are_a_400(house: House) -> None:
    assert house.call("GET", "/v1/pages", QUERY_STRING="a=1&" * 2000).status_code == 400


def test_a_query_parameter_is_named_as_it_was_written(house: House) -> None:
    answer = house.call("GET", "/v1/pages", QUERY_STRING="limit=many")
    assert orjson.loads(answer.content)["message"] == "limit must be an integer"


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
def test_a_broken_upload_is_refused(house: House, content_type: str, status: int) -> None:
    answer = post(house, b"nonsense", path="/v1/files", content_type=content_type)
    assert answer.status_code == status


def test_an_upload_without_its_file_names_the_field(house: House) -> None:
    answer = post(
        house,
        encode_multipart(BOUNDARY, {"other": "x"}),
        path="/v1/files",
        content_type=MULTIPART_CONTENT,
    )
    assert orjson.loads(answer.content)["message"] == "attachment is required"


def test_a_body_where_none_is_expected_is_ignored(house: House) -> None:
    assert (
        house.call("GET", "/v1/things", data=b"whatever", content_type="text/plain").status_code
        == 200
    )
