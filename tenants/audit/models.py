"""The audit log of a tenant. That of the installation is `tenants.models.AuditEntry`."""

from django.db import models

from tenants.audit.columns import EntryColumns


class Entry(EntryColumns):
    """An action by the tenant's users and their credentials, by jobs, and by operators, in the tenant's schema."""

    class Meta:
        db_table = "audit_entry"
        indexes = [
            models.Index(fields=["object_id", "-id"], name="audit_entry_object"),
            models.Index(fields=["actor_id", "-id"], name="audit_entry_actor"),
        ]
