"""How this installation connects to PostgreSQL."""

from typing import Any

from config.env import django_database


def database_settings(url: str) -> dict[str, Any]:  # Any: as in config.env.django_database
    """Return an entry of Django's DATABASES for the URL of `DATABASE_URL` or `DATABASE_OWNER_URL`."""
    database = django_database(url)
    # The server binds parameters, so that a statement with parameters can never become two statements.
    database["OPTIONS"]["server_side_binding"] = True
    # Planning a list costs twice its execution. PostgreSQL plans prepared statements again for another search path.
    database["OPTIONS"]["prepare_threshold"] = 5
    # A PostgreSQL backend caches about 1 MB for each tenant whose tables it has used and never frees it, so that
    # connections are replaced after a while.
    database |= {
        "ENGINE": "tenants.database",
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        "TIME_ZONE": "UTC",
        "TEST": {},
    }
    return database
