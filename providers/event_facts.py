"""Events as plain values for JSON: what `mail parse --json` prints, and golden pairs hold."""

from __future__ import annotations

from datetime import UTC, date, datetime

from providers.messages import Evidence, MailEvent

# Each field of an event, by its name in JSON.
NAMES = {
    "kind": "kind",
    "title": "title",
    "company": "company",
    "location": "location",
    "logo": "logo",
    "link": "link",
    "requisition": "requisition",
    "occurredAt": "occurred_at",
    "occurredOn": "occurred_on",
    "scheduledAt": "scheduled_at",
}
_JSON_NAMES = {field: name for name, field in NAMES.items()}


def event_facts(event: MailEvent) -> dict[str, object]:
    """Return all fields of an event, None where the mail doesn't say one; times in ISO 8601, UTC (`...Z`)."""
    facts: dict[str, object] = {
        name: _plain(getattr(event, field)) for name, field in NAMES.items()
    }
    return {**facts, "evidence": [_evidence_facts(evidence) for evidence in event.evidence]}


def _evidence_facts(evidence: Evidence) -> dict[str, str]:
    return {"field": _JSON_NAMES[evidence.field], "place": evidence.place, "quote": evidence.quote}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value
