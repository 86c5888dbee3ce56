"""The page on which a person who was invited to have an account makes it."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from api_v1.account_pages.pages import (
    LinkForm,
    MailedLink,
    Page,
    answer_link,
    read_new_account,
)
from core.accounts.account_invitations import LINK_LIFE, join, read_account_invitation
from tenants.context import TenantRef
from tenants.tenant_links import console_url

_LIFE: Final = f"{LINK_LIFE.days} days"


# Exempt, because the page has no session: a forged form would need the link's token.
@csrf_exempt
@require_http_methods(["GET", "POST"])
def make_account(request: HttpRequest) -> HttpResponse:
    """Show the address and a form; make the account on POST. A link is good once."""
    return answer_link(request, _offer, life=_LIFE)


def _offer(tenant: TenantRef, link: MailedLink) -> LinkForm:
    user = read_account_invitation(link.signed)

    def act() -> Page:
        join(link.signed, read_new_account(link.sent))
        facts = {"text": "Your account is made.", "link": console_url(tenant, "/sign-in")}
        return Page("Thank you", "answered.html", facts)

    return LinkForm(
        Page("Your account", "join.html", {"email": user.email, "token": link.token}), act
    )
