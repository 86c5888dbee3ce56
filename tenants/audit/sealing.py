"""Sealing: a worker adds what was written since to the chain of each log, within seconds. Writers don't wait for it."""

import logging
from collections.abc import Mapping
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any, Final

from django.db import connection, transaction

from core.sql import fetch_row
from tenants.audit.chain import NO_DIGEST, NO_HASH, Seal, sign
from tenants.audit.logs import Log, SealableEntry
from tenants.context import public_scope
from tenants.registry import tenant_by_schema

log = logging.getLogger("happo.audit")

# Noted statements that one seal takes at most; each is about one entry, and at most about fifty.
SEALED_AT_ONCE: Final = 500
_WAITING: Final = "SELECT DISTINCT log FROM happo_audit.pending"
_TAKE: Final = "SELECT happo_audit.take(%s, %s)"
_HEAD: Final = "SELECT number, hash FROM happo_audit.head WHERE log = %(log)s"
_ADD: Final = "SELECT happo_audit.add_seal(%s, %s, %s, %s::bigint[], %s, %s, %s, %s)"


def seal_new_entries() -> int:
    """Seal the entries of all logs that are waiting; return their number. Without any it is one cheap statement.

    A log that can't be sealed is reported in the process's log, and stops no other one.
    """
    with public_scope(), connection.cursor() as cursor:
        cursor.execute(_WAITING)
        schemas = [schema for (schema,) in cursor.fetchall()]
    sealed = 0
    for schema in schemas:
        try:
            sealed += _seal_log(schema)
        except Exception:
            log.exception("The audit log of %s could not be sealed; the worker tries again", schema)
    return sealed


def _seal_log(schema: str) -> int:
    if schema == Log().schema:
        found = Log()
    elif (tenant := tenant_by_schema(schema)) is not None:
        found = Log(tenant)
    else:
        # Being deleted in this moment: with its schema go its notes.
        return 0
    sealed = 0
    while number := _seal_some(found):
        sealed += number
    return sealed


@transaction.atomic
def _seal_some(of: Log) -> int:
    with public_scope(), connection.cursor() as cursor:
        cursor.execute(_TAKE, [of.schema, SEALED_AT_ONCE])
        ids: list[int] = cursor.fetchone()[0]
    if not ids:
        return 0
    found = [entry for entry in of.read_entries(ids) if entry.is_proven or _is_earlier(of, entry)]
    # No entries of the application's, or gone already: the chain says so for good.
    if strange := sorted(set(ids) - {entry.id for entry in found}):
        _add_seal(of, datetime.now(UTC).date(), dict.fromkeys(strange, NO_DIGEST))
    for day, entries in groupby(sorted(found, key=_day), key=_day):
        _add_seal(of, day, {entry.id: entry.digest for entry in entries})
    return len(ids)


def _is_earlier(of: Log, entry: SealableEntry) -> bool:
    """Return whether an earlier version wrote the entry: before its log had a seal, and without a proof."""
    with public_scope():
        return not entry.mac and fetch_row(_HEAD, {"log": of.schema}) is None


def _day(entry: SealableEntry) -> date:
    return entry.day


def _add_seal(of: Log, day: date, digests: Mapping[int, bytes]) -> None:
    with public_scope():
        number, previous = fetch_row(_HEAD, {"log": of.schema}) or (0, NO_HASH)
        seal = Seal(number + 1, day, list(digests), b"".join(digests.values()))
        hashed = seal.hash(log=of.schema, previous=bytes(previous))
        signatures = [
            sign(purpose, log=of.schema, number=seal.number, hash=hashed)
            for purpose in ("seal", "head")
        ]
        # Any: what the driver binds
        parts: list[Any] = [
            of.schema,
            seal.number,
            day,
            list(seal.ids),
            seal.digests,
            hashed,
            *signatures,
        ]
        with connection.cursor() as cursor:
            cursor.execute(_ADD, parts)
