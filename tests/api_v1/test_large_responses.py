"""Answers that are too large for memory come from a file, and a slow reader stops no other client."""

import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from django.db import DataError, connection, transaction
from django.test.utils import CaptureQueriesContext

from api_v1 import large_responses
from core import sql
from core.errors import Overloaded
from core.json_spool import JsonSpool
from core.json_text import JsonText
from core.sql import ListStatement, fetch_list, fetch_payload, json_rows
from tenants.context import TenantRef, tenant_scope
from tenants.provisioning.lifecycle import CreatedTenant
from tests.clients import HappoClient, to_server
from tests.processes import eventually
from tests.servers import running_server

NUMBERS = json_rows(
    "SELECT n, repeat('é\n', %(width)s) AS text "
    "FROM generate_series(1, %(count)s) n ORDER BY n DESC"
)
MIB = 1024 * 1024


def value_of(found: JsonText | JsonSpool | None) -> object:
    assert found is not None
    if isinstance(found, JsonText):
        return json.loads(found)
    try:
        text = found.read()
        assert len(text) == found.size
        return json.loads(text)
    finally:
        found.close()


@pytest.mark.parametrize(
    ("count", "width"), [(0, 1), (1, 1), (500, 1), (501, 1), (7, 200_000), (1200, 400)]
)
def test_a_list_is_the_same_whether_it_is_small_or_large(
    acme: TenantRef, count: int, width: int
) -> None:
    found = fetch_list(NUMBERS, {"count": count, "width": width})
    assert isinstance(found, JsonText) == (count <= 500 and count * width * 4 < sql.SMALL_BYTES)
    assert value_of(found) == [{"n": n, "text": "é\n" * width} for n in range(count, 0, -1)]


def test_a_small_list_takes_one_statement(acme: TenantRef) -> None:
    with CaptureQueriesContext(connection) as statements:
        fetch_list(NUMBERS, {"count": 3, "width": 1})
    assert len(statements) == 1


def test_a_list_without_an_owner_is_none(acme: TenantRef) -> None:
    statement = ListStatement(rows="SELECT 1 AS n", row="r", item="r.n::text", condition="false")
    assert fetch_list(statement, {}) is None


@pytest.mark.parametrize("width", [1, 700_000])
def test_a_value_that_is_no_list_comes_in_pieces_of_whole_bytes(
    acme: TenantRef, width: int
) -> None:
    found = fetch_payload(
        "SELECT json_build_object('text', repeat('aé€😀', %(width)s))::text", {"width": width}
    )
    assert isinstance(found, JsonSpool) == (width > 1)
    assert value_of(found) == {"text": "aé€😀" * width}


def test_a_large_list_gives_its_connection_back(
    autocommit: None, created_acme: CreatedTenant
) -> None:
    with tenant_scope(created_acme.ref):
        found = fetch_list(NUMBERS, {"count": 600, "width": 1})
        assert connection.connection is None
        assert len(value_of(found)) == 600


def test_a_failure_in_the_middle_leaves_no_file(
    acme: TenantRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, close = [], JsonSpool.close
    monkeypatch.setattr(JsonSpool, "close", lambda spool: (closed.append(spool), close(spool)))
    statement = json_rows("SELECT 1 / (600 - n) AS n FROM generate_series(1, %(count)s) n")
    with pytest.raises(DataError, match="division by zero"), transaction.atomic():
        sql._spool(statement.select_items(), {"count": 700}, is_list=True)
    assert len(closed) == 1


def spool_of(*items: bytes) -> JsonSpool:
    spool = JsonSpool(is_list=True)
    for item in items:
        spool.append(item)
    return spool


def test_an_older_version_sees_each_item_in_its_shape() -> None:
    def downgrade(items: list[dict[str, int]]) -> list[dict[str, int]]:
        return [{"old": item["new"]} for item in items]

    response = large_responses.stream_spool(
        spool_of(b'{"new":1}', b'{"new":2}'),
        wrap=lambda data: b"<" + data + b">",
        downgrade=downgrade,
    )
    content = response.getvalue()
    response.close()
    assert content == b'<[{"old":1},{"old":2}]>'
    assert response["Content-Length"] == str(len(content))


def test_half_of_the_threads_send_and_the_next_large_answer_is_refused() -> None:
    senders = large_responses._Senders(8)
    for _ in range(4):
        senders.acquire()
    with pytest.raises(Overloaded):
        senders.acquire()
    senders.release()
    senders.acquire()


def test_a_response_frees_its_thread_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_responses, "senders", large_responses._Senders(2))
    for _ in range(3):
        response = large_responses.stream_spool(
            spool_of(b"1"), wrap=lambda data: data, downgrade=None
        )
        response.close()
        response.close()


# --- with a real server -------------------------------------------------------------------------------------------


