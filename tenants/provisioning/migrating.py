"""Bring `public` and every tenant to the newest schema: each schema in one transaction, so it is old or new.

What a tenant lacks is recorded once for all tenants of the same state and replayed, which takes about a millisecond
each; Django itself would take two hundred. Django itself runs what can't be replayed (`recording.can_be_replayed`).
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
from tenants.context import TenantRef
from tenants.database.base import DatabaseWrapper
from tenants.database.owner import owner_connection
from tenants.models import Tenant, TenantStatus
from tenants.provisioning.head import Node, tenant_head, tenant_leaves
from tenants.provisioning.public_schema import migrate_public
from tenants.provisioning.recording import SETTLE, Script, applied_migrations
from tenants.provisioning.template import script_from, template_batch

_log = logging.getLogger(__name__)

DEFAULT_JOBS = 4
# How long a tenant's tables are waited for while its requests use them; everybody else's requests wait behind us.
LOCK_TIMEOUT = "5s"
_LOCK = 0x6D696772


class MigrationUnderWay(RuntimeError):
    """Another process is migrating this database."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A tenant that stays at its old schema, and the first line of the reason."""

    slug: str
    error: str


@dataclass(frozen=True, slots=True)
class Task:
    """A tenant, and what brings it to the newest schema."""

    tenant: TenantRef
    script: Script


@dataclass(slots=True)
class MigrationReport:
    """What a run did: `current` tenants were at the newest schema before it."""

    current: int = 0
    migrated: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)


def migrate_everything(*, jobs: int = DEFAULT_JOBS) -> MigrationReport:
    """Bring `public`, the template and every tenant to the newest schema, `jobs` tenants at a time.

    A tenant that fails is reported and doesn't keep the others waiting; the next run does what is left. Raises
    `MigrationUnderWay` while another process does the same.
    """
    report = MigrationReport()
    with owner_connection() as connection, _alone(connection):
        migrate_public()
        work = _plan(connection, report)
        # Made already where a script was recorded.
        template_batch(connection)
        _do(work, report=report, jobs=min(jobs, len(work)))
        # Whoever was deleted meanwhile needed no migration.
        report.failed = [failure for failure in report.failed if _is_there(failure.slug)]
    return report


@contextmanager
def _alone(connection: DatabaseWrapper) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise MigrationUnderWay("Another process is migrating this database: wait for it")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _plan(connection: DatabaseWrapper, report: MigrationReport) -> deque[Task]:
    """Return the tenants that aren't at the newest schema, each with what it lacks; count the others."""
    newest = tenant_head().digest
    scripts: dict[frozenset[Node], Script] = {}
    work: deque[Task] = deque()
    for tenant in Tenant.objects.exclude(status=TenantStatus.DELETING).order_by("slug"):
        if tenant.schema_digest == newest:
            report.current += 1
            continue
        try:
            applied = applied_migrations(connection, tenant.schema_name)
        except DatabaseError as error:
            report.failed.append(Failure(tenant.slug, _first_line(error)))
            continue
        state = frozenset(applied)
        if state not in scripts:
            scripts[state] = _script(connection, applied)
        work.append(Task(tenant.ref(), scripts[state]))
    return work


def _script(connection: DatabaseWrapper, applied: tuple[Node, ...]) -> Script:
    try:
        return script_from(connection, applied)
    except Exception:  # noqa: BLE001 - a migration may raise anything
        # The files can't make this state any more, or a migration is wrong: Django will tell, tenant by tenant.
        _log.warning("A state of the schema can't be made again to record from it", exc_info=True)
        return Script(missing=(), message=None)


def _do(work: deque[Task], *, report: MigrationReport, jobs: int) -> None:
    """Take tasks until there are none, in `jobs` threads, each with a log-in of its own."""
    with ThreadPoolExecutor(max_workers=max(jobs, 1), thread_name_prefix="migrate") as threads:
        try:
            for done in [threads.submit(_take_tasks, work, report) for _ in range(jobs)]:
                done.result()
        finally:
            # Interrupted, the threads end after the tenant they are at.
            work.clear()


def _take_tasks(work: deque[Task], report: MigrationReport) -> None:
    with owner_connection() as connection:
        while True:
            try:
                task = work.popleft()
            except IndexError:
                return
            try:
                _bring(connection, task)
            except Exception as error:  # noqa: BLE001 - a migration may raise anything, and the other tenants still wait
                report.failed.append(Failure(task.tenant.slug, _first_line(error)))
                connection.close_if_unusable_or_obsolete()
            else:
                report.migrated.append(task.tenant.slug)


def _bring(connection: DatabaseWrapper, task: Task) -> None:
    if task.script.message is None:
        _through_django(connection, task.tenant)
        return
    parts = (
        f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'",
        task.script.message,
        _now_current(connection, task.tenant),
    )
    with connection.schema_search_path(task.tenant.schema_name), connection.cursor() as cursor:
        # Several statements in one message are one transaction.
        cursor.execute("\n;\n".join(parts))


def _through_django(connection: DatabaseWrapper, tenant: TenantRef) -> None:
    with connection.schema_search_path(tenant.schema_name):
        executor = MigrationExecutor(connection, progress_callback=_settler(connection))
        leaves = tenant_leaves(executor.loader)
        plan = executor.migration_plan(leaves)
        # Who writes `atomic = False` has made a migration that may be cut off, and can be run again.
        at_once = all(migration.atomic for migration, _ in plan)
        with transaction.atomic() if at_once else nullcontext():
            executor.migrate(leaves, plan)
            with connection.cursor() as cursor:
                cursor.execute(_now_current(connection, tenant))


def _settler(connection: DatabaseWrapper) -> Callable[..., None]:
    def settle(action: str, *_: object) -> None:
        if action == "apply_success" and connection.in_atomic_block:
            with connection.cursor() as cursor:
                cursor.execute(SETTLE)

    return settle


def _now_current(connection: DatabaseWrapper, tenant: TenantRef) -> str:
    statement = "UPDATE public.tenants_tenant SET schema_digest = %s WHERE id = %s"
    return str(connection.ops.compose_sql(statement, [tenant_head().digest, tenant.id]))


def _is_there(slug: str) -> bool:
    return Tenant.objects.filter(slug=slug).exclude(status=TenantStatus.DELETING).exists()


def _first_line(error: Exception) -> str:
    if isinstance(error, DomainError):
        return message_for_operator(error)
    return str(error).partition("\n")[0] or type(error).__name__
