"""What a page of the operators' console is, and how one is drawn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from tenants.console.frame import Frame, Link
from tenants.models import Tenant
from tenants.operators.console.signed_in import may_change

TENANT: Final = "tenants/<slug:slug>/"
# Any: of the request, then the tenant where the page is of one, then what its path holds
Show = Callable[..., HttpResponse]
# As `Show`. A text is a message above the page, which is then shown anew by GET.
Act = Callable[..., HttpResponse | str]


@dataclass(frozen=True, slots=True)
class Page:
    """A page below `/admin/`. GET changes nothing; POST runs the action that the field `action` of the form names.

    `path`: a route; below `TENANT` the page is of that tenant, whose `Tenant` `show` and the actions get.
    `is_own`: its actions are about the operator who is signed in, so that an operator who may only read has them too.
    `needs_tables`: whether a tenant's page asks the tenant's own tables, and not only those of the installation.
    """

    name: str
    path: str
    show: Show
    actions: Mapping[str, Act] = field(default_factory=lambda: MappingProxyType({}))
    is_own: bool = False
    needs_tables: bool = True

    @property
    def is_of_tenant(self) -> bool:
        """Whether the page is of one tenant."""
        return self.path.startswith(TENANT)


# The bar: name of a page, label, icon. A page that isn't in it marks the one whose address its own begins with.
BAR: Final = (
    ("index", "Home", "home"),
    ("tenants", "Tenants", "building"),
    ("jobs", "Jobs", "list"),
    ("operators", "Operators", "people"),
    ("audit", "Audit log", "shield"),
)
# The tabs of a tenant's page.
TABS: Final = (
    ("tenant", "Overview"),
    ("tenant-people", "People"),
    ("tenant-keys", "Keys and clients"),
    ("tenant-domains", "Domains"),
    ("tenant-plugins", "Plugins"),
    ("tenant-mail", "Mail"),
    ("tenant-jobs", "Jobs"),
    ("tenant-audit", "Audit log"),
    ("tenant-settings", "Settings"),
    ("tenant-danger", "Danger"),
)


def draw(
    request: HttpRequest,
    template: str,
    *,
    title: str,
    status: int = 200,
    **context: Any,  # Any: what the template shows
) -> HttpResponse:
    """Return a page of the installation from `console/operators/<template>`."""
    shown = {"title": title, "frame": _frame(request), "can_change": may_change(request)}
    return render(request, f"console/operators/{template}", shown | context, status=status)


def draw_tenant(
    request: HttpRequest,
    tenant: Tenant,
    template: str,
    *,
    title: str = "",
    crumb: Link | None = None,
    status: int = 200,
    **context: Any,  # Any: what the template shows
) -> HttpResponse:
    """Return a page of one tenant, with its tabs. `title`: of a page below a tab, to which `crumb` leads back."""
    crumbs = [Link("Tenants", reverse("admin:tenants"))]
    if title:
        crumbs.append(Link(tenant.name, address_of("tenant", tenant)))
    shown = {
        "title": title or tenant.name,
        "frame": _frame(request, is_sandbox=tenant.is_sandbox),
        "can_change": may_change(request),
        "tenant": tenant,
        "crumbs": [*crumbs, crumb] if crumb else crumbs,
        "page_tabs": [_tab(request, name, label, tenant) for name, label in TABS],
    }
    return render(request, f"console/operators/{template}", shown | context, status=status)


def address_of(name: str, tenant: Tenant, **arguments: object) -> str:
    """Return the address of a page of the tenant."""
    return reverse(f"admin:{name}", kwargs={"slug": tenant.slug, **arguments})


def _frame(request: HttpRequest, *, is_sandbox: bool = False) -> Frame:
    home, account = reverse("admin:index"), reverse("admin:account")
    return Frame(
        name="Installation",
        home_url=home,
        links=[_bar_link(request, name, label, icon) for name, label, icon in BAR],
        account=Link(str(request.user), account, is_current=request.path == account),
        sign_out_url=reverse("admin:logout"),
        is_sandbox=is_sandbox,
    )


def _bar_link(request: HttpRequest, name: str, label: str, icon: str) -> Link:
    url = reverse(f"admin:{name}")
    is_current = request.path == url if name == "index" else request.path.startswith(url)
    return Link(label, url, icon, is_current=is_current)


def _tab(request: HttpRequest, name: str, label: str, tenant: Tenant) -> Link:
    url = address_of(name, tenant)
    is_current = request.path == url if name == "tenant" else request.path.startswith(url)
    return Link(label, url, is_current=is_current)
