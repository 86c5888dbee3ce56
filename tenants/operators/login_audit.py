"""The log has an entry for each log-in of an operator, each that failed, and each log-out."""

from collections.abc import Mapping

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from core.accounts.models import User
from tenants.client_ip import client_ip
from tenants.context import public_scope
from tenants.operators.audit import Action, acting_as, record
from tenants.operators.logins import find_operator


def record_logins() -> None:
    """Connect to Django's signals; only the admin sends them."""
    user_logged_in.connect(_record_login, dispatch_uid="audit")
    user_logged_out.connect(_record_logout, dispatch_uid="audit")
    user_login_failed.connect(_record_failure, dispatch_uid="audit")


def _record_login(*, request: HttpRequest, user: User, **_: object) -> None:
    _record("operator.login", user, request)


def _record_logout(*, request: HttpRequest, user: User | None, **_: object) -> None:
    if user is not None:
        _record("operator.logout", user, request)


def _record_failure(
    *, credentials: Mapping[str, object], request: HttpRequest | None = None, **_: object
) -> None:
    with public_scope():
        operator = find_operator(str(credentials.get("username", "")))
    if operator is not None:
        _record("operator.login_failed", operator, request)
        return
    # What was typed in place of an e-mail address may be a password, and is not stored.
    with acting_as("admin:unknown"):
        record("operator.login_failed", address=_address(request))


def _record(action: Action, operator: User, request: HttpRequest | None) -> None:
    with acting_as(f"admin:{operator.email}"):
        record(action, address=_address(request))


def _address(request: HttpRequest | None) -> str:
    return client_ip(request) if request is not None else ""
