"""Whether a tenant's schema has at least the migrations that this code needs.

`Tenant.schema_digest` names a state, and `SchemaTemplate` has the migrations of each. So processes of older code go on
beside a newer schema, and processes of newer code know which tenants still have to be migrated.
"""

from django.db import ProgrammingError, connection
from django.db.migrations.recorder import MigrationRecorder
from psycopg.errors import InsufficientPrivilege

from tenants.context import public_scope
from tenants.models import SchemaTemplate, Tenant, TenantStatus
from tenants.schema_head import Node, all_migrations, tenant_head

# By digest and needed digest; what a digest stands for never changes.
_known: dict[tuple[str, str], bool] = {}


def is_outdated(digest: str) -> bool:
    """Tell whether a schema in that state lacks a migration of this code; call it in the scope of `public`."""
    head = tenant_head()
    if digest == head.digest:
        return False
    key = digest, head.digest
    if key not in _known:
        migrations = migrations_of(digest)
        if migrations is None:
            # The state was never recorded, so that nothing shows that the schema has what the code needs.
            return True
        _known[key] = not migrations >= set(head.migrations)
    return _known[key]


def compare_tenants() -> tuple[int, list[str]]:
    """Return how many tenants have what this code needs, and the slugs of the others."""
    current, outdated = 0, []
    with public_scope():
        tenants = Tenant.objects.exclude(status=TenantStatus.DELETING).order_by("slug")
        for slug, digest in tenants.values_list("slug", "schema_digest"):
            if is_outdated(digest):
                outdated.append(slug)
            else:
                current += 1
    return current, outdated


def missing_in_public() -> list[str]:
    """Return, as `app.name`, the migrations of this code that `public` doesn't have."""
    with public_scope():
        applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in all_migrations() - applied.keys())


def migrations_of(digest: str) -> set[Node] | None:
    """Return the migrations of a state, or None for an unknown digest."""
    rows = SchemaTemplate.objects.filter(digest=digest).values_list("migrations", flat=True)
    try:
        migrations = rows.first()
    except ProgrammingError as error:
        if isinstance(error.__cause__, InsufficientPrivilege):
            # `public` is not migrated yet: its migration also grants this privilege.
            return None
        raise
    return None if migrations is None else {(app, name) for app, name in migrations}
