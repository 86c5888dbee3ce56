"""One-time passwords of an app as the second factor (TOTP, RFC 6238), and recovery codes for when the app is lost."""

import base64
import hmac
import secrets
import time
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.db import transaction
from django.utils import timezone

from core.accounts.logins.limits import limit_attempts
from core.accounts.models import User
from core.accounts.secrets import hash_secret
from core.accounts.sessions.models import SecondFactor
from core.encryption import decrypt, encrypt, reencrypt
from core.errors import Conflict, NotFound, WrongPassword

# What all apps know (RFC 6238, appendix B; RFC 4226, section 4: at least 128 bits, 160 recommended).
DIGITS: Final = 6
STEP_SECONDS: Final = 30
_SECRET_BYTES: Final = 20
# A clock may be wrong by so many steps (RFC 6238, section 5.2).
_STEPS_AROUND: Final = 1
RECOVERY_CODES: Final = 10
# Letters and digits that look like no other.
_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_CODE_LENGTH: Final = 16


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
    key = secrets.token_bytes(_SECRET_BYTES)
    SecondFactor.objects.update_or_create(
        user=user,
        defaults={
            "secret": encrypt(key.hex()),
            "confirmed_at": None,
            "last_step": 0,
            "recovery_codes": [],
        },
    )
    return describe_factor(user, issuer=issuer)


def describe_factor(user: User, *, issuer: str) -> NewFactor:
    """Return what the app needs of a factor that isn't confirmed; raise `NotFound` where there is none."""
    factor = SecondFactor.objects.filter(user=user, confirmed_at=None).first()
    if factor is None:
        raise NotFound("second factor")
    key = _read_key(factor)
    return NewFactor(
        secret=base64.b32encode(key).decode(),
        uri=_totp(key).get_provisioning_uri(user.email, issuer),
    )


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
        codes = [_make_recovery_code() for _ in range(RECOVERY_CODES)]
        factor.confirmed_at = timezone.now()
        factor.last_step = step
        factor.recovery_codes = [hash_secret(_normalize(one)) for one in codes]
        factor.save()
        attempt.succeeded = True
        return codes


def remove_second_factor(user_id: int) -> None:
    """Ask for no code any more; raise `NotFound` where the user has none."""
    if not SecondFactor.objects.filter(user_id=user_id).delete()[0]:
        raise NotFound("second factor")


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
    with limit_attempts(_account(account), client_ip=client_ip) as attempt, transaction.atomic():
        # The lock: the same code from two requests at once is good for one.
        factor = (
            SecondFactor.objects.select_for_update()
            .filter(user_id=user_id)
            .exclude(confirmed_at=None)
            .first()
        )
        if factor is None or not _use_up(factor, code):
            raise WrongPassword
        attempt.succeeded = True


def _use_up(factor: SecondFactor, code: str) -> bool:
    step = _find_step(factor, code)
    if step is not None:
        factor.last_step = step
        factor.save(update_fields=["last_step"])
        return True
    hashed = hash_secret(_normalize(code))
    left = [one for one in map(bytes, factor.recovery_codes) if one != hashed]
    if len(left) == len(factor.recovery_codes):
        return False
    factor.recovery_codes = left
    factor.save(update_fields=["recovery_codes"])
    return True


def _find_step(factor: SecondFactor, code: str) -> int | None:
    """Return the time step of a code that is good now and newer than the last one used."""
    totp = _totp(_read_key(factor))
    current = int(time.time()) // STEP_SECONDS
    for step in range(current - _STEPS_AROUND, current + _STEPS_AROUND + 1):
        expected = totp.generate(step * STEP_SECONDS)
        if step > factor.last_step and hmac.compare_digest(expected, _normalize(code).encode()):
            return step
    return None


def _totp(key: bytes) -> TOTP:
    # SHA-1: the only algorithm that all apps know; HMAC doesn't need it to be free of collisions.
    return TOTP(key, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303


def _read_key(factor: SecondFactor) -> bytes:
    return bytes.fromhex(decrypt(factor.secret))


def _make_recovery_code() -> str:
    text = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))
    return "-".join(text[at : at + 4] for at in range(0, _CODE_LENGTH, 4))


def _normalize(code: str) -> str:
    return "".join(code.split()).replace("-", "").lower()


def _account(user_uuid: str) -> str:
    # Apart from the password's: who types wrong codes knows the password.
    return f"second factor of {user_uuid}"


def _lock(user: User) -> None:
    User.objects.select_for_update().get(id=user.id)
