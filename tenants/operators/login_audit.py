"""The log has an entry for each log-in of an operator, each that failed, and each log-out."""

from collections.abc import Mapping
from contextlib import AbstractContextManager

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from core.accounts.models import User
from core.audit import ANONYMOUS, Actor, acting_as
from tenants.audit.installation import name_operator, record
from tenants.client_ip import client_ip
from tenants.context import public_scope
from tenants.operators.logins import find_operator
from tenants.operators.session_store import SECOND_FACTOR


def record_logins() -> None:
    """Connect to Django's signals; only the operators' console sends them."""
    user_logged_in.connect(_record_login, dispatch_uid="audit")
    user_logged_out.connect(_record_logout, dispatch_uid="audit")
    user_login_failed.connect(_record_failure, dispatch_uid="audit")


def _record_login(*, request: HttpRequest, user: User, **_: object) -> None:
    has_second_factor = bool(request.session.get(SECOND_FACTOR))
    with _acting(name_operator(user), request):
        record("operator.login", user.uuid, second_factor=has_second_factor)


def _record_logout(*, request: HttpRequest, user: User | None, **_: object) -> None:
    if user is not None:
        with _acting(name_operator(user), request):
            record("operator.logout", user.uuid)


def _record_failure(
    *, credentials: Mapping[str, object], request: HttpRequest | None = None, **_: object
) -> None:
    with public_scope():
        operator = find_operator(str(credentials.get("username", "")))
    # What was typed in place of an e-mail address may be a password, and is not stored.
    with _acting(ANONYMOUS, request):
        record("operator.login_failed", operator.uuid if operator else "", step="password")


def _acting(actor: Actor, request: HttpRequest | None) -> AbstractContextManager[None]:
    return acting_as(actor, address=client_ip(request) if request is not None else "")
