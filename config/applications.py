"""Django's applications: those with tables in `public`, and those with tables in the schema of each tenant."""

from typing import Final

SHARED_APPS: Final = [
    # First, so that its `migrate` is the one that runs.
    "tenants",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "tenants.apps.OperatorAdminConfig",
    "django_tenants",
    "core.accounts",
    "ninja",
    "procrastinate.contrib.django",
    "corsheaders",
    # For its templates and static files: the pages of the documentation.
    "api_v1",
    # `core.accounts.oauth` replaces its models, so it has no tables.
    "oauth2_provider",
]
# In the schema of each tenant.
TENANT_APPS: Final = [
    "tenants.audit",
    "tenants.exports",
    "core.accounts",
    "core.accounts.oauth",
    "core.accounts.logins",
    "core.accounts.sessions",
    "core.recruiting",
    "core.limits",
    "core.idempotency",
    "core.quotas",
    "core.mail",
    "core.jobsearch",
]
INSTALLED_APPS: Final = [
    *SHARED_APPS,
    *(app for app in TENANT_APPS if app not in SHARED_APPS),
    # Last: it fills the ports of the applications above.
    "config.wiring.WiringConfig",
]
