"""`GET /v1/versions`, and what answers of a version on its way out carry."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from api_v1.apis import APIS
from api_v1.versioning.timeline import Timeline, Version
from api_v1.versions import HEAD, OLDEST, TIMELINE
from api_v1.versions.routes import present_versions
from tests.api_v1.fake_apis import ERRORS_DIFFER, FakeApis
from tests.clients import HappoClient

GOING = Timeline(
    Version(
        "v20180701", "deprecated", deprecated_on=date(2027, 1, 15), sunset_on=date(2028, 1, 31)
    ),
    Version("v20261201", "stable"),
    Version("v20270601", "head"),
)


def offered(*, version: str | None = None) -> list[dict[str, object]]:
    reply = HappoClient(key=None, version=version).get("/versions")
    versions: list[dict[str, object]] = reply.data
    return versions


def test_the_list_of_versions_needs_no_version_and_no_key() -> None:
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
    assert offered(version=version) == offered()


def test_an_unknown_version_is_refused_here_too() -> None:
    reply = HappoClient(key=None, version="v20190101").get("/versions")
    assert reply.status == 400
    assert reply.message == f"x-happo-api-version must be one of [{OLDEST}, {HEAD}]"


def test_a_version_is_the_default_where_the_header_is_optional() -> None:
    optional = [api.name for api in APIS if not api.needs_version]
    assert present_versions(TIMELINE)[0].defaultOf == optional


def test_a_deprecated_version_shows_both_dates() -> None:
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
def test_every_reply_of_a_deprecated_version_has_the_headers(
    method: str, path: str, key: str | None
) -> None:
    apis = FakeApis(timeline=with_the_oldest_going())
    old = apis.call(method, path, version="v20180701", key=key)
    # RFC 9745: a moment in seconds; RFC 8594: a date as HTTP writes it.
    assert old.headers["Deprecation"] == "@1799971200"
    assert old.headers["Sunset"] == "Mon, 31 Jan 2028 00:00:00 GMT"
    new = apis.call(method, path, version="v20261201", key=key)
    assert not {"Deprecation", "Sunset"} & set(new.headers)


def test_a_version_deprecated_without_a_sunset_has_one_header() -> None:
    old, *newer = with_the_oldest_going().versions
    apis = FakeApis(timeline=Timeline(replace(old, sunset_on=None), *newer))
    answer = apis.call("GET", "/v1/things", version="v20180701")
    assert answer.headers["Deprecation"] == "@1799971200"
    assert "Sunset" not in answer.headers


def test_a_client_without_a_version_gets_the_headers_of_its_deprecated_default() -> None:
    answer = FakeApis(timeline=with_the_oldest_going()).call("GET", "/api/things", version=None)
    assert (answer.status, answer.headers["Deprecation"]) == (200, "@1799971200")
    assert answer.body["success"] is True


def with_the_oldest_going() -> Timeline:
    """Return the apis's timeline with its oldest version on its way out."""
    old, *newer = ERRORS_DIFFER.versions
    return Timeline(
        replace(
            old, state="deprecated", deprecated_on=date(2027, 1, 15), sunset_on=date(2028, 1, 31)
        ),
        *newer,
    )
