"""Who may open a page of the operators' console, and run its actions: one place decides for all of them."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, cast

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from core.accounts.models import User
from core.audit import acting_as
from core.errors import DomainError, Overloaded, RateLimited
from core.messages import message_for_operator
from tenants.audit.installation import name_operator
from tenants.client_ip import client_ip
from tenants.console.failures import status_of
from tenants.models import Tenant, TenantStatus
from tenants.operators.console.page import Page, draw
from tenants.operators.console.signed_in import is_operator, may_change, must_enrol
from tenants.schema_states import is_outdated

View = Callable[..., HttpResponse]
# The name of the page that an operator without a second factor is led to, where one is required.
ENROLMENT: Final = "second-factor"


def serve(page: Page) -> View:
    """Return Django's view of a page: for operators who are signed in; its actions for those who may change things."""

    @never_cache
    @csrf_protect
    def view(request: HttpRequest, **arguments: Any) -> HttpResponse:  # Any: what the path holds
        if not is_operator(request):
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        if must_enrol(request) and page.name != ENROLMENT:
            return redirect(f"admin:{ENROLMENT}")
        operator = name_operator(cast(User, request.user))
        with acting_as(operator, address=client_ip(request)):
            return _answer(page, request, arguments)

    return wraps(page.show)(view)


def _answer(
    page: Page,
    request: HttpRequest,
    arguments: dict[str, Any],  # Any: as in `serve`
) -> HttpResponse:
    subject: list[Tenant] = []
    if page.is_of_tenant:
        tenant = Tenant.objects.filter(slug=arguments.pop("slug")).first()
        if tenant is None:
            return refuse(request, "There is no such tenant", status=404)
        if page.needs_tables and (missing := _miss_tables(tenant)):
            return refuse(request, missing, status=503)
        subject = [tenant]
    if request.method in ("GET", "HEAD"):
        try:
            return page.show(request, *subject, **arguments)
        except (RateLimited, Overloaded):
            # `config.pages` answers, with `Retry-After`.
            raise
        except DomainError as error:
            return refuse(request, message_for_operator(error), status=status_of(error))
    if request.method != "POST":
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    return _act(page, request, subject, arguments)


def _miss_tables(tenant: Tenant) -> str:
    """Return why the tenant's own tables can't be asked; "" where they can."""
    if tenant.status == TenantStatus.DELETING and not tenant.status_before_deletion:
        return "The data of this tenant is being deleted"
    if is_outdated(tenant.schema_digest):
        return "The tables of this tenant lack what this version needs: migrate it first (Danger)"
    return ""


def _act(
    page: Page,
    request: HttpRequest,
    subject: list[Tenant],
    arguments: dict[str, Any],  # Any: as in `serve`
) -> HttpResponse:
    if not page.is_own and not may_change(request):
        return refuse(request, "Your role may look at everything and change nothing", status=403)
    action = page.actions.get(request.POST.get("action", ""))
    if action is None:
        return refuse(request, "This page has no such action", status=400)
    try:
        outcome = action(request, *subject, **arguments)
    except (RateLimited, Overloaded):
        raise
    except DomainError as error:
        messages.error(request, f"{message_for_operator(error)}.")
        return redirect(request.get_full_path())
    if isinstance(outcome, HttpResponse):
        return outcome
    messages.success(request, outcome)
    return redirect(request.get_full_path())


def refuse(request: HttpRequest, text: str, *, status: int) -> HttpResponse:
    """Return the page that says why there is no other one."""
    response = draw(request, "refused.html", title=text, status=status)
    # Django would log a line for each.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
