"""Log in with a user name or an e-mail address and a password."""

from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password

from core.accounts.addresses import list_spellings
from core.accounts.attempt_limits import limit_attempts
from core.accounts.login_names import normalize_login_name
from core.accounts.logins.limits import limit_logins
from core.accounts.models import User
from core.accounts.queries import find_user_by_email, find_user_by_username
from core.audit import ANONYMOUS, record
from core.errors import Overloaded, WrongPassword
from core.http import http_client
from core.plugins import plugins
from providers.context import Account, AuthContext
from providers.contracts import CredentialsRefused, PasswordCredentials
from providers.limits import MAX_PASSWORD_CHARACTERS
from providers.verification import verify_identity

PASSWORD_PROVIDER = "password"  # noqa: S105 - the name of a plugin


def log_in_with_password(name: str, *, password: str, client_ip: str, client: str = "") -> User:
    """Return the user with this user name (or e-mail address) and password.

    Raises `WrongPassword`, after the same time, for an unknown user, a wrong password and a deactivated user;
    `RateLimited` after too many of those; `Overloaded`. `client_ip`: the IP address that the limit counts; `client`:
    the id of the OAuth client.
    """
    provider = plugins().registry().auth_provider(PASSWORD_PROVIDER)
    if provider is None:
        # An operator has switched password log-in off for this tenant.
        raise WrongPassword
    user = _find_user(name)
    # The same for every spelling of a name, whether there is such a user or not.
    account = str(user.uuid) if user else list_spellings(normalize_login_name(name))[-1]

    overloads: list[Overloaded] = []

    def check(username: str, password: str) -> Account | None:
        try:
            return _to_account(user) if _is_correct(password, user) else None
        except Overloaded as error:
            # Not a fault of the plugin, which calls this.
            overloads.append(error)
            return None

    limit_logins(account, client_ip=client_ip, client=client)
    with limit_attempts(account, client_ip=client_ip, client=client) as attempt:
        credentials = PasswordCredentials(username=name, password=password)
        # No settings: a tenant can configure nothing about passwords.
        context = AuthContext(http=http_client(), check_password=check)
        try:
            identity = verify_identity(provider, credentials=credentials, context=context)
        except CredentialsRefused:
            if overloads:
                raise overloads[0] from None
            subject = user.uuid if user else ""
            record("user.login_failed", subject, actor=ANONYMOUS, step="password")
            raise WrongPassword from None
        if user is None or UUID(identity.subject) != user.uuid:
            raise WrongPassword
        attempt.succeeded = True
    return user


def require_password(user: User, *, password: str, client_ip: str, client: str = "") -> None:
    """Return if this is the user's password, within the limits of log-ins; raise as `log_in_with_password`."""
    account = str(user.uuid)
    limit_logins(account, client_ip=client_ip, client=client)
    with limit_attempts(account, client_ip=client_ip, client=client) as attempt:
        if len(password) > MAX_PASSWORD_CHARACTERS or not _is_correct(password, user):
            record("user.login_failed", user.uuid, step="password")
            raise WrongPassword
        attempt.succeeded = True


def _find_user(name: str) -> User | None:
    # A user name with an @ is always its user's e-mail address (`registration.clean_login_name`).
    wanted = normalize_login_name(name)
    if "\0" in wanted:
        return None
    if "@" in wanted:
        return find_user_by_email(wanted)
    return find_user_by_username(wanted)


def _is_correct(password: str, user: User | None) -> bool:
    if user is None or not user.has_usable_password():
        # Takes as long as checking a real password.
        make_password(password)
        return False
    # A deactivated user gets the same answer, after the same time.
    return check_password(password, user.password) and user.is_active and user.is_registered


def _to_account(user: User | None) -> Account | None:
    return Account(subject=str(user.uuid)) if user else None
