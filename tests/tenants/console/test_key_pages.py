"""Tables in parts: every row once, in both directions, in one statement."""

import base64
import json
from collections.abc import Sequence

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from core.accounts.models import ApiKey, User
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


def test_tables_of_one_page_are_asked_for_by_their_names(seven: list[int]) -> None:
    with public_scope():
        found = AuditEntry.objects.filter(actor_id="of key pages")
        first = read_key_page(found, ORDER, QueryDict("other-after=x"), table="one", rows=3)
        asked = QueryDict(first.next_query.removeprefix("?"))
        second = read_key_page(found, ORDER, asked, table="one", rows=3)
        # Another table of the page has no key in this address: it begins with its first row.
        third = read_key_page(found, ORDER, asked, table="two", rows=3)
    assert (keys(second), keys(third)) == (seven[3:6], seven[:3])
    assert (list(asked), asked["other-after"]) == (["other-after", "one-after"], "x")


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


NOW, ID = "t:2026-12-01T10:00:00+00:00", "s:0192f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c1d"
ODD = (None, True, 1.5, [], {}, "", "s:", "s:abc", "t:abc", "t:2026-12-01T10:00:00", "t:\0", "s:\0")


@pytest.mark.parametrize(
    ("model", "order", "values"),
    [
        *((User, ("-id",), (odd,)) for odd in (*ODD, NOW, ID, 2**63, -(2**63))),
        *((ApiKey, ("-created_at", "-id"), (odd, ID)) for odd in (*ODD, 5, ID)),
        *((ApiKey, ("-created_at", "-id"), (NOW, odd)) for odd in (*ODD, 5, NOW)),
    ],
)
def test_a_value_of_another_kind_than_its_column_is_refused(
    model: type[User | ApiKey], order: Sequence[str], values: Sequence[object]
) -> None:
    key = base64.urlsafe_b64encode(json.dumps(values).encode()).decode()
    for name in ("after", "before"):
        with pytest.raises(ValidationError):
            read_key_page(model._default_manager.all(), order, QueryDict(f"{name}={key}"))
