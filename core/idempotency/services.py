"""Idempotency keys: the same request again gets the answer of the first one, for a day.

The answer is stored in the transaction of the request's own writes: both are there or neither. A second request under
the same key waits in PostgreSQL for the first one to end, whichever process has it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from django.db import connection, transaction

from core.errors import Conflict

KEY_LENGTH = 255

# Waits for a transaction that claims the same key, and locks no reply that was there before: a removal that forgets
# replies holds other locks already, and would wait for a request that goes on to wait for those.
_CLAIM = """
    INSERT INTO traffic_storedreply (credential, route, key, request_hash, code, body, created_at)
    VALUES (%(credential)s, %(route)s, %(key)s, %(request_hash)s, NULL, NULL, now())
    ON CONFLICT (credential, route, key) DO NOTHING
    RETURNING true
"""
_THIS_ONE = "credential = %(credential)s AND route = %(route)s AND key = %(key)s"
_HAS_EXPIRED = "created_at < now() - interval '24 hours'"
_FIND = (
    f"SELECT request_hash, code, body, {_HAS_EXPIRED} FROM traffic_storedreply WHERE {_THIS_ONE}"  # noqa: S608 - constants
)
_DISCARD = f"DELETE FROM traffic_storedreply WHERE {_THIS_ONE} AND {_HAS_EXPIRED}"  # noqa: S608 - constants
# Sweeps a few old replies on the way: nobody waits for a large clean-up, and their rows aren't locked for long.
_STORE = f"""
    WITH swept AS (
        DELETE FROM traffic_storedreply WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM traffic_storedreply WHERE {_HAS_EXPIRED}
             ORDER BY created_at LIMIT 20 FOR UPDATE SKIP LOCKED)))
    UPDATE traffic_storedreply SET code = %(code)s, body = %(body)s WHERE {_THIS_ONE}
"""  # noqa: S608 - put together from constants
# The key stays spent: nobody who asks again brings back what was removed. Not even a hash is left of what was sent.
_FORGET = """
    UPDATE traffic_storedreply SET request_hash = '', code = NULL, body = NULL WHERE body LIKE ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request under an idempotency key; `request_hash` tells a repetition from another request."""

    credential: str
    route: str
    key: str
    request_hash: bytes

    def _values(self) -> dict[str, object]:
        return {
            "credential": self.credential,
            "route": self.route,
            # Hashed, since clients put e-mail addresses into keys.
            "key": sha256(self.key.encode()).hexdigest(),
            "request_hash": self.request_hash,
        }


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered. What the number means is the caller's business."""

    code: int
    body: str


class Expired(Exception):
    """A reply holds the key that has had its day: `discard` it outside of the transaction, and claim again."""


def claim(attempt: Attempt) -> Reply | None:
    """Return the stored reply of an earlier, equal request, or None when this is the first one.

    Call it inside the transaction of the request's writes. Raises `Conflict` where the key came with another request,
    or where its reply was forgotten; `Expired` for a reply older than a day.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, attempt._values())
        if cursor.fetchone() is not None:
            return None
        cursor.execute(_FIND, attempt._values())
        found = cursor.fetchone()
    if found is None:
        # It was swept between the two statements: the key is free again.
        return claim(attempt)
    request_hash, code, body, has_expired = found
    if has_expired:
        raise Expired
    if body is None:
        raise Conflict(
            kind="idempotency_key", reason="was used for something that has been deleted since"
        )
    if bytes(request_hash) != attempt.request_hash:
        raise Conflict(kind="idempotency_key", reason="was used for another request")
    return Reply(code=code, body=body)


def discard(attempt: Attempt) -> None:
    """Give an expired reply's key away."""
    with connection.cursor() as cursor:
        cursor.execute(_DISCARD, attempt._values())


def store(attempt: Attempt, reply: Reply) -> None:
    """Keep the reply for the next request under the same key; call it last in the transaction that claimed it."""
    with connection.cursor() as cursor:
        cursor.execute(_STORE, attempt._values() | {"code": reply.code, "body": reply.body})


def forget_replies_about(thing_ids: Sequence[UUID]) -> None:
    """Empty every stored reply that mentions one of the things; part of removing a person from the tenant."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [[f"%{thing_id}%" for thing_id in thing_ids]])


def run_once(attempt: Attempt, produce: Callable[[], Reply]) -> tuple[Reply, bool]:
    """Return the reply to `attempt` and whether it is the stored one of an earlier, equal request.

    `produce` runs in the transaction that also stores its reply; an exception undoes both, and the key is free again.
    """
    try:
        return _answer_once(attempt, produce)
    except Expired:
        # Others may discard it too, and one of them may be first: then its reply is the stored one.
        discard(attempt)
        return _answer_once(attempt, produce)


@transaction.atomic
def _answer_once(attempt: Attempt, produce: Callable[[], Reply]) -> tuple[Reply, bool]:
    stored = claim(attempt)
    if stored is not None:
        return stored, True
    reply = produce()
    store(attempt, reply)
    return reply, False
