"""The admin's pages for operators: tenants, their host names, and the audit log."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.forms import CharField, ModelForm
from django.http import HttpRequest

from core.errors import DomainError
from core.jobsearch.limits import MAX_STATUS_CHARACTERS
from core.messages import message_for_operator
from tenants.context import TenantRef
from tenants.models import AuditEntry, Domain, Tenant
from tenants.operators.audit import acting_as
from tenants.operators.statuses import add_status_to, list_statuses_of
from tenants.provisioning import lifecycle


class ReadOnly(admin.ModelAdmin):
    """Shows rows that the admin can't create, change or delete."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class DomainsOfTenant(admin.TabularInline):
    model = Domain
    fields = ("domain", "is_primary")
    can_delete = False
    has_add_permission = has_change_permission = lambda *_: False


class TenantForm(ModelForm):
    new_status = CharField(
        required=False,
        max_length=MAX_STATUS_CHARACTERS,
        label="Another status",
        help_text="One more status that job applications may have. It can't be removed.",
    )


@admin.register(Tenant)
class TenantAdmin(admin.ModelAdmin):
    """Renames, suspends and resumes tenants, and adds statuses for job applications.

    `manage.py tenant` creates and deletes tenants, with the role of the database's owner.
    """

    form = TenantForm

    list_display = ("slug", "name", "status", "is_sandbox", "created_at")
    list_filter = ("status", "is_sandbox")
    search_fields = ("slug", "name", "domains__domain")
    ordering = ("slug",)
    fields = (
        "slug",
        "name",
        "status",
        "is_sandbox",
        "schema_name",
        "created_at",
        "statuses",
        "new_status",
    )
    readonly_fields = ("slug", "status", "is_sandbox", "schema_name", "created_at", "statuses")
    inlines = (DomainsOfTenant,)
    actions = ("suspend", "resume")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Tenant, form: ModelForm, change: bool) -> None:
        """Rename the tenant by its service, and add a status where one is entered."""
        with acting_as(_actor(request)):
            try:
                lifecycle.rename_tenant(obj.slug, name=obj.name)
                if new_status := form.cleaned_data["new_status"]:
                    add_status_to(obj.ref(), new_status)
            except DomainError as error:
                self.message_user(request, f"{message_for_operator(error)}.", messages.ERROR)

    @admin.display(description="Statuses of job applications")
    def statuses(self, tenant: Tenant) -> str:
        """Return the statuses that the tenant's job applications may have, by id."""
        if tenant.status == "deleting":
            return ""
        return ", ".join(f"{status.id} {status.value}" for status in list_statuses_of(tenant.ref()))

    @admin.action(description="Suspend: reject the requests of these tenants")
    def suspend(self, request: HttpRequest, tenants: QuerySet[Tenant]) -> None:
        """Suspend the selected tenants."""
        self._change_each(request, tenants, lifecycle.suspend_tenant)

    @admin.action(description="Resume: accept the requests of these tenants again")
    def resume(self, request: HttpRequest, tenants: QuerySet[Tenant]) -> None:
        """Resume the selected tenants."""
        self._change_each(request, tenants, lifecycle.resume_tenant)

    def _change_each(
        self, request: HttpRequest, tenants: QuerySet[Tenant], change: Callable[[str], TenantRef]
    ) -> None:
        with acting_as(_actor(request)):
            for slug in tenants.values_list("slug", flat=True):
                try:
                    self.message_user(request, f"{slug} is {change(slug).status}.")
                except DomainError as error:
                    self.message_user(
                        request, f"{slug}: {message_for_operator(error)}.", messages.ERROR
                    )


@admin.register(Domain)
class DomainAdmin(ReadOnly):
    list_display = ("domain", "tenant", "is_primary")
    list_select_related = ("tenant",)
    search_fields = ("domain", "tenant__slug")


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly):
    list_display = ("at", "actor", "action", "tenant", "shown_facts")
    list_filter = ("action",)
    search_fields = ("tenant", "actor")
    date_hierarchy = "at"
    ordering = ("-at", "-id")

    class Media:
        css = {"all": ["tenants/admin.css"]}

    @admin.display(description="Facts")
    def shown_facts(self, entry: AuditEntry) -> str:
        """Return the facts as text, which may be broken at any place."""
        return ", ".join(f"{name}: {value}" for name, value in entry.facts.items())


def _actor(request: HttpRequest) -> str:
    return f"admin:{request.user.get_username()}"
