"""Migrate `public` and every tenant to the newest schema: each schema in one transaction, so it is old or new.

The SQL of the missing migrations is recorded once for all tenants in the same state and replayed, which takes about a
millisecond for each; Django's executor takes two hundred. The executor runs only those migrations on every tenant that
can't be replayed (`recording.can_be_replayed`).
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field

from django.db import DatabaseError, transaction
from django.db.migrations.executor import MigrationExecutor

from core.errors import DomainError
from core.messages import message_for_operator
from tenants.audit import installation as audit
from tenants.context import TenantRef
from tenants.database.base import DatabaseWrapper
from tenants.database.owner import owner_connection
from tenants.models import Tenant, TenantStatus
from tenants.provisioning.public_schema import migrate_public
from tenants.provisioning.recording import SETTLE, Script, applied_migrations
from tenants.provisioning.template import script_from, template_batch
from tenants.registry import require_tenant
from tenants.schema_head import Node, tenant_head, tenant_leaves
from tenants.schema_states import compare_tenants, is_outdated

_log = logging.getLogger(__name__)

DEFAULT_JOBS = 4
# The longest wait for a lock on a tenant's tables; the tenant's other requests queue behind this wait.
LOCK_TIMEOUT = "5s"
_LOCK = 0x6D696772


class MigrationUnderWay(RuntimeError):
    """Another process is migrating this database."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A tenant that could not be migrated, and the first line of the reason."""

    slug: str
    error: str


@dataclass(frozen=True, slots=True)
class TenantMigration:
    """A tenant, and the script that migrates it to the newest schema."""

    tenant: TenantRef
    script: Script


@dataclass(slots=True)
class MigrationReport:
    """The result of a run, tenants by their slugs. `current`: how many tenants already had the newest schema.

    `unknown`: migrations of newer code, which has migrated this database. `outdated`: tenants that still lack what this
    code needs because the run left them out.
    """

    current: int = 0
    migrated: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    outdated: list[str] = field(default_factory=list)


def migrate_everything(*, jobs: int = DEFAULT_JOBS, only: str | None = None) -> MigrationReport:
    """Migrate `public`, the template and every tenant to the newest schema, `jobs` tenants at a time.

    `only`: the slug of the single tenant to migrate; raises `NotFound` for an unknown one. A tenant that fails is
    reported and doesn't stop the others; the next run tries it again. A schema that newer code has migrated stays as
    it is. Raises `MigrationUnderWay` while another process is migrating.
    """
    report = MigrationReport()
    with owner_connection() as connection, _single_run(connection):
        if only is not None:
            require_tenant(only)
        report.unknown = migrate_public()
        work = _plan(connection, report, only=only)
        # Recording a script has already stored it, if there was one to record.
        template_batch(connection)
        _run(work, report=report, jobs=min(jobs, len(work)))
        for slug in report.migrated:
            audit.record("tenant.migrate", tenant=slug)
        # Tenants that were deleted meanwhile needed no migration.
        report.failed = [failure for failure in report.failed if _exists(failure.slug)]
        if only is not None:
            report.outdated = compare_tenants()[1]
    return report


@contextmanager
def _single_run(connection: DatabaseWrapper) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise MigrationUnderWay("Another process is migrating this database: wait for it")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _plan(
    connection: DatabaseWrapper, report: MigrationReport, *, only: str | None
) -> deque[TenantMigration]:
    """Return the tenants with an older schema, each with its script; count the others in `report`."""
    scripts: dict[frozenset[Node], Script] = {}
    work: deque[TenantMigration] = deque()
    for tenant in Tenant.objects.exclude(status=TenantStatus.DELETING).order_by("slug"):
        if only not in (None, tenant.slug):
            continue
        if not is_outdated(tenant.schema_digest):
            report.current += 1
            continue
        try:
            applied = applied_migrations(connection, tenant.schema_name)
        except DatabaseError as error:
            report.failed.append(Failure(tenant.slug, _first_line(error)))
            continue
        state = frozenset(applied)
        if state >= set(tenant_head().migrations):
            # Earlier code made digests in another way, and not all of them are recorded.
            _store_digest(connection, tenant.ref())
            report.current += 1
            continue
        if state not in scripts:
            scripts[state] = _make_script(connection, applied)
        work.append(TenantMigration(tenant.ref(), scripts[state]))
    return work


