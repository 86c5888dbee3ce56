from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The log of a tenant; that of the installation belongs to `tenants`."""

    name = "tenants.audit"
    label = "audit"
