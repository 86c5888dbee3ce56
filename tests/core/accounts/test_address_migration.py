"""The migration to one form of addresses: both users of two spellings stay, and both can still log in."""

from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from core.accounts.models import User
from core.accounts.queries import find_user_by_email
from tenants.context import TenantRef

MIGRATION = import_module("core.accounts.migrations.0002_addresses")
OLD, NEW = "anna@bücher.example", "anna@xn--bcher-kva.example"
CONFIRMED = {"is_registered": True, "email_confirmed_at": datetime(2026, 1, 1, tzinfo=UTC)}
REGISTERED = {"is_registered": True}
INVITED: dict[str, object] = {}


def migrate() -> None:
    with connection.schema_editor() as editor:
        MIGRATION.store_addresses(apps, editor)


def test_an_address_without_a_twin_gets_the_new_form(acme: TenantRef) -> None:
    user = User.objects.create(email=OLD)
    composed = User.objects.create(email="zoe\u0308@mail.example")
    migrate()
    assert User.objects.get(id=user.id).email == NEW
    assert User.objects.get(id=composed.id).email == "zoë@mail.example"


@pytest.mark.parametrize(
    ("first", "second", "winner"),
    [
        ((OLD, REGISTERED), (NEW, CONFIRMED), 1),
        ((OLD, CONFIRMED), (NEW, REGISTERED), 0),
        ((NEW, REGISTERED), (OLD, CONFIRMED), 1),
        ((NEW, INVITED), (OLD, REGISTERED), 1),
        ((OLD, REGISTERED), (NEW, REGISTERED), 0),
    ],
    ids=["new_confirmed", "old_confirmed", "later_confirmed", "registered", "earlier"],
)
def test_of_two_spellings_one_user_gets_the_address_and_both_stay(
    acme: TenantRef,
    first: tuple[str, dict[str, object]],
    second: tuple[str, dict[str, object]],
    winner: int,
) -> None:
    users = [User.objects.create(email=email, **facts) for email, facts in (first, second)]
    migrate()
    stored = [User.objects.get(id=user.id).email for user in users]
    assert (stored[winner], sorted(stored)) == (NEW, sorted([OLD, NEW]))
    # Each is found by the spelling that it has, in any case.
    assert [find_user_by_email(email.upper()) for email in stored] == users


def test_a_second_run_changes_nothing(acme: TenantRef) -> None:
    for email in (OLD, NEW):
        User.objects.create(email=email, is_registered=True)
    migrate()
    before = list(User.objects.order_by("id").values_list("id", "email"))
    migrate()
    assert list(User.objects.order_by("id").values_list("id", "email")) == before
