"""The columns that the entries of all audit logs have."""

from typing import Final

from django.db import models
from django.db.models.functions import Now

# The application's roles may set these alone: the database gives an entry its number and its time.
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


class EntryColumns(models.Model):
    """An action on one object: who, what, to which object, from where, in which request, and what changed.

    The application can add and read entries, not change or delete them.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Now())
    # `core.audit.ActorKind`, and an id of that kind; "" for an anonymous one.
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=100)
    # A name of `core.audit_actions` (a tenant's log) or `tenants.audit.installation_actions` (the installation's). They
    # also say what `changes` may hold.
    action = models.CharField(max_length=40)
    object_kind = models.CharField(max_length=20)
    object_id = models.CharField(max_length=100)
    # The client's IP address, "" where there is none.
    address = models.CharField(max_length=45)
    request_id = models.CharField(max_length=128)
    changes = models.JSONField(default=dict)
    # Proves that the application wrote the entry (`tenants.audit.proof`).
    mac = models.BinaryField(max_length=24)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.id} {self.action} {self.object_id}"
