"""Route models to schemas, and refuse a tenant's model outside every scope."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model
from django_tenants.routers import TenantSyncRouter

from tenants.context import NoTenantScope, active_tenant
from tenants.database.wrappers import wrapper

# Operators are users too, so `public` has this one table of the tenants' applications.
OPERATORS = ("accounts", "user")


class TenantRouter(TenantSyncRouter):  # type: ignore[misc]  # the library is untyped
    """django-tenants' router, but of the applications in both lists `public` gets only the table of users."""

    def db_for_read(self, model: type[Model], **hints: Any) -> None:  # Any: Django's hints
        """Choose no database (there is one), but refuse a tenant's model where no tenant is active."""
        if active_tenant() is None and is_tenant_model(model) and not _works_as_owner():
            raise NoTenantScope(f"{model.__name__} belongs to a tenant: open a tenant_scope first.")

    db_for_write = db_for_read

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **hints: Any
    ) -> bool | None:  # Any: Django's hints
        in_public = wrapper(db).schema_name == settings.PUBLIC_SCHEMA_NAME
        if in_public and app_label == "accounts" and model_name != "user":
            return False
        allowed: bool | None = super().allow_migrate(db, app_label, model_name, **hints)
        return allowed


def is_tenant_model(model: type[Model]) -> bool:
    """Tell whether only tenants' schemas have the table of `model`."""
    label, name = model._meta.app_label, model._meta.model_name
    return apps.get_app_config(label).name in settings.TENANT_APPS and (label, name) != OPERATORS


def _works_as_owner() -> bool:
    return wrapper().is_owner
