"""The second factor of operators: an authenticator (TOTP) with recovery codes, limited and counted as passwords are."""

import hmac
from contextlib import AbstractContextManager
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.accounts.attempt_limits import LoginAttempt, limit_attempts
from core.accounts.models import User
from core.accounts.one_time_codes import (
    find_time_step,
    hash_recovery_code,
    new_recovery_codes,
    new_totp_secret,
    totp_uri,
)
from core.encryption import decrypt, encrypt, reencrypt
from core.errors import Conflict
from tenants.audit import installation as audit
from tenants.context import public_scope
from tenants.operators.logins import CLIENT, COUNTERS
from tenants.operators.models import OperatorSecondFactor

_ISSUER: Final = "Happo"


def is_required() -> bool:
    """Return whether every operator needs a second factor: where `DATABASE_URL` is set."""
    return bool(settings.PRODUCTION)


def is_enrolled(operator: User) -> bool:
    """Return whether the operator has an authenticator."""
    return OperatorSecondFactor.objects.filter(operator=operator, secret__isnull=False).exists()


def list_enrolled() -> set[int]:
    """Return the ids of the operators who have an authenticator."""
    rows = OperatorSecondFactor.objects.filter(secret__isnull=False)
    return set(rows.values_list("operator_id", flat=True))


def count_recovery_codes(operator: User) -> int:
    """Return how many recovery codes the operator has left."""
    row = OperatorSecondFactor.objects.filter(operator=operator).first()
    return len(row.recovery_hashes) if row is not None else 0


def begin_enrolment(operator: User) -> str:
    """Return the address that an authenticator reads, with a new secret. The former one stays until `enrol`."""
    secret = new_totp_secret()
    with transaction.atomic():
        OperatorSecondFactor.objects.update_or_create(
            operator=operator, defaults={"pending_secret": encrypt(secret)}
        )
        audit.record("operator.begin_totp", operator.uuid)
    return totp_uri(secret, account=operator.email, issuer=_ISSUER)


def enrol(operator: User, code: str, *, ip: str) -> tuple[str, ...] | None:
    """Use the new secret from now on if `code` is right; return new recovery codes, which are not stored, or None.

    Raises `Conflict` where no enrolment has begun, and `RateLimited` as `check_code`.
    """
    secret = _require_pending(operator)
    with _attempt(operator, ip=ip) as attempt:
        step = find_time_step(secret, code, now=timezone.now(), after=0)
        attempt.succeeded = step is not None
    if step is None:
        return None
    codes = new_recovery_codes()
    with transaction.atomic():
        OperatorSecondFactor.objects.filter(operator=operator).update(
            secret=encrypt(secret),
            pending_secret=None,
            last_step=step,
            recovery_hashes=[hash_recovery_code(one) for one in codes],
            enrolled_at=timezone.now(),
        )
        audit.record("operator.enrol_totp", operator.uuid)
    return codes


def check_code(operator: User, code: str, *, ip: str) -> bool:
    """Return whether this is the authenticator's code, or a recovery code; either is accepted once.

    Raises `RateLimited` where the operator or the address has reached the limit of wrong codes. Call it outside of a
    transaction.
    """
    with _attempt(operator, ip=ip) as attempt:
        attempt.succeeded = _use(operator, code)
        if not attempt.succeeded:
            audit.record("operator.login_failed", operator.uuid, step="code")
        return attempt.succeeded


def renew_recovery_codes(operator: User) -> tuple[str, ...]:
    """Return new recovery codes, which are not stored; the former ones are worth nothing any more."""
    codes = new_recovery_codes()
    with transaction.atomic():
        OperatorSecondFactor.objects.filter(operator=operator).update(
            recovery_hashes=[hash_recovery_code(one) for one in codes]
        )
        audit.record("operator.renew_recovery_codes", operator.uuid)
    return codes


def reencrypt_operators_factors() -> int:
    """Encrypt every secret with the newest key, so that older keys can be removed; return the number of secrets."""
    count = 0
    with public_scope(), transaction.atomic():
        for row in OperatorSecondFactor.objects.select_for_update():
            held = [name for name in ("secret", "pending_secret") if getattr(row, name) is not None]
            for name in held:
                setattr(row, name, reencrypt(bytes(getattr(row, name))))
            row.save(update_fields=held)
            count += len(held)
    return count


def _use(operator: User, code: str) -> bool:
    with transaction.atomic():
        rows = OperatorSecondFactor.objects.select_for_update()
        row = rows.filter(operator=operator, secret__isnull=False).first()
        if row is None:
            return False
        assert row.secret is not None
        step = find_time_step(decrypt(row.secret), code, now=timezone.now(), after=row.last_step)
        if step is not None:
            row.last_step = step
            row.save(update_fields=["last_step"])
            return True
        return _use_recovery_code(row, code)


def _use_recovery_code(row: OperatorSecondFactor, code: str) -> bool:
    wanted = hash_recovery_code(code)
    left = [one for one in row.recovery_hashes if not hmac.compare_digest(bytes(one), wanted)]
    if len(left) == len(row.recovery_hashes):
        return False
    row.recovery_hashes = left
    row.save(update_fields=["recovery_hashes"])
    # Now it is known who this is, also where the operator signs in.
    operator = audit.name_operator(row.operator)
    audit.record("operator.use_recovery_code", row.operator.uuid, actor=operator, left=len(left))
    return True


def _require_pending(operator: User) -> str:
    row = OperatorSecondFactor.objects.filter(operator=operator).first()
    if row is None or row.pending_secret is None:
        raise Conflict("authenticator", "is not being set up: begin again")
    return decrypt(row.pending_secret)


def _attempt(operator: User, *, ip: str) -> AbstractContextManager[LoginAttempt]:
    # Not counted with passwords: a right password must not reset the count of wrong codes.
    account = f"{operator.uuid}:second factor"
    return limit_attempts(account, client_ip=ip, client=CLIENT, counters=COUNTERS)
