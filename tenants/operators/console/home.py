"""The first page: the installation at a glance."""

from django.db.models import Count
from django.http import HttpRequest, HttpResponse

from tenants.models import Tenant, TenantStatus
from tenants.operators.console.page import Page, draw


def show_home(request: HttpRequest) -> HttpResponse:
    """Show how many tenants there are in each state."""
    counted = dict(Tenant.objects.values_list("status").annotate(Count("id")).order_by())
    states = [(status.value, counted.get(status.value, 0)) for status in TenantStatus]
    return draw(request, "home.html", title="Installation", states=states)


PAGE = Page("index", "", show_home)
