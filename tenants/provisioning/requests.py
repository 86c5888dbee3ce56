"""Requests to the provisioning worker, as the web process makes and reads them: with the application's role."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from pydantic import ValidationError

from core.accounts.models import User
from core.audit import current_address
from core.errors import Forbidden, NotFound, Overloaded
from core.ids import new_uuid
from core.trace import current_trace
from tenants.audit import installation as audit
from tenants.context import public_scope
from tenants.provisioning.models import ProvisioningRequest, ProvisioningWorker
from tenants.provisioning.sealing import SealBroken, open_sealed
from tenants.provisioning.verbs import VERBS, Verb

# A worker writes its heartbeat every 5 s.
SILENT_AFTER: Final = timedelta(seconds=15)
MOST_WAITING: Final = 200
_RETRY_AFTER: Final = timedelta(seconds=10)
# Not by Django, which names all columns: the role may set these alone.
_INSERT: Final = """
    INSERT INTO tenants_provisioningrequest
           (id, verb, arguments, tenant, operator, trace_id, address, reply_key)
    VALUES (%s, %s, %s::jsonb, %s, %s, %s, %s, %s)
"""
_TAKE: Final = """
    DELETE FROM tenants_sealedcredentials held USING tenants_provisioningrequest request
     WHERE held.request_id = request.id AND request.id = %s AND request.operator = %s
       AND held.expires_at > now()
    RETURNING held.sealed
"""


@dataclass(frozen=True, slots=True)
class RequestStatus:
    """A request as its page shows it. `step`: what the worker does; `error`: a sentence, once it has failed."""

    id: UUID
    verb: str
    tenant: str
    state: str
    step: str
    error: str
    outcome: Mapping[str, Any]  # Any: JSON
    requested_at: datetime


def request_verb(verb: Verb, *, operator: User, reply_key: bytes | None = None) -> UUID:
    """Have the provisioning worker perform `verb`, which begins at once; return the id of the request.

    `reply_key`: a public key (`sealing.new_reply_key`) for a verb with secrets. Raises `Forbidden` for an operator
    without all rights, what `verb.check` raises, and `Overloaded` where too many requests wait.
    """
    if not (operator.is_active and operator.is_superuser):
        raise Forbidden("change", "installation")
    if verb.has_secrets != (reply_key is not None):
        raise ValueError(f"{verb.name}: a key is for verbs with secrets, and for those alone")
    with public_scope():
        verb.check()
        if ProvisioningRequest.objects.filter(state="waiting").count() >= MOST_WAITING:
            raise Overloaded(_RETRY_AFTER)
        request_id = new_uuid()
        trace = current_trace()
        values = (
            request_id,
            verb.name,
            json.dumps(verb.model_dump(mode="json")),
            verb.subject,
            operator.uuid,
            trace.request_id if trace is not None else "",
            current_address(),
            reply_key,
        )
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(_INSERT, values)
            audit.record("provisioning.request", request_id, tenant=verb.subject, verb=verb.name)
    return request_id


def read_request(request_id: UUID, *, operator: User) -> RequestStatus:
    """Return the state of a request of this operator; raise `NotFound`."""
    with public_scope():
        found = ProvisioningRequest.objects.filter(id=request_id, operator=operator.uuid).first()
    if found is None:
        raise NotFound("request", request_id)
    return _status_of(found)


def read_failed_request(request_id: UUID, *, operator: User) -> tuple[Verb, str]:
    """Return (what was asked for, why it failed) of this operator's request, without its secrets.

    Raises `NotFound` where it hasn't failed, or was made by earlier code with arguments that are none now.
    """
    with public_scope():
        failed = ProvisioningRequest.objects.filter(
            id=request_id, operator=operator.uuid, state="failed", verb__in=list(VERBS)
        ).first()
    if failed is None:
        raise NotFound("request", request_id)
    try:
        return VERBS[failed.verb].model_validate(failed.arguments), failed.error
    except ValidationError:
        raise NotFound("request", request_id) from None


def list_requests(tenant: str, *, limit: int = 20) -> list[RequestStatus]:
    """Return the latest requests about a tenant, the newest first."""
    with public_scope():
        found = ProvisioningRequest.objects.filter(tenant=tenant).order_by("-id")[:limit]
        return [_status_of(one) for one in found]


def list_requests_of(operator: User, *, limit: int = 50) -> list[RequestStatus]:
    """Return the operator's latest requests, the newest first."""
    with public_scope():
        found = ProvisioningRequest.objects.filter(operator=operator.uuid).order_by("-id")[:limit]
        return [_status_of(one) for one in found]


def take_credentials(request_id: UUID, *, private_key: str, operator: User) -> dict[str, str]:
    """Return the secrets of a request of this operator, and delete them: they are given once.

    Raises `NotFound` where they were taken or have expired, or the key is another one.
    """
    # What raises inside the transaction leaves them where they are.
    with public_scope(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TAKE, [request_id, operator.uuid])
        taken = cursor.fetchone()
        if taken is None:
            raise NotFound("credentials")
        try:
            secrets = open_sealed(bytes(taken[0]), private_key=private_key, request_id=request_id)
        except SealBroken:
            raise NotFound("credentials") from None
        audit.record("provisioning.take_credentials", request_id)
    return secrets


def is_worker_running() -> bool:
    """Return whether a provisioning worker has written its heartbeat within the last 15 s."""
    with public_scope():
        recent = ProvisioningWorker.objects.filter(seen_at__gt=timezone.now() - SILENT_AFTER)
        return bool(recent.exists())


def _status_of(request: ProvisioningRequest) -> RequestStatus:
    return RequestStatus(
        id=request.id,
        verb=request.verb,
        tenant=request.tenant,
        state=request.state,
        step=request.step,
        error=request.error,
        outcome=request.outcome or {},
        requested_at=request.requested_at,
    )
