"""The audit log of a tenant. That of the installation is `tenants.models.AuditEntry`."""

from typing import Final

from django.db import models
from django.db.models.functions import Now

# The application's role may set these alone: the database gives an entry its number and its time.
WRITTEN: Final = (
    "actor_kind",
    "actor_id",
    "action",
    "object_kind",
    "object_id",
    "address",
    "request_id",
    "changes",
    "mac",
)


class Entry(models.Model):
    """An action on one object: by the tenant's users and their credentials, by jobs, and by operators.

    The application's role can add and read entries, not change or delete them.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Now())
    # `core.audit.ActorKind`, and an id of that kind; "" for an anonymous one.
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=100)
    # A name of `core.audit_actions`, which also says what `changes` may hold.
    action = models.CharField(max_length=40)
    object_kind = models.CharField(max_length=20)
    object_id = models.CharField(max_length=100)
    # The client's IP address, "" where there is none.
    address = models.CharField(max_length=45)
    request_id = models.CharField(max_length=128)
    changes = models.JSONField(default=dict)
    # Proves that the application wrote the entry (`tenants.audit.proof`); empty for those of earlier versions.
    mac = models.BinaryField(max_length=24)

    class Meta:
        db_table = "audit_entry"
        indexes = [
            models.Index(fields=["object_id", "-id"], name="audit_entry_object"),
            models.Index(fields=["actor_id", "-id"], name="audit_entry_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.action} {self.object_id}"
