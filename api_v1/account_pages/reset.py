"""The page on which a user chooses a new password."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from api_v1.account_pages.pages import Page, answer_page, try_password
from api_v1.links import tenant_url
from api_v1.throttling import throttle_client
from core.accounts.logins.mailed_tokens import PASSWORD_RESET
from core.accounts.logins.password_changes import reset_password
from core.errors import Invalid, Unauthenticated
from tenants.context import TenantRef
from tenants.revocations import note_revocation
from tenants.routing import route_credential
from tenants.tenant_links import console_url

_PATH: Final = "/reset-password"


def make_reset_url(tenant: TenantRef) -> str:
    """Return the start of the tenant's links for a new password."""
    return tenant_url(tenant, _PATH)


def tenant_of_mailed_token(token: str, *, host: str) -> tuple[TenantRef, str]:
    """Return the tenant that a mailed token names, `<slug>.<signed>`, and its signed part.

    Raises `Invalid` where it names none, or another one than the host does.
    """
    slug, _, signed = token.partition(".")
    try:
        return route_credential(slug, host=host), signed
    except Unauthenticated:
        raise Invalid.one("token", "bad_link") from None


# Exempt, because the page has no session: a forged form would need the link's token.
@csrf_exempt
@require_http_methods(["GET", "POST"])
def choose_password(request: HttpRequest) -> HttpResponse:
    """Show the account and a form; set the password on POST, which ends all sessions of the user."""
    sent = request.POST if request.method == "POST" else request.GET
    token = sent.get("token", "")
    slug, _, signed = token.partition(".")

    def serve(tenant: TenantRef) -> Page:
        user = PASSWORD_RESET.require_user(signed)
        form = Page("Choose a new password", "reset.html", {"email": user.email, "token": token})
        if request.method == "GET":
            return form

        def change() -> None:
            throttle_client(request, "")
            password, repeated = sent.get("password", ""), sent.get("password2", "")
            reset_password(signed, password=password, repeated_password=repeated)

        if refused := try_password(form, change):
            return refused
        note_revocation(tenant)
        text = f"You can now log in to {tenant.name} with your new password."
        facts = {"text": text, "link": console_url(tenant, "/sign-in")}
        return Page("Your password is changed", "answered.html", facts)

    return answer_page(request, slug, serve, life="two hours")