def _make_script(connection: DatabaseWrapper, applied: tuple[Node, ...]) -> Script:
    try:
        return script_from(connection, applied)
    except Exception:  # noqa: BLE001 - a migration may raise anything
        # The files can't reproduce this state, or a migration is wrong: Django's executor reports it by tenant.
        _log.warning("A state of the schema can't be reproduced to record from it", exc_info=True)
        return Script(missing=(), message=None)


def _run(work: deque[TenantMigration], *, report: MigrationReport, jobs: int) -> None:
    """Migrate all tenants of `work` in `jobs` threads, each with its own owner connection."""
    with ThreadPoolExecutor(max_workers=max(jobs, 1), thread_name_prefix="migrate") as threads:
        try:
            for done in [threads.submit(_migrate_queued, work, report) for _ in range(jobs)]:
                done.result()
        finally:
            # After an interrupt, each thread finishes its tenant and ends.
            work.clear()


def _migrate_queued(work: deque[TenantMigration], report: MigrationReport) -> None:
    with owner_connection() as connection:
        while True:
            try:
                item = work.popleft()
            except IndexError:
                return
            try:
                _migrate(connection, item)
            except Exception as error:  # noqa: BLE001 - a migration may raise anything; the other tenants come next
                report.failed.append(Failure(item.tenant.slug, _first_line(error)))
                connection.close_if_unusable_or_obsolete()
            else:
                report.migrated.append(item.tenant.slug)


def _migrate(connection: DatabaseWrapper, item: TenantMigration) -> None:
    if item.script.message is None:
        _migrate_through_django(connection, item.tenant)
        return
    parts = (
        f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'",
        item.script.message,
        _digest_update(connection, item.tenant),
    )
    with connection.schema_search_path(item.tenant.schema_name), connection.cursor() as cursor:
        # PostgreSQL runs the statements of one message in one transaction.
        cursor.execute("\n;\n".join(parts))


def _migrate_through_django(connection: DatabaseWrapper, tenant: TenantRef) -> None:
    with connection.schema_search_path(tenant.schema_name):
        executor = MigrationExecutor(connection, progress_callback=_make_settler(connection))
        leaves = tenant_leaves(executor.loader)
        plan = executor.migration_plan(leaves)
        # The author of a migration with `atomic = False` promises that it can be interrupted and run again.
        at_once = all(migration.atomic for migration, _ in plan)
        with transaction.atomic() if at_once else nullcontext():
            executor.migrate(leaves, plan)
            _store_digest(connection, tenant)


def _make_settler(connection: DatabaseWrapper) -> Callable[..., None]:
    def settle(action: str, *_: object) -> None:
        if action == "apply_success" and connection.in_atomic_block:
            with connection.cursor() as cursor:
                cursor.execute(SETTLE)

    return settle


def _store_digest(connection: DatabaseWrapper, tenant: TenantRef) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_digest_update(connection, tenant))


def _digest_update(connection: DatabaseWrapper, tenant: TenantRef) -> str:
    statement = "UPDATE public.tenants_tenant SET schema_digest = %s WHERE id = %s"
    return str(connection.ops.compose_sql(statement, [tenant_head().digest, tenant.id]))


def _exists(slug: str) -> bool:
    found = Tenant.objects.filter(slug=slug).exclude(status=TenantStatus.DELETING)
    return bool(found.exists())


def _first_line(error: Exception) -> str:
    if isinstance(error, DomainError):
        return message_for_operator(error)
    return str(error).partition("\n")[0] or type(error).__name__
