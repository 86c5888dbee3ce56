"""Tables in parts: every row once, in both directions, in one statement."""

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from tenants.console.key_pages import KeyPage, read_key_page
from tenants.context import public_scope
from tenants.models import AuditEntry
from tests.statements import statements

ORDER = ("-at", "-id")


@pytest.fixture
def seven(db: None) -> list[int]:
    with public_scope():
        for number in range(7):
            AuditEntry.objects.create(actor_id="of key pages", action=str(number))
        return [
            entry.pk
            for entry in AuditEntry.objects.filter(actor_id="of key pages").order_by("-at", "-id")
        ]


def read(query: str) -> KeyPage[AuditEntry]:
    with public_scope():
        found = AuditEntry.objects.filter(actor_id="of key pages")
        return read_key_page(found, ORDER, QueryDict(query.removeprefix("?")), rows=3)


def keys(page: KeyPage[AuditEntry]) -> list[int]:
    return [row.pk for row in page.rows]


def test_each_row_is_shown_once_forwards_and_backwards(seven: list[int]) -> None:
    first = read("status=x")
    second = read(first.next_query)
    third = read(second.next_query)
    assert [keys(first), keys(second), keys(third)] == [seven[:3], seven[3:6], seven[6:]]
    assert (first.previous_query, third.next_query) == ("", "")
    back = read(third.previous_query)
    assert keys(back) == seven[3:6]
    assert keys(read(back.previous_query)) == seven[:3]
    assert keys(read(back.next_query)) == seven[6:]
    # What the table was narrowed to stays.
    assert "status=x" in third.previous_query


def test_a_part_is_one_statement(seven: list[int]) -> None:
    with statements() as ran:
        read("")
    assert len(ran) == 1


@pytest.mark.parametrize(
    "key",
    [
        "x",
        "W10",
        "WzEsMiwzXQ",
        "bnVsbA",
        "WyJ0OngiLDFd",
        "WyJzOgAiLDFd",
        "é",
        "W1tb" * 480,
        "a" * 3000,
    ],
    ids=["letter", "empty", "too many", "null", "no time", "nul", "not ASCII", "nested", "long"],
)
def test_what_is_no_key_is_refused(db: None, key: str) -> None:
    with pytest.raises(ValidationError):
        read(f"after={key}")
