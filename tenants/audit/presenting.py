"""An entry of an audit log as the export, the API and the consoles show it."""

from core.audit import Actor
from tenants.audit.columns import EntryColumns
from tenants.audit.earlier import read_actor
from tenants.models import AuditEntry


def present_entry(entry: EntryColumns) -> dict[str, object]:
    """Return `{"id", "time", "actor": {"kind", "id"}, "action", "object": {"kind", "id"}, ...}`; null is unknown."""
    return {
        "id": entry.id,
        "time": entry.at,
        "actor": {"kind": entry.actor_kind, "id": entry.actor_id or None},
        "action": entry.action,
        "object": {"kind": entry.object_kind, "id": entry.object_id or None},
        "changes": entry.changes,
        "address": entry.address or None,
        "requestId": entry.request_id or None,
    }


def present_installation_entry(entry: AuditEntry) -> dict[str, object]:
    """Return what `present_entry` does, and `tenant`: its slug, or null for an action on none."""
    shown = {**present_entry(entry), "tenant": entry.tenant or None}
    if not entry.earlier_actor:
        return shown
    actor: Actor = read_actor(entry.earlier_actor)
    kind = entry.action.partition(".")[0]
    return {
        **shown,
        "actor": {"kind": actor.kind, "id": actor.id or None},
        "object": {"kind": kind, "id": entry.tenant or None if kind == "tenant" else None},
        "changes": entry.earlier_facts,
        "address": entry.earlier_facts.get("address"),
    }
