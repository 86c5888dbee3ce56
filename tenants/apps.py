from django.apps import AppConfig
from django.contrib.admin import apps as admin


class TenantsConfig(AppConfig):
    name = "tenants"
    label = "tenants"
    default = True

    def ready(self) -> None:
        from tenants import checks  # noqa: F401 - registers itself, which models have to be there for


class OperatorAdminConfig(admin.AdminConfig):
    """Django's admin, for operators alone."""

    default = False
    default_site = "tenants.operators.admin_site.OperatorSite"
