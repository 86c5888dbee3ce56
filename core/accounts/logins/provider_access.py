"""What a user's linked accounts let us do for the user: read a profile, and be allowed to read mail."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from core.accounts.logins.grants import keep_grant, linked_account, mark_grant_dead
from core.accounts.logins.models import LinkedIdentity
from core.accounts.logins.provider_settings import auth_context
from core.accounts.logins.social import short_name
from core.accounts.values import Caller
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
    """Return the caller's profile in the provider's own shape.

    Raises `IdentityMissing` where no such account is linked, `TokenRefused` where its token has died (logging in with
    that provider again brings a new one), `ProviderDown`.
    """
    linked = linked_account(caller.user_id, provider=provider)
    access = plugins().registry().auth_provider(provider)
    if linked is None or not isinstance(access, ProfileAccess):
        raise IdentityMissing(short_name(provider))
    if linked.grant is None:
        raise TokenRefused("social")
    try:
        with _in_our_words(provider, refused=TokenRefused("social")):
            return access.fetch_profile(linked.grant.access_token, auth_context(provider))
    except TokenRefused:
        mark_grant_dead(caller.user_id, provider=provider)
        raise


def renew_mail_access(caller: Caller, *, provider: str, token: str) -> None:
    """Keep a new token that may read the caller's mail.

    Raises `MailTokenRefused` where it is dead, may not read mail, was issued to another application or belongs to
    another account than the linked one; `ProviderDown`. Where none is linked yet, the account with the caller's own
    e-mail is.
    """
    access = plugins().registry().auth_provider(provider)
    if not isinstance(access, MailAccess):
        raise MailTokenRefused
    with _in_our_words(provider, refused=MailTokenRefused()):
        opened = access.verify_mail_access(token, auth_context(provider))
    try:
        _keep(caller, opened)
    except IntegrityError:
        # The same account, in another request at the same moment: now it is linked.
        _keep(caller, opened)


@transaction.atomic
def _keep(caller: Caller, opened: MailGrant) -> None:
    keep_grant(_identity_of(caller, opened), opened.grant)


def _identity_of(caller: Caller, opened: MailGrant) -> LinkedIdentity:
    of_user = (
        LinkedIdentity.objects.select_for_update()
        .filter(user_id=caller.user_id, provider=opened.provider)
        .first()
    )
    if of_user is not None:
        if of_user.subject != opened.subject:
            raise MailTokenRefused
        return of_user
    linked_elsewhere = (
        LinkedIdentity.objects.filter(provider=opened.provider, subject=opened.subject)
        .exclude(user_id=caller.user_id)
        .exists()
    )
    if linked_elsewhere or (opened.email or "").lower() != caller.email:
        raise MailTokenRefused
    return LinkedIdentity.objects.create(
        user_id=caller.user_id, provider=opened.provider, subject=opened.subject
    )


@contextmanager
def _in_our_words(provider: str, *, refused: DomainError) -> Iterator[None]:
    try:
        yield
    except (CredentialsRefused, ProviderMisconfigured):
        raise refused from None
    except ProviderUnavailable:
        raise ProviderDown(short_name(provider)) from None
