"""The first tab of a tenant: what it is and does, its name and its state."""

from django import forms
from django.http import HttpRequest, HttpResponse

from core.errors import Invalid
from tenants.console.forms import ConsoleForm
from tenants.counters.summary import count_days, size_by_day
from tenants.models import Tenant
from tenants.operators.console.home import draw_days
from tenants.operators.console.page import TENANT, Page, draw_tenant
from tenants.provisioning import lifecycle
from tenants.schema_states import is_outdated
from tenants.tenant_links import make_url


class NameForm(ConsoleForm):
    """Another name for the tenant."""

    name = forms.CharField(max_length=200)


def show_overview(
    request: HttpRequest, tenant: Tenant, *, form: NameForm | None = None, status: int = 200
) -> HttpResponse:
    """Show the tenant."""
    form = form or NameForm(initial={"name": tenant.name})
    ref = tenant.ref()
    sizes = size_by_day(ref)
    return draw_tenant(
        request,
        tenant,
        "overview.html",
        status=status,
        form=form,
        # In this order the first one is that of the tenant's links.
        hosts=[
            (one, make_url(one.domain, "/admin/") if one.verified_at else "")
            for one in tenant.domains.order_by("-is_primary", "id")
        ],
        size=sizes[-1] if sizes else None,
        charts=draw_days(count_days(ref)),
        is_outdated=is_outdated(tenant.schema_digest),
    )


def rename(request: HttpRequest, tenant: Tenant) -> HttpResponse | str:
    """Give the tenant another name."""
    form = NameForm(request.POST)
    if form.is_valid():
        try:
            renamed = lifecycle.rename_tenant(tenant.slug, name=form.cleaned_data["name"])
        except Invalid as error:
            form.add_refusal(error)
        else:
            return f"The tenant is called {renamed.name}."
    return show_overview(request, tenant, form=form, status=400)


def suspend(request: HttpRequest, tenant: Tenant) -> str:
    """Reject the tenant's requests."""
    return (
        f"{tenant.slug} is {lifecycle.suspend_tenant(tenant.slug).status}: everywhere within 5 s."
    )


def resume(request: HttpRequest, tenant: Tenant) -> str:
    """Accept the tenant's requests again."""
    return f"{tenant.slug} is {lifecycle.resume_tenant(tenant.slug).status}: everywhere within 5 s."


PAGE = Page(
    "tenant",
    TENANT,
    show_overview,
    {"rename": rename, "suspend": suspend, "resume": resume},
    needs_tables=False,
)
