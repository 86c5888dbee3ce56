"""JSON of another party is read, or refused without a word of it."""

import pytest

from providers.context import HttpAnswer
from providers.foreign_json import parse_json


def test_a_document_is_read() -> None:
    assert parse_json('{"a": [1, 2.5, null, "ü"]}'.encode()) == {"a": [1, 2.5, None, "ü"]}


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"secret", b"\xff\xfe", b'"\\ud800"', b"[" * 1000 + b"]" * 1000, b"[" * 100_000],
    ids=["empty", "cut", "no JSON", "no UTF-8", "half a pair", "1,000 deep", "100,000 deep"],
)
def test_all_else_is_a_value_error_without_what_it_says(text: bytes) -> None:
    with pytest.raises(ValueError, match="not JSON") as refused:
        HttpAnswer(status=200, body=text).json()
    assert "secret" not in str(refused.value)
    assert refused.value.__suppress_context__


def test_what_is_nested_less_deeply_is_read() -> None:
    assert parse_json(b"[" * 150 + b"]" * 150)
