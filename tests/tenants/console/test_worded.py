"""How the pages say a value of an audit entry."""

import pytest

from tenants.templatetags.console import worded


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (True, "yes"),
        (False, "no"),
        (None, "none"),
        ([], "none"),
        (["read", "write"], "read, write"),
        (0, "0"),
        ("owner", "owner"),
    ],
    ids=str,
)
def test_a_value_is_said_in_words(value: object, said: str) -> None:
    assert worded(value) == said
