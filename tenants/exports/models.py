"""One slim table: it costs once per tenant (docs/decisions/0021)."""

from django.db import models
from django.utils import timezone

from core.ids import new_uuid


class Export(models.Model):
    """An export, whose file is named by its id. A row and its file go together."""

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    # The UUID of the user, who may be gone since.
    requested_by = models.UUIDField()
    requested_at = models.DateTimeField(default=timezone.now)
    # When its file was stored; null before.
    made_at = models.DateTimeField(null=True)
    size = models.PositiveBigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.ExpressionWrapper(
                    models.Q(made_at__isnull=True), output_field=models.BooleanField()
                ),
                condition=models.Q(made_at__isnull=True),
                name="export_one_at_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
