"""What can't be taken back easily: resetting and deleting a tenant; and a migration that failed."""

from django import forms
from django.http import HttpRequest, HttpResponse

from core.errors import Conflict
from tenants.console.forms import ConsoleForm
from tenants.models import Tenant
from tenants.operators.console.page import TENANT, Page, draw_tenant
from tenants.operators.console.request_words import title_of
from tenants.operators.console.requests import ask_worker
from tenants.provisioning.deletion import GRACE_DAYS
from tenants.provisioning.requests import is_worker_running, list_requests
from tenants.provisioning.verbs import DeleteTenant, MigrateTenant, ResetTenant, RestoreTenant
from tenants.schema_states import is_outdated


class SlugForm(ConsoleForm):
    """The slug of the tenant, typed to confirm."""

    slug = forms.CharField(
        max_length=40, widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none"})
    )

    def __init__(self, *arguments: object, tenant: Tenant, **options: object) -> None:
        super().__init__(*arguments, **options)
        self._tenant = tenant
        self.fields["slug"].label = f"Type {tenant.slug} to confirm"

    def clean_slug(self) -> str:
        """Return the slug; refuse another one."""
        typed: str = self.cleaned_data["slug"].strip()
        if typed != self._tenant.slug:
            raise forms.ValidationError(f"This is not {self._tenant.slug}: nothing was changed.")
        return typed


def show_danger(
    request: HttpRequest,
    tenant: Tenant,
    *,
    delete_form: SlugForm | None = None,
    reset_form: SlugForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show what can be done to the tenant now."""
    return draw_tenant(
        request,
        tenant,
        "danger.html",
        status=status,
        delete_form=delete_form or SlugForm(tenant=tenant, auto_id="delete_%s"),
        reset_form=reset_form or SlugForm(tenant=tenant, auto_id="reset_%s"),
        days=GRACE_DAYS,
        can_be_restored=bool(tenant.status_before_deletion),
        is_outdated=is_outdated(tenant.schema_digest),
        requests=[(title_of(one), one) for one in list_requests(tenant.slug, limit=5)],
        is_running=is_worker_running(),
    )


def delete(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Have the tenant deleted in seven days."""
    form = SlugForm(request.POST, tenant=tenant, auto_id="delete_%s")
    if not form.is_valid():
        return show_danger(request, tenant, delete_form=form, status=400)
    return ask_worker(request, DeleteTenant(slug=tenant.slug))


def reset(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Have a sandbox emptied; its owner gets new credentials."""
    form = SlugForm(request.POST, tenant=tenant, auto_id="reset_%s")
    if not form.is_valid():
        return show_danger(request, tenant, reset_form=form, status=400)
    if not tenant.is_sandbox:
        raise Conflict(kind="tenant", reason="is no sandbox")
    return ask_worker(request, ResetTenant(slug=tenant.slug))


def restore(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Have a deletion undone."""
    return ask_worker(request, RestoreTenant(slug=tenant.slug))


def migrate(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Have the tenant's tables migrated, once more."""
    return ask_worker(request, MigrateTenant(slug=tenant.slug))


PAGE = Page(
    "tenant-danger",
    f"{TENANT}danger/",
    show_danger,
    {"delete": delete, "reset": reset, "restore": restore, "migrate": migrate},
    needs_tables=False,
)
