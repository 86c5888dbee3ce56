"""Writes the package of a new plugin, which reads a kind of mail, has golden mail and a test, and installs by pip."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from providers.compatibility import range_of_this_version
from providers.conformance.mail_sources.golden import GOLDEN_FOLDER
from providers.loading import NAME

_TEMPLATE = Path(__file__).parent / "template"
_MARK = re.compile(r"@(name|module|class|title|domain|kit)@")
_MAX_NAME_CHARACTERS = 40


class NameRefused(ValueError):
    """No plugin can have this name, or its folder can't be made. The text is a sentence."""


def write_package(name: str, folder: Path, *, taken: Collection[str] = ()) -> Path:
    """Write the package `happo-<name>` into `folder`, and return its path. Raises `NameRefused`.

    `taken`: names of other plugins, beside those of the sources that Happo ships.
    """
    if not NAME.fullmatch(name) or len(name) > _MAX_NAME_CHARACTERS:
        raise NameRefused(
            f"{name!r} is no name: lower-case letters and digits, joined by - _ or ., 40 at most"
        )
    if name in taken or (GOLDEN_FOLDER / name).is_dir():
        raise NameRefused(f"there is a plugin {name} already; two of one name stop the start")
    words = re.split(r"[-_.]", name)
    module = "happo_" + "_".join(words)
    package = folder / f"happo-{name}"
    marks = {
        "name": name,
        "module": module,
        "class": "".join(map(str.capitalize, ["the", *words] if name[0].isdigit() else words))
        + "Source",
        "title": " ".join(map(str.capitalize, words)),
        "domain": f"{''.join(words)}.example",
        "kit": range_of_this_version(),
    }
    try:
        package.mkdir(parents=True)
    except FileExistsError:
        raise NameRefused(f"{package} is there already") from None
    except OSError as error:
        raise NameRefused(f"{package} can't be made: {error.strerror}") from None
    for written, to in _places(module).items():
        target = package / to
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_fill((_TEMPLATE / written).read_text("utf-8"), marks), "utf-8")
    return package


def _places(module: str) -> dict[str, str]:
    return {
        "pyproject.toml.txt": "pyproject.toml",
        "init.py.txt": f"src/{module}/__init__.py",
        "source.py.txt": f"src/{module}/source.py",
        "golden/received.eml": f"src/{module}/golden/received.eml",
        "golden/received.json": f"src/{module}/golden/received.json",
        "test.py.txt": f"tests/test_{module}.py",
    }


def _fill(text: str, marks: dict[str, str]) -> str:
    return _MARK.sub(lambda found: marks[found[1]], text)
