"""The statuses that job seekers' applications have."""

from typing import Final

from django import forms
from django.http import HttpResponse

from api_v1.console.page import Action, ConsoleRequest, Page, draw
from core.jobsearch.limits import MAX_STATUS_CHARACTERS
from core.jobsearch.queries import list_status_rows
from core.jobsearch.services import add_status
from tenants.console.forms import ConsoleForm


class StatusForm(ConsoleForm):
    """A new status."""

    status = forms.CharField(label="New status", max_length=MAX_STATUS_CHARACTERS)


def show_statuses(request: ConsoleRequest) -> HttpResponse:
    """List the statuses, by id."""
    return _draw(request, StatusForm())


def add(request: ConsoleRequest) -> HttpResponse | str:
    """Add a status after the others."""
    form = StatusForm(request.POST)
    if form.is_valid():
        with form.showing_refusals():
            added = add_status(form.cleaned_data["status"])
            return f"{added.value} is a status now."
    return _draw(request, form, status=400)


def _draw(request: ConsoleRequest, form: StatusForm, *, status: int = 200) -> HttpResponse:
    return draw(
        request,
        "statuses.html",
        title="Statuses of applications",
        status=status,
        form=form,
        statuses=list_status_rows(),
    )


PAGES: Final = (Page("statuses", "admin/statuses/", "staff", show_statuses, {"add": Action(add)}),)
