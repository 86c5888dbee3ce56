"""The engine of versions. Code speaks only the head; a `VersionChange` says how older versions differ from it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from inspect import cleandoc
from typing import Any, ClassVar, Final, Literal

from ninja import Router
from pydantic import BaseModel

State = Literal["stable", "head", "deprecated"]
# Any: a JSON value or a JSON Schema; a change reads only what it knows.
Json = Any

_NAME: Final = re.compile(r"v(\d{4})(\d{2})(\d{2})")
_ROUTE: Final = re.compile(r"(GET|POST|PUT|PATCH|DELETE) /\S*")
FAMILIES: Final = ("happo", "jobhax")


class TimelineError(Exception):
    """The list of versions contradicts itself; the process doesn't start."""


class VersionChange:
    """Base of all changes. A subclass's docstring is the text of the changelog.

    It says which API it belongs to (`family`) and what it touches:

    - `schemas`: pydantic models of requests or responses. `upgrade` gets each body that an older client sends for one
      of them, `downgrade` each object (each item of a list) on its way to an older client.
    - `routes`: e.g. `"POST /jobapps/add_jobapp"`; the same two get the whole body, the whole `data`.
    - errors, by overriding `downgrade_error`.
    - `older_routes`: where shape isn't enough, what older versions have in place of the head's routes of the same
      method and path.

    `hidden` names fields of `schemas` that older versions don't know; the methods here drop them, in bodies and in the
    documents, so that such a change has no code. A route that only newer versions have says so itself:
    `@route_options(since="v20261201")`.
    """

    family: ClassVar[str]
    schemas: ClassVar[tuple[type[BaseModel], ...]] = ()
    routes: ClassVar[tuple[str, ...]] = ()
    hidden: ClassVar[tuple[str, ...]] = ()
    older_routes: ClassVar[Router | None] = None

    def upgrade(self, body: Json) -> Json:
        """Return what an older client sent as the head expects it. Not called for a body that is no object."""
        return {name: value for name, value in body.items() if name not in self.hidden}

    def downgrade(self, body: Json) -> Json:
        """Return the head's object as an older client expects it."""
        return {name: value for name, value in body.items() if name not in self.hidden}

    def downgrade_error(self, body: Json) -> Json:
        """Return the head's error as an older client expects it."""
        return body

    def describe(self, schema: Json) -> Json:
        """Return the JSON Schema of one of `schemas` (of the response, for `routes`) as older versions have it."""
        if not self.hidden:
            return schema
        schema["properties"] = {
            n: s for n, s in schema.get("properties", {}).items() if n not in self.hidden
        }
        schema["required"] = [
            name for name in schema.get("required", ()) if name not in self.hidden
        ]
        return schema

    def describe_error(self, schema: Json) -> Json:
        """Return the JSON Schema of errors as older versions have it."""
        return schema

    @property
    def text(self) -> str:
        """Return the changelog's text."""
        return cleandoc(type(self).__doc__ or "")


@dataclass(frozen=True)
class Version:
    """One version: `changes` are what made it differ from the one before."""

    name: str
    state: State
    changes: tuple[VersionChange, ...] = ()
    deprecated_on: date | None = None
    sunset_on: date | None = None

    @property
    def released_on(self) -> date:
        """Return the day in its name."""
        match = _NAME.fullmatch(self.name)
        if match is None:
            raise TimelineError(f"{self.name}: a version is called v and its date, like v20180701")
        return date(*map(int, match.groups()))

    @property
    def headers(self) -> dict[str, str]:
        """Return what every answer of a version on its way out carries (RFC 9745 and RFC 8594)."""
        headers = {}
        if self.deprecated_on:
            headers["Deprecation"] = f"@{int(midnight(self.deprecated_on).timestamp())}"
        if self.sunset_on:
            headers["Sunset"] = format_datetime(midnight(self.sunset_on), usegmt=True)
        return headers


def midnight(day: date) -> datetime:
    """Return the moment a day starts, in UTC."""
    return datetime.combine(day, time(), tzinfo=UTC)


