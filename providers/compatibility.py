"""The version of the contracts of plugins, and whether a plugin was made for it."""

from __future__ import annotations

from importlib.metadata import Distribution

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from providers import __version__

KIT = "happo-plugin-kit"


def range_of_this_version() -> str:
    """Return the versions that a plugin which is written today works with: `>=1.2,<2`."""
    version = Version(__version__)
    return f">={version.major}.{version.minor},<{version.major + 1}"


def find_mismatch(distribution: Distribution | None) -> str | None:
    """Return why a plugin does not fit, as the end of a sentence; None where it fits or names no version.

    A plugin says what it was made for by requiring `happo-plugin-kit`. pip refuses what doesn't fit too, but not where
    Happo was upgraded later, or with `--no-deps`.
    """
    for text in (distribution and distribution.requires) or ():
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            return f"requires {text!r}, which is no requirement"
        is_kit = canonicalize_name(requirement.name) == KIT
        if is_kit and not requirement.specifier.contains(__version__, prereleases=True):
            return f"was made for {KIT} {requirement.specifier}, and this Happo has {__version__}"
    return None
