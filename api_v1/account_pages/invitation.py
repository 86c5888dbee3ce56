"""The page on which an invitation to a position is accepted or declined, from the link in its mail."""

from dataclasses import replace
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
from core.recruiting.services.invitation_links import (
    OpenInvitation,
    accept_by_link,
    decline_by_link,
    read_invitation,
)
from core.recruiting.services.invitation_mail import LINK_LIFE, ROLES
from tenants.context import TenantRef
from tenants.revocations import note_revocation
from tenants.tenant_links import console_url

_LIFE: Final = f"{LINK_LIFE.days} days"


# Exempt, because the page has no session: a forged form would need the link's token.
@csrf_exempt
@require_http_methods(["GET", "POST"])
def answer_invitation(request: HttpRequest) -> HttpResponse:
    """Show the invitation and a form; accept or decline it on POST. A link is good for one answer."""
    return answer_link(request, _offer, life=_LIFE)


def _offer(tenant: TenantRef, link: MailedLink) -> LinkForm:
    invitation = read_invitation(link.signed)
    page = _draw(invitation, link.token)

    def act() -> Page:
        answer = link.sent.get("answer")
        if answer == "decline":
            decline_by_link(link.signed)
            return _thank(tenant, f"You have declined the invitation to {invitation.title}.")
        if answer != "accept":
            # No button sends that.
            return replace(page, status=400)
        account = read_new_account(link.sent) if invitation.needs_account else None
        accept_by_link(link.signed, account=account)
        note_revocation(tenant)
        return _thank(tenant, f"You have accepted the invitation to {invitation.title}.")

    return LinkForm(page, act)


def _draw(invitation: OpenInvitation, token: str) -> Page:
    facts = {
        "email": invitation.email,
        "position": invitation.title,
        "inviter": invitation.inviter,
        "role": ROLES[invitation.type],
        "needs_account": invitation.needs_account,
        "token": token,
    }
    return Page("An invitation", "invitation.html", facts)


def _thank(tenant: TenantRef, text: str) -> Page:
    return Page("Thank you", "answered.html", {"text": text, "link": console_url(tenant, "/app/")})
