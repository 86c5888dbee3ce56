"""Start and end sessions. A session is never taken over by another log-in: each log-in, and each second factor, makes a
new one with a new cookie, so that a cookie from before is worth nothing (session fixation).
"""

import secrets
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.accounts.models import User
from core.accounts.oauth.tokens import revoke_all_of
from core.accounts.queries import lock_logged_in
from core.accounts.secrets import hash_secret
from core.accounts.sessions.browsers import describe_browser
from core.accounts.sessions.models import ConsoleSession
from core.accounts.sessions.queries import parse_reference
from core.accounts.sessions.second_factors import (
    check_code,
    has_second_factor,
    remove_second_factor,
)
from core.accounts.sessions.values import SignedIn, StartedSession
from core.audit import Actor, record
from core.errors import NotFound
from core.limits.addresses import network_of

# However often it is used; see `queries.IDLE` too.
LIFE: Final = timedelta(days=7)
# For typing the second factor.
LIFE_WHILE_INCOMPLETE: Final = timedelta(minutes=10)
MAX_SESSIONS: Final = 20
# In the audit log, in place of the OAuth client of a log-in.
CLIENT: Final = "console"


def start_session(user: User, *, client_ip: str, user_agent: str) -> StartedSession:
    """Sign the user in, who has just logged in; a user with a second factor has to pass that as well.

    Of more than `MAX_SESSIONS` such sessions the oldest end. Raises `WrongPassword` as `lock_logged_in`.
    """
    with transaction.atomic():
        lock_logged_in(user)
        started = _start(
            user.id,
            is_complete=not has_second_factor(user.id),
            network=network_of(client_ip),
            browser=describe_browser(user_agent),
        )
        if started.is_complete:
            _record_login(user.uuid, has_second_factor=False)
    return started


def pass_second_factor(waiting: SignedIn, *, code: str, client_ip: str) -> StartedSession:
    """Replace a session that waits for the second factor by a complete one; `code`: of the app, or for recovery.

    Raises `WrongPassword`, `RateLimited`; `NotFound` where the session has ended meanwhile. Call it outside of a
    transaction.
    """
    check_code(waiting.user_id, code, account=str(waiting.user_uuid), client_ip=client_ip)
    with transaction.atomic():
        # Before the session, as all that ends sessions does. What it has ended meanwhile is gone then.
        User.objects.select_for_update(no_key=True).get(id=waiting.user_id)
        before = _of_user(waiting.user_id, waiting.reference).select_for_update().first()
        if before is None:
            raise NotFound("session")
        before.delete()
        _record_login(waiting.user_uuid, has_second_factor=True)
        return _start(
            waiting.user_id, is_complete=True, network=before.network, browser=before.browser
        )


@transaction.atomic
def end_session(person: SignedIn, reference: str) -> None:
    """End one of the sessions of who is signed in; raise `NotFound` where that user has no such session."""
    if not _of_user(person.user_id, reference).delete()[0]:
        raise NotFound("session")
    record("user.end_sessions", person.user_uuid)


@transaction.atomic
def end_other_sessions(person: SignedIn) -> None:
    """End the user's sessions in the console but the one of who is signed in; tokens of the APIs stay."""
    # A log-in that began before what calls for this is over then: its session is found.
    User.objects.select_for_update(no_key=True).get(id=person.user_id)
    others = ConsoleSession.objects.filter(user_id=person.user_id)
    if others.exclude(id_hash=parse_reference(person.reference)).delete()[0]:
        record("user.end_sessions", person.user_uuid)


@transaction.atomic
def sign_out(person: SignedIn) -> None:
    """End this session, complete or not; it may have ended meanwhile."""
    ended = _of_user(person.user_id, person.reference).delete()[0]
    if ended and person.is_complete:
        record("user.logout", person.user_uuid, actor=Actor("user", str(person.user_uuid)))


def end_console_sessions(user: User) -> None:
    """End the user's sessions in the console; tokens of the APIs stay."""
    ConsoleSession.objects.filter(user=user).delete()


def end_all_sessions(user: User) -> None:
    """End everything that the user has logged in: the console's sessions, and the tokens of OAuth clients."""
    revoke_all_of(user)
    end_console_sessions(user)


@transaction.atomic
def reset_second_factor(user: User) -> None:
    """Take the second factor of a user who has lost it, and end all sessions; raise `NotFound` where there is none.

    For another person, who has looked at who asks for it; a user removes the own one by `remove_second_factor`.
    """
    remove_second_factor(user)
    end_all_sessions(user)


@transaction.atomic
def end_sessions_by_choice(user: User) -> None:
    """End all sessions on a person's word, not as a part of another change; the audit log says so."""
    end_all_sessions(user)
    record("user.end_sessions", user.uuid)


def _record_login(user: UUID, *, has_second_factor: bool) -> None:
    record(
        "user.login",
        user,
        actor=Actor("user", str(user)),
        client=CLIENT,
        second_factor=has_second_factor,
    )


def _start(user_id: int, *, is_complete: bool, network: str, browser: str) -> StartedSession:
    token = secrets.token_urlsafe(32)
    life = LIFE if is_complete else LIFE_WHILE_INCOMPLETE
    ConsoleSession.objects.create(
        id_hash=hash_secret(token),
        user_id=user_id,
        expires_at=timezone.now() + life,
        is_complete=is_complete,
        network=network,
        browser=browser,
    )
    _end_oldest(user_id, is_complete=is_complete)
    return StartedSession(token, is_complete)


def _end_oldest(user_id: int, *, is_complete: bool) -> None:
    # Those that wait for a second factor end each other alone: a stolen password must not sign its user out.
    of_user = ConsoleSession.objects.filter(user_id=user_id, is_complete=is_complete)
    newest = of_user.order_by("-created_at", "id_hash").values("id_hash")[:MAX_SESSIONS]
    of_user.exclude(id_hash__in=newest).delete()


def _of_user(user_id: int, reference: str) -> QuerySet[ConsoleSession]:
    return ConsoleSession.objects.filter(user_id=user_id, id_hash=parse_reference(reference))
