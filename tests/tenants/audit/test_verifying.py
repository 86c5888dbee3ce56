"""A change of a log by SQL is found and named, also one by the owner of the tables."""

import pytest
from django.db import transaction

from core.sql import fetch_row
from tenants.audit.installation import record
from tenants.audit.logs import Log
from tenants.audit.sealing import seal_new_entries
from tenants.audit.verifying import verify
from tenants.context import public_scope
from tenants.database.owner import owner_connection
from tests.tenants.audit.conftest import Tamper, write

COLUMNS = "actor_kind, actor_id, action, object_kind, object_id, address, request_id, changes"
INSERT = f"INSERT INTO audit_entry ({COLUMNS}, mac) SELECT {COLUMNS}, {{mac}} FROM audit_entry"
LAST = "(SELECT max(id) FROM audit_entry)"
LAST_SEAL = "number = (SELECT max(number) FROM happo_audit.seal WHERE log = current_schema())"


def found(log: Log) -> list[tuple[str, int, str]]:
    return [(one.subject, one.number, one.fault) for one in verify(log).broken]


def ids(log: Log) -> list[int]:
    return log.read_ids(after=0, most=1000)


def last_seal_of(log: Log) -> int:
    with public_scope():
        row = fetch_row(
            "SELECT max(number) FROM happo_audit.seal WHERE log = %(log)s", {"log": log.schema}
        )
    assert row is not None
    return int(row[0])


def test_a_log_is_whole_before_and_after_it_is_sealed(log: Log, tamper: Tamper) -> None:
    sealed = verify(log)
    assert (sealed.broken, sealed.unsealed, sealed.entries) == ([], 0, len(ids(log)))
    write(log, 2)
    assert (verify(log).broken, verify(log).unsealed) == ([], 2)
    seal_new_entries()
    assert (verify(log).broken, verify(log).unsealed) == ([], 0)


@pytest.mark.parametrize(
    "change",
    [
        "actor_id = 'mallory'",
        "action = 'user.remove'",
        "object_id = '7'",
        "address = '192.0.2.1'",
        "at = at + interval '1 microsecond'",
        "changes = '{\"on\": true}'",
        "mac = '\\x00'",
    ],
    ids=["actor", "action", "object", "address", "time", "changes", "proof"],
)
@pytest.mark.parametrize("place", ["min", "max"])
def test_a_changed_entry_is_named(log: Log, tamper: Tamper, change: str, place: str) -> None:
    id = {"min": min, "max": max}[place](ids(log))
    tamper(f"UPDATE audit_entry SET {change} WHERE id = {id}")
    assert found(log) == [("entry", id, "changed")]


def test_missing_entries_are_named(log: Log, tamper: Tamper) -> None:
    first, *_, last = ids(log)
    tamper(f"DELETE FROM audit_entry WHERE id IN ({first}, {last})")
    assert found(log) == [("entry", first, "missing"), ("entry", last, "missing")]


def test_an_entry_that_took_anothers_number_is_named(log: Log, tamper: Tamper) -> None:
    first, second, *_ = ids(log)
    tamper(
        f"DELETE FROM audit_entry WHERE id = {first}",
        f"UPDATE audit_entry SET id = {first} WHERE id = {second}",
    )
    assert found(log) == [("entry", first, "changed"), ("entry", second, "missing")]


@pytest.mark.parametrize("mac", ["''", "mac", "decode(repeat('ab', 24), 'hex')"])
@pytest.mark.parametrize("is_noted", [True, False], ids=["noted", "not_noted"])
@pytest.mark.parametrize("is_sealed", [True, False], ids=["sealed", "unsealed"])
def test_an_inserted_entry_is_named(
    log: Log, tamper: Tamper, mac: str, is_noted: bool, is_sealed: bool
) -> None:
    before = ids(log)
    insert = f"{INSERT.format(mac=mac)} WHERE id = {before[0]}"
    trigger = "ALTER TABLE audit_entry {} TRIGGER note_entries"
    if is_noted:
        tamper(insert)
    else:
        tamper(trigger.format("DISABLE"), insert, trigger.format("ENABLE"))
    if is_sealed:
        seal_new_entries()
    [inserted] = set(ids(log)) - set(before)
    assert {(subject, number) for subject, number, _ in found(log)} == {("entry", inserted)}


def test_what_is_changed_or_deleted_before_it_is_sealed_is_named(log: Log, tamper: Tamper) -> None:
    write(log, 2)
    *_, changed, deleted = ids(log)
    tamper(
        f"UPDATE audit_entry SET actor_id = 'mallory' WHERE id = {changed}",
        f"DELETE FROM audit_entry WHERE id = {deleted}",
    )
    assert found(log) == [("entry", changed, "changed"), ("entry", deleted, "missing")]
    seal_new_entries()
    assert {number for _, number, _ in found(log)} == {changed, deleted}


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("DELETE FROM happo_audit.seal", "missing"),
        ("UPDATE happo_audit.seal SET hash = sha256(hash)", "changed"),
        ("UPDATE happo_audit.seal SET day = day + 1", "changed"),
        ("UPDATE happo_audit.seal SET signature = sha256(hash)", "changed"),
    ],
    ids=["missing", "hash", "day", "signature"],
)
def test_the_last_seal_of_the_chain_is_protected_too(
    log: Log, tamper: Tamper, statement: str, fault: str
) -> None:
    write(log, 1)
    seal_new_entries()
    last_id, last_seal = max(ids(log)), last_seal_of(log)
    tamper(
        f"{statement} WHERE log = current_schema() AND {LAST_SEAL}",
        f"DELETE FROM audit_entry WHERE id = {last_id}",
    )
    assert ("seal", last_seal, fault) in found(log)


def test_the_end_is_missed_although_the_head_was_put_back(log: Log, tamper: Tamper) -> None:
    write(log, 1)
    seal_new_entries()
    last_seal = last_seal_of(log)
    tamper(
        f"DELETE FROM audit_entry WHERE id = {LAST}",
        f"DELETE FROM happo_audit.seal WHERE log = current_schema() AND {LAST_SEAL}",
        "UPDATE happo_audit.head h SET number = s.number, hash = s.hash, signature = s.signature"
        " FROM (SELECT * FROM happo_audit.seal WHERE log = current_schema()"
        " ORDER BY number DESC LIMIT 1) s WHERE s.log = h.log",
    )
    assert found(log) == [("seal", last_seal - 1, "inserted")]


def test_seals_of_another_log_are_worth_nothing(log: Log, tamper: Tamper) -> None:
    tamper("UPDATE happo_audit.seal SET number = number + 1 WHERE log = current_schema()")
    assert {subject for subject, _, _ in found(log)} == {"seal"}


def test_the_log_of_the_installation_is_verified_too(autocommit: None) -> None:
    installation = Log()
    with owner_connection() as owner, transaction.atomic():
        record("tenant.quota", tenant="gone", storage=1, jobs=2)
        seal_new_entries()
        # Other tests may have left entries that they wrote with a key of their own.
        before = found(installation)
        [*_, last] = ids(installation)
        with owner.cursor() as cursor:
            cursor.execute(
                "UPDATE tenants_auditentry SET actor_id = 'mallory' WHERE id = %s", [last]
            )
        assert set(found(installation)) == {*before, ("entry", last, "changed")}
        assert ("entry", last, "changed") not in before
        transaction.set_rollback(True)
