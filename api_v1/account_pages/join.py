"""The page on which a person who was invited to have an account makes it."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from api_v1.account_pages.pages import Page, answer_page, try_password
from api_v1.throttling import throttle_client
from core.accounts.account_invitations import (
    LINK_LIFE,
    NewPassword,
    join,
    read_account_invitation,
)
from tenants.context import TenantRef
from tenants.tenant_links import console_url

_LIFE: Final = f"{LINK_LIFE.days} days"


# Exempt, because the page has no session: a forged form would need the link's token.
@csrf_exempt
@require_http_methods(["GET", "POST"])
def make_account(request: HttpRequest) -> HttpResponse:
    """Show the address and a form; make the account on POST. A link is good once."""
    sent = request.POST if request.method == "POST" else request.GET
    token = sent.get("token", "")
    slug, _, signed = token.partition(".")

    def serve(tenant: TenantRef) -> Page:
        user = read_account_invitation(signed)
        form = Page("Your account", "join.html", {"email": user.email, "token": token})
        if request.method == "GET":
            return form
        new = NewPassword(
            password=sent.get("password", ""),
            repeated_password=sent.get("password2", ""),
            first_name=sent.get("first_name", ""),
            last_name=sent.get("last_name", ""),
        )

        def make() -> None:
            throttle_client(request, "")
            join(signed, new)

        if refused := try_password(form, make):
            return refused
        facts = {"text": "Your account is made.", "link": console_url(tenant, "/sign-in")}
        return Page("Thank you", "answered.html", facts)

    return answer_page(request, slug, serve, life=_LIFE)
