"""Log in with a user name or an e-mail address and a password."""

from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password

from core.accounts.logins.limits import limited_attempt
from core.accounts.logins.usernames import with_username
from core.accounts.models import User
from core.errors import WrongPassword
from core.http import http_client
from core.plugins import plugins
from providers.context import Account, AuthContext
from providers.contracts import CredentialsRefused, PasswordCredentials
from providers.verification import verify_identity

PASSWORD_PROVIDER = "password"  # noqa: S105 - the name of a plugin


def log_in_with_password(name: str, *, password: str, address: str) -> User:
    """Return the user whom user name (or e-mail) and password prove.

    Raises `WrongPassword`, after the same time, for an unknown user, a wrong password and a deactivated user;
    `RateLimited` after too many of those. `address`: the client's, for the limit.
    """
    provider = plugins().registry().auth_provider(PASSWORD_PROVIDER)
    if provider is None:
        # Switched off for this tenant.
        raise WrongPassword
    user = _find(name)
    account = str(user.uuid) if user else name.strip().lower()

    def check(username: str, password: str) -> Account | None:
        return _account(user) if _is_right(password, user) else None

    with limited_attempt(account, address=address) as attempt:
        credentials = PasswordCredentials(username=name, password=password)
        # No settings: there is nothing that a tenant could say about passwords.
        context = AuthContext(http=http_client(), check_password=check)
        try:
            identity = verify_identity(provider, credentials=credentials, context=context)
        except CredentialsRefused:
            raise WrongPassword from None
        if user is None or UUID(identity.subject) != user.uuid:
            raise WrongPassword
        attempt.succeeded = True
    return user


def _find(name: str) -> User | None:
    # No user name has an @ but its owner's own address (`registration.clean_login_name`): it can't be somebody else.
    wanted = User.normalize_username(name).strip().lower()
    if "\0" in wanted:
        return None
    if "@" in wanted:
        return User.objects.filter(email=wanted).first()
    return with_username(name.strip()).first()


def _is_right(password: str, user: User | None) -> bool:
    if user is None or not user.has_usable_password():
        # As long as the check of a real one takes.
        make_password(password)
        return False
    # Who is deactivated gets the same answer, after the same time.
    return check_password(password, user.password) and user.is_active and user.is_registered


def _account(user: User | None) -> Account | None:
    return Account(subject=str(user.uuid)) if user else None
