"""The list of tenants, with search and filters."""

from typing import Final

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse

from tenants.console.forms import ConsoleForm
from tenants.console.key_pages import read_key_page
from tenants.models import Tenant, TenantStatus
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


def show_tenants(request: HttpRequest) -> HttpResponse:
    """Show the tenants that the filters leave, by slug."""
    filters = TenantFilters(request.GET)
    found = _narrow(filters) if filters.is_valid() else Tenant.objects.none()
    page = read_key_page(found.prefetch_related("domains"), ["slug"], request.GET)
    return draw(request, "tenants.html", title="Tenants", filters=filters, page=page)


def _narrow(filters: TenantFilters) -> QuerySet[Tenant]:
    found: QuerySet[Tenant] = Tenant.objects.all()
    wanted = filters.cleaned_data
    if text := wanted["q"].strip():
        of_domain = Q(domains__domain__icontains=text)
        found = found.filter(Q(slug__icontains=text) | Q(name__icontains=text) | of_domain)
    if status := wanted["status"]:
        found = found.filter(status=status)
    if kind := wanted["kind"]:
        found = found.filter(is_sandbox=kind == "sandbox")
    distinct: QuerySet[Tenant] = found.distinct()
    return distinct


PAGE = Page("tenants", "tenants/", show_tenants)
