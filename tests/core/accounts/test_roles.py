"""A tenant has exactly one owner; staff and users change roles, the owner only hands its own over."""

import json
from importlib import import_module
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from core.accounts.invitations import invite_users
from core.accounts.models import User
from core.accounts.roles import Role, hand_over_ownership, role_of, set_role
from core.accounts.services import deactivate_user, register_confirmed_user
from core.errors import Conflict, NotFound
from core.user_removal import remove_user
from tenants.context import TenantRef, public_scope, tenant_scope
from tenants.files.tenant_files import TenantFiles
from tenants.models import AuditEntry
from tenants.provisioning import lifecycle

MIGRATION = import_module("core.accounts.migrations.0003_one_owner")
OWNER = "olga@acme.test"


@pytest.fixture
def nina(acme: TenantRef) -> User:
    return register_confirmed_user("nina@new.test")


def stored_role(user: User) -> Role:
    return role_of(User.objects.get(id=user.id))


def owner() -> User:
    return User.objects.get(is_superuser=True)


def manage(*arguments: str) -> Any:  # Any: JSON
    out = StringIO()
    call_command(*arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_the_first_user_of_a_new_tenant_is_its_owner(acme: TenantRef) -> None:
    assert owner().email == OWNER


def test_a_user_becomes_staff_and_a_user_again(nina: User) -> None:
    assert stored_role(nina) is Role.USER
    for role in (Role.STAFF, Role.STAFF, Role.USER):
        set_role(nina, role)
        assert stored_role(nina) is role


def test_the_role_of_the_owner_is_only_handed_over(nina: User) -> None:
    for user, role in ((owner(), Role.USER), (owner(), Role.STAFF), (nina, Role.OWNER)):
        with pytest.raises(Conflict):
            set_role(user, role)
    former = hand_over_ownership(nina)
    assert former is not None
    assert (former.email, stored_role(former), stored_role(nina)) == (
        OWNER,
        Role.STAFF,
        Role.OWNER,
    )
    assert hand_over_ownership(nina) == nina


def test_only_a_registered_active_user_becomes_the_owner(nina: User) -> None:
    invite_users(["guest@new.test"])
    guest = User.objects.get(email="guest@new.test")
    deactivate_user(nina)
    for user in (guest, nina):
        with pytest.raises(Conflict):
            hand_over_ownership(user)
    with pytest.raises(Conflict):
        set_role(guest, Role.STAFF)
    assert owner().email == OWNER


def test_a_user_who_is_gone_gets_no_role(nina: User, acme: TenantRef) -> None:
    remove_user(nina.id, files=TenantFiles(acme))
    with pytest.raises(NotFound):
        set_role(nina, Role.STAFF)
    with pytest.raises(NotFound):
        hand_over_ownership(nina)


def test_the_owner_is_not_removed(nina: User, acme: TenantRef) -> None:
    with pytest.raises(Conflict):
        remove_user(owner().id, files=TenantFiles(acme))
    former = hand_over_ownership(nina)
    assert former is not None
    remove_user(former.id, files=TenantFiles(acme))


def test_the_database_refuses_a_second_owner(nina: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(id=nina.id).update(is_superuser=True)


def test_a_reset_sandbox_keeps_its_owner(autocommit: None) -> None:
    lifecycle.create_tenant("box", name="Box", owner_email="first@box.test", sandbox=True)
    try:
        call_command("user", "create", "--tenant", "box", "--email", "next@box.test")
        lifecycle.change_owner("box", email="next@box.test")
        reset = lifecycle.reset_tenant("box")
        assert reset.owner_email == "next@box.test"
        with tenant_scope(reset.ref):
            assert owner().email == "next@box.test"
    finally:
        lifecycle.delete_tenant("box")


def test_operators_change_roles_with_an_entry_in_the_log(nina: User) -> None:
    who = ("--tenant", "acme", "--email", nina.email)
    manage("user", "set-role", *who, "--role", "staff")
    roles = {user["email"]: user["role"] for user in manage("user", "list", *who[:2])["users"]}
    assert (roles[OWNER], roles[nina.email]) == ("owner", "staff")
    changed = manage("tenant", "owner", "acme", "--email", nina.email)
    assert changed == {"slug": "acme", "owner": {"email": nina.email, "userId": str(nina.uuid)}}
    assert stored_role(nina) is Role.OWNER
    with public_scope():
        uuid = str(nina.uuid)
        about = Q(object_id=uuid) | Q(changes__user=uuid)
        entries = AuditEntry.objects.filter(about).order_by("id")
        assert [entry.action for entry in entries] == ["user.set_role", "tenant.owner"]
    with pytest.raises(CommandError, match="role of the owner"):
        manage("user", "set-role", *who, "--role", "user")


def test_the_first_registered_user_of_an_earlier_tenant_becomes_the_owner(nina: User) -> None:
    # As an earlier version left it: there were no owners, and the first user was removed.
    User.objects.filter(email=OWNER).update(is_superuser=False, is_staff=False, is_registered=False)
    for _ in range(2):
        with connection.cursor() as cursor:
            cursor.execute(MIGRATION.MARK_OWNER)
        assert owner() == nina
