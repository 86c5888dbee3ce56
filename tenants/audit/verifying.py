"""Verifying a log: every entry is as it was written, none is missing, none was inserted, and the chain is whole.

What can't be found: a change of an entry's time, or its removal together with its note in `happo_audit.pending`, in the
seconds before it is sealed; and a whole log that was put back to an earlier state, with its seals and its head. One
that was emptied is missed, but for the installation's own (`tenants.audit.beginning`). A signed checkpoint stands for
the entries that retention has removed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from django.db import connection, transaction

from core.sql import fetch_row
from tenants.audit.beginning import FIRST, has_beginning
from tenants.audit.chain import NO_DIGEST, NO_HASH, Seal, is_signed
from tenants.audit.logs import Log
from tenants.audit.proof import MAC_BYTES
from tenants.context import public_scope

Subject = Literal["entry", "seal"]
Fault = Literal["changed", "missing", "inserted"]
_AT_ONCE: Final = 200
_IDS_AT_ONCE: Final = 10_000
_CHECKPOINT: Final = """
    SELECT number, hash, signature FROM happo_audit.checkpoint WHERE log = %(log)s
     ORDER BY number DESC LIMIT 1
"""
_HEAD: Final = "SELECT number, hash, signature FROM happo_audit.head WHERE log = %(log)s"
_SEALS: Final = """
    SELECT number, day, ids, digests, hash, signature FROM happo_audit.seal
     WHERE log = %(log)s AND number > %(after)s ORDER BY number LIMIT %(most)s
"""
_KEEP_SEALS: Final = (
    "SELECT pg_advisory_xact_lock_shared(hashtextextended('retention of ' || %(log)s, 0))"
)
_PENDING: Final = "SELECT unnest(ids) FROM happo_audit.pending WHERE log = %(log)s"


@dataclass(frozen=True, slots=True)
class Broken:
    """An entry of a log (`number` is its id) or a seal that isn't as it was written."""

    log: str
    subject: Subject
    number: int
    fault: Fault


@dataclass(slots=True)
class Verification:
    """The result for one log. `entries`: how many there are; `unsealed`: how many of them wait to be sealed."""

    log: str
    entries: int = 0
    unsealed: int = 0
    broken: list[Broken] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _StoredSeal:
    seal: Seal
    hash: bytes
    signature: bytes


class _Ids:
    """A set of ids, which are nearly all of 1 to n, in a bit each."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def add(self, id: int) -> None:
        if id // 8 >= len(self._bits):
            self._bits.extend(bytes(id // 8 + 1 - len(self._bits) + len(self._bits) // 4))
        self._bits[id // 8] |= 1 << id % 8

    def __contains__(self, id: int) -> bool:
        return id // 8 < len(self._bits) and bool(self._bits[id // 8] & 1 << id % 8)


def verify(log: Log) -> Verification:
    """Examine a whole log; it may be written and sealed meanwhile. Memory doesn't grow with its length."""
    with transaction.atomic():
        with public_scope(), connection.cursor() as cursor:
            # Retention waits.
            cursor.execute(_KEEP_SEALS, {"log": log.schema})
        return _Verifier(log).run()


