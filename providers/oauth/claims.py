"""Types of the claims in providers' responses. A response that does not fit them is malformed."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from providers.limits import MAX_EMAIL_CHARACTERS, MAX_SUBJECT_CHARACTERS

LAST_SECOND_OF_9999 = 253_402_300_799


def _reject_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("contains NUL")
    return text


def _is_true(value: object) -> bool:
    """Tell whether a claim is true. Google's tokeninfo sends booleans as text; any other value is false."""
    return value is True or value == "true"


Text = Annotated[str, Field(max_length=2000), AfterValidator(_reject_nul)]
Email = Annotated[str, Field(max_length=MAX_EMAIL_CHARACTERS), AfterValidator(_reject_nul)]
Subject = Annotated[
    str, Field(min_length=1, max_length=MAX_SUBJECT_CHARACTERS), AfterValidator(_reject_nul)
]
Verified = Annotated[bool, BeforeValidator(_is_true)]
EpochSeconds = Annotated[int, Field(ge=0, le=LAST_SECOND_OF_9999)]
Seconds = Annotated[int, Field(le=10**9)]


class Claims(BaseModel):
    """Base class of responses: numbers may be text, unknown fields are ignored, errors leave out the input."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)
