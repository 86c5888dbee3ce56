"""The audit log of the installation, and a tenant's tab: its own log, beside the installation's part about it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from tenants.audit.presenting import present_entry, present_installation_entry
from tenants.audit.queries import EntryFilter, select_entries, select_installation_entries
from tenants.console.audit_log import AuditFilters, name_people, read_filter, show_entries
from tenants.console.key_pages import KeyPage, read_key_page
from tenants.context import tenant_scope
from tenants.models import AuditEntry, Tenant
from tenants.operators.console.page import TENANT, Page, draw, draw_tenant

# The value of `log` in the address of the tab.
_OPERATORS = "installation"


class InstallationFilters(AuditFilters):
    """What the log of the installation is narrowed to."""

    tenant = forms.CharField(required=False, max_length=40)


def show_audit_log(request: HttpRequest) -> HttpResponse:
    """Show the entries of the installation, newest first."""
    filters = InstallationFilters(request.GET)
    tenant = filters.cleaned_data["tenant"] if filters.is_valid() else ""
    found = select_installation_entries(read_filter(filters), tenant=tenant)
    page: KeyPage[AuditEntry] = read_key_page(found, ["-id"], request.GET)
    entries = show_entries(page.rows, present_installation_entry, names=name_people(page.rows))
    return draw(
        request, "audit.html", title="Audit log", filters=filters, page=page, entries=entries
    )


def show_tenant_log(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Show what was done in a tenant, from its own log with its own role, or by operators to it."""
    filters = AuditFilters(request.GET)
    wanted = read_filter(filters)
    is_of_operators = request.GET.get("log") == _OPERATORS
    read = _read_of_operators if is_of_operators else _read_own
    return draw_tenant(
        request,
        tenant,
        "tenant_audit.html",
        filters=filters,
        is_of_operators=is_of_operators,
        **read(request, tenant, wanted),
    )


def _read_of_operators(
    request: HttpRequest, tenant: Tenant, wanted: EntryFilter
) -> dict[str, Any]:  # Any: what the template shows
    found = select_installation_entries(wanted, tenant=tenant.slug)
    page = read_key_page(found, ["-id"], request.GET)
    entries = show_entries(page.rows, present_installation_entry, names=name_people(page.rows))
    return {"page": page, "entries": entries}


def _read_own(
    request: HttpRequest, tenant: Tenant, wanted: EntryFilter
) -> dict[str, Any]:  # Any: as above
    with tenant_scope(tenant.ref()):
        page = read_key_page(select_entries(wanted), ["-id"], request.GET)
        users = name_people(page.rows)
    operators = name_people(page.rows)
    return {
        "page": page,
        "entries": show_entries(page.rows, present_entry, names=users | operators),
    }


PAGE = Page("audit", "audit/", show_audit_log)
TENANT_PAGE = Page("tenant-audit", f"{TENANT}audit/", show_tenant_log)
