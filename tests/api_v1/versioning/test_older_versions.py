"""Requests and replies of an older version after changes in the head."""

from typing import Any

import pytest
from ninja import Router
from pydantic import BaseModel

from api_v1.documentation.openapi import OpenApiDocument
from api_v1.request_context import ApiRequest
from api_v1.routing import route_options
from api_v1.versioning.timeline import Json, Timeline, TimelineError, Version, VersionChange
from api_v1.versions.v20261201 import UnknownParametersAreRefused
from core.json_text import JsonText
from core.pages import Page
from tests.api_v1.fake_apis import FakeApis


class ThingIn(BaseModel):
    title: str
    status: str = "draft"


class Thing(BaseModel):
    title: str
    status: str


class Shelf(BaseModel):
    things: list[Thing]


router = Router()


@router.post("/things", response=Thing)
def create_thing(request: ApiRequest, body: ThingIn) -> Thing:
    return Thing(title=body.title, status=body.status)


@router.get("/things", response=list[Thing])
def list_things(request: ApiRequest) -> JsonText:
    return JsonText(b'[ {"title":"x","status":"open"} ]')


@router.get("/pages", response=Page[Thing])
def page_things(request: ApiRequest, limit: int = 2) -> Page[Thing]:
    return Page([Thing(title="x", status="open")] * limit, next_cursor="c")


@router.post("/add", response=Thing)
def add_thing(request: ApiRequest) -> Thing:
    return Thing(title="added", status="open")


@router.delete("/things", response=None)
@route_options(since="v20261201")
def clear(request: ApiRequest) -> None:
    return None


whole = Router()


@whole.get("/pages", response=list[Thing])
def all_things(request: ApiRequest) -> list[Thing]:
    return [Thing(title="all", status="open")]


class StatusIsCalledState(VersionChange):
    """`state` is called `status`."""

    api = "happo"
    schemas = (Thing,)

    def downgrade(self, body: Json) -> Json:
        return {"title": body["title"], "state": body["status"]}

    def describe(self, schema: Json) -> Json:
        properties = {"title": schema["properties"]["title"], "state": {"type": "string"}}
        return {**schema, "properties": properties, "required": ["title", "state"]}


class StatusCanBeSet(VersionChange):
    """`status` can be set."""

    api = "happo"
    schemas = (ThingIn,)
    hidden = ("status",)


class AddAnswersTheThing(VersionChange):
    """`add` answers the thing that it added."""

    api = "happo"
    routes = ("POST /add",)

    def downgrade(self, body: Json) -> Json:
        return None

    def describe(self, schema: Json) -> Json:
        return {"type": "null"}


class ListsComeInPages(VersionChange):
    """`/pages` answers pages."""

    api = "happo"
    older_routes = whole


def timeline(*changes: VersionChange) -> Timeline:
    return Timeline(Version("v20180701", "stable"), Version("v20261201", "head", changes=changes))


@pytest.fixture
def apis() -> FakeApis:
    changes = (
        StatusIsCalledState(),
        StatusCanBeSet(),
        AddAnswersTheThing(),
        ListsComeInPages(),
        UnknownParametersAreRefused(),
    )
    return FakeApis(timeline=timeline(*changes), routers=(router,))


def data(apis: FakeApis, method: str, path: str, *, version: str, **rest: Any) -> Any:  # Any: JSON
    return apis.call(method, path, version=version, **rest).body["data"]


def test_a_field_that_a_version_does_not_know_is_dropped_from_its_requests(apis: FakeApis) -> None:
    send = {"data": b'{"title":"x","status":"open"}', "content_type": "application/json"}
    assert data(apis, "POST", "/v1/things", version="v20261201", **send) == {
        "title": "x",
        "status": "open",
    }
    assert data(apis, "POST", "/v1/things", version="v20180701", **send) == {
        "title": "x",
        "state": "draft",
    }


def test_ready_json_is_parsed_only_for_a_version_that_changes_it(apis: FakeApis) -> None:
    new, old = (
        apis.call("GET", "/v1/things", version=version) for version in ("v20261201", "v20180701")
    )
    assert new.content.endswith(b'"data":[ {"title":"x","status":"open"} ]}')
    assert old.content.endswith(b'"data":[{"title":"x","state":"open"}]}')


