"""Fake APIs: enough routes to try the dispatcher on, and no database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.test import RequestFactory
from ninja import Body, File, Router
from ninja.files import UploadedFile
from pydantic import BaseModel, Field

from api_v1.api import Api
from api_v1.dispatch import ApiHandler
from api_v1.documentation.pages import Documentation
from api_v1.fields import BodyId, Count, Email, HttpUrl, IsoDate, Text
from api_v1.happo.envelope import HappoEnvelope
from api_v1.happo.errors import render_error as render_happo_error
from api_v1.interceptors import Interceptor
from api_v1.jobhax.envelope import JobHaxEnvelope
from api_v1.jobhax.errors import render_error as render_jobhax_error
from api_v1.middleware import ApiMiddleware
from api_v1.request_context import ApiRequest
from api_v1.routing import BULK_LIMIT, route_options
from api_v1.versioning.timeline import Timeline, Version
from api_v1.versions.v20261201 import (
    ErrorMessagesGiveReasons,
    ErrorsCarryDetails,
    UnknownJobHaxParametersAreRefused,
    UnknownParametersAreRefused,
)
from core.accounts.values import Caller
from core.errors import Conflict, NotFound, TenantSuspended, Unauthenticated
from core.json_text import JsonText
from core.pages import Page
from tests.clients import reply_of, sent_headers

# The real versions, without the changes that touch routes which only the real APIs have.
ERRORS_DIFFER = Timeline(
    Version("v20180701", "stable"),
    Version(
        "v20261201",
        "head",
        changes=(
            ErrorsCarryDetails(),
            UnknownParametersAreRefused(),
            UnknownJobHaxParametersAreRefused(),
            ErrorMessagesGiveReasons(),
        ),
    ),
)
ID = UUID("1ac435ee-9b11-4172-a934-3272b365e718")
SOME_DAY = datetime(2018, 7, 5, 9, 57, 9, 244000, tzinfo=UTC)


class Member(BaseModel):
    email: Email
    type: Literal["admin", "client"]


class ThingIn(BaseModel):
    title: Annotated[str, Text(10)]
    type: Literal["full-time", "part-time"] | None = None
    members: Annotated[list[Member], Field(max_length=3)] | None = None
    count: Count | None = None
    day: IsoDate | None = None
    link: HttpUrl | None = None
    ids: list[BodyId] | None = None


class ThingsIn(BaseModel):
    things: Annotated[list[ThingIn], Field(min_length=1, max_length=50)]


class Thing(BaseModel):
    id: UUID
    title: str
    type: str | None = None
    madeAt: datetime  # noqa: N815 - as clients see it


class Upload(BaseModel):
    name: str
    size: int


THING = Thing(id=ID, title="Tester", madeAt=SOME_DAY)
router = Router(tags=["Things"])


@router.get("/things", response=list[Thing])
def list_things(request: ApiRequest) -> JsonText:
    return JsonText(
        b'[{"id":"1ac435ee-9b11-4172-a934-3272b365e718","title":"Tester",'
        b'"madeAt":"2018-07-05T09:57:09.244Z"}]'
    )


@router.get("/pages", response=Page[Thing])
def page_things(request: ApiRequest, limit: int = 50, cursor: str | None = None) -> Page[Thing]:
    return Page([THING], next_cursor=cursor)


@router.post("/things", response=Thing)
def create_thing(request: ApiRequest, body: ThingIn) -> dict[str, Any]:  # Any: JSON
    return {"id": ID, "madeAt": SOME_DAY, **body.model_dump(exclude_none=True)}


@router.get("/things/{thing_id}", response=Thing)
def view_thing(request: ApiRequest, thing_id: BodyId) -> Thing:
    if thing_id != ID:
        raise NotFound("thing", thing_id)
    return THING


@router.post("/things/{thing_id}", response=Thing)
def update_thing(request: ApiRequest, thing_id: BodyId, body: ThingIn) -> Thing:
    return THING


@router.post("/things/{thing_id}/bulk", response=list[Thing])
@route_options(limit=BULK_LIMIT)
def create_things(request: ApiRequest, thing_id: BodyId, body: ThingsIn) -> list[Thing]:
    return [THING for _ in body.things]


@router.post("/files", response=Upload)
def upload(request: ApiRequest, attachment: File[UploadedFile]) -> dict[str, object]:
    return {"name": attachment.name, "size": attachment.size}


@router.get("/sync", response=None)
@route_options(write=True)
def sync(request: ApiRequest) -> None:
    return None


@router.get("/crash", response=None)
def crash(request: ApiRequest) -> None:
    raise RuntimeError("the secret")


@router.post("/clash", response=None)
def clash(request: ApiRequest) -> None:
    raise Conflict("email")


@router.post("/hello", response=str)
@route_options(public=True)
def hello(request: ApiRequest, body: Body[dict[str, Any]]) -> str:  # Any: JSON
    return request.api_version


@router.get("/news", response=str)
@route_options(since="v20261201")
def news(request: ApiRequest) -> str:
    return request.caller.email


KEYS: dict[str, dict[str, Any]] = {  # Any: a Caller's attributes
    "both": {},
    "reader": {"can_write": False},
    "pinned": {"pinned_version": "v20261201"},
    "stale": {"pinned_version": "v19990101"},
}


@dataclass
class FakeAuthentication:
    """Knows four keys in place of a database's; records which credentials were checked and which callers counted."""

    open_scopes: int = 0
    checked: list[str] = field(default_factory=list)
    counted: list[str] = field(default_factory=list)

    @contextmanager
    def authenticate(self, request: HttpRequest) -> Iterator[Caller]:
        key = request.META.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
        self.checked.append(key)
        if not key:
            raise Unauthenticated("missing")
        if key == "suspended":
            raise TenantSuspended
        if key not in KEYS:
            raise Unauthenticated("wrong")
        self.open_scopes += 1
        try:
            yield caller(**KEYS[key])
        finally:
            self.open_scopes -= 1

    def throttle(self, caller: Caller, headers: dict[str, str]) -> None:
        """Count the request, as the rate limit of the real APIs does."""
        self.counted.append(caller.credential_id)
        headers["RateLimit-Remaining"] = "9"


