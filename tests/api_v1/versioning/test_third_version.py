"""The next breaking change: a third version that renames fields of positions, candidates and their history."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import orjson
import pytest
from django.test import RequestFactory

from api_v1.apis import HAPPO
from api_v1.dispatch import ApiHandler
from api_v1.documentation.frozen import document_of
from api_v1.happo.schemas import (
    ArchivablePosition,
    Candidate,
    CandidateIn,
    CandidatePatch,
    CandidatesIn,
    ListedCandidate,
    Move,
    NewCandidate,
    Position,
    PositionIn,
    PositionPatch,
)
from api_v1.interceptors import run_writes_once
from api_v1.versioning.timeline import Json, Timeline, Version, VersionChange
from api_v1.versions import HEAD, OLDEST, TIMELINE
from core.accounts.services import issue_api_key
from tenants.context import TenantRef
from tenants.credentials import key_prefix
from tests.api_v1.golden.contract import Contract
from tests.factories import UserFactory

THIRD = "v20270601"


def renamed(body: Mapping[str, Json], names: Mapping[str, str]) -> dict[str, Json]:
    return {names.get(name, name): value for name, value in body.items()}


class FieldIsRenamed(VersionChange):
    """One field of each of `schemas` has another name."""

    api = "happo"
    before: ClassVar[str]
    after: ClassVar[str]

    def upgrade(self, body: Json) -> Json:
        return renamed(body, {self.before: self.after})

    def downgrade(self, body: Json) -> Json:
        assert "deletedAt" not in body, "this is a tombstone, which the change does not name"
        return renamed(body, {self.after: self.before})

    def describe(self, schema: Json) -> Json:
        names = {self.after: self.before}
        return {
            **schema,
            "properties": renamed(schema["properties"], names),
            "required": [names.get(name, name) for name in schema.get("required", ())],
        }


class AdIsCalledAdPostingLink(FieldIsRenamed):
    """`ad` of a position is called `adPostingLink`."""

    schemas = (Position, ArchivablePosition, PositionIn, PositionPatch)
    before, after = "ad", "adPostingLink"


class PhoneIsCalledPhoneNumber(FieldIsRenamed):
    """`phone` of a candidate is called `phoneNumber`."""

    schemas = (ListedCandidate, Candidate, NewCandidate, CandidateIn, CandidatePatch, CandidatesIn)
    before, after = "phone", "phoneNumber"

    def upgrade(self, body: Json) -> Json:
        if isinstance(candidates := body.get("candidates"), list):
            return {**body, "candidates": [super(type(self), self).upgrade(c) for c in candidates]}
        return super().upgrade(body)


class ByIsCalledActor(FieldIsRenamed):
    """`by` of a candidate's move is called `actor`."""

    schemas = (Move,)
    before, after = "by", "actor"


CHANGES = (AdIsCalledAdPostingLink(), PhoneIsCalledPhoneNumber(), ByIsCalledActor())
THREE = Timeline(
    TIMELINE.versions[0],
    Version(HEAD, "stable", changes=TIMELINE.versions[1].changes),
    Version(THIRD, "head", changes=CHANGES),
)
LINK, PHONE = "https://acme.test/jobs/1", "+46 70 123 45 67"
OLD_NAMES = {"adPostingLink": "ad", "phoneNumber": "phone", "actor": "by"}


@pytest.fixture(scope="module")
def handler() -> ApiHandler:
    return ApiHandler(HAPPO, THREE, interceptors=(run_writes_once,))


@dataclass
class Speaker:
    """A recruiter whose client knows one of the three versions; each reply is validated against its document."""

    handler: ApiHandler
    version: str
    key: str
    names: Mapping[str, str] = field(init=False)
    contract: Contract = field(init=False)

    def __post_init__(self) -> None:
        self.names = {} if self.version == THIRD else OLD_NAMES
        self.contract = Contract(document_of(self.handler.versioned_apis[self.version]))

    def name(self, name: str) -> str:
        """Return what this version calls a field of the third one."""
        return self.names.get(name, name)

    def send(self, method: str, path: str, body: Json = None) -> Any:  # Any: JSON
        """Return `data` of a success, in which no field has its name of another version."""
        request = RequestFactory().generic(
            method,
            f"/v1{path}",
            b"" if body is None else orjson.dumps(body),
            content_type="application/json",
            headers={"authorization": f"Bearer {self.key}", "x-happo-api-version": self.version},
        )
        response = self.handler.answer(request)
        reply = orjson.loads(response.content)
        assert response.status_code == 200, reply
        self.contract.check(method, f"/v1{path}", response.status_code, reply)
        others = OLD_NAMES.keys() if self.names else OLD_NAMES.values()
        assert not [name for name in others if f'"{name}":'.encode() in response.content]
        return reply["data"]

    def new_position(self, **fields: Json) -> str:
        body = {"title": "Tester", self.name("adPostingLink"): LINK, **fields}
        created: str = self.send("POST", "/positions", body)["id"]
        return created

    def new_candidate(self, position: str, **fields: Json) -> str:
        body = {"name": "Riya", self.name("phoneNumber"): PHONE, **fields}
        created: str = self.send("POST", f"/positions/{position}/candidates", body)["id"]
        return created


@pytest.fixture(params=[OLDEST, HEAD, THIRD])
def speaker(acme: TenantRef, handler: ApiHandler, request: pytest.FixtureRequest) -> Speaker:
    return speaker_of(request.param, acme, handler)


def speaker_of(version: str, acme: TenantRef, handler: ApiHandler) -> Speaker:
    user = UserFactory(email="anna@acme.test")
    return Speaker(handler, version, issue_api_key(user, prefix=key_prefix(acme)).key)


