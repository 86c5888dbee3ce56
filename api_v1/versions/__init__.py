"""The versions of both APIs, oldest first."""

from typing import Final

from api_v1.versioning.timeline import Timeline, Version
from api_v1.versions import v20261201

TIMELINE: Final = Timeline(
    Version("v20180701", "stable"),
    Version("v20261201", "head", changes=v20261201.CHANGES),
)
OLDEST: Final = TIMELINE.oldest
HEAD: Final = TIMELINE.head
