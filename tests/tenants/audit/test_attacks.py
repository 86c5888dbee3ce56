"""Attacks with the application's role, a tenant's, and the database's owner: refused, or named."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from tenants.audit.installation import record
from tenants.audit.logs import Log
from tenants.audit.sealing import seal_new_entries
from tenants.context import public_scope
from tenants.database.owner import owner_connection
from tests.tenants.audit.conftest import Tamper, write
from tests.tenants.audit.test_append_only import refuse
from tests.tenants.audit.test_verifying import COLUMNS, INSERT, found, ids

CHANGES_OF_TABLES = (
    "ALTER TABLE {} DISABLE TRIGGER ALL",
    "ALTER TABLE {} DISABLE TRIGGER note_entries",
    "DROP TRIGGER note_entries ON {}",
    "ALTER TABLE {} ADD COLUMN forged text",
    "ALTER TABLE {} ALTER id SET DEFAULT 0",
    "CREATE RULE forged AS ON INSERT TO {} DO INSTEAD NOTHING",
    "CREATE TRIGGER forged BEFORE INSERT ON {} FOR EACH ROW EXECUTE FUNCTION forged()",
    "DROP TABLE {}",
    "SELECT 1 FROM {} FOR UPDATE",
    "INSERT INTO {} (id, action) VALUES (1, '') ON CONFLICT (id) DO UPDATE SET action = ''",
    "MERGE INTO {} t USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
    "SET session_replication_role = replica",
)
CHANGES_OF_SEALS = (
    "ALTER TABLE happo_audit.seal ADD COLUMN forged text",
    "DROP SCHEMA happo_audit CASCADE",
    "CREATE OR REPLACE FUNCTION happo_audit.note_entries() RETURNS trigger LANGUAGE sql AS ''",
    "ALTER FUNCTION happo_audit.remove_sealed RESET ALL",
    "CREATE FUNCTION happo_audit.forged() RETURNS int LANGUAGE sql AS 'SELECT 1'",
)
# A row with the proof of none, of another entry, or of random bytes.
PROOFS = ("''", "mac", "decode(repeat('ab', 24), 'hex')")


@pytest.mark.parametrize("statement", [*CHANGES_OF_TABLES, *CHANGES_OF_SEALS])
def test_no_role_of_the_application_changes_a_table(log: Log, statement: str) -> None:
    refuse(statement.format("public.tenants_auditentry"))
    with log.scope():
        refuse(statement.format("audit_entry"))


def run_as_tenant(log: Log, statement: str) -> None:
    with log.scope(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("proof", PROOFS)
def test_a_row_that_a_tenants_role_inserts_is_named(log: Log, tamper: Tamper, proof: str) -> None:
    before = ids(log)
    run_as_tenant(log, f"{INSERT.format(mac=proof)} WHERE id = {before[0]}")
    [forged] = set(ids(log)) - set(before)
    for _ in range(2):
        assert {(subject, id) for subject, id, _ in found(log)} == {("entry", forged)}
        seal_new_entries()


def test_a_row_that_the_applications_role_backdates_has_todays_time_and_is_named(
    autocommit: None,
) -> None:
    log = Log()
    with owner_connection(), transaction.atomic():
        record("tenant.suspend", tenant="gone")
        seal_new_entries()
        # Other tests may have left entries that they forged.
        before = found(log)
        with public_scope(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO tenants_auditentry (at, tenant, actor, action, facts)"
                " VALUES ('2020-01-01', 'gone', 'os:root', 'tenant.resume', '{}')"
                " RETURNING id, at > now() - interval '1 minute'"
            )
            forged, is_of_today = cursor.fetchone()
        assert is_of_today
        assert found(log) == [*before, ("entry", forged, "inserted")]
        seal_new_entries()
        assert found(log) == [*before, ("entry", forged, "inserted")]
        transaction.set_rollback(True)


@pytest.mark.parametrize("is_noted", [True, False], ids=["noted", "not_noted"])
def test_a_row_between_sealed_ones_is_named(log: Log, tamper: Tamper, is_noted: bool) -> None:
    # A hole, as a rollback leaves it.
    run_as_tenant(log, "SELECT nextval('audit_entry_id_seq')")
    hole = max(ids(log)) + 1
    write(log, 1)
    seal_new_entries()
    assert found(log) == []
    insert = (
        f"INSERT INTO audit_entry (id, at, {COLUMNS}, mac)"
        f" SELECT {hole}, at, {COLUMNS}, '' FROM audit_entry WHERE id = {hole - 1}"
    )
    trigger = "ALTER TABLE audit_entry {} TRIGGER note_entries"
    around = ([], []) if is_noted else ([trigger.format("DISABLE")], [trigger.format("ENABLE")])
    tamper(*around[0], insert, *around[1])
    for _ in range(2):
        assert found(log) == [("entry", hole, "inserted")]
        seal_new_entries()


def test_holes_of_rollbacks_are_no_alarm(log: Log) -> None:
    for _ in range(3):
        with transaction.atomic():
            write(log, 2)
            transaction.set_rollback(True)
        write(log, 1)
        seal_new_entries()
    written = ids(log)
    assert written != list(range(written[0], written[-1] + 1))
    assert found(log) == []


def test_notes_that_the_application_takes_away_leave_entries_that_are_named(log: Log) -> None:
    with transaction.atomic():
        write(log, 1)
        [last] = ids(log)[-1:]
        with public_scope(), connection.cursor() as cursor:
            cursor.execute("SELECT happo_audit.take(%s, 500)", [log.schema])
        seal_new_entries()
        assert found(log) == [("entry", last, "inserted")]
        transaction.set_rollback(True)


def test_a_seal_that_the_application_makes_up_is_named(log: Log) -> None:
    with transaction.atomic(), public_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT number + 1 FROM happo_audit.head WHERE log = %s", [log.schema])
        [number] = cursor.fetchone()
        cursor.execute(
            "SELECT happo_audit.add_seal(%s, %s, current_date, '{}', '', %s, %s, %s)",
            [log.schema, number, b"0", b"0", b"0"],
        )
        assert {(subject, at) for subject, at, _ in found(log)} == {("seal", number)}
        transaction.set_rollback(True)


def test_all_entries_of_a_log_that_was_truncated_are_named(log: Log, tamper: Tamper) -> None:
    before = ids(log)
    tamper("TRUNCATE audit_entry")
    assert found(log) == [("entry", id, "missing") for id in before]


@pytest.mark.parametrize("goes_on", [False, True], ids=["emptied", "goes_on"])
def test_a_log_that_was_emptied_with_its_seals_is_missed(
    log: Log, tamper: Tamper, goes_on: bool
) -> None:
    tamper(
        "TRUNCATE audit_entry RESTART IDENTITY",
        *(
            f"DELETE FROM happo_audit.{table} WHERE log = current_schema()"
            for table in ("pending", "seal", "head", "checkpoint")
        ),
    )
    if goes_on:
        # Later than the tenant was made.
        write(log, 2)
        seal_new_entries()
    assert found(log) == [("entry", 1, "missing")]


def test_rows_that_came_after_a_backup_of_the_tenants_schema_are_named(
    log: Log, tamper: Tamper
) -> None:
    write(log, 2)
    seal_new_entries()
    newest = ids(log)[-2:]
    tamper(f"DELETE FROM audit_entry WHERE id >= {newest[0]}")
    assert found(log) == [("entry", id, "missing") for id in newest]


def test_the_command_names_what_is_broken_in_each_log(log: Log, tamper: Tamper) -> None:
    write(log, 1)
    seal_new_entries()
    first, *_, last = ids(log)
    tamper(
        f"{INSERT.format(mac='mac')} WHERE id = {first}",
        f"UPDATE audit_entry SET address = '192.0.2.1' WHERE id = {first}",
        f"DELETE FROM audit_entry WHERE id = {last}",
    )
    [forged] = set(ids(log)) - {first} - set(range(last))
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("audit", "verify", "--tenant", log.name, "--json", stdout=out)
    said = json.loads(out.getvalue())
    assert said["ok"] is False
    assert sorted(said["broken"], key=lambda one: one["entry"]) == [
        {"log": log.name, "entry": first, "fault": "changed"},
        {"log": log.name, "entry": last, "fault": "missing"},
        {"log": log.name, "entry": forged, "fault": "inserted"},
    ]
