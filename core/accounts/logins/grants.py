"""The tokens that providers issued for our users, stored encrypted, with which we read their mail and profiles."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from core.accounts.logins.models import LinkedIdentity
from core.encryption import DecryptionFailed, decrypt, encrypt, reencrypt
from providers.values import Grant


@dataclass(frozen=True, slots=True)
class LinkedAccount:
    """A user's account at a provider. `grant` is None where there is none, or the provider no longer accepts it."""

    provider: str
    subject: str
    grant: Grant | None


def keep_grant(identity: LinkedIdentity, grant: Grant) -> None:
    """Store a grant that the provider has just confirmed; where it has no refresh token, keep the one stored before."""
    before = read_grant(identity)
    if grant.refresh_token is None and before is not None and before.refresh_token is not None:
        grant = grant.model_copy(update={"refresh_token": before.refresh_token})
    identity.grant = encrypt(grant.model_dump_json())
    identity.grant_expires_at = grant.expires_at
    identity.grant_dead_since = None
    identity.save(update_fields=["grant", "grant_expires_at", "grant_dead_since"])


def read_grant(identity: LinkedIdentity) -> Grant | None:
    """Return the stored grant, even an expired one; None where there is none, or it can't be decrypted."""
    if identity.grant is None:
        return None
    try:
        return Grant.model_validate_json(decrypt(identity.grant))
    except DecryptionFailed:
        return None


def list_linked_accounts(user_id: int) -> list[LinkedAccount]:
    """Return the user's accounts at all providers."""
    return [
        _read_account(identity)
        for identity in LinkedIdentity.objects.filter(user_id=user_id).order_by("provider")
    ]


def find_linked_account(user_id: int, *, provider: str) -> LinkedAccount | None:
    """Return the user's account at `provider`; None where none is linked."""
    identity = LinkedIdentity.objects.filter(user_id=user_id, provider=provider).first()
    return _read_account(identity) if identity is not None else None


@transaction.atomic
def renew_grant(user_id: int, *, provider: str, subject: str, grant: Grant) -> None:
    """Store the grant that a refresh gave for a linked account; nothing where that is no longer linked."""
    identity = (
        LinkedIdentity.objects.select_for_update()
        .filter(user_id=user_id, provider=provider, subject=subject)
        .first()
    )
    if identity is not None:
        keep_grant(identity, grant)


@transaction.atomic
def mark_grant_dead(user_id: int, *, provider: str, refused: Grant | None = None) -> bool:
    """Record that the provider refuses the stored grant, until `keep_grant` stores a new one.

    `refused`: the grant that it was; where another one has been stored since, nothing is recorded, and False returned.
    """
    identity = (
        LinkedIdentity.objects.select_for_update()
        .filter(user_id=user_id, provider=provider)
        .first()
    )
    if identity is None:
        return True
    stored = read_grant(identity)
    if refused is not None and stored is not None and stored.access_token != refused.access_token:
        return False
    identity.grant_dead_since = timezone.now()
    identity.save(update_fields=["grant_dead_since"])
    return True


def reencrypt_grants() -> int:
    """Encrypt every grant with the newest key, so that older keys can be removed; return the number of grants."""
    identities = LinkedIdentity.objects.exclude(grant=None)
    for identity in identities:
        assert identity.grant is not None
        identity.grant = reencrypt(identity.grant)
        identity.save(update_fields=["grant"])
    return len(identities)


def _read_account(identity: LinkedIdentity) -> LinkedAccount:
    grant = read_grant(identity)
    alive = grant is not None and not _is_dead(identity, grant)
    return LinkedAccount(identity.provider, identity.subject, grant if alive else None)


def _is_dead(identity: LinkedIdentity, grant: Grant) -> bool:
    if identity.grant_dead_since is not None:
        return True
    # An expired grant is useful only with a refresh token.
    return (
        grant.expires_at is not None
        and grant.expires_at <= timezone.now()
        and grant.refresh_token is None
    )
