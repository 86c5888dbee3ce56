"""Log in with a token of Google, LinkedIn or another provider, and link the provider's account to a user.

A linked account logs its user in. An account that isn't linked yet is linked to the user with the same e-mail address,
but only where the provider has verified that address. Where no user has the address, a new user is created.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from core.accounts.addresses import clean_email, list_spellings
from core.accounts.logins.address_changes import follow_address
from core.accounts.logins.confirmation import send_confirmation
from core.accounts.logins.earlier_access import end_earlier_access
from core.accounts.logins.grants import keep_grant
from core.accounts.logins.models import LinkedIdentity
from core.accounts.logins.passwords import PASSWORD_PROVIDER
from core.accounts.logins.provider_settings import build_auth_context, is_set_up
from core.accounts.models import User
from core.accounts.queries import find_user_by_email
from core.accounts.services import confirm_mailbox
from core.accounts.sessions.services import end_all_sessions
from core.accounts.values import Caller
from core.audit import ANONYMOUS, record
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
    """Return the user whom the provider's token identifies, created where there is none.

    A new user whose e-mail address the provider hasn't verified is sent a confirmation link, which starts with
    `confirm_at`.

    Raises `Invalid` for an unknown provider, `TokenRefused` for an invalid token, one that was issued to another
    application, or one of a deactivated user, `ProviderDown` where the provider doesn't answer (nothing is stored
    then), `EmailTaken` where another user has the address and this account must not be linked to that user.
    """
    return log_in_identity(_verify(_require_provider(provider), token), confirm_at=confirm_at)


def log_in_identity(identity: Identity, *, confirm_at: str) -> User:
    """Return the user of an identity that its provider has just verified; as `log_in_with_token`."""
    try:
        user = _find_or_create_user(identity, confirm_at=confirm_at)
    except IntegrityError:
        # A concurrent request has created the same user or link: this time it is found.
        user = _find_or_create_user(identity, confirm_at=confirm_at)
    if not user.is_active:
        record("user.login_failed", user.uuid, actor=ANONYMOUS, step="provider")
        raise TokenRefused("social")
    return user


def require_own_identity(caller: Caller, *, provider: str, token: str) -> None:
    """Return if the provider's token proves an account that is linked to the caller; raise as `log_in_with_token`."""
    identity = _verify(_require_provider(provider), token)
    linked = LinkedIdentity.objects.filter(
        user_id=caller.user_id, provider=identity.provider, subject=identity.subject
    )
    if not linked.exists():
        raise TokenRefused("social")


def _require_provider(name: str) -> AuthProvider:
    registry = plugins().registry()
    provider = registry.auth_provider(name) if name != PASSWORD_PROVIDER else None
    if provider is None:
        choices = tuple(
            known.name
            for known in registry.auth_providers
            if known.name != PASSWORD_PROVIDER
            and getattr(known, "logs_in", True)
            and is_set_up(known)
        )
        raise Invalid.one("provider", "not_one_of", choices=choices)
    return provider


def _verify(provider: AuthProvider, token: str) -> Identity:
    with translate_errors(provider):
        return verify_identity(
            provider,
            credentials=TokenCredentials(token=token),
            context=build_auth_context(provider.name),
        )


@contextmanager
def translate_errors(provider: AuthProvider) -> Iterator[None]:
    """Raise `TokenRefused` or `ProviderDown` for what a provider raises inside; the log says why."""
    try:
        yield
    except CredentialsRefused as error:
        log.info("A token of %s was refused: %s", provider.name, error.reason)
        record("user.login_failed", "", actor=ANONYMOUS, step="provider")
        raise TokenRefused("social") from None
    except ProviderUnavailable as error:
        log.warning("%s did not answer: %s", provider.name, error.reason)
        raise ProviderDown(shorten_provider_name(provider.name)) from None
    except ProviderMisconfigured as error:
        # The tenant has no application there, so the token was issued to another one.
        log.warning("%s is not set up: %s", provider.name, error.setting)
        raise TokenRefused("social") from None


