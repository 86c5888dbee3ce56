"""Requests and their replies as text: two runs give the same text if the API behaved in the same way."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT

from api_v1.http_errors import STATUS_LINE_PHRASES, HttpError
from api_v1.versioning.versioned_api import VersionedApi
from tests.clients import PDF, Transport, form_of, in_process

Json = Any  # Any: JSON
Check = Callable[[str, str, int, Json], None]

_UUID: Final = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# The formats of times in the two APIs; any other format stays in the text, and so makes a difference.
_MOMENTS: Final = {
    "happo": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
    "jobhax": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"),
}
_OPAQUE: Final = (
    (re.compile(r'"nextCursor":"[\w.:=-]{20,200}"'), '"nextCursor":"<cursor>"'),
    (re.compile(r"/v1/files/[\w.:=-]{40,400}"), "/v1/files/<token>"),
    (re.compile(r'"hpa_golden_\w{30,100}"'), '"<access token>"'),
    (re.compile(r'"hpr_golden_\w{30,100}"'), '"<refresh token>"'),
    (re.compile(r'"token":"[\w.-]{40,200}:[\w.:-]{40,100}"'), '"token":"<mailed token>"'),
    (re.compile(r'"hpc_golden_\w{10,100}"'), '"<client>"'),
    (re.compile(r'"address":"golden-[0-9a-z]{20}@'), '"address":"golden-<secret>@'),
    (re.compile(r'"client_secret":"\w{30,200}"'), '"client_secret":"<secret>"'),
)
# They depend on how fast the machine is.
_COUNTED: Final = ("RateLimit-Remaining", "RateLimit-Reset")
# What is sent only because it is long.
_REPEATED: Final = re.compile(r"(.{1,60}?)\1{20,}", re.DOTALL)


@dataclass
class Transcript:
    """One run of a script against one API in one version; `check(method, path, status, body)` validates each reply."""

    versioned_api: VersionedApi
    bearer: str
    check: Check
    transport: Transport = field(default_factory=in_process)
    entries: list[str] = field(default_factory=list)
    succeeded: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    _ids: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Return the run as it is checked in."""
        return "\n".join(self.entries)

    def has_route(self, name: str) -> bool:
        """Return whether this version has the route: `POST /positions`."""
        return any(route.name == name for route in self.versioned_api.table.routes)

    def get(self, path: str, **rest: Any) -> Json:  # Any: as in `send`
        return self.send("GET", path, **rest)

    def post(self, path: str, body: Json = None, **rest: Any) -> Json:  # Any: as in `send`
        return self.send("POST", path, body, **rest)

    def upload(self, path: str, name: str) -> Json:
        """Send a small PDF in a form; return `data`."""
        form = form_of(attachment=SimpleUploadedFile(name, PDF, "application/pdf"))
        headers = self._headers_of(bearer="own") | {"content-type": MULTIPART_CONTENT}
        return self._note("POST", path, f"<form: {name}>", headers, form)

    def send(
        self,
        method: str,
        path: str,
        body: Json = None,
        *,
        bearer: str | None = "own",
        **headers: str | None,
    ) -> Json:
        """Send a request; return `data` of a success, None of an error. `bearer` None sends none.

        A header that is None isn't sent, even if other requests send it.
        """
        content = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        content_type = {"content-type": "application/json"} if content else {}
        sent = self._headers_of(bearer=bearer) | content_type | headers
        shown = _abridged(content.decode()) + "".join(
            f"\n{name}: {_abridged(value)}" if value is not None else f"\nno {name}"
            for name, value in headers.items()
        )
        always = {name: value for name, value in sent.items() if value is not None}
        return self._note(method, path, shown, always, content)

    def _headers_of(self, *, bearer: str | None) -> dict[str, str | None]:
        key = self.bearer if bearer == "own" else bearer
        return {
            "x-happo-api-version": self.versioned_api.name,
            "x-request-id": f"golden-{len(self.entries) + 1}",
            "authorization": None if key is None else f"Bearer {key}",
        }

    def _note(
        self, method: str, path: str, shown: str, headers: Mapping[str, str], content: bytes
    ) -> Json:
        reply = self.transport(method, path, headers, content)
        assert reply.headers["Content-Length"] == str(len(reply.content))
        self._remember(method, path, reply.status)
        self.check(method, path, reply.status, reply.body)
        lines = [
            f"### {method} {path}",
            *([shown] if shown else []),
            "",
            f"{reply.status} {STATUS_LINE_PHRASES[reply.status]}",
            *self._headers(dict(reply.headers)),
            "",
            reply.content.decode(),
            "",
        ]
        self.entries.append(self._mask("\n".join(lines)))
        return reply.body["data"] if reply.status == 200 else None

    def _remember(self, method: str, path: str, status: int) -> None:
        prefix = self.versioned_api.api.prefix
        try:
            route, _ = self.versioned_api.table.find(
                method, path.partition("?")[0].removeprefix(prefix)
            )
        except HttpError:
            return
        (self.succeeded if status == 200 else self.refused).add(route.name)

    def _headers(self, headers: dict[str, str]) -> list[str]:
        del headers["Content-Length"]
        for name in _COUNTED:
            if name in headers:
                assert headers[name].isdigit()
                headers[name] = "<number>"
        return [f"{name}: {headers[name]}" for name in sorted(headers)]

    def _mask(self, text: str) -> str:
        for pattern, name in _OPAQUE:
            text = pattern.sub(name, text)
        text = text.replace(_last_twelve_months(), "<twelve months>")
        text = _MOMENTS[self.versioned_api.api.name].sub(_name_of_moment, text)
        return _UUID.sub(self._name_of_id, text)

    def _name_of_id(self, found: re.Match[str]) -> str:
        # Ids that a script makes up itself are the same in each run.
        if found[0].startswith("00000000-"):
            return found[0]
        return self._ids.setdefault(found[0], f"<id {len(self._ids) + 1}>")


def _abridged(sent: str) -> str:
    """Return what is checked in of it: no file of ours has lines of 100 kB, or ends them in two ways."""
    return _REPEATED.sub(
        lambda found: f"<{len(found[0]) // len(found[1])} times {found[1]}>",
        sent.replace("\r\n", "\n"),
    )


def _name_of_moment(found: re.Match[str]) -> str:
    """Mask a time of this run; any other time is a fact that has to stay as it is."""
    away = datetime.fromisoformat(found[0]) - datetime.now(UTC)
    known = {"<now>": timedelta(), "<in 5 minutes>": timedelta(minutes=5)}
    for name, distance in (known | {"<in 10 hours>": timedelta(hours=10)}).items():
        if abs(away - distance) < timedelta(seconds=60):
            return name
    return found[0]


def _last_twelve_months() -> str:
    today = datetime.now(UTC)
    names = [
        datetime(2000, (today.month + ahead) % 12 + 1, 1, tzinfo=UTC).strftime("%B")
        for ahead in range(12)
    ]
    return orjson.dumps(names).decode().replace(",", ", ")
