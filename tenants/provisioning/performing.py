"""Performs requests of the console, one at a time, with the owner's role: the provisioning worker's threads run this.

A thread holds an advisory lock for the request that it performs, on a connection of its own. PostgreSQL releases it
when the process ends, however that happens, and another thread or the next worker performs the request again. A verb's
effect and the state `done` are committed together, so that it happens once.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from pydantic import ValidationError

from core.audit import acting_as
from core.errors import DomainError
from core.messages import message_for_operator
from core.trace import begin_trace, end_trace
from tenants.audit import installation as audit
from tenants.database.application_name import application_name
from tenants.database.owner import owner_connection
from tenants.database.parameters import connection_parameters
from tenants.provisioning.models import ProvisioningRequest, SealedCredentials
from tenants.provisioning.sealing import seal
from tenants.provisioning.verbs import VERBS, Outcome, Verb, VerbFailed

log = logging.getLogger("happo.provisioning")

# How often a request may be begun: a process that dies each time must not do so for ever.
MOST_ATTEMPTS: Final = 5
# How long new credentials wait for the page that has asked for them.
SHOWN_WITHIN: Final = timedelta(minutes=10)
# The class of the advisory locks of requests that are being performed.
_LOCKS: Final = 0x68707265
_UNFINISHED: Final = (
    "SELECT id FROM tenants_provisioningrequest WHERE state IN ('waiting', 'running')"
    " ORDER BY requested_at, id LIMIT 100"
)
_LOCK: Final = "SELECT pg_try_advisory_lock(%s, hashtext(%s))"
_UNLOCK: Final = "SELECT pg_advisory_unlock(%s, hashtext(%s))"
_BEGIN: Final = """
    UPDATE tenants_provisioningrequest
       SET state = 'running', attempts = attempts + 1, started_at = coalesce(started_at, now())
     WHERE id = %s AND state IN ('waiting', 'running')
    RETURNING attempts
"""
_NOTE_STEP: Final = "UPDATE tenants_provisioningrequest SET step = %s WHERE id = %s"
_FAIL: Final = """
    UPDATE tenants_provisioningrequest
       SET state = 'failed', error = %s, finished_at = now(), arguments = arguments - %s::text[]
     WHERE id = %s
"""

# Locked until the verb's transaction ends: two operators who take each other's rights away at once can't both do it.
_LOCK_RIGHTS: Final = """
    SELECT 1 FROM public.accounts_user WHERE uuid = %s AND is_active AND is_superuser FOR SHARE
"""

Control = psycopg.Connection[tuple[Any, ...]]  # Any: columns differ in type


def perform_waiting_requests() -> int:
    """Perform requests until none waits; return their number. Other threads and workers may do the same.

    Raises `OperationalError` of Django or psycopg when the database is lost: the request goes on later.
    """
    performed = 0
    with open_control() as control, owner_connection():
        while (request_id := _lock_next(control)) is not None:
            try:
                _perform(control, request_id)
            finally:
                control.execute(_UNLOCK, [_LOCKS, str(request_id)])
            performed += 1
    return performed


@contextmanager
def open_control() -> Iterator[Control]:
    """Open a connection of the owner's role beside Django's, on which each statement is committed at once."""
    assert settings.OWNER_DATABASE is not None
    with psycopg.connect(
        **connection_parameters(settings.OWNER_DATABASE),
        autocommit=True,
        application_name=application_name(),
    ) as control:
        control.execute("SET search_path TO public, pg_temp")
        yield control


def _lock_next(control: Control) -> UUID | None:
    """Return the oldest unfinished request that is not being performed, locked for this connection."""
    for (request_id,) in control.execute(_UNFINISHED).fetchall():
        [locked] = control.execute(_LOCK, [_LOCKS, str(request_id)]).fetchone() or (False,)
        if locked:
            return UUID(str(request_id))
    return None


def _perform(control: Control, request_id: UUID) -> None:
    begun = control.execute(_BEGIN, [request_id]).fetchone()
    if begun is None:
        # Finished between the look at the queue and the lock.
        return
    request = ProvisioningRequest.objects.get(id=request_id)
    hidden = list(VERBS[request.verb].encrypted) if request.verb in VERBS else []
    _, token = begin_trace(request.trace_id or f"request-{request_id}")
    try:
        if begun[0] > MOST_ATTEMPTS:
            raise VerbFailed(f"It was interrupted {MOST_ATTEMPTS} times")
        with acting_as(audit.name_operator(request.operator), address=request.address):
            _perform_verb(control, request)
    except (OperationalError, InterfaceError, psycopg.OperationalError):
        # The database is lost, or too busy: it is repeated.
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the others come next
        log.log(*_level_of(error), "The request %s (%s) has failed", request_id, request.verb)
        control.execute(_FAIL, [_describe(error), hidden, request_id])
    finally:
        end_trace(token)


def _perform_verb(control: Control, request: ProvisioningRequest) -> None:
    verb = _read(request)

    def note(step: str) -> None:
        control.execute(_NOTE_STEP, [step, request.id])

    if verb.in_transaction:
        with transaction.atomic():
            _require_all_rights(request.operator)
            _finish(request, verb, verb.perform(note))
    else:
        with transaction.atomic():
            _require_all_rights(request.operator)
        outcome = verb.perform(note)
        with transaction.atomic():
            _finish(request, verb, outcome)


def _read(request: ProvisioningRequest) -> Verb:
    """Return the verb; its row was written with the application's role, so that all of it is checked again."""
    verb = VERBS.get(request.verb)
    if verb is None:
        raise VerbFailed("This worker doesn't know the request: it runs older code")
    try:
        return verb.model_validate(request.arguments)
    except ValidationError:
        raise VerbFailed("The arguments of the request are not valid") from None


def _require_all_rights(operator: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_RIGHTS, [operator])
        if cursor.fetchone() is None:
            raise VerbFailed("The operator who asked may no longer do this")


def _finish(request: ProvisioningRequest, verb: Verb, outcome: Outcome) -> None:
    request.state = "done"
    request.step = ""
    request.outcome = dict(outcome.facts)
    request.finished_at = timezone.now()
    request.arguments = {
        name: value for name, value in request.arguments.items() if name not in verb.encrypted
    }
    request.save(update_fields=["state", "step", "outcome", "finished_at", "arguments"])
    if outcome.secrets and request.reply_key is not None:
        SealedCredentials.objects.create(
            request=request,
            sealed=seal(outcome.secrets, reply_key=bytes(request.reply_key), request_id=request.id),
            expires_at=timezone.now() + SHOWN_WITHIN,
        )


def _level_of(error: Exception) -> tuple[int]:
    return (logging.INFO if isinstance(error, DomainError | VerbFailed) else logging.ERROR,)


def _describe(error: Exception) -> str:
    if isinstance(error, DomainError):
        return message_for_operator(error)
    if isinstance(error, VerbFailed):
        return str(error)
    return f"An unexpected error ({type(error).__name__}): the worker's log has it"
