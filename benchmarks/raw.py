"""The raw limit: a bare WSGI function and one prepared query that checks the key and makes the answer.

No framework, no versions, no rights beyond the query's own, no limits; the tenant's schema is fixed when the
connection is made. What the product adds to this is what the ratio shows.
"""

import os
import threading
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any

import psycopg

ADDRESS, SCHEMA = os.environ["BENCHMARK_DATABASE_URL"], os.environ["BENCHMARK_SCHEMA"]

_KEY = """
    SELECT u.id, u.uuid FROM accounts_apikey k JOIN accounts_user u ON u.id = k.user_id
     WHERE k.secret_hash = %(key)s AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
       AND u.is_active
"""
_TIME = """'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'"""

NOTHING = f"WITH caller AS ({_KEY}) SELECT 'null' FROM caller"
POSITIONS = f"""
    WITH caller AS ({_KEY}),
    visible AS (
        SELECT p.* FROM recruiting_position p, caller
         WHERE p.archived_at IS NULL AND p.deleted_at IS NULL
           AND (p.created_by_id = caller.uuid OR EXISTS (
                SELECT 1 FROM recruiting_collaborator c
                 WHERE c.position_id = p.id AND c.user_id = caller.uuid AND c.status <> 'declined'))
    ),
    people AS (
        SELECT c.position_id, json_agg(json_build_object(
                   'email', u.email, 'userId', c.user_id, 'type', c.type, 'status', c.status) ORDER BY c.ordinal) AS list
          FROM recruiting_collaborator c JOIN accounts_user u ON u.uuid = c.user_id
         WHERE c.position_id IN (SELECT id FROM visible) GROUP BY c.position_id
    ),
    files AS (
        SELECT a.position_id, json_agg(a.id ORDER BY a.ordinal) AS list
          FROM recruiting_attachment a WHERE a.position_id IN (SELECT id FROM visible) GROUP BY a.position_id
    )
    SELECT coalesce(json_agg(json_strip_nulls(json_build_object(
               'id', p.id, 'title', p.title, 'location', p.location, 'notes', p.notes, 'type', p.type,
               'adPostingLink', p.ad_posting_link,
               'targetDate', to_char(p.target_date AT TIME ZONE 'UTC', {_TIME}),
               'status', p.status, 'noOfPositions', p.no_of_positions,
               'collaborators', people.list, 'attachmentIds', files.list, 'createdBy', p.created_by_id,
               'createdAt', to_char(p.created_at AT TIME ZONE 'UTC', {_TIME}),
               'updatedAt', to_char(p.updated_at AT TIME ZONE 'UTC', {_TIME})))
               ORDER BY p.created_at DESC, p.id DESC), '[]')::text
      FROM visible p LEFT JOIN people ON people.position_id = p.id LEFT JOIN files ON files.position_id = p.id
"""
QUERIES = {"/v1/me": NOTHING, "/v1/positions": POSITIONS}

_own = threading.local()
StartResponse = Callable[[str, list[tuple[str, str]]], Any]


def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Answer one of `QUERIES`."""
    key = sha256(environ["HTTP_AUTHORIZATION"].removeprefix("Bearer ").encode()).digest()
    row = _connection().execute(QUERIES[environ["PATH_INFO"]], {"key": key}, prepare=True).fetchone()
    if row is None:
        start_response("401 Unauthorized", [("Content-Length", "0")])
        return [b""]
    body = b'{"success":true,"statusCode":200,"data":%b}' % row[0].encode()
    headers = [("Content-Type", "application/json; charset=utf-8"), ("Content-Length", str(len(body)))]
    start_response("200 OK", headers)
    return [body]


def _connection() -> psycopg.Connection:
    connection = getattr(_own, "connection", None)
    if connection is None:
        connection = _own.connection = psycopg.connect(ADDRESS, autocommit=True, options=f"-c search_path={SCHEMA}")
    return connection
