"""An entry of an audit log as the export and the API show it."""

from collections.abc import Mapping

from tenants.audit.models import Entry
from tenants.models import AuditEntry


def present_entry(entry: Entry) -> Mapping[str, object]:
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


def present_installation_entry(entry: AuditEntry) -> Mapping[str, object]:
    """Return `{"id", "time", "actor", "action", "tenant", "facts"}`; `tenant` is null for an action on none."""
    return {
        "id": entry.pk,
        "time": entry.at,
        "actor": entry.actor,
        "action": entry.action,
        "tenant": entry.tenant or None,
        "facts": entry.facts,
    }
