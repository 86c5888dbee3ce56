"""The jobs of a tenant, and those of the whole installation: look, retry, cancel."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from tenants.console.forms import ConsoleForm
from tenants.console.key_pages import ROWS
from tenants.console.row_numbers import read_row_number
from tenants.context import TenantRef
from tenants.jobs.queries import JOB_STATES, OPEN_STATES, JobState, list_jobs
from tenants.jobs.services import cancel_job, retry_job
from tenants.models import Tenant
from tenants.operators.console.page import TENANT, Page, draw, draw_tenant


class JobFilters(ConsoleForm):
    """What the list is narrowed to."""

    state = forms.ChoiceField(
        required=False, choices=[("", "Open"), *((one, one.capitalize()) for one in JOB_STATES)]
    )


def show_tenant_jobs(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Show the jobs of one tenant."""
    return draw_tenant(request, tenant, "tenant_jobs.html", **_read(request, tenant.ref()))


def show_jobs(request: HttpRequest) -> HttpResponse:
    """Show the jobs of all tenants, and those of the installation."""
    return draw(request, "jobs.html", title="Jobs", **_read(request, None))


def _read(
    request: HttpRequest, tenant: TenantRef | None
) -> dict[str, Any]:  # Any: what the template shows
    filters = JobFilters(request.GET)
    state: JobState | None = (filters.is_valid() and filters.cleaned_data["state"]) or None
    found = list_jobs(
        states=[state] if state else OPEN_STATES,
        tenant=tenant,
        before=_number(request.GET.get("before")),
        limit=ROWS + 1,
    )
    shown = found[:ROWS]
    query = request.GET.copy()
    if len(found) > ROWS:
        query["before"] = str(shown[-1].id)
    more = f"?{query.urlencode()}" if len(found) > ROWS else ""
    return {"filters": filters, "jobs": shown, "more": more}


def retry_of_tenant(request: HttpRequest, tenant: Tenant) -> str:
    """Run a failed job of the tenant again."""
    return _say(retry_job(_job_of(request), tenant=tenant.ref()).id, "waits for a worker")


def cancel_of_tenant(request: HttpRequest, tenant: Tenant) -> str:
    """Cancel a job of the tenant that waits."""
    return _say(cancel_job(_job_of(request), tenant=tenant.ref()).id, "is cancelled")


def retry(request: HttpRequest) -> str:
    """Run a failed job again."""
    return _say(retry_job(_job_of(request)).id, "waits for a worker")


def cancel(request: HttpRequest) -> str:
    """Cancel a job that waits."""
    return _say(cancel_job(_job_of(request)).id, "is cancelled")


def _say(job_id: int, what: str) -> str:
    return f"Job {job_id} {what}."


def _job_of(request: HttpRequest) -> int:
    return _number(request.POST.get("job")) or 0


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    number = read_row_number(text)
    if number is None:
        raise ValidationError("This is no id of a job")
    return number


TENANT_PAGE = Page(
    "tenant-jobs",
    f"{TENANT}jobs/",
    show_tenant_jobs,
    {"retry": retry_of_tenant, "cancel": cancel_of_tenant},
    needs_tables=False,
)
PAGE = Page("jobs", "jobs/", show_jobs, {"retry": retry, "cancel": cancel})
