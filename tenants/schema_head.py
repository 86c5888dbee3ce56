"""The migrations of this checkout, and a digest of them that names this state of the schema."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from sys import maxsize

from django.apps import apps
from django.conf import settings
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader

Node = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Head:
    """The newest state of a tenant's schema: its migrations in order, and a digest of their names.

    Not of their sources: a reformatted migration changes nothing in a database.
    """

    migrations: tuple[Node, ...]
    digest: str


@cache
def tenant_head() -> Head:
    """Return the newest state of a tenant's schema, computed from the migration files without a database."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    plan: dict[Node, None] = {}
    for leaf in tenant_leaves(loader):
        plan.update(dict.fromkeys(loader.graph.forwards_plan(leaf)))
    names = sorted(f"{app}.{name}" for app, name in plan)
    return Head(migrations=tuple(plan), digest=sha256("\n".join(names).encode()).hexdigest())


def tenant_leaves(loader: MigrationLoader) -> list[Node]:
    """Return the newest migration of each application of TENANT_APPS."""
    labels = {
        config.label for config in apps.get_app_configs() if config.name in settings.TENANT_APPS
    }
    return [leaf for leaf in sorted(loader.graph.leaf_nodes()) if leaf[0] in labels]


def all_migrations() -> frozenset[Node]:
    """Return the migrations that `public` records: those of all applications of this checkout."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.nodes)


def newer_than_code(applied: Iterable[Node]) -> list[str]:
    """Return, as `app.name`, those of the applied migrations that newer code has added.

    Applications that are no longer installed don't count, and neither do migrations that were squashed and removed.
    """
    newest: dict[str, int] = {}
    for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations:
        newest[app] = max(newest.get(app, 0), _number(name))
    return sorted(
        f"{app}.{name}" for app, name in applied if _number(name) > newest.get(app, maxsize)
    )


def _number(name: str) -> int:
    """Return the number of a migration: 2 of `0002_names`, and of `0001_squashed_0002_names`."""
    return MigrationAutodetector.parse_number(name) or 0
