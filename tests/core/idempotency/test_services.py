"""Idempotency keys: one request is done once, however often and by however many it is sent."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from core.errors import Conflict
from core.idempotency.services import (
    Expired,
    IdempotentRequest,
    Reply,
    claim,
    forget_replies_about,
    run_once,
    store,
)
from core.ids import new_uuid
from tenants.context import TenantRef, tenant_scope
from tenants.provisioning.lifecycle import CreatedTenant

FIRST = IdempotentRequest(
    credential="key", route="POST /positions", key="k-1", request_hash=b"a" * 32
)


def test_the_same_request_gets_the_stored_reply(acme: TenantRef) -> None:
    assert claim(FIRST) is None
    store(FIRST, Reply(code=200, body="{}"))
    assert claim(FIRST) == Reply(code=200, body="{}")


def test_another_request_under_the_same_key_is_a_conflict(acme: TenantRef) -> None:
    claim(FIRST)
    store(FIRST, Reply(code=200, body="{}"))
    with pytest.raises(Conflict):
        claim(
            IdempotentRequest(
                credential="key", route="POST /positions", key="k-1", request_hash=b"b" * 32
            )
        )


def test_keys_belong_to_a_credential_and_a_route(acme: TenantRef) -> None:
    claim(FIRST)
    assert (
        claim(
            IdempotentRequest(
                credential="other", route="POST /positions", key="k-1", request_hash=b"b" * 32
            )
        )
        is None
    )
    assert (
        claim(
            IdempotentRequest(
                credential="key", route="POST /attachments", key="k-1", request_hash=b"b" * 32
            )
        )
        is None
    )


def test_a_reply_is_kept_for_a_day(acme: TenantRef) -> None:
    claim(FIRST)
    store(FIRST, Reply(code=200, body="{}"))
    _age("23 hours 59 minutes")
    assert claim(FIRST) is not None
    _age("2 minutes")
    with pytest.raises(Expired):
        claim(FIRST)
    fresh = Reply(code=200, body="[]")
    assert run_once(FIRST, lambda: fresh) == (fresh, False)
    assert run_once(FIRST, lambda: Reply(code=200, body="never")) == (fresh, True)


def test_old_replies_are_swept_on_the_way(acme: TenantRef) -> None:
    claim(FIRST)
    _age("25 hours")
    second = IdempotentRequest(
        credential="key", route="POST /positions", key="k-2", request_hash=b"a" * 32
    )
    claim(second)
    store(second, Reply(code=200, body="{}"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM traffic_storedreply")
        assert cursor.fetchone() == (1,)
    assert claim(second) == Reply(code=200, body="{}")


def test_what_mentions_a_removed_person_goes_and_does_not_come_back(acme: TenantRef) -> None:
    person, file = new_uuid(), new_uuid()
    others = IdempotentRequest(
        credential="key", route="POST /positions", key="k-2", request_hash=b"a" * 32
    )
    upload = IdempotentRequest(
        credential="key", route="POST /attachments", key="k-1", request_hash=b"a" * 32
    )
    for attempt, id in ((FIRST, person), (upload, file), (others, new_uuid())):
        claim(attempt)
        store(attempt, Reply(code=200, body=f'{{"id":"{id}","name":"Riya"}}'))
    forget_replies_about([person, file])
    for attempt in (FIRST, upload):
        with pytest.raises(Conflict) as refused:
            claim(attempt)
        assert "deleted" in refused.value.reason
    assert claim(others) is not None
    _age("25 hours")
    fresh = Reply(code=200, body="{}")
    assert run_once(FIRST, lambda: fresh) == (fresh, False)


def test_fifty_at_once_do_it_once(committed_tenant: CreatedTenant) -> None:
    start = Barrier(10)

    def request(_: int) -> bool:
        start.wait()
        with tenant_scope(committed_tenant.ref):
            done = []
            for _ in range(5):
                with transaction.atomic():
                    if claim(FIRST) is None:
                        done.append(True)
                        store(FIRST, Reply(code=200, body="{}"))
        connection.close()
        return bool(done)

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(request, range(10))) == 1


def test_a_request_that_failed_leaves_its_key_free(committed_tenant: CreatedTenant) -> None:
    with tenant_scope(committed_tenant.ref):
        with contextlib.suppress(ZeroDivisionError), transaction.atomic():
            claim(FIRST)
            raise ZeroDivisionError
        with transaction.atomic():
            assert claim(FIRST) is None


def _age(interval: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE traffic_storedreply SET created_at = created_at - %s::interval", [interval]
        )
