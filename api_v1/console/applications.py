"""A job seeker's applications: the mails behind each, why it says what it says, and taking a mail back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import HttpResponse

from api_v1.console.page import Action, ConsoleRequest, Page, draw, go, person_of
from core.errors import NotFound
from core.jobsearch.queries import list_status_rows
from core.mail.dismissing import dismiss_mail
from core.mail.models import StoredEvent
from core.mail.reasons import select_with_mail_counts, view_reasons
from tenants.console.frame import Link
from tenants.console.key_pages import read_key_page
from tenants.console.row_numbers import read_row_number

APPLICATIONS: Final = "/app/applications/"
# What became of an application through a mail (`matching.Effect`).
_EFFECTS: Final[Mapping[str, str]] = {
    "started": "began this application",
    "moved": "moved it to {status}",
    "rejected": "says that it is rejected",
    "noted": "is kept; the status stays",
    "repeated": "says nothing new",
    "unproven": "changed nothing: nothing proves who sent it",
}
# The names of `providers.event_facts`, and of the places that evidence is from, as people say them.
_FIELDS: Final[Mapping[str, str]] = {
    "kind": "what happened",
    "title": "job title",
    "requisition": "job number",
    "occurredAt": "when",
    "occurredOn": "when",
    "scheduledAt": "interview",
}
_PLACES: Final[Mapping[str, str]] = {
    "html": "text",
    "markup": "address in the text",
    "received_at": "time of receipt",
}


@dataclass(frozen=True, slots=True)
class ShownMail:
    """What one mail says of an application. `evidence`: field, quote and place each."""

    event: StoredEvent
    effect: str
    evidence: Sequence[tuple[str, str, str]]


def show_applications(request: ConsoleRequest) -> HttpResponse:
    """List the applications, the newest first, with the number of mails behind each."""
    search = request.GET.get("q", "").strip()
    found = select_with_mail_counts(person_of(request).user_id, words=search)
    page = read_key_page(found, ("-apply_date", "-id"), request.GET)
    return draw(request, "applications.html", title="Applications", page=page, search=search)


def show_application(request: ConsoleRequest, number: int) -> HttpResponse:
    """Show an application with its mails, the evidence of each, and the mails that may mean it."""
    reasons = view_reasons(person_of(request).user_id, number)
    statuses = {one.id: one.value for one in list_status_rows()}
    return draw(
        request,
        "application.html",
        title=f"{reasons.application.job_title}, {reasons.application.company}",
        reasons=reasons,
        mails=[_present(one, statuses) for one in reasons.events],
        questions=[_present(one, statuses) for one in reasons.questions],
        crumbs=[Link("Applications", APPLICATIONS)],
    )


def dismiss(request: ConsoleRequest, number: int) -> HttpResponse | str:
    """Take back what a mail did to the application, which goes where nothing else made it."""
    user_id = person_of(request).user_id
    mail = read_row_number(request.POST.get("mail", ""))
    if mail is None:
        raise NotFound("mail")
    dismiss_mail(user_id, application_id=number, message_id=mail)
    if select_with_mail_counts(user_id).filter(id=number).exists():
        return "The mail is taken back."
    messages.success(request, "The mail is taken back, and with it the application that it began.")
    return go(APPLICATIONS)


def _present(event: StoredEvent, statuses: Mapping[int, str]) -> ShownMail:
    said = _EFFECTS.get(event.effect or "", "changed nothing")
    return ShownMail(
        event,
        said.format(status=statuses.get(event.status or 0, "another status")),
        [
            (
                _FIELDS.get(one["field"], one["field"]),
                one["quote"],
                _PLACES.get(one["place"], one["place"]),
            )
            for one in event.evidence
        ],
    )


PAGES: Final = (
    Page("applications", "app/applications/", "user", show_applications),
    Page(
        "application",
        "app/applications/<int:number>/",
        "user",
        show_application,
        {"dismiss": Action(dismiss)},
    ),
)