def fill(created: CreatedTenant, *, candidates: int, characters: int) -> str:
    """Give the tenant a position with candidates of long descriptions; return the position's id."""
    client = HappoClient(created.api_key)
    position = client.post("/positions", {"title": "Tester"}).data["id"]
    candidate = client.post(f"/positions/{position}/candidates", {"name": "A"}).data["id"]
    with tenant_scope(created.ref), connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(attname), ',') FROM pg_attribute WHERE attrelid ="
            " 'recruiting_candidate'::regclass AND attnum > 0 AND NOT attisdropped"
            " AND attname NOT IN ('id', 'description')"
        )
        (others,) = cursor.fetchone()
        cursor.execute(
            f"INSERT INTO recruiting_candidate (id, description, {others})"  # noqa: S608 - names of columns
            f" SELECT gen_random_uuid(), repeat('x', %s), {others}"
            " FROM recruiting_candidate, generate_series(2, %s)"
            " WHERE id = %s",
            [characters, candidates, candidate],
        )
    return str(position)


@contextmanager
def sockets_that_read_nothing(port: int, request: bytes, *, count: int) -> Iterator[None]:
    with ExitStack() as opened:
        for _ in range(count):
            reader = socket.create_connection(("127.0.0.1", port))
            opened.callback(reader.close)
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            reader.sendall(request)
        yield


def peak_of(server: "psutil.Process") -> int:
    """Return the largest peak of resident memory among the web processes, in bytes."""

    def peak(pid: int) -> int:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))

    return max(peak(child.pid) for child in server.children(recursive=True))


@pytest.mark.server
def test_a_list_of_60_mb_adds_at_most_32_mb_to_the_peak(
    committed_tenant: CreatedTenant, tmp_path: Path
) -> None:
    position = fill(committed_tenant, candidates=600, characters=100_000)
    with running_server(tmp_path) as server:
        client = HappoClient(committed_tenant.api_key, transport=to_server(server.port))
        for _ in range(20):
            assert client.get("/positions").status == 200
        process = psutil.Process(server.process.pid)
        before = peak_of(process)
        for version in ("v20180701", "v20261201"):
            path = f"/positions/{position}/candidates"
            limit = "" if version == "v20180701" else "?limit=200"
            reply = replace(client, version=version).get(path + limit)
            assert reply.status == 200
            assert len(reply.data) == (600 if version == "v20180701" else 200)
            assert {len(candidate.get("description", "")) for candidate in reply.data} <= {
                0,
                100_000,
            }
        assert peak_of(process) - before <= 32 * MIB


@pytest.mark.server
def test_the_log_says_how_much_was_sent(committed_tenant: CreatedTenant, tmp_path: Path) -> None:
    position, log = fill(committed_tenant, candidates=20, characters=100_000), tmp_path / "log"
    with running_server(tmp_path, log=log, LOG_FORMAT="json") as server:
        client = HappoClient(committed_tenant.api_key, transport=to_server(server.port))
        reply = client.get(f"/positions/{position}/candidates?limit=20")
        assert reply.status == 200
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    asked, sent = (
        line for line in lines if line.get("request_id") == reply.headers["x-request-id"]
    )
    assert (asked["message"], sent["message"]) == ("request", "sent")
    assert sent["bytes"] == int(reply.headers["Content-Length"]) > MIB
    assert (sent["tenant"], sent["route"]) == (asked["tenant"], asked["route"])


@pytest.mark.server
def test_readers_that_read_nothing_stop_no_other_client(
    committed_tenant: CreatedTenant, created_acme: CreatedTenant, tmp_path: Path
) -> None:
    position = fill(committed_tenant, candidates=200, characters=100_000)
    key = committed_tenant.api_key
    request = (
        f"GET /v1/positions/{position}/candidates HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {key}\r\n"
        "x-happo-api-version: v20180701\r\n\r\n"
    ).encode()
    with running_server(tmp_path, WEB_THREADS="4") as server:
        client = HappoClient(key, transport=to_server(server.port))
        # On a busy machine the tenant's own requests take so long that further ones are refused.
        other = HappoClient(created_acme.api_key, transport=to_server(server.port))

        def is_refused() -> bool:
            return client.get(f"/positions/{position}/candidates").status == 503

        with sockets_that_read_nothing(server.port, request, count=24), ExitStack() as further:
            # On a busy machine most of these are refused, since the first ones take long.
            while not is_refused():
                one = sockets_that_read_nothing(server.port, request, count=1)
                further.enter_context(one)
            for _ in range(20):
                assert other.get("/positions").status == 200
        assert eventually(lambda: not is_refused())


@pytest.mark.server
def test_downloads_that_are_not_read_stop_no_other_client(
    committed_tenant: CreatedTenant, created_acme: CreatedTenant, tmp_path: Path
) -> None:
    with running_server(tmp_path, WEB_THREADS="2") as server:
        client = HappoClient(committed_tenant.api_key, transport=to_server(server.port))
        uploaded = client.upload(b"x" * (5 * MIB)).data["id"]
        url = client.get(f"/attachments/{uploaded}").data["accessUrl"]
        path = "/" + url.split("/", 3)[3]
        request = f"GET {path} HTTP/1.1\r\nHost: localhost:{server.port}\r\n\r\n".encode()
        other = HappoClient(created_acme.api_key, transport=to_server(server.port))
        with sockets_that_read_nothing(server.port, request, count=32):
            for _ in range(20):
                assert other.get("/positions").status == 200
            answered = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
            answered.request("GET", "/healthz")
            assert answered.getresponse().status == 200
            answered.close()
