"""Idempotency keys: for 24 hours, a repeated request gets the reply of the first one.

The reply is stored in the transaction of the request's own writes, so that both are committed or neither. A second
request under the same key waits in PostgreSQL until the first one's transaction ends, in whichever process it runs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from core.errors import Conflict, IdempotencyKeyReused
from core.idempotency.mentions import find_ids
from core.sql import Parameters

# Of printable ASCII.
MAX_KEY_CHARACTERS = 255

# Waits for a transaction that claims the same key, but locks no stored reply: an erasure that empties replies already
# holds other locks, and would deadlock with a request that locked the reply first.
_CLAIM = """
    INSERT INTO traffic_storedreply (credential, route, key, request_hash, code, body, created_at)
    VALUES (%(credential)s, %(route)s, %(key)s, %(request_hash)s, NULL, NULL, now())
    ON CONFLICT (credential, route, key) DO NOTHING
    RETURNING true
"""
_OF_KEY = "credential = %(credential)s AND route = %(route)s AND key = %(key)s"
_IS_EXPIRED = "created_at < now() - interval '24 hours'"
_FIND = f"SELECT request_hash, code, body, {_IS_EXPIRED} FROM traffic_storedreply WHERE {_OF_KEY}"  # noqa: S608 - constants
_DISCARD = f"DELETE FROM traffic_storedreply WHERE {_OF_KEY} AND {_IS_EXPIRED}"  # noqa: S608 - constants
# Each write deletes a few expired replies, so that no request waits for a large clean-up.
_STORE = f"""
    WITH swept AS (
        DELETE FROM traffic_storedreply WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM traffic_storedreply WHERE {_IS_EXPIRED}
             ORDER BY created_at LIMIT 20 FOR UPDATE SKIP LOCKED)))
    UPDATE traffic_storedreply
       SET code = %(code)s, body = %(body)s, mentions = %(mentions)s::uuid[]
     WHERE {_OF_KEY}
"""  # noqa: S608 - put together from constants
# The key stays claimed, so that a repeated request can't create the erased object again. The hash of the request is
# erased too.
_FORGET = """
    UPDATE traffic_storedreply SET request_hash = '', code = NULL, body = NULL, mentions = '{}'
     WHERE mentions && %s::uuid[]
"""


# `Caller.credential_id` is the id of an API key, or the client and the user of an access token.
_FORGET_OF_USER: Final = (
    "DELETE FROM traffic_storedreply WHERE credential = ANY (%s) OR credential LIKE %s"
)


@dataclass(frozen=True, slots=True)
class IdempotentRequest:
    """A request with an idempotency key. `request_hash` (SHA-256) tells a repetition from a different request.

    `hash_in_older_form`: the hash that earlier releases stored for the same request, computed only where it is needed.
    """

    credential: str
    route: str
    key: str
    request_hash: bytes
    hash_in_older_form: Callable[[], bytes] | None = None

    def has_hash(self, stored: bytes) -> bool:
        """Return whether a stored reply is that of this request."""
        if stored == self.request_hash:
            return True
        return self.hash_in_older_form is not None and stored == self.hash_in_older_form()

    def _parameters(self) -> Parameters:
        return {
            "credential": self.credential,
            "route": self.route,
            # Hashed, because clients put e-mail addresses into keys.
            "key": sha256(self.key.encode()).hexdigest(),
            "request_hash": self.request_hash,
        }


@dataclass(frozen=True, slots=True)
class Reply:
    """A stored reply. Core gives `code` no meaning."""

    code: int
    body: str


class Expired(Exception):
    """The key has a reply older than 24 hours: call `discard` outside of the transaction, then claim again."""


def claim(request: IdempotentRequest) -> Reply | None:
    """Return the stored reply of an earlier, equal request; None where this request is the first one.

    Call it inside the transaction of the request's writes. Raises `IdempotencyKeyReused` where the key was used for a
    different request, `Conflict` where its reply has been erased, `Expired` where the reply is older than 24 hours.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, request._parameters())
        if cursor.fetchone() is not None:
            return None
        cursor.execute(_FIND, request._parameters())
        found = cursor.fetchone()
    if found is None:
        # Another request has deleted it between the two statements: the key is free again.
        return claim(request)
    request_hash, code, body, is_expired = found
    if is_expired:
        raise Expired
    if body is None:
        raise Conflict(
            kind="idempotency_key", reason="was used for something that has been deleted since"
        )
    if not request.has_hash(bytes(request_hash)):
        raise IdempotencyKeyReused
    return Reply(code=code, body=body)


def discard(request: IdempotentRequest) -> None:
    """Delete the reply of this key if it is expired."""
    with connection.cursor() as cursor:
        cursor.execute(_DISCARD, request._parameters())


def store(request: IdempotentRequest, reply: Reply) -> None:
    """Store the reply for repeated requests. Call it last in the transaction that claimed the key."""
    stored: Parameters = {"code": reply.code, "body": reply.body, "mentions": find_ids(reply.body)}
    with connection.cursor() as cursor:
        cursor.execute(_STORE, request._parameters() | stored)


def forget_replies_about(object_ids: Sequence[UUID]) -> None:
    """Erase every stored reply that names one of these ids, when the objects' personal data is erased."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [list(object_ids)])


def forget_replies_of_user(user_uuid: UUID, *, keys: Sequence[str]) -> None:
    """Delete every stored reply to the user's own requests: `keys` are the ids of the user's API keys."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET_OF_USER, [list(keys), f"oauth:%:{user_uuid}"])


def run_once(request: IdempotentRequest, produce: Callable[[], Reply]) -> tuple[Reply, bool]:
    """Return the reply to `request`, and whether it is the stored one of an earlier, equal request.

    `produce` runs in the transaction that also stores its reply; an exception rolls both back and frees the key. Raises
    `Conflict` as `claim` does.
    """
    try:
        return _run_in_transaction(request, produce)
    except Expired:
        # A concurrent request may discard it first and store its own reply, which is returned then.
        discard(request)
        return _run_in_transaction(request, produce)


@transaction.atomic
def _run_in_transaction(
    request: IdempotentRequest, produce: Callable[[], Reply]
) -> tuple[Reply, bool]:
    stored = claim(request)
    if stored is not None:
        return stored, True
    reply = produce()
    store(request, reply)
    return reply, False
