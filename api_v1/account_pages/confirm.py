"""The page on which a user confirms an e-mail address, with the password of the registration."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from api_v1.account_pages.pages import Page, answer_page, refuse_form
from api_v1.client_ip import client_ip
from api_v1.links import tenant_url
from core.accounts.logins.confirmation import (
    UnconfirmedMailbox,
    confirm_mailbox_with_password,
    read_confirmation_token,
)
from core.errors import Overloaded, RateLimited, WrongPassword
from tenants.context import TenantRef

_PATH: Final = "/confirm-email"


def make_confirm_url(tenant: TenantRef) -> str:
    """Return the start of the tenant's confirmation links."""
    return tenant_url(tenant, f"{_PATH}/{tenant.slug}")


# Exempt, because the page has no session: a forged form would need the link's token and the password.
@csrf_exempt
@require_http_methods(["GET", "POST"])
def confirm_email(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the account and a form; confirm the mailbox on POST, with the password. A used link may be opened again."""
    sent = request.POST if request.method == "POST" else request.GET
    token = sent.get("token", "")

    def serve(tenant: TenantRef) -> Page:
        mailbox = read_confirmation_token(token)
        if mailbox.is_confirmed:
            return _thank(mailbox, tenant)
        if not mailbox.has_password:
            facts = {"email": mailbox.email, "token": token}
            return Page("Confirm in your application", "confirm_in_application.html", facts)
        form = Page(
            "Confirm your e-mail address", "confirm.html", {"email": mailbox.email, "token": token}
        )
        if request.method == "GET":
            return form
        try:
            password = sent.get("password", "")
            confirm_mailbox_with_password(token, password=password, client_ip=client_ip(request))
        except (WrongPassword, RateLimited, Overloaded) as error:
            return refuse_form(form, error, status=403)
        return _thank(mailbox, tenant)

    return answer_page(request, slug, serve, life="three days")


def _thank(mailbox: UnconfirmedMailbox, tenant: TenantRef) -> Page:
    return Page("Thank you", facts={"text": f"{mailbox.email} is confirmed for {tenant.name}."})
