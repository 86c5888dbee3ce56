from django.apps import AppConfig
from django.contrib.admin import apps as admin


class TenantsConfig(AppConfig):
    name = "tenants"
    label = "tenants"
    default = True

    def ready(self) -> None:
        # Importing these declares checks and jobs; they need loaded models.
        from tenants import checks  # noqa: F401
        from tenants.audit import retention  # noqa: F401
        from tenants.counters import measuring  # noqa: F401
        from tenants.files import sweep  # noqa: F401
        from tenants.operators import owner_invitation, sessions  # noqa: F401
        from tenants.operators.login_audit import record_logins

        record_logins()


class OperatorAdminConfig(admin.SimpleAdminConfig):
    """Django's admin, for operators only, without the pages that applications register."""

    default = False
    default_site = "tenants.operators.admin_site.OperatorSite"