def test_changes_of_errors_alone_leave_ready_json_alone() -> None:
    assert (
        FakeApis(routers=(router,))
        .call("GET", "/v1/things")
        .content.endswith(b'[ {"title":"x","status":"open"} ]}')
    )


def test_a_route_may_answer_something_else(apis: FakeApis) -> None:
    assert data(apis, "POST", "/v1/add", version="v20261201") == {
        "title": "added",
        "status": "open",
    }
    assert data(apis, "POST", "/v1/add", version="v20180701") is None


def test_an_older_route_replaces_the_heads(apis: FakeApis) -> None:
    page = apis.call("GET", "/v1/pages", version="v20261201", QUERY_STRING="limit=1").body
    assert (page["data"], page["nextCursor"]) == ([{"title": "x", "status": "open"}], "c")
    whole = apis.call("GET", "/v1/pages", version="v20180701", QUERY_STRING="limit=1").body
    assert whole == {
        "success": True,
        "statusCode": 200,
        "data": [{"title": "all", "state": "open"}],
    }


def test_another_method_of_the_same_path_may_be_new(apis: FakeApis) -> None:
    assert apis.call("DELETE", "/v1/things", version="v20261201").status == 200
    old = apis.call("DELETE", "/v1/things", version="v20180701")
    assert (old.status, old.headers["Allow"]) == (405, "GET, HEAD, OPTIONS, POST")


def test_each_version_has_its_own_true_document(apis: FakeApis) -> None:
    old, new = (OpenApiDocument(one) for one in apis.handlers[0].versioned_apis.values())
    assert old["components"]["schemas"]["Thing"]["properties"].keys() == {"title", "state"}
    assert new["components"]["schemas"]["Thing"]["properties"].keys() == {"title", "status"}
    assert old["components"]["schemas"]["ThingIn"]["properties"].keys() == {"title"}
    assert "delete" in new["paths"]["/v1/things"]
    assert "delete" not in old["paths"]["/v1/things"]
    assert [p["name"] for p in new["paths"]["/v1/pages"]["get"]["parameters"]] == [
        "x-happo-api-version",
        "limit",
    ]
    assert [p["name"] for p in old["paths"]["/v1/pages"]["get"]["parameters"]] == [
        "x-happo-api-version"
    ]
    answers = [
        d["paths"]["/v1/add"]["post"]["responses"][200]["content"]["application/json"]
        for d in (old, new)
    ]
    assert [answer["schema"]["properties"]["data"] for answer in answers] == [
        {"const": None},
        {"$ref": "#/components/schemas/Thing"},
    ]
    assert "nextCursor" in str(new["paths"]["/v1/pages"])
    assert "nextCursor" not in str(old["paths"]["/v1/pages"])
    assert old["components"]["schemas"]["Error"]["required"] == [
        "statusCode",
        "error",
        "message",
        "code",
        "errors",
        "requestId",
    ]


def test_a_change_of_a_route_that_is_not_there_does_not_start() -> None:
    class Lost(AddAnswersTheThing):
        """It is lost."""

        routes = ("POST /gone",)

    with pytest.raises(TimelineError, match="no such route in the head"):
        FakeApis(timeline=timeline(Lost()), routers=(router,))


def test_a_change_that_would_never_apply_does_not_start() -> None:
    shelves = Router()

    @shelves.get("/shelf", response=Shelf)
    def view_shelf(request: ApiRequest) -> dict[str, Any]:  # Any: JSON
        return {"things": []}

    with pytest.raises(TimelineError, match="inside of"):
        FakeApis(timeline=timeline(StatusIsCalledState()), routers=(shelves,))


class Box(BaseModel):
    id: int
    size: str


class Note(BaseModel):
    id: int
    text: str | None = None


class Letter(BaseModel):
    id: int
    text: str | None = None
    stamp: str | None = None


