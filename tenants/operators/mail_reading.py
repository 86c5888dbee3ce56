"""Reading a tenant's stored mail again, as operators ask for it in the console."""

from django.db import transaction

from core.errors import NotFound
from core.jobs import enqueue
from core.mail.retrying import reread_stored_mail
from core.plugins import installed_plugins
from tenants.audit import installation as audit
from tenants.context import TenantRef, tenant_scope


def ask_to_reread(tenant: TenantRef, *, plugin: str | None, failed: bool) -> None:
    """Have a worker read stored mail again, as `manage.py mail reparse` does. Raises `NotFound` for a plugin."""
    if plugin is not None and not installed_plugins().kinds_of(plugin):
        raise NotFound("plugin", plugin)
    with transaction.atomic():
        with tenant_scope(tenant):
            enqueue(
                reread_stored_mail, key=f"{plugin or ''}:{failed}", plugin=plugin, failed=failed
            )
        audit.record("mail.reparse", tenant=tenant.slug, plugin=plugin)
