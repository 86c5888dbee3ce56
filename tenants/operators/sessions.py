"""Operators' sessions: list them, end them, delete those that have ended."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from core.accounts.models import User
from core.errors import NotFound
from core.jobs import every, task
from core.sweeping import delete_rows
from tenants.audit import installation as audit
from tenants.operators.models import OperatorSession


def list_sessions(operator: User) -> Sequence[OperatorSession]:
    """Return the operator's sessions that go on, the last seen first."""
    found = OperatorSession.objects.filter(operator=operator, expires_at__gt=timezone.now())
    return list(found.order_by("-seen_at"))


def read_key_hash(text: str) -> bytes:
    """Return the hash that a form has as hexadecimal digits; raise `NotFound` for what is none."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise NotFound("session") from None


def end_session(operator: User, key_hash: bytes) -> None:
    """End one session of the operator; raise `NotFound` where it has ended."""
    with transaction.atomic():
        own = OperatorSession.objects.filter(operator=operator, key_hash=key_hash)
        if not own.delete()[0]:
            raise NotFound("session")
        audit.record("operator.end_sessions", operator.uuid, sessions=1)


def end_sessions(operator: User, *, except_for: bytes = b"") -> int:
    """End all sessions of the operator but the one with that hash of its key; return their number."""
    with transaction.atomic():
        others = OperatorSession.objects.filter(operator=operator).exclude(key_hash=except_for)
        ended: int = others.delete()[0]
        if ended:
            audit.record("operator.end_sessions", operator.uuid, sessions=ended)
    return ended


@every(timedelta(hours=1), place="installation")
@task("operators.sweep_sessions", in_transaction=False)
def sweep_sessions() -> str:
    """Delete the operators' expired sessions; return their number for the job's record."""
    ended = delete_rows("public.tenants_operatorsession", where="expires_at < now()")
    # Of earlier code, which stored them elsewhere.
    return f"{ended + delete_rows('public.django_session', where='expire_date < now()')} sessions"