@transaction.atomic
def _find_or_create_user(identity: Identity, *, confirm_at: str) -> User:
    linked = _find_link(identity)
    if linked is not None and (verified := _read_verified_email(identity)):
        stand_in = _make_placeholder_email(identity)
        linked.user = follow_address(linked, verified, stand_in=stand_in)
    if linked is None or _proves_mailbox(identity, linked.user):
        email = _read_email(identity)
        holder = find_user_by_email(email, lock=True) if email else None
        # Another log-in of this person may have made user and link while this one waited for the user's lock.
        linked = _find_link(identity)
    if linked is None or _proves_mailbox(identity, linked.user):
        user = _choose_user(identity, holder, confirm_at=confirm_at)
        linked = LinkedIdentity(user=user, provider=identity.provider, subject=identity.subject)
        linked.email = _read_verified_email(identity)
        linked.save(force_insert=True)
        record("identity.link", user.uuid, provider=identity.provider)
    if identity.grant is not None:
        keep_grant(linked, identity.grant)
    return linked.user


def _find_link(identity: Identity) -> LinkedIdentity | None:
    links = LinkedIdentity.objects.select_related("user")
    return links.filter(provider=identity.provider, subject=identity.subject).first()


def _read_email(identity: Identity) -> str:
    """Return the address as it is stored; "" where the provider gave none, or what is none by our rules."""
    try:
        return clean_email(identity.email or "")
    except Invalid:
        return ""


def _read_verified_email(identity: Identity) -> str:
    return _read_email(identity) if identity.email_verified else ""


def _proves_mailbox(identity: Identity, user: User) -> bool:
    """Return whether the provider has verified the address of a user who has not confirmed it."""
    spellings = list_spellings(identity.email or "")
    return identity.email_verified and user.email_confirmed_at is None and user.email in spellings


def _choose_user(identity: Identity, user: User | None, *, confirm_at: str) -> User:
    """Return the user whom the identity is linked to; `user`: who has its address, locked."""
    email = _read_email(identity)
    if user is None and not email:
        return _create_user(identity, email=_make_placeholder_email(identity))
    if user is None:
        user = _create_user(identity, email=email)
        if not identity.email_verified:
            enqueue(
                send_confirmation, key=str(user.uuid), user_uuid=user.uuid, confirm_at=confirm_at
            )
        return user
    if not identity.email_verified or (
        user.email_confirmed_at is not None and _has_other_account(identity, user)
    ):
        # An unverified address can be anyone's. And where the user is linked to another account of this provider, the
        # mailbox may have been reassigned to another person.
        raise EmailTaken
    _take_over(user, identity)
    return user


def _has_other_account(identity: Identity, user: User) -> bool:
    return LinkedIdentity.objects.filter(user=user, provider=identity.provider).exists()


def _create_user(identity: Identity, *, email: str) -> User:
    user = User(
        email=email,
        first_name=identity.first_name,
        last_name=identity.last_name,
        password=make_password(None),
        is_registered=True,
    )
    user.save(force_insert=True)
    record("user.register", user.uuid)
    if identity.email_verified:
        confirm_mailbox(user)
    return user


def _take_over(user: User, identity: Identity) -> None:
    """Link an unconfirmed user to the person who has just proven to own its mailbox.

    Another person may have registered with this address, without proof. So the password, every token and key, every
    linked account and mailbox, and the names from that time are removed.
    """
    if user.email_confirmed_at is None:
        end_earlier_access(user, was_registered=user.is_registered)
        user.password = make_password(None)
        user.is_registered = True
        user.first_name, user.last_name = identity.first_name, identity.last_name
        user.save()
        end_all_sessions(user)
        confirm_mailbox(user)


def _make_placeholder_email(identity: Identity) -> str:
    """Return a unique address under `.invalid` (RFC 2606) for an account without one, since every user needs one."""
    digest = sha256(f"{identity.provider}:{identity.subject}".encode()).hexdigest()[:32]
    return f"{digest}@{shorten_provider_name(identity.provider)}.invalid"


def shorten_provider_name(provider: str) -> str:
    """Return `google` for `google-oauth2`."""
    return provider.partition("-")[0]
