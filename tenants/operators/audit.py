"""Who did what to which tenant: the operators' log, in `public`. The application may add to it and read it, no more."""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

from tenants.context import public_scope
from tenants.models import AuditEntry

Action = Literal[
    "tenant.create",
    "tenant.rename",
    "tenant.suspend",
    "tenant.resume",
    "tenant.reset",
    "tenant.delete",
    "apikey.create",
    "apikey.limit",
    "apikey.revoke",
    "user.create",
    "operator.create",
    "oauthclient.create",
    "oauthclient.pin",
    "oauthclient.remove",
    "provider.set",
    "provider.remove",
    "plugin.switch",
    "status.add",
]
Fact = str | int | bool | None

_actor: ContextVar[str | None] = ContextVar("audit_actor", default=None)


@contextmanager
def acting_as(actor: str) -> Iterator[None]:
    """Enter what happens inside under the name of `actor`, an operator of the admin say."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)


def record(action: Action, *, tenant: str = "", **facts: Fact) -> None:
    """Enter an action in the log, in the caller's transaction: either both happened or neither.

    `tenant` is its slug, "" where the action is about none. Secrets and the contents of tenants stay out of `facts`.
    """
    with public_scope():
        AuditEntry.objects.create(
            actor=_actor.get() or system_account(), action=action, tenant=tenant, facts=facts
        )


def system_account() -> str:
    """Return the operating system's account that runs this process: `os:deploy`."""
    # The kernel's word for it; the environment's LOGNAME is anybody's to set.
    user_id = os.getuid()
    try:
        return f"os:{pwd.getpwuid(user_id).pw_name}"
    except KeyError:
        return f"os:{user_id}"
