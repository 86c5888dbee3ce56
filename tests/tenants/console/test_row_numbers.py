"""Numbers of rows in forms and addresses: what is none is refused, however long it is."""

import pytest

from tenants.console.row_numbers import read_row_number


@pytest.mark.parametrize(
    "text",
    ["", "x", "-1", "+1", " 1", "1_0", "1.0", "٣", "²", "\0", "\ud800", str(2**63), "1" * 5000],
    ids=range(13),
)
def test_what_is_no_number_of_a_row_is_none(text: str) -> None:
    assert read_row_number(text) is None


def test_every_number_that_a_table_has_is_read() -> None:
    assert [read_row_number(str(one)) for one in (0, 7, 2**63 - 1)] == [0, 7, 2**63 - 1]
