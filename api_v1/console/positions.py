"""All positions of the tenant with their candidates and collaborators, for owner and staff."""

from typing import Final
from uuid import UUID

from django.http import HttpResponse

from api_v1.client_ip import client_ip
from api_v1.console.page import Action, ConsoleRequest, Page, draw, person_of
from core.errors import NotFound
from core.recruiting.queries.overview import (
    get_position,
    list_collaborators,
    select_candidates,
    select_positions,
)
from core.recruiting.services.invitations import resend_invitation, withdraw_invitation
from tenants.console.frame import Link
from tenants.console.key_pages import read_key_page


def show_positions(request: ConsoleRequest) -> HttpResponse:
    """List the positions, newest first."""
    search = request.GET.get("q", "").strip()
    page = read_key_page(select_positions(search), ("-created_at", "-id"), request.GET)
    return draw(request, "positions.html", title="Positions", page=page, search=search)


def show_position(request: ConsoleRequest, position: UUID) -> HttpResponse:
    """Show the collaborators of a position with the state of their invitations, and its candidates."""
    found = get_position(position)
    candidates = read_key_page(select_candidates(position), ("-created_at", "-id"), request.GET)
    return draw(
        request,
        "position.html",
        title=found.title,
        crumbs=[Link("Positions", "/admin/positions/")],
        position=found,
        collaborators=list_collaborators(position),
        page=candidates,
        is_admin=True,
    )


def invitation_actions(*, as_staff: bool) -> dict[str, Action]:
    """Return what a page of a position can do with its invitations. `as_staff`: by the right of owner and staff."""

    def resend(request: ConsoleRequest, position: UUID) -> str:
        resend_invitation(
            person_of(request).as_caller(),
            position,
            _read_user(request),
            as_staff=as_staff,
            client_ip=client_ip(request),
        )
        return "The invitation is sent again; the link of the mail before is not valid any more."

    def withdraw(request: ConsoleRequest, position: UUID) -> str:
        caller = person_of(request).as_caller()
        withdraw_invitation(caller, position, _read_user(request), as_staff=as_staff)
        return "The invitation is withdrawn."

    return {"resend": Action(resend), "withdraw": Action(withdraw)}


def _read_user(request: ConsoleRequest) -> UUID:
    """Return the user that a form is about; raise `NotFound` for what is no id."""
    try:
        return UUID(request.POST.get("user", ""))
    except ValueError:
        raise NotFound("invitation") from None


PAGES: Final = (
    Page("positions", "admin/positions/", "staff", show_positions),
    Page(
        "position",
        "admin/positions/<uuid:position>/",
        "staff",
        show_position,
        invitation_actions(as_staff=True),
    ),
)
