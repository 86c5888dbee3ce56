"""The registry of tenants, in the schema `public`."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django_tenants.models import DomainMixin, TenantMixin

from core.ids import new_uuid
from core.quotas.values import QUOTAS
from tenants.audit.columns import EntryColumns
from tenants.context import TenantRef
from tenants.web_origin import MAX_ORIGIN_CHARACTERS


class TenantStatus(models.TextChoices):
    ACTIVE = "active"
    SUSPENDED = "suspended"
    # All requests are rejected while schema, role and files are deleted; an interrupted deletion can be repeated.
    # With `purge_at` in the future, that is still to come and can be undone.
    DELETING = "deleting"


class Tenant(TenantMixin):
    """A customer. Its schema and its role have the same opaque name."""

    # `provisioning.lifecycle` creates schemas; saving a row doesn't.
    auto_create_schema = False
    auto_drop_schema = False

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    slug = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    status = models.CharField(
        max_length=9, default=TenantStatus.ACTIVE, choices=TenantStatus.choices
    )
    is_sandbox = models.BooleanField(default=False)
    # The migrations that its schema has: the digest of a row of `SchemaTemplate`.
    schema_digest = models.CharField(max_length=64)
    # For how many days the text of stored mail is kept; null for the default of `core.mail.retention`.
    mail_days = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    # Of a tenant that is being deleted: when its data goes, and the status that undoing gives it back. The latter is
    # "" once the data has begun to go.
    purge_at = models.DateTimeField(null=True, blank=True)
    status_before_deletion = models.CharField(max_length=9, blank=True, db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(slug__regex=r"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$"),
                name="tenant_slug_well_formed",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=TenantStatus.values), name="tenant_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(mail_days__isnull=True) | models.Q(mail_days__gte=1),
                name="tenant_mail_days_positive",
            ),
        ]

    def __str__(self) -> str:
        return str(self.slug)

    def ref(self) -> TenantRef:
        """Return the facts of this tenant that other code needs."""
        return TenantRef(
            id=self.id,
            slug=self.slug,
            name=self.name,
            schema_name=self.schema_name,
            status=self.status,
            is_sandbox=self.is_sandbox,
        )


class Domain(DomainMixin):
    """A host name of a tenant, in lower case and without a port. Requests are answered there once it is verified."""

    verified_at = models.DateTimeField(null=True, blank=True)
    # What the tenant puts into DNS, to show that the name is its own.
    token = models.CharField(max_length=43, blank=True, db_default="")


class PluginSwitch(models.Model):
    """Whether one kind of what a plugin registers is enabled for a tenant. Without a row it is enabled.

    Two switches in a row: an operator's (`is_on`), and behind it the tenant's own (`is_off_by_tenant`).
    """

    class Kind(models.TextChoices):
        """The values of `providers.registry.PluginKind`."""

        LOGIN = "login"
        MAIL = "mail"

    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="plugin_switches", db_index=False
    )
    plugin = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind)
    is_on = models.BooleanField()
    is_off_by_tenant = models.BooleanField(default=False, db_default=False)

    class Meta:
        verbose_name_plural = "plugin switches"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "plugin", "kind"], name="plugin_switch_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["login", "mail"]), name="plugin_switch_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.plugin} {'on' if self.is_on else 'off'}"


class Quota(models.Model):
    """A limit that operators have set for a tenant. Without a row the default of `core.quotas.values` holds."""

    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="quotas", db_index=False
    )
    name = models.CharField(max_length=20)
    maximum = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], name="quota_once"),
            models.CheckConstraint(condition=models.Q(name__in=list(QUOTAS)), name="quota_known"),
            models.CheckConstraint(condition=models.Q(maximum__gte=0), name="quota_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.maximum}"


class ClientOrigin(models.Model):
    """A web origin from which pages call the APIs through an OAuth client (`tenants.origins`)."""

    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="client_origins", db_index=False
    )
    client_id = models.CharField(max_length=100)
    origin = models.CharField(max_length=MAX_ORIGIN_CHARACTERS)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "client_id", "origin"], name="client_origin_once"
            ),
            models.CheckConstraint(
                condition=models.Q(origin__regex=r"^https?://[a-z0-9_.:\[\]-]+$"),
                name="client_origin_well_formed",
            ),
        ]

    def __str__(self) -> str:
        return str(self.origin)


class SchemaTemplate(models.Model):
    """The SQL batch that creates a tenant's schema, for one state of the migrations."""

    digest = models.CharField(max_length=64, primary_key=True)
    # `[[app, name], ...]`, sorted: the migrations that a schema has after the batch.
    migrations = models.JSONField()
    batch = models.TextField()
    made_at = models.DateTimeField(default=timezone.now)


class OperatorAttemptCounter(models.Model):
    """As `core.accounts.logins.models.AttemptCounter`, for the log-ins of operators."""

    subject = models.BinaryField(primary_key=True, max_length=32)
    counted_at = ArrayField(models.DateTimeField(), db_column="failed_at")
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="operatorattempts_age")]


class AuditEntry(EntryColumns):
    """An action of an operator, or of a command, in the log of the installation.

    Entries that were written before the columns of `EntryColumns` have `earlier_actor` and `earlier_facts` instead:
    what is sealed stays as it was written (`tenants.audit.earlier`).
    """

    # The slug, "" for an action on no tenant; not a key: the entry outlives the tenant.
    tenant = models.CharField(max_length=40, db_default="")
    earlier_actor = models.CharField(max_length=300, db_column="actor", db_default="")
    earlier_facts = models.JSONField(db_column="facts", db_default={})

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index(fields=["tenant", "-id"], name="audit_of_tenant"),
            models.Index(fields=["object_id", "-id"], name="audit_of_object"),
            models.Index(fields=["actor_id", "-id"], name="audit_of_actor"),
        ]


# Models of `public` that have folders of their own; Django looks for an application's models here.
from tenants.counters.models import TenantDay, TenantSize  # noqa: E402
from tenants.operators.models import OperatorSecondFactor, OperatorSession  # noqa: E402
from tenants.provisioning.models import (  # noqa: E402
    ProvisioningRequest,
    ProvisioningWorker,
    SealedCredentials,
)

__all__ = [
    "OperatorSecondFactor",
    "OperatorSession",
    "ProvisioningRequest",
    "ProvisioningWorker",
    "SealedCredentials",
    "TenantDay",
    "TenantSize",
]
