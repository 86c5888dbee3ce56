"""The schema `public`: migrated by Django, and what the application's log-in may do there."""

from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction
from psycopg import sql

from tenants.database.owner import owner_login

# What isn't named here, the application can't touch: the templates, the history of migrations but for reading.
PRIVILEGES: dict[str, str] = {
    "tenants_tenant": "SELECT, UPDATE",
    "tenants_auditentry": "SELECT, INSERT",
    "tenants_domain": "SELECT, INSERT, UPDATE, DELETE",
    "accounts_user": "SELECT, UPDATE",
    "django_content_type": "SELECT",
    "django_migrations": "SELECT",
    "django_session": "SELECT, INSERT, UPDATE, DELETE",
    "django_admin_log": "SELECT, INSERT",
}


def migrate_public(*, verbosity: int = 0) -> None:
    """Bring `public` to the newest state and grant the application's log-in what it needs there."""
    with owner_login():
        call_command("migrate_public_tables", verbosity=verbosity, interactive=False)
        grant_public()


def grant_public() -> None:
    """Give the application's log-in exactly `PRIVILEGES`, whatever it had before."""
    application = sql.Identifier(settings.DATABASES["default"]["USER"])
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(application))
        cursor.execute(sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {}").format(application))
        cursor.execute(sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(application))
        for table, privileges in PRIVILEGES.items():
            cursor.execute(
                sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(privileges), sql.Identifier(table), application)
            )
