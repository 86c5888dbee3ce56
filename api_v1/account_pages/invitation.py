"""The page on which an invitation to a position is accepted or declined, from the link in its mail."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from api_v1.account_pages.pages import Page, answer_page, try_password
from api_v1.throttling import throttle_client
from core.errors import Invalid, NotFound
from core.recruiting.services.invitation_links import (
    NewAccount,
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
    sent = request.POST if request.method == "POST" else request.GET
    token = sent.get("token", "")
    slug, _, signed = token.partition(".")

    def serve(tenant: TenantRef) -> Page:
        invitation = read_invitation(signed)
        form = _make_form(invitation, token)
        if request.method == "GET":
            return form
        throttle_client(request, "")
        if sent.get("answer") == "decline":
            decline_by_link(signed)
            return _thank(tenant, f"You have declined the invitation to {invitation.title}.")
        return _accept(request, tenant, signed, form=form, invitation=invitation)

    def serve_or_refuse(tenant: TenantRef) -> Page:
        try:
            return serve(tenant)
        except NotFound:
            # Withdrawn at this moment.
            raise Invalid.one("token", "bad_link") from None

    return answer_page(request, slug, serve_or_refuse, life=_LIFE)


def _accept(
    request: HttpRequest,
    tenant: TenantRef,
    signed: str,
    *,
    form: Page,
    invitation: OpenInvitation,
) -> Page:
    sent = request.POST
    account = NewAccount(
        password=sent.get("password", ""),
        repeated_password=sent.get("password2", ""),
        first_name=sent.get("first_name", ""),
        last_name=sent.get("last_name", ""),
    )
    needed = account if invitation.needs_account else None
    if refused := try_password(form, lambda: accept_by_link(signed, account=needed)):
        return refused
    note_revocation(tenant)
    return _thank(tenant, f"You have accepted the invitation to {invitation.title}.")


def _make_form(invitation: OpenInvitation, token: str) -> Page:
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
