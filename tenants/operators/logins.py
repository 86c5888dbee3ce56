"""Log-ins of operators: limited before their password is hashed."""

from typing import Any, Final

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from core.accounts.attempt_counters import AttemptCounters
from core.accounts.attempt_limits import limit_attempts
from core.accounts.login_names import normalize_login_name
from core.accounts.logins.limits import limit_logins
from core.accounts.models import User
from tenants.audit import installation as audit
from tenants.client_ip import client_ip
from tenants.context import public_scope

COUNTERS: Final = AttemptCounters("tenants_operatorattemptcounter")
# In place of the OAuth client that a tenant's users log in with.
CLIENT: Final = "admin"


class OperatorBackend(ModelBackend):
    """Django's check of name and password, for the users of `public` alone, within the limits of log-ins."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **_: Any,  # Any: as in Django
    ) -> User | None:
        """Return the operator with this e-mail address and password, or None.

        Raises `RateLimited` where the account or the IP address has reached its limit, and `Overloaded`.
        """
        if username is None or password is None:
            return None
        with public_scope():
            operator = find_operator(username)
            account = str(operator.uuid) if operator else normalize_login_name(username)
            ip = client_ip(request) if request is not None else ""
            limit_logins(account, client_ip=ip, client=CLIENT)
            with limit_attempts(account, client_ip=ip, client=CLIENT, counters=COUNTERS) as attempt:
                user = super().authenticate(request, username=username, password=password)
                attempt.succeeded = user is not None
        return user


def is_own_password(operator: User, password: str, *, ip: str) -> bool:
    """Return whether an operator who is logged in knows its password; counted, and limited, as a log-in is."""
    account = str(operator.uuid)
    limit_logins(account, client_ip=ip, client=CLIENT)
    with limit_attempts(account, client_ip=ip, client=CLIENT, counters=COUNTERS) as attempt:
        attempt.succeeded = operator.check_password(password)
        if not attempt.succeeded:
            audit.record("operator.login_failed", operator.uuid, step="password")
        return attempt.succeeded


def find_operator(name: str) -> User | None:
    """Return the operator with that e-mail address or user name, ignoring case; call it in `public_scope`."""
    try:
        return User.objects.get_by_natural_key(name)
    except User.DoesNotExist:
        return None
