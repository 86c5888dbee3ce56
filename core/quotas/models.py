"""How much of each quota the tenant has used."""

from django.db import models
from django.db.models import Q


class QuotaUsage(models.Model):
    """What triggers of the counted tables have counted (`tenants.quotas.schema`); no other code writes these rows.

    `subject`: the position whose candidates are counted, the minute of invitations (UTC), "" for the others. Waiting
    jobs are counted in the queue itself.
    """

    pk = models.CompositePrimaryKey("quota", "subject")
    quota = models.CharField(max_length=20)
    subject = models.CharField(max_length=36)
    used = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(used__gte=0), name="quota_usage_not_negative")
        ]
