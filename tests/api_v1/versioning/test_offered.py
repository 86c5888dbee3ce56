"""`GET /v1/versions`, and what answers of a version on its way out carry."""

from dataclasses import replace
from datetime import UTC, date, datetime

import orjson
import pytest
from django.test import Client

from api_v1.apis import APIS
from api_v1.versioning.timeline import Timeline, Version
from api_v1.versions import HEAD, OLDEST, TIMELINE
from api_v1.versions.routes import present_versions
from tests.api_v1.fake_apis import ERRORS_DIFFER, House

GOING = Timeline(
    Version(
        "v20180701", "deprecated", deprecated_on=date(2027, 1, 15), sunset_on=date(2028, 1, 31)
    ),
    Version("v20261201", "stable"),
    Version("v20270601", "head"),
)


def offered(**headers: str) -> list[dict[str, object]]:
    answer = Client().get("/v1/versions", headers=headers)
    assert answer.status_code == 200, answer.content
    versions: list[dict[str, object]] = answer.json()["data"]
    return versions


def test_who_knows_no_version_and_has_no_key_may_ask() -> None:
    assert offered() == [
        {
            "name": "v20180701",
            "state": "stable",
            "releasedAt": "2018-07-01T00:00:00.000Z",
            "defaultOf": ["jobhax"],
        },
        {
            "name": "v20261201",
            "state": "head",
            "releasedAt": "2026-12-01T00:00:00.000Z",
            "defaultOf": [],
        },
    ]


@pytest.mark.parametrize("version", TIMELINE.names)
def test_each_version_offers_the_same(version: str) -> None:
    assert offered(**{"x-happo-api-version": version}) == offered()


def test_an_unknown_version_is_refused_here_too() -> None:
    answer = Client().get("/v1/versions", headers={"x-happo-api-version": "v20190101"})
    assert answer.status_code == 400
    assert answer.json()["message"] == f"x-happo-api-version must be one of [{OLDEST}, {HEAD}]"


def test_a_version_is_the_default_where_none_has_to_be_named() -> None:
    optional = [api.name for api in APIS if not api.needs_version]
    assert present_versions(TIMELINE)[0].defaultOf == optional


def test_a_version_on_its_way_out_says_since_when_and_until_when() -> None:
    old, stable, head = present_versions(GOING)
    assert (old.deprecatedAt, old.sunsetAt) == (
        datetime(2027, 1, 15, tzinfo=UTC),
        datetime(2028, 1, 31, tzinfo=UTC),
    )
    assert (stable.deprecatedAt, stable.sunsetAt, head.state) == (None, None, "head")


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/v1/things"), ("GET", "/v1/crash"), ("PUT", "/api/things")]
)
@pytest.mark.parametrize("key", ["both", None])
def test_every_answer_of_a_deprecated_version_says_so(
    method: str, path: str, key: str | None
) -> None:
    house = House(timeline=with_the_oldest_going())
    old = house.call(method, path, version="v20180701", key=key)
    # RFC 9745: a moment in seconds; RFC 8594: a date as HTTP writes it.
    assert old["Deprecation"] == "@1799971200"
    assert old["Sunset"] == "Mon, 31 Jan 2028 00:00:00 GMT"
    new = house.call(method, path, version="v20261201", key=key)
    assert not {"Deprecation", "Sunset"} & set(new.headers)


def test_a_version_that_is_deprecated_without_an_end_says_that_alone() -> None:
    old, *newer = with_the_oldest_going().versions
    house = House(timeline=Timeline(replace(old, sunset_on=None), *newer))
    answer = house.call("GET", "/v1/things", version="v20180701")
    assert answer["Deprecation"] == "@1799971200"
    assert "Sunset" not in answer.headers


def test_a_client_without_a_version_is_told_that_its_default_ends() -> None:
    answer = House(timeline=with_the_oldest_going()).call("GET", "/api/things", version=None)
    assert (answer.status_code, answer["Deprecation"]) == (200, "@1799971200")
    assert orjson.loads(answer.content)["success"] is True


def with_the_oldest_going() -> Timeline:
    """Return the house's timeline with its oldest version on its way out."""
    old, *newer = ERRORS_DIFFER.versions
    return Timeline(
        replace(
            old, state="deprecated", deprecated_on=date(2027, 1, 15), sunset_on=date(2028, 1, 31)
        ),
        *newer,
    )
