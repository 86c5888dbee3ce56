from __future__ import annotations

import pytest

from providers.reading import Passage, said
from providers.reading.requisitions import numbered_by


@pytest.mark.parametrize(
    ("label", "number"),
    [
        ("2026-9981", "2026-9981"),
        ("R-122404", "R-122404"),
        ("#4711", "4711"),
        ("JR10233 (Open)", "JR10233"),
        ("32661, Berlin", "32661"),
        ("7", "7"),
        ("Systems Analyst", None),
        ("see the link below", None),
        ("1" * 60, None),
    ],
)
def test_a_label_is_followed_by_a_number_or_by_none(label: str, number: str | None) -> None:
    found = numbered_by(Passage("text", label))
    assert (found and found.text) == number


def test_a_number_that_is_too_long_is_left_out() -> None:
    assert said("requisition", Passage("text", "7" * 101)) is None
    assert said("requisition", Passage("text", "7" * 100)) is not None
