"""The tokens that providers gave our users, kept encrypted: to read their mail and profiles in their name."""

from dataclasses import dataclass

from django.utils import timezone

from core.accounts.logins.models import LinkedIdentity
from core.encryption import Undecipherable, decrypt, encrypt, reencrypt
from providers.values import Grant


@dataclass(frozen=True, slots=True)
class Linked:
    """A user's account at a provider, as others need it. `grant` is None where it is known to be dead."""

    provider: str
    subject: str
    grant: Grant | None


def keep_grant(identity: LinkedIdentity, grant: Grant) -> None:
    """Store a grant that the provider has just confirmed. A refresh token that the new one lacks is kept."""
    before = read_grant(identity)
    if grant.refresh_token is None and before is not None and before.refresh_token is not None:
        grant = grant.model_copy(update={"refresh_token": before.refresh_token})
    identity.grant = encrypt(grant.model_dump_json())
    identity.grant_expires_at = grant.expires_at
    identity.grant_dead_since = None
    identity.save(update_fields=["grant", "grant_expires_at", "grant_dead_since"])


def read_grant(identity: LinkedIdentity) -> Grant | None:
    """Return the stored grant, alive or not; None where there is none that can be read."""
    if identity.grant is None:
        return None
    try:
        return Grant.model_validate_json(decrypt(identity.grant))
    except Undecipherable:
        return None


def linked_accounts(user_id: int) -> list[Linked]:
    """Return the user's accounts at all providers."""
    return [
        _as_value(identity)
        for identity in LinkedIdentity.objects.filter(user_id=user_id).order_by("provider")
    ]


def linked_account(user_id: int, *, provider: str) -> Linked | None:
    """Return the user's account at `provider`; None where none is linked."""
    identity = LinkedIdentity.objects.filter(user_id=user_id, provider=provider).first()
    return _as_value(identity) if identity is not None else None


def mark_grant_dead(user_id: int, *, provider: str) -> None:
    """Note that the provider refuses the stored grant: a new one is needed."""
    LinkedIdentity.objects.filter(user_id=user_id, provider=provider).update(
        grant_dead_since=timezone.now()
    )


def reencrypt_grants() -> int:
    """Encrypt every grant with the newest key, so that the old one may go; return how many there were."""
    identities = LinkedIdentity.objects.exclude(grant=None)
    for identity in identities:
        identity.grant = reencrypt(identity.grant)
        identity.save(update_fields=["grant"])
    return len(identities)


def _as_value(identity: LinkedIdentity) -> Linked:
    grant = read_grant(identity)
    alive = grant is not None and not _is_dead(identity, grant)
    return Linked(identity.provider, identity.subject, grant if alive else None)


def _is_dead(identity: LinkedIdentity, grant: Grant) -> bool:
    if identity.grant_dead_since is not None:
        return True
    # One that has run out is of use only where it can be renewed.
    return (
        grant.expires_at is not None
        and grant.expires_at <= timezone.now()
        and grant.refresh_token is None
    )
