"""The tenant's audit log: who did what, for owner and staff."""

from typing import Final

from django.http import HttpResponse

from api_v1.console.page import ConsoleRequest, Page, draw
from tenants.audit.presenting import present_entry
from tenants.audit.queries import select_entries
from tenants.console.audit_log import AuditFilters, name_people, read_filter, show_entries
from tenants.console.key_pages import read_key_page


def show_log(request: ConsoleRequest) -> HttpResponse:
    """List the entries, newest first."""
    filters = AuditFilters(request.GET)
    page = read_key_page(select_entries(read_filter(filters)), ("-id",), request.GET)
    entries = show_entries(page.rows, present_entry, names=name_people(page.rows))
    return draw(
        request, "audit_log.html", title="Audit log", filters=filters, page=page, entries=entries
    )


PAGES: Final = (Page("audit-log", "admin/audit/", "staff", show_log),)
