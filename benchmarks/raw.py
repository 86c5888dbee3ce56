"""The raw limit: a bare WSGI function and one prepared query that checks the key and builds the answer.

No framework, no versions, no limits, no roles; the schema is fixed when the connection opens. The query is the
product's, with the check of the key joined to it, so that the ratio shows the cost of everything else.
`BENCHMARK_STATEMENTS` is a JSON object: path -> statement with the one parameter `key`.
"""

import json
import os
import threading
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any

import psycopg

ADDRESS, SCHEMA = os.environ["BENCHMARK_DATABASE_URL"], os.environ["BENCHMARK_SCHEMA"]
STATEMENTS: dict[str, str] = json.loads(os.environ["BENCHMARK_STATEMENTS"])

_own = threading.local()
StartResponse = Callable[[str, list[tuple[str, str]]], Any]


def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Answer one of `STATEMENTS`."""
    key = sha256(environ["HTTP_AUTHORIZATION"].removeprefix("Bearer ").encode()).digest()
    row = (
        _connection()
        .execute(STATEMENTS[environ["PATH_INFO"]], {"key": key}, prepare=True)
        .fetchone()
    )
    if row is None:
        start_response("401 Unauthorized", [("Content-Length", "0")])
        return [b""]
    body = b'{"success":true,"statusCode":200,"data":%b}' % row[0].encode()
    headers = [
        ("Content-Type", "application/json; charset=utf-8"),
        ("Content-Length", str(len(body))),
    ]
    start_response("200 OK", headers)
    return [body]


def _connection() -> psycopg.Connection:
    connection = getattr(_own, "connection", None)
    if connection is None:
        connection = _own.connection = psycopg.connect(
            ADDRESS, autocommit=True, options=f"-c search_path={SCHEMA}"
        )
    return connection