@pytest.fixture(params=[HEAD, THIRD])
def newer(acme: TenantRef, handler: ApiHandler, request: pytest.FixtureRequest) -> Speaker:
    """A client whose version has pages, PATCH, deletion and history."""
    return speaker_of(request.param, acme, handler)


def test_single_positions_and_their_list(speaker: Speaker) -> None:
    link = speaker.name("adPostingLink")
    position = speaker.new_position()
    assert speaker.send("GET", f"/positions/{position}")[link] == LINK
    updated = speaker.send("POST", f"/positions/{position}", {"title": "T", link: LINK + "2"})
    assert updated[link] == LINK + "2"
    assert [one[link] for one in speaker.send("GET", "/positions")] == [LINK + "2"]


def test_single_candidates_their_list_and_a_bulk(speaker: Speaker) -> None:
    phone = speaker.name("phoneNumber")
    position = speaker.new_position()
    one = f"/positions/{position}/candidates/{speaker.new_candidate(position)}"
    assert speaker.send("GET", one)[phone] == PHONE
    assert speaker.send("POST", one, {"name": "R", phone: "1"})[phone] == "1"
    drafts = [{"name": f"C{number}", phone: str(number)} for number in (2, 3)]
    bulk = f"/positions/{position}/candidates/bulk"
    assert [c[phone] for c in speaker.send("POST", bulk, {"candidates": drafts})] == ["2", "3"]
    listed = speaker.send("GET", f"/positions/{position}/candidates")
    assert sorted(candidate[phone] for candidate in listed) == ["1", "2", "3"]


def test_a_field_sent_by_its_name_of_another_version_is_not_read(speaker: Speaker) -> None:
    other = "phone" if speaker.version == THIRD else "fax"
    position = speaker.new_position()
    body = {"name": "Riya", other: PHONE}
    created = speaker.send("POST", f"/positions/{position}/candidates", body)
    assert not {"phone", "phoneNumber"} & created.keys()


def test_changed_and_archived_positions(newer: Speaker) -> None:
    link, position = newer.name("adPostingLink"), newer.new_position()
    path = f"/positions/{position}"
    assert newer.send("PATCH", path, {link: LINK + "3"})[link] == LINK + "3"
    assert newer.send("POST", f"{path}/archive")[link] == LINK + "3"
    assert newer.send("GET", "/positions?archived=true")[0][link] == LINK + "3"
    assert newer.send("POST", f"{path}/restore")[link] == LINK + "3"


def test_pages_with_tombstones(newer: Speaker) -> None:
    kept, gone = newer.new_position(), newer.new_position()
    candidates = f"/positions/{kept}/candidates"
    there, deleted = newer.new_candidate(kept), newer.new_candidate(kept)
    assert newer.send("DELETE", f"/positions/{gone}").keys() == {"id", "deletedAt"}
    assert newer.send("DELETE", f"{candidates}/{deleted}").keys() == {"id", "deletedAt"}
    for path, name, value, ids in (
        ("/positions", "adPostingLink", LINK, (kept, gone)),
        (candidates, "phoneNumber", PHONE, (there, deleted)),
    ):
        page = {one["id"]: one for one in newer.send("GET", f"{path}?includeDeleted=true")}
        assert page.keys() == set(ids)
        assert page[ids[0]][newer.name(name)] == value
        assert page[ids[1]].keys() == {"id", "deletedAt"}


def test_moves_rejections_and_the_history(newer: Speaker) -> None:
    position = newer.new_position()
    path = f"/positions/{position}/candidates/{newer.new_candidate(position)}"
    phone = newer.name("phoneNumber")
    assert newer.send("PATCH", path, {phone: "4"})[phone] == "4"
    assert newer.send("POST", f"{path}/stack", {"stack": "interesting"})[phone] == "4"
    assert newer.send("POST", f"{path}/reject", {"reason": "No"})[phone] == "4"
    assert newer.send("POST", f"{path}/unreject")[phone] == "4"
    history = newer.send("GET", f"{path}/history")
    assert len(history) >= 3
    assert all(newer.name("actor") in move for move in history)


@pytest.mark.parametrize("version", [OLDEST, HEAD])
def test_the_document_of_an_older_version_differs_from_before_in_the_names_alone(
    version: str, handler: ApiHandler
) -> None:
    before = document_of(ApiHandler(HAPPO, TIMELINE).versioned_apis[version])
    schemas = before["components"]["schemas"]
    for change in CHANGES:
        for name in {model.__name__ for model in change.schemas} & schemas.keys():
            names = {change.after: change.before}
            schemas[name]["properties"] = renamed(schemas[name]["properties"], names)
            if "required" in schemas[name]:
                required = schemas[name]["required"]
                schemas[name]["required"] = [names.get(one, one) for one in required]
    now = document_of(handler.versioned_apis[version])
    for schema in (*schemas.values(), *now["components"]["schemas"].values()):
        if not schema.get("required"):
            schema.pop("required", None)
    assert without_samples(now) == without_samples(before)


def without_samples(document: Any) -> Any:  # Any: JSON
    """Return the document without the samples of bodies, which have the names of the head's fields."""
    for methods in document["paths"].values():
        for operation in methods.values():
            operation.get("requestBody", {}).get("content", {}).get("application/json", {}).pop(
                "example", None
            )
    return document


def test_the_head_keeps_its_names(handler: ApiHandler) -> None:
    schemas = document_of(handler.versioned_apis[THIRD])["components"]["schemas"]
    assert "adPostingLink" in schemas["ArchivablePosition"]["properties"]
    assert "phoneNumber" in schemas["Candidate"]["properties"]
    assert "actor" in schemas["Move"]["required"]
