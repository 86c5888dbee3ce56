"""Which objects a stored reply is about: the ids in its JSON, so that an erasure finds it by an index."""

import re
from typing import Final
from uuid import UUID

# The whole of a JSON string: a quotation mark inside of a string is escaped, so text that a client sent can't look like
# this unless all of it is an id. The pattern begins with a literal, so that long texts are skipped quickly.
_ID: Final = re.compile(r'"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"')


def find_ids(body: str) -> list[UUID]:
    """Return every id that is a string of the JSON text `body`, once each and sorted."""
    return [UUID(id) for id in sorted(set(_ID.findall(body)))]
