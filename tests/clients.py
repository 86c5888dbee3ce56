"""Clients of the two APIs, and the reply that every test reads.

`HappoClient` sends an API key, `JobHaxClient` an access token. Both go through Django's test client, or to a server on
loopback if the test passes `to_server(port)`.
"""

import http.client
import json
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

import orjson
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponseBase
from django.http.response import ResponseHeaders
from django.test import Client
from django.test.client import MULTIPART_CONTENT, encode_multipart

from api_v1.versions import OLDEST

Json = Any  # Any: JSON
BOUNDARY: Final = "BoUnDaRyStRiNg"
PDF: Final = b"%PDF-1.7 a page"
_JOBHAX_ENVELOPE: Final = {"success", "error_code", "error_message", "data"}


@dataclass(frozen=True)
class Reply:
    """One reply. `headers` ignores case; the properties read the envelope of either API."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @cached_property
    def body(self) -> Json:
        return orjson.loads(self.content)

    @property
    def data(self) -> Json:
        """Return `data` of a success; in the envelope of the JobHax API errors have it too."""
        assert self.status == 200 or "error_code" in self.body, self.body
        return self.body["data"]

    @property
    def message(self) -> str:
        """Return the sentence of an error; the JobHax API has an empty one in a success."""
        assert self.status >= 400 or "error_message" in self.body, self.body
        message: str = self.body.get("error_message", self.body.get("message"))
        return message

    @property
    def code(self) -> int:
        """Return the number of the JobHax API's error, 0 for a success."""
        code: int = self.body["error_code"]
        return code

    @property
    def next_cursor(self) -> str | None:
        cursor: str | None = self.body.get("nextCursor")
        return cursor

    @property
    def is_replayed(self) -> bool:
        """Return whether it was stored for an earlier request with the same `Idempotency-Key`."""
        return self.headers.get("Idempotent-Replayed") == "true"


# Sends one request: method, path with query, headers, body.
Transport = Callable[[str, str, Mapping[str, str], bytes], Reply]


def reply_of(response: HttpResponseBase) -> Reply:
    """Return what Django answered; a streamed body is read to its end, where Django closes its file."""
    content = response.getvalue()  # type: ignore[attr-defined]
    return Reply(response.status_code, response.headers, content)


def in_process(*, secure: bool = False) -> Transport:
    """Return a transport through Django's test client, which raises the exception of a view.

    Like that client, it serves one thread. `secure`: the request comes in over HTTPS.
    """
    client = Client()

    def send(method: str, path: str, headers: Mapping[str, str], content: bytes) -> Reply:
        return reply_of(client.generic(method, path, content, secure=secure, headers=dict(headers)))

    return send


def to_server(port: int) -> Transport:
    """Return a transport to a server on loopback; each request has a connection of its own."""

    def send(method: str, path: str, headers: Mapping[str, str], content: bytes) -> Reply:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
            connection.request(method, path, content or None, dict(headers))
            response = connection.getresponse()
            return Reply(response.status, ResponseHeaders(response.getheaders()), response.read())

    return send


def json_of(body: Json) -> bytes:
    """Return the JSON of a request; nothing for None."""
    return b"" if body is None else json.dumps(body, cls=DjangoJSONEncoder).encode()


def form_of(**fields: Any) -> bytes:  # Any: texts and files
    """Return a form, to be sent as `MULTIPART_CONTENT`."""
    return encode_multipart(BOUNDARY, fields)


def sent_headers(bearer: str | None, version: str | None, **more: str | None) -> dict[str, str]:
    """Return the headers of a request; those that are None are left out. An underscore is sent as a hyphen."""
    headers = {
        "authorization": f"Bearer {bearer}" if bearer else None,
        "x-happo-api-version": version,
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    return {name: value for name, value in headers.items() if value is not None}


@dataclass(frozen=True)
class HappoClient:
    """A client of the Happo API. `key`: its API key; None sends no credential. Paths are those below `/v1`."""

    key: str | None
    version: str | None = OLDEST
    host: str | None = None
    transport: Transport = field(default_factory=in_process, repr=False, compare=False)

    def call(
        self,
        method: str,
        path: str,
        body: Json = None,
        *,
        raw: bytes | None = None,
        **headers: str | None,
    ) -> Reply:
        """Send one request with a JSON body, or with the bytes of `raw`."""
        content = json_of(body) if raw is None else raw
        always = {"host": self.host, "content_type": "application/json" if content else None}
        return self.transport(
            method,
            f"/v1{path}",
            sent_headers(self.key, self.version, **(always | headers)),
            content,
        )

    def get(self, path: str, **headers: str | None) -> Reply:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Json = None, **headers: str | None) -> Reply:
        return self.call("POST", path, body, **headers)

    def patch(self, path: str, body: Json) -> Reply:
        return self.call("PATCH", path, body)

    def delete(self, path: str) -> Reply:
        return self.call("DELETE", path)

    def post_form(self, path: str, form: Mapping[str, object], **headers: str | None) -> Reply:
        """Send a form of texts and files."""
        content_type = {"content_type": MULTIPART_CONTENT} | headers
        return self.call("POST", path, raw=form_of(**form), **content_type)

    def upload(
        self, content: bytes = PDF, name: str = "sample.pdf", **headers: str | None
    ) -> Reply:
        """Upload an attachment."""
        form = {"attachment": SimpleUploadedFile(name, content)}
        return self.post_form("/attachments", form, **headers)


@dataclass
class JobHaxClient:
    """A client of the JobHax API. `token` goes along once it is set. Paths are those below `/api/`."""

    client_id: str = ""
    client_secret: str = ""
    host: str = "localhost"
    token: str | None = None
    version: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    transport: Transport = field(default_factory=in_process, repr=False, compare=False)

    def get(self, path: str, **query: str) -> Reply:
        return self.call("GET", f"{path}?{urlencode(query)}" if query else path)

    def post(self, path: str, **body: object) -> Reply:
        return self.call("POST", path, body)

    def post_as_client(self, path: str, **body: object) -> Reply:
        """Post a body that names the OAuth client."""
        return self.post(
            path, **{"client_id": self.client_id, "client_secret": self.client_secret, **body}
        )

    def login(self, username: str, password: str) -> Reply:
        """Log in; the token of a success goes along with later requests."""
        reply = self.post_as_client("users/login", username=username, password=password)
        if reply.code == 0:
            self.token = reply.data["access_token"]
        return reply

    def register(self, email: object, **changes: object) -> Reply:
        """Register a user with that e-mail address; `changes` replace fields of the body."""
        body = {
            "first_name": "Joe",
            "last_name": "Smith",
            "username": str(email).partition("@")[0],
            "email": email,
            "password": "correct horse battery",
            "password2": "correct horse battery",
            "client_id": self.client_id,
        }
        return self.post("users/register", **{**body, **changes})

    def call(self, method: str, path: str, body: Json = None) -> Reply:
        """Send one request; every reply has the envelope of the document, with nothing more in it."""
        always = {"host": self.host, "content-type": "application/json", **self.headers}
        headers = sent_headers(self.token, self.version, **always)
        reply = self.transport(method, f"/api/{path}", headers, json_of(body))
        assert set(reply.body) - {"nextCursor"} == _JOBHAX_ENVELOPE, reply.body
        assert reply.body["success"] == (reply.code == 0)
        return reply
