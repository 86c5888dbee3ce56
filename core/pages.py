"""A page of a list, as queries return it and routes pass it on."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import InstanceOf

from core.json_text import JsonText

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a list of `T`, and the cursor of the next page; None on the last one."""

    # InstanceOf: a route declares `response=Page[Model]`, and pydantic has to know every type in it.
    data: list[T] | InstanceOf[JsonText]
    next_cursor: str | None = None
