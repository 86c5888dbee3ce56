"""Entries are sealed in the order in which they are committed, by any number of workers, without a wait for writers."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from core.accounts.services import register_confirmed_user
from tenants.audit.logs import Log
from tenants.audit.sealing import seal_new_entries
from tenants.audit.verifying import verify
from tenants.context import public_scope, tenant_scope
from tests.statements import statements
from tests.tenants.audit.conftest import write


def seals_of(log: Log) -> list[tuple[int, list[int]]]:
    with public_scope(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, ids FROM happo_audit.seal WHERE log = %s ORDER BY number", [log.schema]
        )
        return cursor.fetchall()


def test_an_entry_that_is_committed_late_is_sealed_late(log: Log) -> None:
    assert log.tenant is not None
    before = {id for _, ids in seals_of(log) for id in ids}
    written, commit = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with tenant_scope(log.tenant), transaction.atomic():  # type: ignore[arg-type]
            register_confirmed_user("late@one.test")
            written.set()
            commit.wait(60)
        connection.close()

    slow = threading.Thread(target=write_slowly)
    slow.start()
    assert written.wait(60)
    write(log, 1)
    seal_new_entries()
    commit.set()
    slow.join()
    assert verify(log).unsealed == 1
    seal_new_entries()
    early, late = [set(ids) - before for _, ids in seals_of(log)[-2:]]
    assert max(late) < min(early)
    assert verify(log).broken == []


def test_what_is_rolled_back_is_not_sealed(log: Log) -> None:
    assert log.tenant is not None
    before = seals_of(log)
    with tenant_scope(log.tenant), transaction.atomic():
        register_confirmed_user("gone@one.test")
        transaction.set_rollback(True)
    assert seal_new_entries() == 0
    assert (seals_of(log), verify(log).broken) == (before, [])


def test_workers_that_seal_at_once_make_one_chain(log: Log) -> None:
    def write_and_seal(_: int) -> None:
        try:
            write(log, 3)
            seal_new_entries()
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(write_and_seal, range(6)))
    seal_new_entries()
    numbers = [number for number, _ in seals_of(log)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert (verify(log).broken, verify(log).unsealed) == ([], 0)


def test_with_nothing_to_seal_a_look_is_one_statement(log: Log) -> None:
    seal_new_entries()
    with statements() as run:
        seal_new_entries()
    assert len(run) == 1


def test_a_log_that_cannot_be_sealed_stops_no_other(
    log: Log, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    write(log, 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Log, "read_entries", lambda *_: 1 / 0)
        assert seal_new_entries() == 0
    assert "could not be sealed" in caplog.text
    assert seal_new_entries() == 1
    assert verify(log).broken == []
