"""Read the profile of a user's linked account, and store tokens that may read its mail."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from core.accounts.addresses import list_spellings
from core.accounts.logins.grants import find_linked_account, keep_grant, mark_grant_dead
from core.accounts.logins.models import LinkedIdentity
from core.accounts.logins.provider_settings import build_auth_context
from core.accounts.logins.social import shorten_provider_name
from core.accounts.values import Caller
from core.audit import record
from core.errors import DomainError, IdentityMissing, MailTokenRefused, ProviderDown, TokenRefused
from core.plugins import plugins
from providers.contracts import (
    CredentialsRefused,
    MailAccess,
    MailGrant,
    ProfileAccess,
    ProviderMisconfigured,
    ProviderUnavailable,
)


def fetch_profile(caller: Caller, *, provider: str) -> Mapping[str, object]:
    """Return the caller's profile as the provider sends it.

    Raises `IdentityMissing` where no account of that provider is linked, `TokenRefused` where the provider no longer
    accepts the stored token (logging in with that provider again stores a new one), `ProviderDown`.
    """
    linked = find_linked_account(caller.user_id, provider=provider)
    access = plugins().registry().auth_provider(provider)
    if linked is None or not isinstance(access, ProfileAccess):
        raise IdentityMissing(shorten_provider_name(provider))
    if linked.grant is None:
        raise TokenRefused("social")
    try:
        with _translate_errors(provider, refused=TokenRefused("social")):
            return access.fetch_profile(linked.grant.access_token, build_auth_context(provider))
    except TokenRefused:
        mark_grant_dead(caller.user_id, provider=provider)
        raise


def renew_mail_access(caller: Caller, *, provider: str, token: str) -> None:
    """Store a new token that may read the caller's mail.

    Raises `MailTokenRefused` where the token is invalid or expired, lacks the scope for mail, was issued to another
    application or belongs to another account than the linked one; `ProviderDown`. Where the caller has no linked
    account, the token's account is linked, if it has the caller's e-mail address.
    """
    access = plugins().registry().auth_provider(provider)
    if not isinstance(access, MailAccess):
        raise MailTokenRefused
    with _translate_errors(provider, refused=MailTokenRefused()):
        mail_grant = access.verify_mail_access(token, build_auth_context(provider))
    try:
        _store_grant(caller, mail_grant)
    except IntegrityError:
        # A concurrent request has linked the same account: this time it is found.
        _store_grant(caller, mail_grant)


@transaction.atomic
def _store_grant(caller: Caller, mail_grant: MailGrant) -> None:
    keep_grant(_lock_identity(caller, mail_grant), mail_grant.grant)
    record("identity.renew", caller.user_uuid, provider=mail_grant.provider)


def _lock_identity(caller: Caller, mail_grant: MailGrant) -> LinkedIdentity:
    of_user = (
        LinkedIdentity.objects.select_for_update()
        .filter(user_id=caller.user_id, provider=mail_grant.provider)
        .first()
    )
    if of_user is not None:
        if of_user.subject != mail_grant.subject:
            raise MailTokenRefused
        return of_user
    linked_elsewhere = (
        LinkedIdentity.objects.filter(provider=mail_grant.provider, subject=mail_grant.subject)
        .exclude(user_id=caller.user_id)
        .exists()
    )
    if linked_elsewhere or caller.email not in list_spellings(mail_grant.email or ""):
        raise MailTokenRefused
    return LinkedIdentity.objects.create(
        user_id=caller.user_id, provider=mail_grant.provider, subject=mail_grant.subject
    )


@contextmanager
def _translate_errors(provider: str, *, refused: DomainError) -> Iterator[None]:
    try:
        yield
    except (CredentialsRefused, ProviderMisconfigured):
        raise refused from None
    except ProviderUnavailable:
        raise ProviderDown(shorten_provider_name(provider)) from None
