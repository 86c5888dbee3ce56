"""Dates of mail: the usual spelling is read as the general parser reads it."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

import pytest

from providers.mime.moments import parse_moment


@pytest.mark.parametrize(
    "date",
    [
        "Sat, 6 Sep 2025 10:00:00 -0700 (PDT)",
        "Sat, 06 Sep 2025 23:59:59 +0545",
        "6 Sep 2025 10:00:00 -0000",
        "Thu, 29 Feb 2024 00:00:00 +1400",
        "Sat,  6  Sep  2025  10:00:00  +0000",
    ],
)
def test_a_usual_date_is_the_standard_librarys(date: str) -> None:
    moment = parse_moment(date)
    assert moment
    assert moment.timestamp() == parsedate_to_datetime(date).timestamp()


@pytest.mark.parametrize(
    "date",
    ["Sat, 31 Sep 2025 10:00:00 +0000", "1 Sep 2025 25:00:00 +0000", "1 Sep 1066 10:00:00 +0000"],
)
def test_a_day_that_is_none_is_no_moment(date: str) -> None:
    assert parse_moment(date) is None
