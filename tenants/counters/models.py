"""The counters of tenants, in `public`."""

from django.db import models


class TenantDay(models.Model):
    """What a tenant did on one day (UTC), and what it had when that was last measured on it; kept for 400 days."""

    pk = models.CompositePrimaryKey("tenant", "day")
    tenant = models.ForeignKey(
        "tenants.Tenant", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    day = models.DateField()
    requests = models.BigIntegerField(db_default=0)
    # Of them, those that were answered with a status of 400 to 499, and of 500 and more.
    refused = models.BigIntegerField(db_default=0)
    errors = models.BigIntegerField(db_default=0)
    storage = models.BigIntegerField(null=True)
    users = models.BigIntegerField(null=True)
    positions = models.BigIntegerField(null=True)
    applications = models.BigIntegerField(null=True)

    class Meta:
        app_label = "tenants"
        indexes = [models.Index(fields=["day"], name="tenant_day_of_all")]


class TenantSize(models.Model):
    """What a tenant has, measured every hour. `storage`: bytes of attachments."""

    tenant = models.OneToOneField(
        "tenants.Tenant", on_delete=models.CASCADE, primary_key=True, related_name="size"
    )
    storage = models.BigIntegerField(db_default=0)
    users = models.BigIntegerField(db_default=0)
    positions = models.BigIntegerField(db_default=0)
    applications = models.BigIntegerField(db_default=0)
    # Mail that a plugin could not read.
    failed_mails = models.BigIntegerField(db_default=0)
    measured_at = models.DateTimeField(null=True)
    # Of the last request, within the seconds in which a process counts.
    last_active_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "tenants"
