"""Log in with Google, LinkedIn or another provider in a browser: the authorization-code flow (RFC 6749)."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from core.accounts.logins.limits import spend_login_state
from core.accounts.logins.models import ProviderApplication
from core.accounts.logins.provider_settings import (
    build_auth_context,
    has_required_options,
    list_provider_options,
)
from core.accounts.logins.social import log_in_identity, translate_errors
from core.accounts.models import User
from core.errors import NotFound
from core.plugins import plugins
from providers.contracts import AuthContext, AuthProvider, CodeLogin, CodeRequest
from providers.options import options_model_of
from providers.verification import make_login_url, verify_code

# RFC 7636, section 4.1: 32 random bytes make a verifier of 43 characters.
_RANDOM_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class OfferedLogin:
    """A provider that users of the tenant can log in with in a browser. `label`: what people call it."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class BegunLogin:
    """The page that the browser is sent to, and what the same browser has to bring back (`CodeRequest`)."""

    url: str
    request: CodeRequest


def list_code_logins() -> Sequence[OfferedLogin]:
    """Return the providers that are switched on and set up for the active tenant, in at most two statements.

    Set up: with an application that has a secret, unless the provider has an option `client_id`; and with the options
    that it requires. What the tenant has set as the option `label`, where there is one, is its label.
    """
    offered = [one for one in plugins().registry().auth_providers if isinstance(one, CodeLogin)]
    if not offered:
        return []
    applications = ProviderApplication.objects.exclude(secret=None).values_list("provider")
    with_application = {name for (name,) in applications}
    with_options = [one.name for one in offered if options_model_of(one) is not None]
    options = list_provider_options(with_options) if with_options else {}
    return [
        OfferedLogin(one.name, options.get(one.name, {}).get("label") or one.label)
        for one in offered
        if (one.name in with_application or _has_option(one, "client_id"))
        and has_required_options(one, options.get(one.name, {}))
    ]


def _has_option(provider: CodeLogin, name: str) -> bool:
    model = options_model_of(provider)
    return model is not None and name in model.model_fields


def begin_code_login(provider: str, *, redirect_uri: str) -> BegunLogin:
    """Make the secrets of one log-in, and the URL of the provider's page.

    Raises `NotFound` for a provider that is off or has no page, `TokenRefused` for one that isn't set up,
    `ProviderDown`.
    """
    login = _require(provider)
    return begin_visit(
        login,
        lambda request, context: make_login_url(login, request=request, context=context),
        redirect_uri=redirect_uri,
    )


def begin_visit(
    provider: AuthProvider,
    make_url: Callable[[CodeRequest, AuthContext], str],
    *,
    redirect_uri: str,
) -> BegunLogin:
    """Make the secrets of one visit to a page of the provider, which sends the browser back to `redirect_uri`.

    `make_url`: makes the URL of that page. Raises `TokenRefused` for a provider that isn't set up, `ProviderDown`.
    """
    state, nonce, verifier = (secrets.token_urlsafe(_RANDOM_BYTES) for _ in range(3))
    request = CodeRequest(
        redirect_uri=redirect_uri, state=state, nonce=nonce, code_verifier=verifier
    )
    with translate_errors(provider):
        context = build_auth_context(provider.name)
        return BegunLogin(make_url(request, context), request)


def finish_code_login(provider: str, *, code: str, request: CodeRequest, confirm_at: str) -> User:
    """Return the user whom the code identifies, as `social.log_in_with_token`.

    `request`: of `begin_code_login`; the caller has compared its state with the one that came back, which is good once.
    The provider's token isn't kept: one that reads the user's mail stays. Call it outside of a transaction. Raises as
    `log_in_with_token`, and `NotFound` as `begin_code_login`.
    """
    login = _require(provider)
    spend_login_state(request.state)
    with translate_errors(login):
        context = build_auth_context(login.name)
        identity = verify_code(login, code=code, request=request, context=context)
    return log_in_identity(identity.model_copy(update={"grant": None}), confirm_at=confirm_at)


def _require(provider: str) -> CodeLogin:
    found = plugins().registry().auth_provider(provider)
    if not isinstance(found, CodeLogin):
        raise NotFound("provider", provider)
    return found
