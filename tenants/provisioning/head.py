"""The migrations of this checkout, and a digest of them that tells a current schema from an old one."""

import inspect
import sys
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

Node = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Head:
    """The newest state of a tenant's schema: its migrations in order, and a digest of their sources."""

    migrations: tuple[Node, ...]
    digest: str


@cache
def tenant_head() -> Head:
    """Return the newest state of a tenant's schema, computed from the migration files without a database."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    plan: dict[Node, None] = {}
    for leaf in tenant_leaves(loader):
        plan.update(dict.fromkeys(loader.graph.forwards_plan(leaf)))
    digest = sha256()
    for node in plan:
        source = inspect.getsource(sys.modules[type(loader.graph.nodes[node]).__module__])
        digest.update("\0".join((*node, source)).encode())
    return Head(migrations=tuple(plan), digest=digest.hexdigest())


def tenant_leaves(loader: MigrationLoader) -> list[Node]:
    """Return the newest migration of each application of TENANT_APPS."""
    labels = {
        config.label for config in apps.get_app_configs() if config.name in settings.TENANT_APPS
    }
    return [leaf for leaf in sorted(loader.graph.leaf_nodes()) if leaf[0] in labels]
