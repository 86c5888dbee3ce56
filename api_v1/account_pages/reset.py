"""The page on which a user chooses a new password."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from api_v1.account_pages.pages import LinkForm, MailedLink, Page, answer_link
from api_v1.links import tenant_url
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
    return answer_link(request, _offer, life="two hours")


def _offer(tenant: TenantRef, link: MailedLink) -> LinkForm:
    user = PASSWORD_RESET.require_user(link.signed)

    def act() -> Page:
        reset_password(
            link.signed,
            password=link.sent.get("password", ""),
            repeated_password=link.sent.get("password2", ""),
        )
        note_revocation(tenant)
        text = f"You can now log in to {tenant.name} with your new password."
        facts = {"text": text, "link": console_url(tenant, "/sign-in")}
        return Page("Your password is changed", "answered.html", facts)

    page = Page("Choose a new password", "reset.html", {"email": user.email, "token": link.token})
    return LinkForm(page, act)
