"""What a document has to look like for Schemathesis to take it as it is meant, and soon."""

import re
from typing import Any, Final

Json = Any  # Any: JSON
# From so many characters on, a text is long.
_LONG: Final = 10_000
_ANY_NUMBER_OF_A_CLASS: Final = re.compile(r"(\[[^\]]+\])\*")


def understood(document: Json) -> Json:
    """Return a document that Schemathesis takes as it is meant.

    Each tuple of answers becomes a list of either: `prefixItems` it rewrites to what older drafts had, and then finds
    that invalid. tests/api_v1/golden holds answers to the tuples.
    The pattern of a long text is written so that it doesn't put the length in: `[^x]{0,100000}` takes a second to
    compile, and is compiled many times.
    """
    if isinstance(document, list):
        return [understood(item) for item in document]
    if not isinstance(document, dict):
        return document
    simple = {name: understood(part) for name, part in document.items()}
    if isinstance(parts := simple.pop("prefixItems", None), list):
        simple["items"] = {"anyOf": parts}
    if simple.get("maxLength", 0) > _LONG and "pattern" in simple:
        simple["pattern"] = _ANY_NUMBER_OF_A_CLASS.sub(r"(?:\1+|)", simple["pattern"])
    return simple
