"""Reading the audit logs, for the API, the consoles and the export: one statement for each page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast
from uuid import UUID

from django.db.models import QuerySet

from core.cursors import SortKey, read_cursor, write_cursor
from tenants.audit.logs import Log
from tenants.audit.models import Entry
from tenants.audit.presenting import present_entry, present_installation_entry
from tenants.context import current_tenant
from tenants.models import AuditEntry

_EXPORTED_AT_ONCE: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFilter:
    """Which entries are wanted; None is any. `since` is inclusive, `until` is not.

    `actor`: the id of who acted, `action`: one of `core.audit_actions`, or its beginning up to a dot (`candidate.`).
    `object_id`: of one object.
    """

    since: datetime | None = None
    until: datetime | None = None
    actor: str | None = None
    action: str | None = None
    object_id: str | None = None


EVERY: Final = EntryFilter()


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Some entries, the newest first; `has_more`: whether there are others after the last one."""

    entries: Sequence[Entry]
    has_more: bool


@dataclass(frozen=True, slots=True)
class EntryList:
    """A page of a list, and the cursor of the next one; None on the last page."""

    data: Sequence[Entry]
    next_cursor: str | None = None


def page_entries(
    wanted: EntryFilter = EVERY, *, limit: int, before: int | None = None
) -> EntryPage:
    """Return up to `limit` of the tenant's entries with an id below `before`, the newest first: one statement."""
    entries = _filter(wanted).order_by("-id")
    if before is not None:
        entries = entries.filter(id__lt=before)
    found = list(entries[: limit + 1])
    return EntryPage(found[:limit], has_more=len(found) > limit)


def list_entries(wanted: EntryFilter, *, limit: int, cursor: str | None) -> EntryList:
    """Return a page as the APIs have them; raise `Invalid` for a cursor of another list."""
    of = f"audit:{current_tenant().schema_name}"
    before = None if cursor is None else read_cursor(cursor, of=of).id.int
    page = page_entries(wanted, limit=limit, before=before)
    if not page.has_more:
        return EntryList(page.entries)
    last = page.entries[-1]
    return EntryList(page.entries, write_cursor(SortKey(last.at, UUID(int=last.id)), of=of))


def iterate_entries(
    log: Log, *, since: datetime | None = None, until: datetime | None = None
) -> Iterator[Mapping[str, object]]:
    """Yield all entries as they are exported, the oldest first, some at a time: memory doesn't grow with the log."""
    after = 0
    times = {"at__gte": since, "at__lt": until}
    wanted = {name: time for name, time in times.items() if time is not None}
    while True:
        with log.scope():
            found: list[Mapping[str, object]]
            if log.tenant is None:
                rows = AuditEntry.objects.filter(id__gt=after, **wanted).order_by("id")
                found = [present_installation_entry(row) for row in rows[:_EXPORTED_AT_ONCE]]
            else:
                entries = Entry.objects.filter(id__gt=after, **wanted).order_by("id")
                of = {"tenant": log.tenant.slug}
                found = [present_entry(entry) | of for entry in entries[:_EXPORTED_AT_ONCE]]
        yield from found
        if len(found) < _EXPORTED_AT_ONCE:
            return
        after = cast(int, found[-1]["id"])


def select_entries(wanted: EntryFilter) -> "QuerySet[Entry]":
    """Return the query for the active tenant's entries."""
    return _filter(wanted).defer("mac")


def select_installation_entries(wanted: EntryFilter, *, tenant: str = "") -> "QuerySet[AuditEntry]":
    """Return the query for the installation's entries, for those about one tenant where its slug is given."""
    # As `earlier.read_actor` has them: no id of today has a colon.
    is_earlier = wanted.actor is not None and ":" in wanted.actor
    conditions = _conditions_of(wanted)
    if is_earlier:
        conditions["earlier_actor"] = conditions.pop("actor_id")
    if tenant:
        conditions["tenant"] = tenant
    return AuditEntry.objects.filter(**conditions).defer("mac")


def _filter(wanted: EntryFilter) -> "QuerySet[Entry]":
    return Entry.objects.filter(**_conditions_of(wanted))


def _conditions_of(wanted: EntryFilter) -> dict[str, object]:
    conditions: dict[str, object] = {
        "at__gte": wanted.since,
        "at__lt": wanted.until,
        "actor_id": wanted.actor,
        "object_id": wanted.object_id,
    }
    if wanted.action is not None:
        exact = "action__startswith" if wanted.action.endswith(".") else "action"
        conditions[exact] = wanted.action
    return {name: value for name, value in conditions.items() if value is not None}
