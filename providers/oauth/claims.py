"""Types of the claims in providers' answers: what doesn't fit them is garbage."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

LAST_SECOND_OF_9999 = 253_402_300_799


def _without_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("no text of a person holds NUL")
    return text


def _is_true(value: object) -> bool:
    """Google's tokeninfo sends booleans as text; nothing but these two counts as yes."""
    return value is True or value == "true"


Text = Annotated[str, Field(max_length=2000), AfterValidator(_without_nul)]
Email = Annotated[str, Field(max_length=254), AfterValidator(_without_nul)]
Subject = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_without_nul)]
Verified = Annotated[bool, BeforeValidator(_is_true)]
EpochSeconds = Annotated[int, Field(ge=0, le=LAST_SECOND_OF_9999)]
Seconds = Annotated[int, Field(le=10**9)]


class Claims(BaseModel):
    """Base of the answers: numbers may come as text, unknown fields are ignored, errors keep the input quiet."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)
