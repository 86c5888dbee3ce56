"""Retention removes whole days from the beginning of the chain, and what is left can still be verified."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from core.sql import fetch_row
from tenants.audit.logs import Log
from tenants.audit.retention import remove_old_entries_of
from tenants.audit.schema import KEPT_AT_LEAST
from tenants.audit.sealing import seal_new_entries
from tenants.audit.verifying import verify
from tenants.context import public_scope
from tenants.database.owner import owner_connection
from tests.tenants.audit.conftest import Tamper, write

DAYS = 40


@pytest.fixture
def old_log(log: Log, tamper: Tamper) -> Log:
    """A log with entries of 41, 40, 39 days ago and of today, sealed in that order."""
    tamper(
        *(
            f"DELETE FROM happo_audit.{table} WHERE log = current_schema()"
            for table in ("seal", "head")
        ),
        "DELETE FROM audit_entry",
        # Or its beginning would be missed.
        "DELETE FROM public.tenants_auditentry WHERE action = 'tenant.create'",
    )
    today = timezone.now().date()
    for age in (DAYS + 1, DAYS, DAYS - 1, 0):
        write(log, 2)
        day = today - timedelta(days=age)
        tamper(
            f"UPDATE audit_entry SET at = '{day}T23:59:59.999Z'"
            " WHERE id IN (SELECT unnest(ids) FROM happo_audit.pending"
            " WHERE log = current_schema())"
        )
        seal_new_entries()
    assert verify(log).broken == []
    return log


def test_whole_days_go_and_the_rest_is_verified(old_log: Log) -> None:
    assert remove_old_entries_of(old_log, days=DAYS) == 2
    result = verify(old_log)
    assert (result.entries, result.broken) == (6, [])
    assert remove_old_entries_of(old_log, days=DAYS) == 0
    assert remove_old_entries_of(old_log, days=DAYS - 1) == 2
    write(old_log, 1)
    seal_new_entries()
    assert (verify(old_log).entries, verify(old_log).broken) == (5, [])


def test_entries_removed_without_a_checkpoint_are_missed(old_log: Log, tamper: Tamper) -> None:
    remove_old_entries_of(old_log, days=DAYS)
    tamper("DELETE FROM happo_audit.checkpoint WHERE log = current_schema()")
    assert [(one.subject, one.number, one.fault) for one in verify(old_log).broken] == [
        ("seal", 1, "missing")
    ]


def test_a_checkpoint_needs_a_signature(old_log: Log, tamper: Tamper) -> None:
    remove_old_entries_of(old_log, days=DAYS)
    tamper(
        "INSERT INTO happo_audit.checkpoint SELECT log, number, hash, signature"
        " FROM happo_audit.seal WHERE log = current_schema() AND number = 2",
        "DELETE FROM audit_entry WHERE id IN (SELECT unnest(ids) FROM happo_audit.seal"
        " WHERE log = current_schema() AND number = 2)",
        "DELETE FROM happo_audit.seal WHERE log = current_schema() AND number = 2",
    )
    assert [(one.subject, one.number, one.fault) for one in verify(old_log).broken] == [
        ("seal", 2, "changed")
    ]


def test_a_made_up_checkpoint_is_found_with_what_it_stands_for(old_log: Log) -> None:
    # By the application's role, which may call the function.
    call = "SELECT happo_audit.remove_sealed(%(log)s, 2, %(kept)s, '\\x00')"
    with public_scope():
        assert fetch_row(call, {"log": old_log.schema, "kept": KEPT_AT_LEAST}) == (4,)
    assert [(one.subject, one.number, one.fault) for one in verify(old_log).broken] == [
        ("seal", 2, "changed")
    ]


@pytest.mark.parametrize("kept", ["-1", "0", "29", "NULL"])
def test_the_application_chooses_no_shorter_retention(old_log: Log, kept: str) -> None:
    call = f"SELECT happo_audit.remove_sealed(%s, 1, {kept}, '\\x00')"
    with (
        pytest.raises(ProgrammingError, match="kept for 30 days"),
        public_scope(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(call, [old_log.schema])
    assert verify(old_log).broken == []


def test_entries_of_a_clock_that_was_put_back_are_whole_and_wait_for_their_neighbours(
    old_log: Log, tamper: Tamper
) -> None:
    write(old_log, 1)
    tamper(
        f"UPDATE audit_entry SET at = now() - interval '{DAYS + 5} days'"
        " WHERE id = (SELECT max(id) FROM audit_entry)"
    )
    seal_new_entries()
    assert verify(old_log).broken == []
    # Of the two days that have ended long ago: not the entry behind those of today.
    assert remove_old_entries_of(old_log, days=DAYS) == 2
    assert (verify(old_log).entries, verify(old_log).broken) == (7, [])


def test_the_functions_of_the_owner_have_a_fixed_search_path(log: Log) -> None:
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute(
            "SELECT proname, proconfig FROM pg_proc"
            " WHERE pronamespace = 'happo_audit'::regnamespace AND prosecdef"
        )
        functions = dict(cursor.fetchall())
    assert set(functions) == {"note_entries", "take", "add_seal", "remove_sealed"}
    assert {tuple(config) for config in functions.values()} == {
        ("search_path=pg_catalog, pg_temp",)
    }
