"""A released version's documents are promises: a change that would break one fails these tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from ninja import Router
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from api_v1.api import Api
from api_v1.apis import APIS, HAPPO
from api_v1.documentation import frozen, openapi
from api_v1.documentation.drift import undeclared_differences
from api_v1.documentation.frozen import file_of, frozen_document, frozen_form, frozen_versions
from api_v1.happo import schemas
from api_v1.happo.schemas import Candidate, Collaborator, PositionIn
from api_v1.request_context import ApiRequest
from api_v1.routing import route_options
from api_v1.versioning.timeline import Timeline, TimelineError
from api_v1.versioning.versioned_api import build_versioned_apis
from api_v1.versions import HEAD, OLDEST, TIMELINE


def kept(api: Api, timeline: Timeline = TIMELINE) -> bool:
    """Return whether each frozen version still has the document that is checked in."""
    versioned_apis = build_versioned_apis(api, timeline)
    names = frozen_versions(api, timeline.names)
    assert OLDEST in names
    return all(
        frozen_form(versioned_apis[name]) == file_of(api, name).read_bytes() for name in names
    )


def undeclared(api: Api, timeline: Timeline = TIMELINE) -> list[str]:
    """Return the undeclared differences between the head and the newest frozen version."""
    newest = frozen_versions(api, timeline.names)[-1]
    changes = timeline.newer_changes(newest, api=api.name)
    return undeclared_differences(
        frozen_document(api, newest), build_versioned_apis(api, timeline)[HEAD], changes
    )


@contextmanager
def field_in(
    model: type[BaseModel], name: str, annotation: Any, **rest: Any
) -> Iterator[None]:  # Any: a type
    """Add a field to a schema, as a change would that ignores the versions."""
    model.__pydantic_fields__[name] = FieldInfo(annotation=annotation, **rest)
    _rebuild(model)
    try:
        yield
    finally:
        del model.__pydantic_fields__[name]
        _rebuild(model)


def _rebuild(model: type[BaseModel]) -> None:
    model.model_rebuild(force=True)
    # The schemas of models that contain it include its schema.
    for other in vars(schemas).values():
        if isinstance(other, type) and issubclass(other, BaseModel) and other is not BaseModel:
            other.model_rebuild(force=True)


@pytest.mark.parametrize("api", APIS, ids=lambda api: api.name)
def test_frozen_versions_have_the_documents_that_are_checked_in(api: Api) -> None:
    assert kept(api), "Write a VersionChange: see CONTRIBUTING.md, 'Make a breaking change'"


@pytest.mark.parametrize("api", APIS, ids=lambda api: api.name)
def test_the_head_differs_from_the_newest_frozen_version_only_where_declared(api: Api) -> None:
    assert undeclared(api) == []


def test_a_new_field_in_an_answer_is_caught() -> None:
    with field_in(Collaborator, "nickname", str):
        assert not kept(HAPPO)
        assert undeclared(HAPPO) == [
            "Collaborator: properties.nickname is new",
            "Collaborator: required differs",
        ]
    assert kept(HAPPO)


def test_a_new_field_beside_declared_ones_is_caught() -> None:
    # RejectionsAreShown touches the same schema, and declares no such field.
    with field_in(Candidate, "shoeSize", int | None, default=None):
        assert not kept(HAPPO)
        assert undeclared(HAPPO) == ["Candidate: properties.shoeSize is new"]


def test_a_new_route_is_caught() -> None:
    api = replace(HAPPO, routers=(*HAPPO.routers, surprise()))
    assert not kept(api)
    assert undeclared(api) == ["GET /v1/surprise is new and doesn't declare `since`"]


def test_a_new_route_with_since_is_accepted() -> None:
    api = replace(HAPPO, routers=(*HAPPO.routers, surprise(since=HEAD)))
    assert kept(api)
    assert undeclared(api) == []


def test_a_route_that_is_gone_is_caught() -> None:
    api = replace(HAPPO, routers=HAPPO.routers[1:])
    assert not kept(api)
    assert "POST /v1/positions is gone" in undeclared(api)


def test_a_route_that_answers_something_else_is_caught() -> None:
    instead = Router(tags=["Positions"])

    @instead.post("/positions", response=None, summary="Create a position")
    def create_position(request: ApiRequest, body: PositionIn) -> None:
        return None

    api = replace(HAPPO, routers=(instead, *HAPPO.routers))
    assert not kept(api)
    assert any(line.startswith("POST /v1/positions: responses.200") for line in undeclared(api))


def test_a_change_without_its_class_is_caught() -> None:
    *versions, head = TIMELINE.versions
    # No document says what happens to unknown parameters: tests/api_v1/happo/test_unknown_parameters.py.
    documented = [change for change in head.changes if not change.ignores_unknown_parameters]
    for forgotten in documented:
        others = tuple(change for change in head.changes if change is not forgotten)
        timeline = Timeline(*versions, replace(head, changes=others))
        api = next(api for api in APIS if api.name == forgotten.api)
        assert not _starts_unchanged(api, timeline), forgotten


def _starts_unchanged(api: Api, timeline: Timeline) -> bool:
    try:
        return kept(api, timeline) or undeclared(api, timeline) == []
    except TimelineError:
        # One change may need another: then the process doesn't even start.
        return False


def test_a_status_that_is_never_sent_any_more_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openapi, "_ANYWHERE", openapi._ANYWHERE[1:])
    assert not kept(HAPPO)
    assert any("responses.400 is gone" in line for line in undeclared(HAPPO))


def surprise(*, since: str | None = None) -> Router:
    router = Router(tags=["Surprise"])

    @router.get("/surprise", response=None)
    @route_options(since=since)
    def view_surprise(request: ApiRequest) -> None:
        return None

    return router


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the frozen files, for the command to write to."""
    for api in APIS:
        copy = tmp_path / OLDEST / file_of(api, OLDEST).name
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(file_of(api, OLDEST).read_bytes())
    monkeypatch.setattr(frozen, "FOLDER", tmp_path)
    return tmp_path


def test_a_version_is_frozen_by_command(folder: Path) -> None:
    call_command("freeze_version", HEAD, stdout=StringIO())
    assert sorted(path.name for path in (folder / HEAD).iterdir()) == [
        "openapi-jobhax.json",
        "openapi.json",
    ]
    assert all(undeclared(api) == [] for api in APIS)


def test_a_frozen_version_is_not_overwritten(folder: Path) -> None:
    file_of(HAPPO, OLDEST).write_text("{}")
    with pytest.raises(CommandError, match="It was a promise"):
        call_command("freeze_version", OLDEST)
    assert file_of(HAPPO, OLDEST).read_text() == "{}"
    call_command("freeze_version", OLDEST, again=True, stdout=StringIO())
    assert kept(HAPPO)


def test_a_version_with_undeclared_changes_is_not_frozen(folder: Path) -> None:
    with (
        field_in(Collaborator, "nickname", str),
        pytest.raises(CommandError, match=r"properties\.nickname is new"),
    ):
        call_command("freeze_version", HEAD)
    assert not (folder / HEAD).exists()
