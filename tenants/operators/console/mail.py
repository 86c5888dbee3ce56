"""The tab of a tenant's mail: what could not be read, reading it again, and for how long it is kept."""

from django import forms
from django.http import HttpRequest, HttpResponse

from core.errors import DomainError
from core.mail.models import StoredMessage
from core.mail.retention import DEFAULT_DAYS
from core.plugins import installed_plugins
from tenants.console.forms import ConsoleForm
from tenants.console.key_pages import read_key_page
from tenants.context import tenant_scope
from tenants.mail_retention import MOST_DAYS, read_mail_days, set_mail_days
from tenants.models import Tenant
from tenants.operators.console.page import TENANT, Page, draw_tenant
from tenants.operators.mail_reading import ask_to_reread


def _sources() -> list[tuple[str, str]]:
    names = {one.plugin.name for one in installed_plugins().registered_mail_sources}
    return [("", "All plugins"), *((name, name) for name in sorted(names))]


class RereadForm(ConsoleForm):
    """Which stored mail is read again."""

    plugin = forms.ChoiceField(required=False, choices=_sources)
    failed = forms.BooleanField(
        label="Only mail that could not be read", required=False, initial=True
    )


class RetentionForm(ConsoleForm):
    """For how many days the text of mail is kept."""

    days = forms.IntegerField(
        label="Days",
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        help_text=f"Empty: {DEFAULT_DAYS}.",
    )


def show_mail(
    request: HttpRequest, tenant: Tenant, *, form: RetentionForm | None = None, status: int = 200
) -> HttpResponse:
    """Show the mail that failed, the newest first: whose it is, from which source, and why. Never what it says."""
    with tenant_scope(tenant.ref()):
        failed = StoredMessage.objects.filter(state="failed").select_related("user")
        # Not its text.
        shown = failed.only("id", "received_at", "plugin", "error", "reason", "user__email")
        page = read_key_page(shown, ["-id"], request.GET)
    days = read_mail_days(tenant.ref())
    return draw_tenant(
        request,
        tenant,
        "mail.html",
        status=status,
        page=page,
        reread_form=RereadForm(),
        days=days or DEFAULT_DAYS,
        form=form or RetentionForm(initial={"days": days}),
    )


def reread(request: HttpRequest, tenant: Tenant) -> str:
    """Have a worker read mail again."""
    form = RereadForm(request.POST)
    if not form.is_valid():
        return "Nothing is read again: there is no such plugin."
    plugin, failed = form.cleaned_data["plugin"] or None, form.cleaned_data["failed"]
    ask_to_reread(tenant.ref(), plugin=plugin, failed=failed)
    return "A worker reads the mail again: the tab of jobs shows what comes of it."


def set_retention(request: HttpRequest, tenant: Tenant) -> HttpResponse | str:
    """Keep the text of mail for so many days."""
    form = RetentionForm(request.POST)
    if form.is_valid():
        try:
            set_mail_days(tenant.ref(), form.cleaned_data["days"])
        except DomainError as error:
            form.add_refusal_to("days", error)
        else:
            return f"Mail is kept for {form.cleaned_data['days'] or DEFAULT_DAYS} days."
    return show_mail(request, tenant, form=form, status=400)


PAGE = Page(
    "tenant-mail",
    f"{TENANT}mail/",
    show_mail,
    {"reread": reread, "set_retention": set_retention},
)
