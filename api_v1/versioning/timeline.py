"""The timeline of versions. Code knows only the head; a `VersionChange` describes how older versions differ from it."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from inspect import cleandoc
from typing import Any, ClassVar, Final, Literal

from ninja import Router
from pydantic import BaseModel

from core.errors import DomainError

State = Literal["stable", "head", "deprecated"]
# Any: a JSON value or a JSON Schema; a change reads only what it knows.
Json = Any

_NAME: Final = re.compile(r"v(\d{4})(\d{2})(\d{2})")
_ROUTE: Final = re.compile(r"(GET|POST|PUT|PATCH|DELETE) /\S*")
API_NAMES: Final = ("happo", "jobhax")


class TimelineError(Exception):
    """The versions or their changes contradict each other or the routes; the process doesn't start."""


def schema_without(schema: Json, names: Collection[str]) -> Json:
    """Return the JSON Schema of an object without these properties."""
    properties = schema.get("properties", {})
    return {
        **schema,
        "properties": {name: part for name, part in properties.items() if name not in names},
        "required": [name for name in schema.get("required", ()) if name not in names],
    }


class VersionChange:
    """Base of all changes. The docstring of a subclass is the text of the changelog.

    A change declares which API it belongs to (`api`: its name) and what it touches:

    - `schemas`: pydantic models of requests or responses. A change touches a route when it names any model of the
      route's union. `upgrade` gets each body (each item of a list) that an older client sends to such a route,
      `downgrade` each object of one of these models (each item of a list) on its way to an older client.
    - `routes`: e.g. `"POST /jobapps/add_jobapp"`; the same two get the whole body, the whole `data`.
    - errors, by overriding `downgrade_error`, or `replace_error` where the status differs too.
    - `ignores_unknown_parameters`: older versions ignore query parameters that a route doesn't have.
    - `older_routes`: where a change of shape isn't enough, what older versions have in place of the head's routes of
      the same method and path.

    `hidden` names fields of `schemas` that older versions don't know; the methods here drop them, in bodies and in the
    documents, so that such a change has no code. A route that only newer versions have is declared with
    `@route_options(since="v20261201")` and needs no change class.

    No method changes what it is given: each returns a new value, or the same one.
    """

    api: ClassVar[str]
    schemas: ClassVar[tuple[type[BaseModel], ...]] = ()
    routes: ClassVar[tuple[str, ...]] = ()
    hidden: ClassVar[tuple[str, ...]] = ()
    older_routes: ClassVar[Router | None] = None
    ignores_unknown_parameters: ClassVar[bool] = False

    def upgrade(self, body: Json) -> Json:
        """Return what an older client sent as the head expects it. Not called for a body that is not an object."""
        return {name: value for name, value in body.items() if name not in self.hidden}

    def downgrade(self, body: Json) -> Json:
        """Return the head's object as an older client expects it."""
        return {name: value for name, value in body.items() if name not in self.hidden}

    def replace_error(self, error: DomainError) -> DomainError:
        """Return the error that older versions answer with where the head answers with `error`."""
        return error

    def downgrade_error(self, body: Json) -> Json:
        """Return the head's error as an older client expects it."""
        return body

    def describe(self, schema: Json) -> Json:
        """Return the JSON Schema of one of `schemas` (of `data`, for `routes`) as older versions have it."""
        return schema_without(schema, self.hidden) if self.hidden else schema

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
        """Return the date in its name."""
        match = _NAME.fullmatch(self.name)
        if match is None:
            raise TimelineError(f"{self.name}: a version is called v and its date, like v20180701")
        return date(*map(int, match.groups()))

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers of every response of a deprecated version (RFC 9745 and RFC 8594)."""
        headers = {}
        if self.deprecated_on:
            headers["Deprecation"] = f"@{int(midnight(self.deprecated_on).timestamp())}"
        if self.sunset_on:
            headers["Sunset"] = format_datetime(midnight(self.sunset_on), usegmt=True)
        return headers


def midnight(day: date) -> datetime:
    """Return the start of a day, in UTC."""
    return datetime.combine(day, time(), tzinfo=UTC)


class Timeline:
    """The versions, oldest first. Checks itself when made; raises `TimelineError`."""

    def __init__(self, *versions: Version) -> None:
        self.versions = versions
        for problem in self._problems():
            raise TimelineError(problem)
        self.names = tuple(version.name for version in versions)
        self.oldest, self.head = self.names[0], self.names[-1]

    def newer_changes(self, name: str, *, api: str) -> tuple[VersionChange, ...]:
        """Return the changes that came after version `name`, oldest first."""
        later = self.versions[self.names.index(name) + 1 :]
        return tuple(change for version in later for change in version.changes if change.api == api)

    def has(self, name: str, *, since: str | None) -> bool:
        """Return whether version `name` has what version `since` added (None: every version has it)."""
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
            name = self.versions[0].name
            yield f"{name} is the oldest: there is nothing that it could have changed"
        for version in self.versions:
            yield from _date_problems(version)


def _date_problems(version: Version) -> Iterator[str]:
    """Yield where state and dates contradict each other: headers and changelog show both to clients."""
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
        if getattr(kind, "api", None) not in API_NAMES:
            yield f"{name} needs an api, one of {', '.join(API_NAMES)}"
        if not all(
            isinstance(schema, type) and issubclass(schema, BaseModel) for schema in change.schemas
        ):
            yield f"{name} touches a schema that is no pydantic model: of a union, name its models"
        if not all(_ROUTE.fullmatch(route) for route in change.routes):
            yield f"{name}: a route is written like POST /positions"
        if change.hidden and not change.schemas:
            yield f"{name} hides fields, but names no schema that has them"
        yield from _unknown_fields(change, name)
        if not (
            change.schemas
            or change.routes
            or change.older_routes
            or change.ignores_unknown_parameters
            or _overrides(kind, "downgrade_error")
            or _overrides(kind, "replace_error")
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