class _Verifier:
    def __init__(self, log: Log) -> None:
        self._log = log
        self._result = Verification(log.name)
        self._sealed = _Ids()
        # The seal that was read last.
        self._number, self._hash = 0, NO_HASH

    def run(self) -> Verification:
        self._start_behind_checkpoint()
        is_begun = self._number > 0 or has_beginning(self._log)
        self._read_seals()
        strange = self._list_unsealed_entries()
        pending = self._read_pending()
        # What was sealed meanwhile. A strange entry that was noted is now either pending or sealed.
        self._read_seals()
        self._compare_head()
        copies = set(self._log.read_copies())
        inserted = copies | {id for id in strange if id not in pending and id not in self._sealed}
        for id in sorted(inserted):
            self._report("entry", id, "inserted")
        self._examine_pending(pending)
        if not (is_begun or any(one.number == FIRST for one in self._result.broken)):
            self._report("entry", FIRST, "missing")
        return self._result

    def _start_behind_checkpoint(self) -> None:
        row = self._fetch(_CHECKPOINT)
        if row is None:
            return
        number, hash, signature = row
        self._number, self._hash = number, bytes(hash)
        if not self._is_signed(bytes(signature), "checkpoint"):
            self._report("seal", number, "changed")

    def _read_seals(self) -> None:
        for stored in self._iterate_seals():
            seal = stored.seal
            for number in range(self._number + 1, seal.number):
                self._report("seal", number, "missing")
            is_next = seal.number == self._number + 1
            self._number = seal.number
            expected = seal.hash(log=self._log.schema, previous=self._hash)
            self._hash = stored.hash
            if (is_next and expected != stored.hash) or not self._is_signed(
                stored.signature, "seal"
            ):
                self._report("seal", seal.number, "changed")
            self._compare_entries(seal)

    def _iterate_seals(self) -> Iterator[_StoredSeal]:
        while True:
            with public_scope(), connection.cursor() as cursor:
                cursor.execute(
                    _SEALS,
                    {"log": self._log.schema, "after": self._number, "most": _AT_ONCE},
                )
                rows = cursor.fetchall()
            for number, day, ids, digests, hash, signature in rows:
                seal = Seal(number, day, ids, bytes(digests))
                yield _StoredSeal(seal, bytes(hash), bytes(signature))
            if len(rows) < _AT_ONCE:
                return

    def _compare_entries(self, seal: Seal) -> None:
        found = {entry.id: entry for entry in self._log.read_entries(seal.ids)}
        for at, id in enumerate(seal.ids):
            self._sealed.add(id)
            entry, sealed = found.get(id), seal.digest_of(at)
            if entry is None:
                self._report("entry", id, "missing")
            elif sealed == NO_DIGEST:
                self._report("entry", id, "inserted")
            elif entry.digest != sealed:
                self._report("entry", id, "changed")

    def _list_unsealed_entries(self) -> list[int]:
        """Count the entries; return the ids of those that no seal has."""
        strange: list[int] = []
        after = -(2**63)
        while ids := self._log.read_ids(after=after, most=_IDS_AT_ONCE):
            self._result.entries += len(ids)
            strange += [id for id in ids if id < 0 or id not in self._sealed]
            after = ids[-1]
        return strange

    def _read_pending(self) -> set[int]:
        with public_scope(), connection.cursor() as cursor:
            cursor.execute(_PENDING, {"log": self._log.schema})
            return {id for (id,) in cursor.fetchall()}

    def _compare_head(self) -> None:
        row = self._fetch(_HEAD)
        if row is None:
            if self._number:
                self._report("seal", self._number, "inserted")
            return
        number, hash, signature = row
        for lost in range(self._number + 1, number + 1):
            self._report("seal", lost, "missing")
        if number == self._number and bytes(hash) != self._hash:
            self._report("seal", number, "changed")
        head = {"log": self._log.schema, "number": number, "hash": bytes(hash)}
        if number < self._number or not is_signed(bytes(signature), "head", **head):
            self._report("seal", self._number, "inserted")

    def _examine_pending(self, pending: set[int]) -> None:
        """Report noted entries that are gone, or aren't as the application wrote them, before they are sealed."""
        waiting = sorted(id for id in pending if id not in self._sealed)
        found = {entry.id: entry for entry in self._log.read_entries(waiting)}
        self._result.unsealed = len(found)
        for id in waiting:
            entry = found.get(id)
            if entry is None:
                self._report("entry", id, "missing")
            elif not entry.is_proven and (entry.mac or self._number):
                self._report("entry", id, "changed" if len(entry.mac) == MAC_BYTES else "inserted")

    def _is_signed(self, signature: bytes, purpose: Literal["seal", "checkpoint"]) -> bool:
        return is_signed(
            signature, purpose, log=self._log.schema, number=self._number, hash=self._hash
        )

    def _fetch(self, statement: str) -> tuple[Any, ...] | None:  # Any: the columns' types
        with public_scope():
            return fetch_row(statement, {"log": self._log.schema})

    def _report(self, subject: Subject, number: int, fault: Fault) -> None:
        self._result.broken.append(Broken(self._log.name, subject, number, fault))