class SizeIsCalledWidth(VersionChange):
    """`width` of a box is called `size`."""

    api = "happo"
    schemas = (Box,)

    def downgrade(self, body: Json) -> Json:
        return {"id": body["id"], "width": body["size"]}

    def describe(self, schema: Json) -> Json:
        properties = {"id": schema["properties"]["id"], "width": schema["properties"]["size"]}
        return {**schema, "properties": properties, "required": ["id", "width"]}


def union_apis(annotation: Any, value: object, *changes: VersionChange) -> FakeApis:  # Any: a type
    """Return APIs whose only route answers `value`."""
    unions = Router()

    @unions.get("/union", response=annotation)
    def view_union(request: ApiRequest) -> object:
        return value

    return FakeApis(timeline=timeline(*changes), routers=(unions,))


@pytest.mark.parametrize(
    ("annotation", "value", "expected"),
    [
        (Box | Note, Box(id=1, size="s"), {"id": 1, "width": "s"}),
        (Note | Box, Note(id=1, text="size"), {"id": 1, "text": "size"}),
        (Note | Box, Note(id=1), {"id": 1}),
        (Box | None, None, None),
        (Box | None, Box(id=1, size="s"), {"id": 1, "width": "s"}),
        (list[Note | Box], [Note(id=1), Box(id=2, size="s")], [{"id": 1}, {"id": 2, "width": "s"}]),
        (
            Page[Box | Note],
            Page([Box(id=2, size="s"), Note(id=1)]),
            [{"id": 2, "width": "s"}, {"id": 1}],
        ),
    ],
)
def test_a_change_touches_the_objects_of_its_model_in_a_union_alone(
    annotation: Any, value: object, expected: Json
) -> None:
    apis = union_apis(annotation, value, SizeIsCalledWidth())
    assert data(apis, "GET", "/v1/union", version="v20180701") == expected


def test_the_models_of_a_union_are_told_apart_before_any_change_renames_their_fields() -> None:
    class IdIsCalledNumber(VersionChange):
        """`number` of boxes and notes is called `id`."""

        api = "happo"
        schemas = (Box, Note)

        def downgrade(self, body: Json) -> Json:
            names = {"width": "id", "id": "number", "size": "text"}
            return {names.get(name, name): value for name, value in body.items()}

    # The newer change makes a box look like a note; the older one has to find the box all the same.
    changes = (SizeIsCalledLength(), IdIsCalledNumber())
    apis = union_apis(list[Box | Note], [Box(id=1, size="s"), Note(id=2, text="t")], *changes)
    assert data(apis, "GET", "/v1/union", version="v20180701") == [
        {"number": 1, "length": "s"},
        {"number": 2, "text": "t"},
    ]


class SizeIsCalledLength(VersionChange):
    """`length` of a box is called `size`."""

    api = "happo"
    schemas = (Box,)

    def downgrade(self, body: Json) -> Json:
        return {"length" if name == "text" else name: value for name, value in body.items()}


def test_a_change_of_one_model_that_looks_like_another_does_not_start() -> None:
    class NotesHaveNoText(VersionChange):
        """Notes have `text`."""

        api = "happo"
        schemas = (Note,)
        hidden = ("text",)

    with pytest.raises(TimelineError, match="can't be told from Letter"):
        union_apis(Note | Letter, Note(id=1), NotesHaveNoText())


def test_a_change_of_a_model_inside_of_a_union_s_model_does_not_start() -> None:
    with pytest.raises(TimelineError, match="Thing inside of Shelf"):
        union_apis(list[Box | Shelf], [], StatusIsCalledState())


def test_a_route_since_a_version_that_is_not_there_does_not_start() -> None:
    late = Router()

    @late.get("/late", response=None)
    @route_options(since="v20270101")
    def view_late(request: ApiRequest) -> None:
        return None

    with pytest.raises(TimelineError, match="names no version"):
        FakeApis(routers=(late,))


def test_two_versions_share_a_router_without_disturbing_each_other() -> None:
    assert FakeApis(routers=(router,)).call("GET", "/v1/things").status == 200
    assert FakeApis(routers=(router,)).call("GET", "/v1/things").status == 200