class Timeline:
    """The versions, oldest first. Checks itself when made; raises `TimelineError`."""

    def __init__(self, *versions: Version) -> None:
        self.versions = versions
        for problem in self._problems():
            raise TimelineError(problem)
        self.names = tuple(version.name for version in versions)
        self.oldest, self.head = self.names[0], self.names[-1]

    def newer_changes(self, name: str, *, family: str) -> tuple[VersionChange, ...]:
        """Return the changes that came after version `name`, oldest first."""
        later = self.versions[self.names.index(name) + 1 :]
        return tuple(
            change for version in later for change in version.changes if change.family == family
        )

    def has(self, name: str, *, since: str | None) -> bool:
        """Tell whether version `name` has what came with `since` (None: was always there)."""
        if since is not None and since not in self.names:
            raise TimelineError(f"since={since!r} names no version")
        return since is None or self.names.index(since) <= self.names.index(name)

    def _problems(self) -> Iterator[str]:
        if not self.versions:
            yield "A timeline needs a version"
            return
        days = []
        for version in self.versions:
            try:
                days.append(version.released_on)
            except ValueError:
                yield f"{version.name} names a day that doesn't exist"
        if sorted(set(days)) != days:
            yield "Versions go from the oldest to the newest, each once"
        yield from self._state_problems()
        for version in self.versions:
            yield from _change_problems(version)
        kinds = [type(change) for version in self.versions for change in version.changes]
        yield from (
            f"{kind.__name__} is listed twice" for kind in set(kinds) if kinds.count(kind) > 1
        )

    def _state_problems(self) -> Iterator[str]:
        if [version.state for version in self.versions].count("head") > 1 or self.versions[
            -1
        ].state == "deprecated":
            yield "Only the newest version may be the head, and it can't be deprecated"
        if any(version.state == "head" for version in self.versions[:-1]):
            yield "Only the newest version may be the head"
        if self.versions[0].changes:
            yield f"{self.versions[0].name} is the oldest: there is nothing that it could have changed"
        for version in self.versions:
            yield from _date_problems(version)


def _date_problems(version: Version) -> Iterator[str]:
    """Headers and changelog tell clients both state and dates: they have to tell the same."""
    name, since, until = version.name, version.deprecated_on, version.sunset_on
    if until and not since:
        yield f"{name} has a sunset without having been deprecated"
    if since and version.state != "deprecated":
        yield f"{name} was deprecated on {since}, but its state is {version.state}"
    if version.state == "deprecated" and not since:
        yield f"{name} is deprecated, but nothing says since when"
    if since and since < version.released_on:
        yield f"{name} was deprecated before it was released"
    if since and until and until <= since:
        yield f"{name} has its sunset on {until}, which isn't after its deprecation on {since}"


def _change_problems(version: Version) -> Iterator[str]:
    for change in version.changes:
        kind, name = type(change), f"{version.name}, {type(change).__name__}"
        if not (kind.__doc__ or "").strip() or kind.__doc__ == VersionChange.__doc__:
            yield f"{name} needs a docstring: it is the text of the changelog"
        if getattr(kind, "family", None) not in FAMILIES:
            yield f"{name} needs a family, one of {', '.join(FAMILIES)}"
        if not all(
            isinstance(schema, type) and issubclass(schema, BaseModel) for schema in change.schemas
        ):
            yield f"{name} touches a schema that is no pydantic model"
        if not all(_ROUTE.fullmatch(route) for route in change.routes):
            yield f"{name}: a route is written like POST /positions"
        if change.hidden and not change.schemas:
            yield f"{name} hides fields, but names no schema that has them"
        yield from _unknown_fields(change, name)
        if not (
            change.schemas
            or change.routes
            or change.older_routes
            or _overrides(kind, "downgrade_error")
        ):
            yield f"{name} changes nothing"


def _unknown_fields(change: VersionChange, name: str) -> Iterator[str]:
    known = {
        field.alias or attribute
        for schema in change.schemas
        for attribute, field in schema.model_fields.items()
    }
    yield from (
        f"{name} hides {field}, which none of its schemas has"
        for field in set(change.hidden) - known
    )


def _overrides(kind: type[VersionChange], method: str) -> bool:
    return getattr(kind, method) is not getattr(VersionChange, method)
