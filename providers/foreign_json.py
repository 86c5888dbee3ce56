"""JSON that another party wrote."""

from typing import Final

from pydantic import TypeAdapter, ValidationError

_ANYTHING: Final = TypeAdapter[object](object)


def parse_json(text: bytes) -> object:
    """Return the document. Raises `ValueError`, without what it says, if it isn't JSON in UTF-8 or nested too deeply.

    pydantic's limit of depth is 200. The standard library goes on to the limit of Python's own stack, where also what
    the garbage collector does in that moment fails.
    """
    try:
        return _ANYTHING.validate_json(text)
    except ValidationError:
        raise ValueError("not JSON in UTF-8, or nested too deeply") from None
