"""Programs that tests need and Python's packages don't bring: Debian's, or npm's."""

import os
import shutil

import pytest


def required_program(name: str, *, package: str, path: str = "") -> str:
    """Return where `name` is; skip the test if it is not installed, and fail it in continuous integration.

    `path`: directories to look in besides those of PATH and `/usr/sbin`.
    """
    places = os.pathsep.join([path, os.environ.get("PATH", os.defpath), "/usr/sbin"])
    if found := shutil.which(name, path=places):
        return found
    missing(f"{name} is not installed: apt-get install {package}")
    raise AssertionError("missing() does not return")


def missing(reason: str) -> None:
    """Skip the test for this reason; fail it in continuous integration."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
