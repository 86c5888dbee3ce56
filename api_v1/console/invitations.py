"""The invitations that a user has, and those that the user has sent: `/app/`, for everybody with an account."""

from typing import Final
from uuid import UUID

from django import forms
from django.http import HttpResponse

from api_v1.console.page import HOME, Action, ConsoleRequest, Page, draw, person_of
from api_v1.console.positions import invitation_actions
from core.errors import Invalid, NotFound, QuotaExceeded
from core.recruiting.queries.overview import (
    get_position,
    list_collaborators,
    select_invitations,
    select_own_positions,
)
from core.recruiting.services.collaborators import answer_invitation
from core.recruiting.services.invitation_mail import ROLES
from core.recruiting.services.invitations import invite_collaborator
from core.recruiting.services.positions import require_change_right
from core.recruiting.values import Invitation
from providers.limits import MAX_EMAIL_CHARACTERS
from tenants.console.forms import ConsoleForm
from tenants.console.frame import Link
from tenants.console.key_pages import read_key_page


class CollaboratorForm(ConsoleForm):
    """One more person for a position, and what that person does."""

    email = forms.CharField(
        label="E-mail address",
        max_length=MAX_EMAIL_CHARACTERS,
        widget=forms.EmailInput({"autocomplete": "off"}),
    )
    type = forms.ChoiceField(
        label="To", choices=[(name, ROLES[name]) for name in ("client", "supplier", "admin")]
    )

    def refuse(self, error: Invalid | QuotaExceeded) -> None:
        """Say beside the address why the person is not invited."""
        if isinstance(error, Invalid) and error.problems[0].code == "duplicate_email":
            self.add_error("email", "This person is invited already.")
        else:
            self.add_refusal_to("email", error)


def show_invitations(request: ConsoleRequest) -> HttpResponse:
    """List the positions that the user is invited to, and those that the user has made."""
    person = person_of(request)
    invitations = select_invitations(person.user_uuid)
    if not person.has_confirmed:
        # This user may not be the one who was invited.
        invitations = invitations.none()
    own = select_own_positions(person.user_uuid)
    return draw(
        request,
        "invitations.html",
        title="Positions",
        invitations=read_key_page(invitations, ("-id",), request.GET, table="invitations"),
        positions=read_key_page(own, ("-created_at", "-id"), request.GET, table="positions"),
    )


def accept(request: ConsoleRequest) -> str:
    """Accept an invitation."""
    answer_invitation(person_of(request).as_caller(), _read_position(request), accepted=True)
    return "You have accepted the invitation."


def decline(request: ConsoleRequest) -> str:
    """Decline an invitation, which ends the access to the position."""
    answer_invitation(person_of(request).as_caller(), _read_position(request), accepted=False)
    return "You have declined the invitation."


def show_collaborators(request: ConsoleRequest, position: UUID) -> HttpResponse:
    """Show to creator and admins whom they have invited, and what became of the mails."""
    return _draw_collaborators(request, position, CollaboratorForm())


def invite(request: ConsoleRequest, position: UUID) -> HttpResponse | str:
    """Invite one more person by mail."""
    caller, form = person_of(request).as_caller(), CollaboratorForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            invite_collaborator(caller, position, Invitation(given["email"], given["type"]))
        except (Invalid, QuotaExceeded) as error:
            form.refuse(error)
        else:
            return f"An invitation is on its way to {given['email']}."
    return _draw_collaborators(request, position, form, status=400)


def _draw_collaborators(
    request: ConsoleRequest, position: UUID, form: CollaboratorForm, *, status: int = 200
) -> HttpResponse:
    require_change_right(person_of(request).as_caller(), position, action="change")
    found = get_position(position)
    return draw(
        request,
        "position.html",
        title=found.title,
        status=status,
        form=form,
        crumbs=[
            Link("Positions", HOME),
            Link("Pipeline", f"/app/positions/{position}/pipeline/"),
        ],
        position=found,
        collaborators=list_collaborators(position),
    )


def _read_position(request: ConsoleRequest) -> UUID:
    try:
        return UUID(request.POST.get("position", ""))
    except ValueError:
        raise NotFound("position") from None


PAGES: Final = (
    Page(
        "invitations",
        "app/",
        "user",
        show_invitations,
        {"accept": Action(accept), "decline": Action(decline)},
    ),
    Page(
        "collaborators",
        "app/positions/<uuid:position>/collaborators/",
        "user",
        show_collaborators,
        {"invite": Action(invite), **invitation_actions(as_staff=False)},
    ),
)
