"""The list of versions checks itself."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from pydantic import BaseModel

from api_v1.apis import APIS
from api_v1.versioning.timeline import Json, Timeline, TimelineError, Version, VersionChange
from api_v1.versions import HEAD, OLDEST, TIMELINE


class Thing(BaseModel):
    title: str
    status: str | None = None


class StatusCanBeSet(VersionChange):
    """`status` can be set."""

    api = "happo"
    schemas = (Thing,)
    hidden = ("status",)


def change(**attributes: Any) -> VersionChange:  # Any: a change's attributes
    """Return a change like `StatusCanBeSet`, but for these attributes."""
    kind = type("Odd", (StatusCanBeSet,), {"__doc__": "It is odd."} | attributes)
    return kind()  # type: ignore[no-any-return]


def two(
    *changes: VersionChange, **second: Any
) -> tuple[Version, Version]:  # Any: a Version's attributes
    return Version("v20180701", "stable"), Version(
        **({"name": "v20261201", "state": "head", "changes": changes} | second)
    )


def going(**first: Any) -> tuple[Version, Version]:  # Any: a Version's attributes
    """Return a version on its way out, but for these attributes, and the one that replaces it."""
    dates = {"deprecated_on": date(2027, 1, 15), "sunset_on": date(2028, 1, 31)}
    return Version(**({"name": "v20180701", "state": "deprecated"} | dates | first)), two()[1]


def test_the_real_timeline_goes_from_the_documents_to_the_head() -> None:
    assert (OLDEST, HEAD) == ("v20180701", "v20261201")
    assert [version.state for version in TIMELINE.versions] == ["stable", "head"]
    assert TIMELINE.versions[0].released_on == date(2018, 7, 1)


def test_every_real_change_has_a_sentence_for_the_changelog() -> None:
    for one in (change for version in TIMELINE.versions for change in version.changes):
        assert one.text.rstrip().endswith("."), type(one).__name__


@pytest.mark.parametrize(
    ("versions", "complaint"),
    [
        ((), "needs a version"),
        ((Version("2018-07-01", "head"),), "is called v and its date"),
        ((Version("v20180732", "head"),), "names a day that doesn't exist"),
        ((Version("v20180701", "stable"), Version("v20180701", "head")), "each once"),
        (
            (Version("v20261201", "stable"), Version("v20180701", "head")),
            "from the oldest to the newest",
        ),
        (
            (Version("v20180701", "head"), Version("v20261201", "stable")),
            "Only the newest version may be the head",
        ),
        (two(state="deprecated"), "can't be deprecated"),
        (
            (Version("v20180701", "stable", sunset_on=date(2027, 1, 1)),),
            "sunset without having been deprecated",
        ),
        (going(deprecated_on=None, sunset_on=None), "nothing says since when"),
        (going(state="stable"), "was deprecated on 2027-01-15, but its state is stable"),
        (two(deprecated_on=date(2027, 1, 15)), "but its state is head"),
        (going(deprecated_on=date(2018, 6, 30)), "before it was released"),
        (going(sunset_on=date(2027, 1, 15)), "isn't after its deprecation on 2027-01-15"),
        (going(sunset_on=date(2027, 1, 14)), "isn't after its deprecation on 2027-01-15"),
        (
            (Version("v20180701", "head", changes=(StatusCanBeSet(),)),),
            "there is nothing that it could have changed",
        ),
        (two(change(__doc__=None)), "needs a docstring"),
        (two(change(__doc__="  ")), "needs a docstring"),
        (two(change(__doc__=VersionChange.__doc__)), "needs a docstring"),
        (two(change(api="linkedin")), "needs an api"),
        (two(change(schemas=(dict,))), "no pydantic model"),
        (two(change(routes=("/positions",))), "a route is written like"),
        (two(change(schemas=(), routes=("GET /x",))), "names no schema"),
        (two(change(hidden=("stars",))), "hides stars, which none of its schemas has"),
        (two(change(schemas=(), hidden=())), "changes nothing"),
        (two(StatusCanBeSet(), StatusCanBeSet()), "is listed twice"),
    ],
)
def test_a_timeline_that_contradicts_itself_does_not_start(
    versions: tuple[Version, ...], complaint: str
) -> None:
    with pytest.raises(TimelineError, match=complaint):
        Timeline(*versions)


@pytest.mark.parametrize("sunset_on", [None, date(2027, 1, 16)])
def test_a_deprecated_version_may_have_a_sunset(sunset_on: date | None) -> None:
    assert Timeline(*going(sunset_on=sunset_on))


def test_a_change_of_errors_alone_is_a_change() -> None:
    def downgrade_error(self: VersionChange, body: Json) -> Json:
        return body

    assert Timeline(*two(change(schemas=(), hidden=(), downgrade_error=downgrade_error)))


def test_hidden_fields_are_dropped_both_ways_and_from_the_documents() -> None:
    one = StatusCanBeSet()
    body = {"title": "x", "status": "open", "other": 1}
    assert one.upgrade(body) == one.downgrade(body) == {"title": "x", "other": 1}
    schema = Thing.model_json_schema()
    assert one.describe(schema)["properties"].keys() == {"title"}
    assert schema == Thing.model_json_schema()


@pytest.mark.parametrize("one", TIMELINE.versions[-1].changes, ids=lambda one: type(one).__name__)
def test_no_change_alters_the_schema_that_it_is_given(one: VersionChange) -> None:
    schemas = [model.model_json_schema() for model in one.schemas]
    for schema in schemas:
        one.describe(schema)
    assert schemas == [model.model_json_schema() for model in one.schemas]
    error = {api.name: api for api in APIS}[one.api].envelope.describe_error()
    before = deepcopy(error)
    one.describe_error(error)
    assert error == before


def test_a_deprecated_version_has_headers() -> None:
    version = Version(
        "v20180701", "deprecated", deprecated_on=date(2027, 1, 1), sunset_on=date(2028, 1, 1)
    )
    assert version.headers == {
        "Deprecation": "@1798761600",
        "Sunset": "Sat, 01 Jan 2028 00:00:00 GMT",
    }
    assert Version("v20180701", "stable").headers == {}


def test_only_what_came_later_concerns_an_older_version() -> None:
    first, second = change(), StatusCanBeSet()
    timeline = Timeline(
        Version("v20180701", "stable"),
        Version("v20200101", "stable", changes=(first,)),
        Version("v20261201", "head", changes=(second,)),
    )
    assert timeline.newer_changes("v20180701", api="happo") == (first, second)
    assert timeline.newer_changes("v20200101", api="happo") == (second,)
    assert timeline.newer_changes("v20261201", api="happo") == ()
    assert timeline.newer_changes("v20180701", api="jobhax") == ()
