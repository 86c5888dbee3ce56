"""The schema `public`: its migrations, and the privileges of the application's role in it."""

import re
from collections.abc import Sequence

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState
from psycopg import sql

from tenants.audit.columns import WRITTEN as AUDIT_COLUMNS
from tenants.audit.schema import make_audit_schema
from tenants.database.owner import owner_connection
from tenants.database.time_limits import limit_application_role
from tenants.jobs.schema import make_job_schema
from tenants.quotas.schema import make_quota_schema
from tenants.schema_head import newer_than_code

# The application's role has no privileges on other tables, such as the templates.
PRIVILEGES: dict[str, str] = {
    # Not `schema_name`: changing it would lead into another tenant's schema.
    "tenants_tenant": "SELECT, UPDATE (name, status, mail_days)",
    "tenants_domain": "SELECT",
    "tenants_pluginswitch": "SELECT, INSERT, UPDATE, DELETE",
    "tenants_quota": "SELECT, INSERT, UPDATE, DELETE",
    "tenants_clientorigin": "SELECT, INSERT, DELETE",
    # It asks; the provisioning worker alone writes what came of it.
    "tenants_provisioningrequest": (
        "SELECT, INSERT (id, verb, arguments, tenant, operator, actor, trace_id, address,"
        " reply_key)"
    ),
    "tenants_sealedcredentials": "SELECT, DELETE",
    "tenants_provisioningworker": "SELECT",
    "tenants_tenantday": "SELECT, INSERT, UPDATE, DELETE",
    "tenants_tenantsize": "SELECT, INSERT, UPDATE",
    # Not UPDATE or DELETE: entries of the audit log are permanent. Not `id`: the database numbers them. `at`, `actor`
    # and `facts` are for processes of earlier code; a trigger sets `at`.
    "tenants_auditentry": (
        f"SELECT, INSERT (tenant, at, actor, facts, {', '.join(AUDIT_COLUMNS)})"
    ),
    # Which migrations each state of a tenant's schema has.
    "tenants_schematemplate": "SELECT (digest, migrations)",
    # Not `is_superuser`: the application can't create operators.
    "accounts_user": "SELECT, UPDATE (password, last_login)",
    "tenants_operatorsession": "SELECT, INSERT, UPDATE, DELETE",
    # Not DELETE: only the owner's role takes a second factor from an operator.
    "tenants_operatorsecondfactor": "SELECT, INSERT, UPDATE",
    "tenants_operatorattemptcounter": "SELECT, INSERT, UPDATE, DELETE",
    "django_content_type": "SELECT",
    "django_migrations": "SELECT",
    "django_session": "SELECT, INSERT, UPDATE, DELETE",
    "django_admin_log": "SELECT, INSERT",
    # Only `happo_jobs.enqueue` adds jobs; workers fetch, finish and delete them.
    "procrastinate_jobs": "SELECT, UPDATE, DELETE",
    "procrastinate_events": "SELECT, INSERT",
    "procrastinate_workers": "SELECT, INSERT, UPDATE, DELETE",
    "procrastinate_periodic_defers": "SELECT, UPDATE",
}

# One of them: `UPDATE (name, status, mail_days)` has three columns, `SELECT` none.
_PRIVILEGE = re.compile(r"([A-Z]+)(?: \(([^)]*)\))?")


def migrate_public(*, verbosity: int = 0) -> list[str]:
    """Migrate `public` to the newest state and grant the application's role its privileges there.

    Return the migrations of newer code, which this code doesn't know. Where there are any and this code has none to
    add, nothing is changed, since processes of the newer code need its privileges.
    """
    with owner_connection() as connection:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        newer = newer_than_code(executor.loader.applied_migrations or ())
        if newer and not plan:
            return newer
        if all(is_for_tenants_alone(migration) for migration, _ in plan):
            # These change nothing in `public`: recording them saves a second of Django's `migrate`.
            for migration, _ in plan:
                executor.record_migration(migration)
        else:
            call_command("migrate_public_tables", verbosity=verbosity, interactive=False)
        grant_public()
        make_quota_schema()
        make_job_schema()
        make_audit_schema()
    limit_application_role()
    return newer


def missing_privileges() -> str:
    """Return a query for the `PRIVILEGES` that the connected role lacks: one row for each, as `table: privilege`.

    It fails where a table doesn't exist.
    """
    checks = [
        (table, privilege, columns)
        for table, privileges in PRIVILEGES.items()
        for privilege, columns in _PRIVILEGE.findall(privileges)
    ]
    rows = ", ".join(
        f"('{table}: {privilege}', {_has(table, privilege, columns)})"
        for table, privilege, columns in checks
    )
    return f"SELECT name FROM (VALUES {rows}) AS privilege (name, granted) WHERE NOT granted"  # noqa: S608 - constants


def _has(table: str, privilege: str, columns: str) -> str:
    if not columns:
        return f"has_table_privilege('public.{table}', '{privilege}')"
    return " AND ".join(
        f"has_column_privilege('public.{table}', '{column.strip()}', '{privilege}')"
        for column in columns.split(",")
    )


class PublicExecutor(MigrationExecutor):
    """Runs what concerns `public`, and records the other migrations, which change nothing there.

    Django would render the models of every step of those, which takes most of the time of a first migration.
    """

    def migrate(
        self,
        targets: Sequence[tuple[str, str | None]] | None,
        plan: Sequence[tuple[Migration, bool]] | None = None,
        state: ProjectState | None = None,
        fake: bool = False,
        fake_initial: bool = False,
    ) -> ProjectState:
        assert plan is not None, "Django's command gives one"
        run = [step for step in plan if not is_for_tenants_alone(step[0])]
        migrated = super().migrate(targets, run, state, fake, fake_initial)
        # Rendered again once all are known, not at each of their operations.
        migrated.__dict__.pop("apps", None)
        for migration, _ in plan:
            if is_for_tenants_alone(migration):
                self.record_migration(migration)
                migrated = migration.mutate_state(migrated, preserve=False)
        return migrated


def is_for_tenants_alone(migration: Migration) -> bool:
    """Tell whether a migration changes nothing in `public`. None that does may depend on it."""
    application = apps.get_app_config(migration.app_label).name
    return application in settings.TENANT_APPS and application not in settings.SHARED_APPS


def grant_public() -> None:
    """Give the application's role exactly `PRIVILEGES`, whatever it had before."""
    application = sql.Identifier(settings.DATABASES["default"]["USER"])
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(application))
        cursor.execute(
            sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {}").format(application)
        )
        cursor.execute(
            sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(application)
        )
        for table, privileges in PRIVILEGES.items():
            cursor.execute(
                sql.SQL("GRANT {} ON {} TO {}").format(
                    sql.SQL(privileges), sql.Identifier(table), application
                )
            )
