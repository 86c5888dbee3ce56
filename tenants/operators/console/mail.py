"""The tab of a tenant's mail: what could not be read, and reading it again."""

from django import forms
from django.http import HttpRequest, HttpResponse

from core.mail.models import StoredMessage
from core.plugins import installed_plugins
from tenants.console.forms import ConsoleForm
from tenants.console.key_pages import read_key_page
from tenants.context import tenant_scope
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


def show_mail(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Show the mail that failed, the newest first: whose it is, from which source, and why. Never what it says."""
    with tenant_scope(tenant.ref()):
        failed = StoredMessage.objects.filter(state="failed").select_related("user")
        # Not its text.
        shown = failed.only("id", "received_at", "plugin", "error", "reason", "user__email")
        page = read_key_page(shown, ["-id"], request.GET)
    return draw_tenant(
        request,
        tenant,
        "mail.html",
        page=page,
        reread_form=RereadForm(),
    )


def reread(request: HttpRequest, tenant: Tenant) -> str:
    """Have a worker read mail again."""
    form = RereadForm(request.POST)
    if not form.is_valid():
        return "Nothing is read again: there is no such plugin."
    plugin, failed = form.cleaned_data["plugin"] or None, form.cleaned_data["failed"]
    ask_to_reread(tenant.ref(), plugin=plugin, failed=failed)
    return "A worker reads the mail again: the tab of jobs shows what comes of it."


PAGE = Page(
    "tenant-mail",
    f"{TENANT}mail/",
    show_mail,
    {"reread": reread},
)
