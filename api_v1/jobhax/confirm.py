"""The page that the link in a confirmation mail opens. It is HTML for a browser, and so not below `/api`."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import escape
from django.views.decorators.http import require_GET

from api_v1.links import absolute_url
from core.accounts.logins.confirmation import confirm_mailbox_by_link
from core.errors import Invalid, Unauthenticated
from tenants.context import TenantRef
from tenants.routing import request_scope, route_credential

_PAGE: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><h1>{title}</h1><p>{text}</p></html>
"""
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'",
    # The page's URL contains the token.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def make_confirm_url(request: HttpRequest, tenant: TenantRef) -> str:
    """Return the start of a confirmation link."""
    return absolute_url(request, reverse("confirm-email", args=[tenant.slug]))


@require_GET
def confirm_email(request: HttpRequest, slug: str) -> HttpResponse:
    """Confirm the mailbox. A link may be opened twice: mail programs open links too."""
    try:
        tenant = route_credential(slug, host=request.get_host())
        with request_scope(tenant):
            confirm_mailbox_by_link(request.GET.get("token", ""))
    except (Invalid, Unauthenticated):
        text = "It is incomplete, or older than three days."
        return _render_page("This link is not valid", text, status=400)
    return _render_page(
        "Thank you", f"Your e-mail address is confirmed for {tenant.name}.", status=200
    )


def _render_page(title: str, text: str, *, status: int) -> HttpResponse:
    return HttpResponse(
        _PAGE.format(title=escape(title), text=escape(text)), status=status, headers=_HEADERS
    )
