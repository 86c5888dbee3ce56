"""Names in the Happo API are camelCase, in the domain snake_case."""

import re
from dataclasses import replace

from core.errors import Invalid


def snake_case(name: str) -> str:
    """Return `ad_posting_link` for `adPostingLink`."""
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name)


def camel_case(path: str) -> str:
    """Return `candidates[3].attachmentIds[0]` for `candidates[3].attachment_ids[0]`."""
    return re.sub("_([a-z])", lambda letter: letter[1].upper(), path)


def spell_fields(error: Invalid) -> Invalid:
    """Return the error with each field as the client wrote it; the name of an unknown parameter is so already."""
    return Invalid(
        tuple(
            problem
            if problem.code == "unknown_parameter"
            else replace(problem, field=camel_case(problem.field))
            for problem in error.problems
        )
    )
