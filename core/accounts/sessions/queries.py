"""Find the session of a cookie, and list those of a user."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.db import connection

from core.accounts.secrets import hash_secret
from core.accounts.sessions.models import ConsoleSession
from core.accounts.sessions.values import ShownSession, SignedIn
from core.errors import NotFound
from core.sql import Parameters

# A session ends when it wasn't used for so long.
IDLE: Final = timedelta(hours=12)
# The time of the last use is this exact: a request rarely writes.
SEEN_EVERY: Final = timedelta(minutes=5)
_IS_LIVE: Final = """
    s.expires_at > clock_timestamp() AND s.seen_at > clock_timestamp() - %(idle)s::interval"""
# One statement: the user of a live session, whose use is written down where the last one is some minutes old.
_FIND: Final = f"""
    WITH found AS (
        SELECT s.id_hash, s.seen_at, s.is_complete, u.id, u.uuid, u.email,
               coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.email) AS name,
               u.is_superuser, u.is_superuser OR u.is_staff AS is_staff,
               u.email_confirmed_at IS NOT NULL AS has_confirmed
          FROM consolesessions_consolesession s JOIN accounts_user u ON u.id = s.user_id
         WHERE s.id_hash = %(id_hash)s AND u.is_active AND u.is_registered AND {_IS_LIVE}
    ), seen AS (
        UPDATE consolesessions_consolesession s SET seen_at = clock_timestamp() FROM found
         WHERE s.id_hash = found.id_hash
           AND found.seen_at < clock_timestamp() - %(seen_every)s::interval
    )
    SELECT id, uuid, email, name, is_superuser, is_staff, is_complete, has_confirmed FROM found
"""  # noqa: S608 - put together from constants
_LIST: Final = f"""
    SELECT encode(s.id_hash, 'hex'), s.created_at, s.seen_at, s.network, s.browser
      FROM consolesessions_consolesession s
     WHERE s.user_id = %(user)s AND s.is_complete AND {_IS_LIVE}
     ORDER BY s.seen_at DESC, s.id_hash
"""  # noqa: S608 - put together from constants


def find_session(token: str) -> SignedIn | None:
    """Return who is signed in with this cookie; None where its session has ended, or was never here."""
    id_hash = hash_secret(token)
    facts: Parameters = {"id_hash": id_hash, "idle": IDLE, "seen_every": SEEN_EVERY}
    with connection.cursor() as cursor:
        cursor.execute(_FIND, facts)
        row = cursor.fetchone()
    if row is None:
        return None
    user_id, uuid, email, name, is_owner, is_staff, is_complete, has_confirmed = row
    return SignedIn(
        user_id=user_id,
        user_uuid=uuid,
        email=email,
        name=name,
        is_owner=is_owner,
        is_staff=is_staff,
        is_complete=is_complete,
        has_confirmed=has_confirmed,
        reference=id_hash.hex(),
    )


def list_sessions(user_id: int) -> Sequence[ShownSession]:
    """Return the user's live sessions, the last used first."""
    facts: Parameters = {"user": user_id, "idle": IDLE}
    with connection.cursor() as cursor:
        cursor.execute(_LIST, facts)
        return [ShownSession(*row) for row in cursor.fetchall()]


def parse_reference(reference: str) -> bytes:
    """Return the hash that a reference stands for; raise `NotFound` for text that is none."""
    try:
        id_hash = bytes.fromhex(reference)
    except ValueError:
        raise NotFound("session") from None
    if len(id_hash) != ConsoleSession._meta.get_field("id_hash").max_length:
        raise NotFound("session")
    return id_hash
