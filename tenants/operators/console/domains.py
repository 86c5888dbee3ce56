"""The domains of a tenant: what DNS must say, and which one is the primary."""

from django import forms
from django.http import HttpRequest, HttpResponse

from core.errors import Conflict, Invalid, NotFound
from tenants.console.forms import ConsoleForm
from tenants.models import Tenant
from tenants.operators.console.page import TENANT, Page, draw_tenant
from tenants.operators.console.requests import ask_worker, read_failed
from tenants.provisioning.domains import list_domains, proof_of
from tenants.provisioning.new_tenant import check_new_host
from tenants.provisioning.requests import is_worker_running
from tenants.provisioning.verbs import AddDomain, MakePrimary, RemoveDomain, VerifyDomain


class DomainForm(ConsoleForm):
    """Another domain."""

    domain = forms.CharField(
        max_length=253,
        help_text="Such as jobs.example.com, without a port.",
        widget=forms.TextInput({"autocapitalize": "none"}),
    )
    is_verified = forms.BooleanField(
        required=False, label="The domain is the tenant's: don't wait for DNS"
    )


def show_domains(
    request: HttpRequest, tenant: Tenant, *, form: DomainForm | None = None, status: int = 200
) -> HttpResponse:
    """Show the tenant's domains, and the records that DNS needs for those that are not verified."""
    found = [
        (domain, None if domain.verified_at else proof_of(domain))
        for domain in list_domains(tenant.slug)
    ]
    failed = read_failed(request, AddDomain) if form is None else None
    if failed and failed[0].slug != tenant.slug:
        raise NotFound("request")
    return draw_tenant(
        request,
        tenant,
        "domains.html",
        found=found,
        form=form or DomainForm(initial=_fill_in(failed[0]) if failed else None),
        failure=failed[1] if failed else "",
        is_running=is_worker_running(),
        status=status,
    )


def add(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Have a domain added."""
    form = DomainForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            host = check_new_host(given["domain"])
        except (Conflict, Invalid) as error:
            form.add_refusal_to("domain", error)
        else:
            verb = AddDomain(slug=tenant.slug, domain=host, is_verified=given["is_verified"])
            return ask_worker(request, verb)
    return show_domains(request, tenant, form=form, status=400)


def verify(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Have DNS asked whether a domain is the tenant's."""
    return ask_worker(request, VerifyDomain(slug=tenant.slug, domain=_domain(request)))


def make_primary(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Have a domain made the one of the tenant's links."""
    return ask_worker(request, MakePrimary(slug=tenant.slug, domain=_domain(request)))


def remove(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Have a domain removed."""
    return ask_worker(request, RemoveDomain(slug=tenant.slug, domain=_domain(request)))


def _fill_in(sent: AddDomain) -> dict[str, object]:
    return {"domain": sent.domain, "is_verified": sent.is_verified}


def _domain(request: HttpRequest) -> str:
    # The worker looks it up among those of the tenant.
    return request.POST.get("domain", "")[:300]


PAGE = Page(
    "tenant-domains",
    f"{TENANT}domains/",
    show_domains,
    {"add": add, "verify": verify, "make_primary": make_primary, "remove": remove},
    needs_tables=False,
)
