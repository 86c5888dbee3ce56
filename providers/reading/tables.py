"""The data files of this folder, read when a module is imported: a parser opens no file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


# Any: each file has a shape of its own, which its reader names.
def load_table(name: str) -> Any:
    """Return what `<name>.json` of this folder holds."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
