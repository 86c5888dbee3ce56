"""Programs that tests need and Python's packages don't bring: Debian's, or npm's."""

import os
import shutil
from typing import Never

import pytest


def required_program(name: str, *, package: str, path: str = "") -> str:
    """Return where `name` is; skip the test if it is not installed, and fail it in continuous integration.

    `path`: directories to look in besides those of PATH and `/usr/sbin`.
    """
    places = os.pathsep.join([path, os.environ.get("PATH", os.defpath), "/usr/sbin"])
    found = shutil.which(name, path=places)
    if found is None:
        missing(f"{name} is not installed: apt-get install {package}")
    return found


def missing(reason: str) -> Never:
    """Skip the test for this reason; fail it in continuous integration."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
