"""The port to the audit log of the installation, in `public`: what operators do, in the console and by commands.

    record("tenant.suspend", tenant="acme")
    record("user.set_role", user.uuid, tenant="acme", role="staff")

It is `core.audit` for another log, with actions of its own: an action on a tenant's users or credentials is in the
tenant's log too, by the service that performs it.
"""

from collections.abc import Mapping
from uuid import UUID

from core.accounts.models import User
from core.audit import NO_VALUES, Actor, ObjectId, make_entry
from core.audit_rules import Value
from tenants.audit.installation_actions import ACTIONS, Action
from tenants.audit.writing import write_in_installation

__all__ = ["Action", "name_operator", "record"]


def record(
    action: Action,
    *objects: ObjectId,
    tenant: str = "",
    actor: Actor | None = None,
    values: Mapping[str, Value] = NO_VALUES,
    **more: Value,
) -> None:
    """Add an action to the log, in the caller's transaction: both are committed or neither.

    `tenant`: its slug, or "" for an action on none. `objects`: their ids; without any the tenant is the object.
    `actor`, `values`, `more`: as `core.audit.record`. Raises `ValueError` for what `audit_actions` doesn't list for the
    action.
    """
    entry = make_entry(
        ACTIONS[action], objects or (tenant,), actor=actor, values={**values, **more}
    )
    write_in_installation(entry, tenant=tenant)


def name_operator(operator: User | UUID) -> Actor:
    """Return how the logs name an operator."""
    return Actor("operator", str(operator.uuid if isinstance(operator, User) else operator))
