"""The second factor of a tenant's users: one-time codes of an app, and recovery codes for when the app is lost."""

import base64
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from core.accounts.attempt_limits import limit_attempts
from core.accounts.models import User
from core.accounts.one_time_codes import (
    find_time_step,
    hash_recovery_code,
    new_recovery_codes,
    new_totp_secret,
    totp_uri,
)
from core.accounts.sessions.models import SecondFactor
from core.audit import ANONYMOUS, Actor, record
from core.encryption import decrypt, encrypt, reencrypt
from core.errors import Conflict, NotFound, WrongPassword


@dataclass(frozen=True, slots=True)
class NewFactor:
    """What the user's app needs: the secret in base 32, to be typed, or the URI as a link or a QR code."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


def has_second_factor(user_id: int) -> bool:
    """Return whether log-ins of this user ask for a code."""
    return SecondFactor.objects.filter(user_id=user_id).exclude(confirmed_at=None).exists()


def count_recovery_codes(user_id: int) -> int:
    """Return how many recovery codes the user has left."""
    factor = SecondFactor.objects.filter(user_id=user_id).first()
    return len(factor.recovery_codes) if factor is not None else 0


@transaction.atomic
def begin_second_factor(user: User, *, issuer: str) -> NewFactor:
    """Make a secret for the user's app. It is asked for once `confirm_second_factor` has seen a code of it.

    `issuer`: what the app shows beside the user's address. Raises `Conflict` where the user has a second factor.
    """
    _lock(user)
    if has_second_factor(user.id):
        raise Conflict("second factor", "is set already")
    secret = new_totp_secret()
    SecondFactor.objects.update_or_create(
        user=user,
        defaults={
            "secret": encrypt(base64.b32decode(secret).hex()),
            "confirmed_at": None,
            "last_step": 0,
            "recovery_codes": [],
        },
    )
    record("user.begin_totp", user.uuid)
    return NewFactor(secret=secret, uri=totp_uri(secret, account=user.email, issuer=issuer))


def confirm_second_factor(user: User, *, code: str, client_ip: str) -> list[str]:
    """Ask for codes from now on; return the recovery codes, which aren't stored.

    Raises `WrongPassword` for a wrong code, `RateLimited`, `NotFound` where no factor waits for its first code. Call it
    outside of a transaction.
    """
    account = _account(str(user.uuid))
    with limit_attempts(account, client_ip=client_ip) as attempt, transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(user=user).first()
        if factor is None or factor.confirmed_at is not None:
            raise NotFound("second factor")
        step = _find_step(factor, code)
        if step is None:
            raise WrongPassword
        # In small letters, which are quicker to read; how they are typed doesn't matter.
        codes = [code.lower() for code in new_recovery_codes()]
        factor.confirmed_at = timezone.now()
        factor.last_step = step
        factor.recovery_codes = [hash_recovery_code(one) for one in codes]
        factor.save()
        record("user.enrol_totp", user.uuid)
        attempt.succeeded = True
        return codes


@transaction.atomic
def remove_second_factor(user: User) -> None:
    """Ask for no code any more; raise `NotFound` where the user has none."""
    if not SecondFactor.objects.filter(user=user).delete()[0]:
        raise NotFound("second factor")
    record("user.remove_totp", user.uuid)


def reencrypt_second_factors() -> int:
    """Encrypt every secret with the newest key, so that older keys can be removed; return the number of secrets."""
    factors = SecondFactor.objects.all()
    for factor in factors:
        factor.secret = reencrypt(factor.secret)
        factor.save(update_fields=["secret"])
    return len(factors)


def check_code(user_id: int, code: str, *, account: str, client_ip: str) -> None:
    """Use up a code of the app, or a recovery code. `account`: the UUID of the user, for the limits of log-ins.

    Raises `WrongPassword`, also for a code that was used before, and `RateLimited`. Call it outside of a transaction.
    """
    with limit_attempts(_account(account), client_ip=client_ip) as attempt:
        with transaction.atomic():
            # The lock: the same code from two requests at once is good for one.
            factor = (
                SecondFactor.objects.select_for_update()
                .filter(user_id=user_id)
                .exclude(confirmed_at=None)
                .first()
            )
            attempt.succeeded = factor is not None and _use_up(factor, code, user_uuid=account)
        if not attempt.succeeded:
            record("user.login_failed", account, actor=ANONYMOUS, step="code")
            raise WrongPassword


def _use_up(factor: SecondFactor, code: str, *, user_uuid: str) -> bool:
    step = _find_step(factor, code)
    if step is not None:
        factor.last_step = step
        factor.save(update_fields=["last_step"])
        return True
    hashed = hash_recovery_code(code)
    left = [one for one in map(bytes, factor.recovery_codes) if one != hashed]
    if len(left) == len(factor.recovery_codes):
        return False
    factor.recovery_codes = left
    factor.save(update_fields=["recovery_codes"])
    record("user.use_recovery_code", user_uuid, actor=Actor("user", user_uuid), left=len(left))
    return True


def _find_step(factor: SecondFactor, code: str) -> int | None:
    """Return the time step of a code that is good now and newer than the last one used."""
    return find_time_step(_read_secret(factor), code, now=timezone.now(), after=factor.last_step)


def _read_secret(factor: SecondFactor) -> str:
    """Return the secret in base 32, as apps have it; it is stored as hexadecimal digits."""
    return base64.b32encode(bytes.fromhex(decrypt(factor.secret))).decode()


def _account(user_uuid: str) -> str:
    # Apart from the password's: who types wrong codes knows the password.
    return f"second factor of {user_uuid}"


def _lock(user: User) -> None:
    User.objects.select_for_update().get(id=user.id)
