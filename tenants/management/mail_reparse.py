"""`manage.py mail reparse`: stored mail is read again."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Final

from core.mail.rereading import (
    MailChange,
    RereadCount,
    Rereading,
    Said,
    list_users_with_mail,
    reread_mail,
)
from providers.event_facts import NAMES
from tenants.context import TenantRef, public_scope, tenant_scope
from tenants.management.base import Json, table
from tenants.models import Tenant
from tenants.registry import require_tenant

_JSON_NAMES: Final = {field: name for name, field in NAMES.items()}
_COLUMNS: Final = ("tenant", "user", "mail", "plugin", "before", "after")


def list_tenants(slug: str | None) -> list[TenantRef]:
    """Return the tenant of that slug, or all that aren't being deleted."""
    if slug is not None:
        return [require_tenant(slug)]
    with public_scope():
        return [tenant.ref() for tenant in Tenant.objects.exclude(status="deleting")]


def reread_tenants(
    tenants: Iterable[TenantRef], which: Rereading, *, dry_run: bool
) -> dict[str, RereadCount]:
    """Read the stored mail of tenants again, one transaction for each user; return what changed, by slug."""
    found = {}
    for tenant in tenants:
        found[tenant.slug] = RereadCount()
        with tenant_scope(tenant):
            for user_id in list_users_with_mail():
                found[tenant.slug].add(reread_mail(user_id, which, dry_run=dry_run))
    return found


def reread_facts(counts: dict[str, RereadCount]) -> dict[str, Json]:
    """Return what changed, for programs."""
    total = _total(counts)
    return {
        "messages": total.messages,
        "changed": len(total.changes),
        "failed": total.failed,
        "skipped": total.skipped,
        "applications": {
            "created": total.created,
            "updated": total.updated,
            "removed": total.removed,
        },
        "changes": [
            _change_facts(slug, change)
            for slug, count in counts.items()
            for change in count.changes
        ],
    }


def _total(counts: dict[str, RereadCount]) -> RereadCount:
    total = RereadCount()
    for count in counts.values():
        total.add(count)
    return total


def _change_facts(slug: str, change: MailChange) -> dict[str, Json]:
    return {
        "tenant": slug,
        "user": change.user,
        "mailId": change.mail_id,
        "plugin": change.plugin,
        "before": [_said_facts(said) for said in change.before],
        "after": [_said_facts(said) for said in change.after],
        "failure": change.failure,
    }


def _said_facts(said: Said) -> dict[str, Json]:
    return {_JSON_NAMES[name]: _plain(value) for name, value in said.items()}


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


def reread_text(counts: dict[str, RereadCount], *, dry_run: bool) -> str:
    """Return what changed, for people."""
    total = _total(counts)
    rows = [
        (slug, change.user, change.mail_id, change.plugin, *_differences(change))
        for slug, count in counts.items()
        for change in count.changes
    ]
    summary = (
        f"{total.messages} mails read, {len(rows)} of them changed, {total.failed} failed, "
        f"{total.skipped} skipped. Applications: {total.created} new, {total.updated} changed, "
        f"{total.removed} removed."
    )
    lines = [table(_COLUMNS, rows)] if rows else []
    return "\n".join([*lines, summary, *(["Nothing was stored."] if dry_run else [])])


def _differences(change: MailChange) -> tuple[str, str]:
    before, after = (", ".join(_words(said)) for said in (change.before, change.after))
    return before or "-", after or change.failure or "-"


def _words(events: Iterable[Said]) -> Iterator[str]:
    for said in events:
        yield " ".join(str(said[name]) for name in ("kind", "title", "company") if name in said)
