"""The logs of this installation, and reading their entries as they are sealed."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from operator import attrgetter
from typing import Any, Final

import orjson
from django.conf import settings
from django.db import connection

from tenants.audit.proof import is_proven, write_changes
from tenants.context import TenantRef, public_scope, tenant_scope
from tenants.models import Tenant
from tenants.registry import require_tenant

INSTALLATION: Final = "installation"
# Of all: number, microseconds since 1970, what was written with the changes last, the proof.
_START: Final = "id, (extract(epoch FROM at) * 1000000)::bigint"
_SHAPE: Final = (
    "actor_kind, actor_id, action, object_kind, address, request_id, object_id, changes::text,"
    " encode(mac, 'hex')"
)
_OF_TENANT: Final = f"{_START}, {_SHAPE}"
_OF_INSTALLATION: Final = f"{_START}, tenant, {_SHAPE}"
# Of entries from before the installation's log had these columns, which alone name an actor here.
_EARLIER: Final = f"{_START}, tenant, actor, action, facts::text, encode(mac, 'hex')"


@dataclass(frozen=True, slots=True)
class Log:
    """The log of a tenant, or of the installation (`tenant` is None)."""

    tenant: TenantRef | None = None

    @property
    def schema(self) -> str:
        """Return the schema that the log is in, which is its name in `happo_audit`."""
        return settings.PUBLIC_SCHEMA_NAME if self.tenant is None else self.tenant.schema_name

    @property
    def name(self) -> str:
        """Return what operators call the log: the tenant's slug, or `installation`."""
        return INSTALLATION if self.tenant is None else self.tenant.slug

    def scope(self) -> AbstractContextManager[object]:
        """Open the scope of the log's schema."""
        return public_scope() if self.tenant is None else tenant_scope(self.tenant)

    @property
    def _table(self) -> str:
        return "tenants_auditentry" if self.tenant is None else "audit_entry"

    def read_entries(self, ids: Sequence[int]) -> list["SealableEntry"]:
        """Return those of the entries that there are, in the order of their ids."""
        if self.tenant is not None:
            return self._read_entries(_OF_TENANT, "", ids)
        found = [
            *self._read_entries(_EARLIER, "AND actor <> ''", ids),
            *self._read_entries(_OF_INSTALLATION, "AND actor = ''", ids),
        ]
        return sorted(found, key=attrgetter("id"))

    def _read_entries(
        self, columns: str, condition: str, ids: Sequence[int]
    ) -> list["SealableEntry"]:
        with self.scope(), connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {columns} FROM {self._table} WHERE id = ANY (%s) {condition} ORDER BY id",  # noqa: S608 - constants
                [list(ids)],
            )
            return [SealableEntry(self.schema, row) for row in cursor.fetchall()]

    def read_ids(self, *, after: int, most: int) -> list[int]:
        """Return the ids of the next entries after that id, at most `most`."""
        return self._read_ids("WHERE id > %s ORDER BY id LIMIT %s", [after, most])

    def read_copies(self) -> list[int]:
        """Return the ids of entries whose proof an earlier entry has already."""
        copied = (
            "(SELECT min(id), mac FROM {table} WHERE mac <> '' GROUP BY mac HAVING count(*) > 1)"
        )
        first = copied.format(table=self._table)
        return self._read_ids(
            f"AS entry JOIN {first} AS first (first_id, mac) USING (mac)"
            " WHERE entry.id > first.first_id ORDER BY id",
            [],
        )

    def _read_ids(self, rest: str, parameters: list[int]) -> list[int]:
        with self.scope(), connection.cursor() as cursor:
            cursor.execute(f"SELECT id FROM {self._table} {rest}", parameters)  # noqa: S608 - as above
            return [id for (id,) in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class SealableEntry:
    """An entry of the log `schema`; `columns`: those of the log."""

    schema: str
    columns: tuple[Any, ...]  # Any: the columns' types

    @property
    def id(self) -> int:
        """Return the number that the database gave the entry."""
        return int(self.columns[0])

    @property
    def day(self) -> date:
        """Return the day of the entry in UTC."""
        return datetime.fromtimestamp(self.columns[1] / 1_000_000, UTC).date()

    @property
    def mac(self) -> bytes:
        """Return the proof that the entry carries; empty for that of an earlier version."""
        return bytes.fromhex(self.columns[-1])

    @property
    def digest(self) -> bytes:
        """Return the digest of all columns."""
        return sha256(orjson.dumps(self.columns)).digest()

    @property
    def is_proven(self) -> bool:
        """Return whether the application wrote this entry."""
        *written, changes, _ = self.columns[2:]
        return is_proven(self.mac, self.schema, [*written, _sort_keys(changes)])


def logs(slug: str | None = None) -> Iterator[Log]:
    """Yield the log of that tenant (raise `NotFound`), or without one that of the installation and of each tenant."""
    if slug is not None:
        yield Log(require_tenant(slug))
        return
    yield Log()
    with public_scope():
        tenants = [tenant.ref() for tenant in Tenant.objects.order_by("slug")]
    yield from map(Log, tenants)


def _sort_keys(changes: str) -> str:
    # PostgreSQL has an order of keys of its own.
    return write_changes(orjson.loads(changes))
