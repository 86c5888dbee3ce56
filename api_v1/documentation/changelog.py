"""`docs/changelog-api.md`, written from the change classes and from the routes that only newer versions have."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from api_v1.routing import route_options_of
from api_v1.versioning.timeline import Timeline, Version, VersionChange
from api_v1.versioning.versioned_api import VersionedApi

CHANGELOG: Final = Path(__file__).resolve().parents[2] / "docs" / "changelog-api.md"
_OPENING: Final = """\
# Changelog of the APIs

What each version does differently from the one before it, the newest first. The header `x-happo-api-version` picks
one, `GET /v1/versions` returns the state of each. How versions work: [api-guide.md](api-guide.md#versions).

This page is generated from the change classes in `api_v1/versions/`: `make changelog`.
"""


def write_changelog(
    timeline: Timeline, versioned_apis: Mapping[str, Mapping[str, VersionedApi]]
) -> str:
    """Return the page; `versioned_apis` by the name of the API and of the version."""
    sections = (
        line
        for version in reversed(timeline.versions)
        for line in _section(version, timeline, versioned_apis)
    )
    return _OPENING + "".join(f"{line}\n" for line in sections)


def _section(
    version: Version,
    timeline: Timeline,
    versioned_apis: Mapping[str, Mapping[str, VersionedApi]],
) -> Iterator[str]:
    yield from ("", f"## {version.name}", "", _state(version))
    for versions in versioned_apis.values():
        versioned_api = versions[version.name]
        api = versioned_api.api
        changes = [change for change in version.changes if change.api == api.name]
        routes = list(_new_routes(versioned_api))
        if changes or routes:
            yield from ("", f"### {api.title}")
        yield from _part("Different", map(_change, changes))
        yield from _part("New", routes)
    if version.name == timeline.oldest:
        yield from ("", "The first version: everything that the two APIs' documents describe.")


def _state(version: Version) -> str:
    words = [f"{version.released_on}, {version.state}."]
    if version.deprecated_on:
        words.append(f"Deprecated since {version.deprecated_on}.")
    if version.sunset_on:
        words.append(f"Answers until {version.sunset_on}.")
    return " ".join(words)


def _part(heading: str, lines: Iterable[str]) -> Iterator[str]:
    items = [f"- {line}" for line in lines]
    if items:
        yield from ("", f"**{heading}**", "", *items)


def _change(change: VersionChange) -> str:
    return " ".join(change.text.split())


def _new_routes(versioned_api: VersionedApi) -> Iterator[str]:
    prefix = versioned_api.api.prefix
    for route in versioned_api.table.routes:
        if route_options_of(route.operation).since == versioned_api.name:
            yield f"`{route.method} {prefix}{route.path}`: {route.operation.summary}."
