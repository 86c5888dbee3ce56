"""A stored reply is found by the ids that it names, without reading the others."""

from importlib import import_module
from uuid import UUID

import orjson
import psycopg
import pytest
from django.conf import settings
from django.db import connection

from core.idempotency import services
from core.idempotency.mentions import find_ids
from core.idempotency.services import IdempotentRequest, Reply, claim, forget_replies_about, store
from core.ids import new_uuid
from tenants.context import TenantRef
from tenants.provisioning.lifecycle import CreatedTenant
from tests.database import login_of

# Constants, since the names of parametrized tests show them, and processes that share a run compare those names.
ID = UUID("01a21909-6a5a-7622-b80a-6459da5611c5")
OTHER = UUID("01a21909-6a5a-7622-b80a-645af592e610")


@pytest.mark.parametrize(
    "body",
    [
        {"id": str(ID)},
        {"data": {"attachments": [{"id": str(ID)}, {"id": str(ID)}]}},
        {"ids": [str(ID)]},
        {"description": f'"{OTHER}"', "id": str(ID)},
        {"description": f"<p>{OTHER}</p>", "id": str(ID)},
        {"name": "Jürgen \\", "id": str(ID)},
    ],
    ids=str,
)
def test_the_ids_of_a_reply_are_its_whole_strings(body: object) -> None:
    assert find_ids(orjson.dumps(body).decode()) == [ID]


def test_every_id_is_found_once(acme: TenantRef) -> None:
    ids = sorted(new_uuid() for _ in range(500))
    assert find_ids(orjson.dumps([*ids, *ids]).decode()) == ids


def reply_about(key: str, *ids: object) -> None:
    request = IdempotentRequest(credential="key", route="POST /x", key=key, request_hash=b"a" * 32)
    assert claim(request) is None
    store(request, Reply(code=200, body=orjson.dumps({"ids": [str(id) for id in ids]}).decode()))


def bodies_left() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(body) FROM traffic_storedreply")
        return cursor.fetchone()[0]


def test_only_what_names_an_object_is_forgotten(acme: TenantRef) -> None:
    reply_about("1", ID, OTHER)
    reply_about("2", OTHER)
    reply_about("3", new_uuid())
    forget_replies_about([ID])
    assert bodies_left() == 2
    forget_replies_about([new_uuid(), OTHER])
    assert bodies_left() == 1
    forget_replies_about([])
    assert bodies_left() == 1


def test_forgetting_reads_an_index_and_not_every_reply(committed_tenant: CreatedTenant) -> None:
    # Of few rows PostgreSQL would rather read all: what counts is that it may use the index.
    with psycopg.connect(login_of(settings.OWNER_DATABASE)) as owner:
        owner.execute(f"SET search_path TO {committed_tenant.ref.schema_name}")
        owner.execute("SET enable_seqscan TO off")
        plan = owner.execute(f"EXPLAIN {services._FORGET}", [[ID]]).fetchall()
    text = "\n".join(line for (line,) in plan)
    assert "storedreply_mentions" in text
    assert "Seq Scan" not in text


def test_the_migration_finds_in_older_replies_what_is_written_with_new_ones(
    acme: TenantRef,
) -> None:
    reply_about("1", ID, OTHER)
    fill = import_module("core.limits.migrations.0002_reply_mentions").FILL
    with connection.cursor() as cursor:
        cursor.execute("UPDATE traffic_storedreply SET mentions = '{}'")
        cursor.execute(fill)
        cursor.execute("SELECT mentions FROM traffic_storedreply")
        assert sorted(cursor.fetchone()[0]) == sorted([ID, OTHER])