def caller(**changes: Any) -> Caller:  # Any: a Caller's attributes
    facts = {
        "user_id": 1,
        "user_uuid": ID,
        "email": "joe@acme.com",
        "credential_id": "k",
        "can_read": True,
        "can_write": True,
        "pinned_version": None,
        "rate_per_second": 100,
        "burst": 1000,
    }
    return Caller(**(facts | changes))


def happo(authentication: FakeAuthentication, **changes: Any) -> Api:  # Any: an Api's attributes
    return Api(
        **(
            {
                "name": "happo",
                "prefix": "/v1",
                "title": "Happo API",
                "routers": (router,),
                "authenticate": authentication.authenticate,
                "throttle": authentication.throttle,
                "envelope": HappoEnvelope(),
                "render_error": render_happo_error,
                "needs_version": True,
            }
            | changes
        )
    )


def jobhax(authentication: FakeAuthentication, **changes: Any) -> Api:  # Any: an Api's attributes
    return Api(
        **(
            {
                "name": "jobhax",
                "prefix": "/api",
                "title": "JobHax API",
                "routers": (router,),
                "authenticate": authentication.authenticate,
                "throttle": authentication.throttle,
                "envelope": JobHaxEnvelope(),
                "render_error": render_jobhax_error,
                "needs_version": False,
            }
            | changes
        )
    )


class FakeApis:
    """Two small APIs behind the real middleware; `call` sends a request through it.

    They authenticate and throttle as the real ones do, without a database. `changes` replace attributes of both.
    """

    def __init__(
        self,
        *,
        timeline: Timeline = ERRORS_DIFFER,
        interceptors: tuple[Interceptor, ...] = (),
        **changes: Any,  # Any: an Api's attributes
    ) -> None:
        self.authentication = FakeAuthentication()
        self.handlers = [
            ApiHandler(api(self.authentication, **changes), timeline, interceptors=interceptors)
            for api in (happo, jobhax)
        ]
        versioned_apis = {handler.api.name: handler.versioned_apis for handler in self.handlers}
        self.middleware = ApiMiddleware(
            lambda request: PassedOn(),
            self.handlers,
            Documentation(timeline, versioned_apis).pages,
        )

    def call(
        self,
        method: str,
        path: str,
        *,
        key: str | None = "both",
        version: str | None = "v20180701",
        **rest: Any,
    ) -> Any:
        """Return the `Reply`, or `PassedOn`. Any: RequestFactory's arguments."""
        headers = sent_headers(key, version) | rest.pop("headers", {})
        return self.send(RequestFactory().generic(method, path, headers=headers, **rest))

    def send(self, request: HttpRequest) -> Any:  # Any: as above
        """Send a request of Django's."""
        response = self.middleware(request)
        return response if isinstance(response, PassedOn) else reply_of(response)


class PassedOn:
    """The middleware has left a request to Django: its path belongs to no API."""
