"""The audit log of the installation."""

from django import forms
from django.http import HttpRequest, HttpResponse

from tenants.console.forms import ConsoleForm
from tenants.console.key_pages import read_key_page
from tenants.models import AuditEntry
from tenants.operators.console.page import Page, draw


class AuditFilters(ConsoleForm):
    """What the log is narrowed to."""

    actor = forms.CharField(required=False, max_length=300)
    action = forms.CharField(required=False, max_length=40)
    tenant = forms.CharField(required=False, max_length=40)


def show_audit_log(request: HttpRequest) -> HttpResponse:
    """Show the entries, newest first."""
    filters = AuditFilters(request.GET)
    found = AuditEntry.objects.all()
    if filters.is_valid():
        for name, text in filters.cleaned_data.items():
            exact = "" if name == "tenant" else "__icontains"
            found = found.filter(**{f"{name}{exact}": text}) if text else found
    page = read_key_page(found, ["-id"], request.GET)
    return draw(request, "audit.html", title="Audit log", filters=filters, page=page)


PAGE = Page("audit", "audit/", show_audit_log)
