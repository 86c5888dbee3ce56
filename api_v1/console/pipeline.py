"""The pipeline of a position: its candidates as columns, and a candidate's card, where it is moved and rejected.

All users who see a position in the APIs see it here, and may do here what they may do there.
"""

from collections.abc import Callable
from typing import Final, cast, get_args
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.utils.safestring import mark_safe

from api_v1.console.page import Action, ConsoleRequest, Page, draw, go, person_of
from api_v1.happo.attachments import make_access_url
from api_v1.happo.shapes import CANDIDATE
from core.errors import Invalid
from core.recruiting.columns import CANDIDATE as COLUMNS
from core.recruiting.queries.attachments import visible_attachment
from core.recruiting.queries.pipeline import (
    HISTORY_MOVES,
    PLACES,
    list_columns,
    view_card,
    view_pipeline_position,
)
from core.recruiting.services.candidate_moves import (
    move_candidate,
    reject_candidate,
    unreject_candidate,
)
from core.recruiting.vocabulary import Stack
from tenants.console.forms import ConsoleForm
from tenants.console.frame import Link

_STACKS: Final = get_args(Stack)


class ReasonForm(ConsoleForm):
    """Why a candidate is rejected, or the rejection is taken back: kept in its history."""

    reason = forms.CharField(
        label="Reason", max_length=COLUMNS["rejection_reason"].limit, required=False
    )


class MoveForm(ReasonForm):
    """Where a candidate goes."""

    stack = forms.ChoiceField(label="Stack", choices=[(one, one) for one in _STACKS])
    field_order = ("stack", "reason")


def show_pipeline(request: ConsoleRequest, position: UUID) -> HttpResponse:
    """Show the candidates by stack. `place` and `after` in the address ask for a later part of one column."""
    caller = person_of(request).as_caller()
    found = view_pipeline_position(caller, position)
    place, cursor = request.GET.get("place"), request.GET.get("after")
    if place is not None and place not in PLACES:
        raise Invalid.one("place", "not_one_of", choices=PLACES)
    columns = list_columns(caller, position, place=place, cursor=cursor)
    return draw(
        request,
        "pipeline.html",
        title=found.title,
        position=found,
        columns=columns,
        # The place whose column doesn't begin with its first candidate.
        continued=place if cursor is not None else "",
        total=sum(column.total for column in columns),
        crumbs=[Link("Positions", "/app/")],
    )


def show_candidate(request: ConsoleRequest, position: UUID, candidate: UUID) -> HttpResponse:
    """Show a candidate with attachments, history and notes."""
    return _draw_card(request, position, candidate)


def move(request: ConsoleRequest, position: UUID, candidate: UUID) -> HttpResponse | str:
    """Move a candidate to another stack."""
    form = MoveForm(request.POST, auto_id="id_move_%s")
    if not form.is_valid():
        return _draw_card(request, position, candidate, move=form, status=400)
    stack = cast(Stack, form.cleaned_data["stack"])
    move_candidate(
        person_of(request).as_caller(),
        position,
        candidate,
        stack=stack,
        reason=form.cleaned_data["reason"] or None,
        shape=CANDIDATE,
    )
    return f"The candidate is on the stack {stack}."


def reject(request: ConsoleRequest, position: UUID, candidate: UUID) -> HttpResponse | str:
    """Reject a candidate, who keeps its stack."""
    refused = _decide(request, position, candidate, reject_candidate)
    return refused or "The candidate is rejected."


def unreject(request: ConsoleRequest, position: UUID, candidate: UUID) -> HttpResponse | str:
    """Take a rejection back."""
    refused = _decide(request, position, candidate, unreject_candidate)
    return refused or "The rejection is taken back."


def _decide(
    request: ConsoleRequest, position: UUID, candidate: UUID, decide: Callable[..., object]
) -> HttpResponse | None:
    """Call the service with the reason of the form; return the card where the form isn't valid."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _draw_card(request, position, candidate, reason=form, status=400)
    reason = form.cleaned_data["reason"] or None
    caller = person_of(request).as_caller()
    decide(caller, position, candidate, reason=reason, shape=CANDIDATE)
    return None


def open_attachment(request: ConsoleRequest, attachment: UUID) -> HttpResponse:
    """Send the browser to a URL that downloads the file, which ends within minutes."""
    caller = person_of(request).as_caller()
    url, _ = make_access_url(request, visible_attachment(caller, attachment, archived=True))
    return go(url)


def _draw_card(
    request: ConsoleRequest,
    position: UUID,
    candidate: UUID,
    *,
    move: MoveForm | None = None,
    reason: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    card = view_card(person_of(request).as_caller(), position, candidate)
    stack = {"stack": card.candidate.stack}
    return draw(
        request,
        "candidate.html",
        title=card.candidate.name or "A candidate",
        status=status,
        card=card,
        # The services store nothing else than HTML that they have cleaned.
        notes=mark_safe(card.candidate.description or ""),  # noqa: S308
        move=move or MoveForm(initial=stack, auto_id="id_move_%s"),
        reason=reason or ReasonForm(),
        is_history_cut=len(card.moves) == HISTORY_MOVES,
        crumbs=[
            Link("Positions", "/app/"),
            Link(card.position.title, f"/app/positions/{position}/pipeline/"),
        ],
    )


PAGES: Final = (
    Page("pipeline", "app/positions/<uuid:position>/pipeline/", "user", show_pipeline),
    Page(
        "candidate",
        "app/positions/<uuid:position>/candidates/<uuid:candidate>/",
        "user",
        show_candidate,
        {"move": Action(move), "reject": Action(reject), "unreject": Action(unreject)},
    ),
    Page("attachment", "app/attachments/<uuid:attachment>/", "user", open_attachment),
)
