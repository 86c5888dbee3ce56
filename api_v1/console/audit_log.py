"""The tenant's audit log: who did what, for owner and staff."""

from typing import Final

from django.http import HttpResponse

from api_v1.console.page import ConsoleRequest, Page, draw
from tenants.audit.queries import select_entries
from tenants.console.key_pages import read_key_page


def show_log(request: ConsoleRequest) -> HttpResponse:
    """List the entries, newest first; `object` and `actor` in the address pick those of one id."""
    entries = select_entries(
        object_id=request.GET.get("object", ""), actor_id=request.GET.get("actor", "")
    )
    page = read_key_page(entries, ("-id",), request.GET)
    return draw(request, "audit_log.html", title="Audit log", page=page)


PAGES: Final = (Page("audit-log", "admin/audit/", "staff", show_log),)
