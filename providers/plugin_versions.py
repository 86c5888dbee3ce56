"""The version of a plugin's code: what is kept with what it read, and whether a newer one should read it again."""

from __future__ import annotations

import sys
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

_CHARACTERS = 12
_SUFFIXES = frozenset({".py", ".json"})


@lru_cache(maxsize=200)
def digest_of_files(module: str) -> str:
    """Return a digest of the files of an imported package or module: shipped plugins have no release of their own.

    "" for a module that has no files.
    """
    origin = getattr(sys.modules.get(module), "__file__", None)
    if origin is None:
        return ""
    path = Path(origin)
    files = sorted(path.parent.rglob("*")) if path.name == "__init__.py" else [path]
    digest = sha256()
    for file in files:
        if file.suffix in _SUFFIXES:
            digest.update(file.relative_to(path.parent).as_posix().encode() + b"\0")
            digest.update(file.read_bytes())
    return digest.hexdigest()[:_CHARACTERS]
