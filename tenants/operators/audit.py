"""The audit log of operators' actions, in `public`. The application's role may only add entries and read them."""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Literal
from uuid import UUID

from django.conf import settings

from core.audit import Actor
from core.audit import acting_as as name_actor
from tenants.audit.proof import prove, write_changes
from tenants.context import public_scope
from tenants.models import AuditEntry

Action = Literal[
    "tenant.create",
    "tenant.rename",
    "tenant.suspend",
    "tenant.resume",
    "tenant.reset",
    "tenant.delete",
    "tenant.schedule_deletion",
    "tenant.restore",
    "tenant.migrate",
    "tenant.invite_owner",
    "provisioning.request",
    "tenant.quota",
    "tenant.owner",
    "tenant.mail_domain",
    "tenant.retention",
    "domain.add",
    "domain.verify",
    "domain.remove",
    "domain.primary",
    "apikey.create",
    "apikey.limit",
    "apikey.revoke",
    "user.create",
    "user.confirm",
    "user.set_password",
    "user.deactivate",
    "user.activate",
    "user.end_sessions",
    "user.remove",
    "user.set_role",
    "operator.create",
    "operator.set_password",
    "operator.disable",
    "operator.enable",
    "operator.remove",
    "operator.enrol_totp",
    "operator.reset_totp",
    "operator.use_recovery_code",
    "operator.renew_recovery_codes",
    "operator.end_sessions",
    "operator.make_link",
    "operator.set_role",
    "operator.login",
    "operator.login_failed",
    "operator.logout",
    "oauthclient.create",
    "oauthclient.pin",
    "oauthclient.remove",
    "oauthclient.add_origin",
    "oauthclient.remove_origin",
    "provider.set",
    "provider.remove",
    "plugin.switch",
    "status.add",
    "mail.import",
    "mail.reparse",
    "job.retry",
    "job.cancel",
]
Fact = str | int | bool | None

_actor: ContextVar[str | None] = ContextVar("audit_actor", default=None)


@contextmanager
def acting_as(actor: str, *, operator: UUID | None = None) -> Iterator[None]:
    """Record actions inside as done by `actor`, such as an operator of the console.

    The logs of tenants name `operator` by its UUID.
    """
    token = _actor.set(actor)
    named = name_actor(Actor("operator", str(operator))) if operator is not None else nullcontext()
    try:
        with named:
            yield
    finally:
        _actor.reset(token)


def record(action: Action, *, tenant: str = "", **facts: Fact) -> None:
    """Add an action to the log, in the caller's transaction: both are committed or neither.

    `tenant` is its slug, or "" for an action on no tenant. `facts` must hold no secrets and no contents of tenants.
    """
    actor = current_actor()
    mac = prove(settings.PUBLIC_SCHEMA_NAME, [tenant, actor, action, write_changes(facts)])
    with public_scope():
        AuditEntry.objects.create(actor=actor, action=action, tenant=tenant, facts=facts, mac=mac)


def current_actor() -> str:
    """Return who acts, as the log names it: of `acting_as`, or the operating system's account."""
    return _actor.get() or system_account()


def system_account() -> str:
    """Return the operating system's account that runs this process: `os:deploy`."""
    # From the kernel, since any user can set LOGNAME in the environment.
    user_id = os.getuid()
    try:
        return f"os:{pwd.getpwuid(user_id).pw_name}"
    except KeyError:
        return f"os:{user_id}"
