"""Taking a tenant in, on one page: names, domain, owner, quotas, plugins and their settings."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from core.domain_names import show_domain
from core.errors import Conflict, DomainError, Invalid
from core.messages import message_for_operator
from tenants.operators.console.onboarding_form import OnboardingForm
from tenants.operators.console.page import Page, draw
from tenants.operators.console.requests import ask_worker, read_failed
from tenants.provisioning.new_tenant import check_new_host, check_new_slug
from tenants.provisioning.requests import is_worker_running
from tenants.provisioning.verbs import CreateTenant

NAME: Final = "onboarding"


def show_onboarding(
    request: HttpRequest, *, form: OnboardingForm | None = None, status: int = 200
) -> HttpResponse:
    """Show the form, as it was sent before where that has failed; or answer whether a slug or a domain may be used."""
    if check := request.GET.get("check"):
        return _check(check, request.GET.get("value", ""))
    failed = read_failed(request, CreateTenant) if form is None else None
    if failed:
        form = OnboardingForm.fill_in(failed[0])
    return draw(
        request,
        "onboarding.html",
        title="New tenant",
        form=form or OnboardingForm(),
        failure=failed[1] if failed else "",
        base_domain=settings.BASE_DOMAIN,
        is_running=is_worker_running(),
        status=status,
    )


def create(request: HttpRequest) -> HttpResponse:
    """Have the tenant made, and answer with its progress."""
    form = OnboardingForm(request.POST)
    if form.is_valid():
        try:
            return ask_worker(request, form.to_verb())
        except (Conflict, Invalid) as error:
            form.refuse(error)
    return show_onboarding(request, form=form, status=400)


def _check(name: str, value: str) -> JsonResponse:
    """Return whether the value may be used, and a sentence about it."""
    try:
        if name == "slug":
            check_new_slug(value)
            text = f"Free. Its host is {value}.{settings.BASE_DOMAIN}."
        else:
            host = show_domain(check_new_host(value))
            text = f"Free. DNS is asked about {host} once the tenant is made."
    except DomainError as error:
        return JsonResponse({"ok": False, "text": f"{message_for_operator(error)}."})
    return JsonResponse({"ok": True, "text": text})


PAGE = Page(NAME, "onboarding/", show_onboarding, {"create": create})
