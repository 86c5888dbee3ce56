"""Settings of the baseline; `BENCHMARK_DATABASE_URL` names its database."""

import os

from psycopg.conninfo import conninfo_to_dict

_parts = conninfo_to_dict(os.environ["BENCHMARK_DATABASE_URL"])
DATABASES = {
    "default": {
        "ENGINE": "django_tenants.postgresql_backend",
        "NAME": _parts["dbname"],
        "USER": _parts["user"],
        "PASSWORD": _parts["password"],
        "HOST": _parts["host"],
        "CONN_MAX_AGE": 300,
    }
}
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
SECRET_KEY = "only for the benchmark"
SHARED_APPS = [
    "django_tenants",
    "benchmarks.plain.customers",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "benchmarks.plain.hiring",
]
TENANT_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "benchmarks.plain.hiring",
    "oauth2_provider",
]
INSTALLED_APPS = [*SHARED_APPS, "oauth2_provider", "ninja"]
AUTH_USER_MODEL = "hiring.User"
TENANT_MODEL = "customers.Client"
TENANT_DOMAIN_MODEL = "customers.Domain"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MIDDLEWARE = [
    "django_tenants.middleware.main.TenantMainMiddleware",
    "django.middleware.common.CommonMiddleware",
]
ROOT_URLCONF = "benchmarks.plain.urls"
ALLOWED_HOSTS = ["*"]
USE_TZ = True
