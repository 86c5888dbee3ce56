"""The list of tenants, with search and filters."""

from typing import Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from tenants.console.forms import ConsoleForm
from tenants.counters.tenant_list import Filters, TenantPage, list_tenants
from tenants.credentials import SLUG
from tenants.models import TenantStatus
from tenants.operators.console.page import Page, draw

_ANY: Final = ("", "Any")


class TenantFilters(ConsoleForm):
    """What the list is narrowed to."""

    q = forms.CharField(
        label="Search", required=False, max_length=200, widget=forms.TextInput({"type": "search"})
    )
    status = forms.ChoiceField(required=False, choices=[_ANY, *TenantStatus.choices])
    kind = forms.ChoiceField(
        required=False, choices=[_ANY, ("live", "Live"), ("sandbox", "Sandbox")]
    )
    schema = forms.ChoiceField(
        required=False, choices=[_ANY, ("current", "Current"), ("older", "Older")]
    )
    mail = forms.ChoiceField(required=False, choices=[_ANY, ("failed", "Failed")])


def show_tenants(request: HttpRequest) -> HttpResponse:
    """Show the tenants that the filters leave, by slug."""
    filters = TenantFilters(request.GET)
    found = _list(request, filters) if filters.is_valid() else TenantPage([], None)
    query = request.GET.copy()
    query["after"] = found.next_after or ""
    return draw(
        request,
        "tenants.html",
        title="Tenants",
        filters=filters,
        tenants=found.tenants,
        next_query=f"?{query.urlencode()}" if found.next_after else "",
        is_first="after" not in request.GET,
        is_narrowed=any(request.GET.values()),
    )


def _list(request: HttpRequest, filters: TenantFilters) -> TenantPage:
    after, wanted = request.GET.get("after", ""), filters.cleaned_data
    if after and not SLUG.fullmatch(after):
        raise ValidationError("This is no slug")
    kind, schema = wanted["kind"], wanted["schema"]
    return list_tenants(
        Filters(
            search=wanted["q"],
            status=wanted["status"] or None,
            is_sandbox=kind == "sandbox" if kind else None,
            is_outdated=schema == "older" if schema else None,
            has_failed_mail=wanted["mail"] == "failed",
        ),
        after=after,
    )


PAGE = Page("tenants", "tenants/", show_tenants)
