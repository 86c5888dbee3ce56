"""The list of versions, for clients that don't know yet which one to use."""

from datetime import datetime
from typing import Final, Literal

from django.http import HttpRequest
from ninja import Router
from pydantic import BaseModel

from api_v1.routing import route_options
from api_v1.versioning.timeline import State, Timeline, Version, midnight
from api_v1.versions import TIMELINE

router: Final = Router(tags=["Versions"])
ApiName = Literal["happo", "jobhax"]
# The Happo API requires a version header; the first clients of the JobHax API never sent one.
_DEFAULTS_TO_OLDEST: Final[tuple[ApiName, ...]] = ("jobhax",)


class VersionState(BaseModel):
    """One version of both APIs. `deprecatedAt` and `sunsetAt` are set once it is deprecated.

    `state`: `stable` doesn't change any more, `head` is the newest, `deprecated` ends at `sunsetAt`.
    `defaultOf`: the APIs in which it answers clients that send no version header and have pinned no version.
    """

    name: str
    state: State
    releasedAt: datetime
    deprecatedAt: datetime | None = None
    sunsetAt: datetime | None = None
    defaultOf: list[ApiName]


@router.get("/versions", response=list[VersionState], summary="List the versions of the APIs")
@route_options(public=True, versionless=True)
def list_versions(request: HttpRequest) -> list[VersionState]:
    return present_versions(TIMELINE)


def present_versions(timeline: Timeline) -> list[VersionState]:
    """Return the versions, oldest first."""
    return [_present(version, oldest=timeline.oldest) for version in timeline.versions]


def _present(version: Version, *, oldest: str) -> VersionState:
    return VersionState(
        name=version.name,
        state=version.state,
        releasedAt=midnight(version.released_on),
        deprecatedAt=midnight(version.deprecated_on) if version.deprecated_on else None,
        sunsetAt=midnight(version.sunset_on) if version.sunset_on else None,
        defaultOf=list(_DEFAULTS_TO_OLDEST) if version.name == oldest else [],
    )
