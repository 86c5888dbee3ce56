"""`docs/changelog-api.md`, written from the change classes and from the routes that only newer versions have."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from api_v1.api import Api
from api_v1.routing import route_options_of
from api_v1.versioning.timeline import Timeline, Version, VersionChange
from api_v1.versioning.versioned_api import VersionedApi

CHANGELOG: Final = Path(__file__).resolve().parents[2] / "docs" / "changelog-api.md"
_OPENING: Final = """\
# Changelog of the APIs

What each version does differently from the one before it, the newest first. The header `x-happo-api-version` picks
one, `GET /v1/versions` tells the state of each. How versions work: [api-guide.md](api-guide.md#versions).

This page is generated from the change classes in `api_v1/versions/`: `make changelog`.
"""


def changelog(timeline: Timeline, apis: Mapping[str, Mapping[str, VersionedApi]]) -> str:
    """Return the page; `apis` are the families' versions, by the family's name and the version's."""
    sections = (
        line
        for version in reversed(timeline.versions)
        for line in _section(version, timeline, apis)
    )
    return _OPENING + "".join(f"{line}\n" for line in sections)


def _section(
    version: Version, timeline: Timeline, apis: Mapping[str, Mapping[str, VersionedApi]]
) -> Iterator[str]:
    yield from ("", f"## {version.name}", "", _state(version))
    for versions in apis.values():
        api = versions[version.name]
        changes = [change for change in version.changes if change.family == api.family.name]
        routes = list(_new_routes(api, version.name))
        if changes or routes:
            yield from ("", f"### {api.family.title}")
        yield from _part("Different", map(_change, changes))
        yield from _part("New", routes)
    if version.name == timeline.oldest:
        yield from ("", "The first version: all that the two APIs' documents describe.")


def _state(version: Version) -> str:
    words = [f"{version.released_on}, {version.state}."]
    if version.deprecated_on:
        words.append(f"On its way out since {version.deprecated_on}.")
    if version.sunset_on:
        words.append(f"Answers until {version.sunset_on}.")
    return " ".join(words)


def _part(heading: str, lines: Iterable[str]) -> Iterator[str]:
    items = [f"- {line}" for line in lines]
    if items:
        yield from ("", f"**{heading}**", "", *items)


def _change(change: VersionChange) -> str:
    return " ".join(change.text.split())


def _new_routes(api: VersionedApi, version: str) -> Iterator[str]:
    for route in api.table.routes:
        if route_options_of(route.operation).since == version:
            yield f"`{route.method} {_prefixed(api.family, route.path)}`: {route.operation.summary}."


def _prefixed(family: Api, path: str) -> str:
    return family.prefix + path
