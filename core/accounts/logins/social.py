"""Log in with a token of Google, LinkedIn and the like, and link that account to ours.

A linked account logs its user in. One that isn't linked yet is linked to the user with the same e-mail, but only where
the provider vouches for that address; else it becomes a new user.
"""

import logging
from hashlib import sha256

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from core.accounts.logins.confirmation import confirm_mailbox, send_confirmation
from core.accounts.logins.grants import keep_grant
from core.accounts.logins.models import LinkedIdentity
from core.accounts.logins.passwords import PASSWORD_PROVIDER
from core.accounts.logins.provider_settings import auth_context
from core.accounts.models import User
from core.accounts.oauth.tokens import revoke_all_of
from core.errors import EmailTaken, Invalid, ProviderDown, TokenRefused
from core.jobs import enqueue
from core.plugins import plugins
from providers.contracts import (
    AuthProvider,
    CredentialsRefused,
    Identity,
    ProviderMisconfigured,
    ProviderUnavailable,
    TokenCredentials,
)
from providers.verification import verify_identity

log = logging.getLogger("happo.logins")


def log_in_with_token(provider: str, *, token: str, confirm_at: str) -> User:
    """Return the user whom the provider's token proves, new or known.

    A new one whose address the provider doesn't vouch for is sent a link that starts with `confirm_at`.

    Raises `Invalid` for an unknown provider, `TokenRefused` for a token that proves nobody (or was issued to another
    application), `ProviderDown` where the provider doesn't answer: nothing is stored then; `EmailTaken` where the
    address is another user's and the link to that user isn't proven.
    """
    identity = _verify(_provider(provider), token)
    try:
        user = _user_of(identity, confirm_at=confirm_at)
    except IntegrityError:
        # The same person, in another request at the same moment: now it is there.
        user = _user_of(identity, confirm_at=confirm_at)
    if not user.is_active:
        raise TokenRefused("social")
    return user


def _provider(name: str) -> AuthProvider:
    registry = plugins().registry()
    provider = registry.auth_provider(name) if name != PASSWORD_PROVIDER else None
    if provider is None:
        choices = tuple(
            known.name for known in registry.auth_providers if known.name != PASSWORD_PROVIDER
        )
        raise Invalid.one("provider", "not_one_of", choices=choices)
    return provider


def _verify(provider: AuthProvider, token: str) -> Identity:
    try:
        return verify_identity(
            provider, credentials=TokenCredentials(token=token), context=auth_context(provider.name)
        )
    except CredentialsRefused as error:
        log.info("A token of %s was refused: %s", provider.name, error.reason)
        raise TokenRefused("social") from None
    except ProviderUnavailable as error:
        log.warning("%s did not answer: %s", provider.name, error.reason)
        raise ProviderDown(short_name(provider.name)) from None
    except ProviderMisconfigured as error:
        # No application of the tenant's, so no token can have been issued to one.
        log.warning("%s is not set up: %s", provider.name, error.setting)
        raise TokenRefused("social") from None


@transaction.atomic
def _user_of(identity: Identity, *, confirm_at: str) -> User:
    linked = (
        LinkedIdentity.objects.select_related("user")
        .filter(provider=identity.provider, subject=identity.subject)
        .first()
    )
    if linked is None:
        user = _user_to_link(identity, confirm_at=confirm_at)
        linked = LinkedIdentity(user=user, provider=identity.provider, subject=identity.subject)
        linked.save(force_insert=True)
    if identity.grant is not None:
        keep_grant(linked, identity.grant)
    return linked.user


def _user_to_link(identity: Identity, *, confirm_at: str) -> User:
    email = (identity.email or "").strip().lower()
    user = User.objects.select_for_update().filter(email=email).first() if email else None
    if user is None and not email:
        return _new_user(identity, email=_no_address(identity))
    if user is None:
        user = _new_user(identity, email=email)
        if not identity.email_verified:
            enqueue(
                send_confirmation, key=str(user.uuid), user_uuid=user.uuid, confirm_at=confirm_at
            )
        return user
    if not identity.email_verified or (
        user.email_confirmed_at is not None and _has_another(identity, user)
    ):
        # Anybody may write any address into a profile; and an address that was given to somebody else proves nothing.
        raise EmailTaken
    _take_over(user, identity)
    return user


def _has_another(identity: Identity, user: User) -> bool:
    return LinkedIdentity.objects.filter(user=user, provider=identity.provider).exists()


def _new_user(identity: Identity, *, email: str) -> User:
    user = User(
        email=email,
        first_name=identity.first_name[:150],
        last_name=identity.last_name[:150],
        password=make_password(None),
        is_registered=True,
    )
    user.save(force_insert=True)
    if identity.email_verified:
        confirm_mailbox(user)
    return user


def _take_over(user: User, identity: Identity) -> None:
    """Give the user to whoever has just proven the mailbox.

    Until now somebody else may have used it: who registered with this address never proved it. So the password, every
    token and every link from that time end.
    """
    if user.email_confirmed_at is None:
        user.password = make_password(None)
        user.is_registered = True
        user.first_name = user.first_name or identity.first_name[:150]
        user.last_name = user.last_name or identity.last_name[:150]
        user.save()
        revoke_all_of(user)
        LinkedIdentity.objects.filter(user=user).delete()
        confirm_mailbox(user)


def _no_address(identity: Identity) -> str:
    """Return an address that nobody can have, for an account without one: every user needs its own."""
    digest = sha256(f"{identity.provider}:{identity.subject}".encode()).hexdigest()[:32]
    return f"{digest}@{short_name(identity.provider)}.invalid"


def short_name(provider: str) -> str:
    """Return `google` for `google-oauth2`, as people call it."""
    return provider.partition("-")[0]
