"""What a page weighs with all that it loads."""

import re
from pathlib import Path
from typing import Any, Final

from django.contrib.staticfiles import finders

# docs/consoles.md
MOST_BYTES: Final = 150_000
_ASSET: Final = re.compile(r'(?:src|href)="/static/([^"#]+)')


def weigh(page: Any) -> int:  # Any: Django's test response
    """Return the bytes of a page and of the files that it loads, none of them compressed."""
    assets = set(_ASSET.findall(page.content.decode()))
    found = [finders.find(asset) for asset in assets]
    assert all(found), assets
    return len(page.content) + sum(Path(str(one)).stat().st_size for one in found)
