"""A tenant's users, as operators change them: by `manage.py user` and in the console."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction

from core.accounts.logins.confirmation import confirm_mailbox_for_operator
from core.accounts.logins.password_changes import set_password
from core.accounts.models import User
from core.accounts.queries import require_user
from core.accounts.roles import Role, set_role
from core.accounts.services import activate_user, deactivate_user, register_confirmed_user
from core.accounts.sessions.services import end_all_sessions
from core.accounts.sessions.services import reset_second_factor as reset_second_factor_of
from core.audit_rules import Value
from core.user_removal import remove_user
from tenants.audit import installation as audit
from tenants.context import TenantRef, tenant_scope
from tenants.files.tenant_files import TenantFiles
from tenants.revocations import note_revocation


def create_user(
    tenant: TenantRef, email: str, *, username: str | None = None, password: str | None = None
) -> User:
    """Register a user with a confirmed e-mail address; raise as `register_confirmed_user`."""
    with transaction.atomic(), tenant_scope(tenant):
        user = register_confirmed_user(email, username=username, password=password)
        audit.record("user.create", user.uuid, tenant=tenant.slug)
    return user


def confirm_user(tenant: TenantRef, who: str | UUID) -> User:
    """Confirm the e-mail address of a registered user. `who`, here and below: as `require_user` takes it."""
    with _change(tenant, who, "user.confirm") as user:
        confirm_mailbox_for_operator(user)
    return user


def set_user_password(tenant: TenantRef, who: str | UUID, *, password: str) -> User:
    """Set a user's password and end all sessions; raise `WeakPassword` and `Invalid`."""
    with _change(tenant, who, "user.set_password") as user:
        set_password(user, password=password)
    return user


def deactivate(tenant: TenantRef, who: str | UUID) -> User:
    """End a user's sessions and refuse log-ins and API keys."""
    with _change(tenant, who, "user.deactivate") as user:
        deactivate_user(user)
        end_all_sessions(user)
    return user


def activate(tenant: TenantRef, who: str | UUID) -> User:
    """Accept a deactivated user again."""
    with _change(tenant, who, "user.activate") as user:
        activate_user(user)
    return user


def end_user_sessions(tenant: TenantRef, who: str | UUID) -> User:
    """Revoke all tokens of a user; API keys stay."""
    with _change(tenant, who, "user.end_sessions") as user:
        end_all_sessions(user)
    return user


def reset_second_factor(tenant: TenantRef, who: str | UUID) -> User:
    """Take the second factor of a user who has lost it, and end all sessions; `NotFound` where there is none."""
    with _change(tenant, who, "user.reset_totp") as user:
        reset_second_factor_of(user)
    return user


def set_user_role(tenant: TenantRef, who: str | UUID, *, role: Role) -> User:
    """Make a user staff, or not; raise as `core.accounts.roles.set_role`."""
    with _change(tenant, who, "user.set_role", role=role) as user:
        set_role(user, role)
    return user


def remove(tenant: TenantRef, who: str | UUID) -> User:
    """Delete a user with all personal data; return what the user was."""
    with _change(tenant, who, "user.remove") as user:
        remove_user(user.id, files=TenantFiles(tenant))
    return user


@contextmanager
def _change(
    tenant: TenantRef, who: str | UUID, action: audit.Action, **changes: Value
) -> Iterator[User]:
    """Change one user and record that, in one transaction; its tokens are looked up again at once."""
    with transaction.atomic(), tenant_scope(tenant):
        user = require_user(who)
        uuid = user.uuid
        yield user
        audit.record(action, uuid, tenant=tenant.slug, values=changes)
    note_revocation(tenant)
