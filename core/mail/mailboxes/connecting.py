"""Opens a mailbox for the first time: by an authorization code, or by a log-in at a server that its user names."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.accounts.logins.provider_settings import build_auth_context, read_provider_settings
from core.accounts.logins.social import shorten_provider_name
from core.accounts.values import Caller
from core.connecting import connector
from core.domain_names import clean_domain
from core.errors import Invalid, MailTokenRefused, Problem, ProviderDown
from core.http import mailbox_http_client
from core.limits.outside_calls import OUTSIDE_CALLS
from core.mail.mailboxes.kinds import (
    OWN_KINDS,
    Connect,
    MailboxRequest,
    NewMailbox,
    Secrets,
)
from core.plugins import plugins
from providers.contracts import (
    AuthContext,
    CodeRequest,
    CredentialsRefused,
    Grant,
    ImapAccess,
    ImapConsent,
    MailAccess,
    Mailbox,
    MailboxContext,
    MailboxLogin,
    MailboxOfAccount,
    MailConsent,
    MailServer,
    ProviderError,
    ProviderMisconfigured,
    ProviderUnavailable,
)

# TLS from the start (RFC 8314, section 3.2).
IMAPS_PORT = 993
# What is wrong with the server that the user named, as a problem of that field.
_PROBLEMS_OF_HOST = {
    "unknown-host": Problem("host", "unknown_host"),
    "forbidden": Problem("host", "forbidden_host"),
    "tls": Problem("host", "untrusted_host"),
    "malformed": Problem("host", "not_mail_server"),
    "too-large": Problem("host", "not_mail_server"),
}


def connect_mailbox(caller: Caller, request: MailboxRequest) -> NewMailbox:
    """Return what is stored of a mailbox, whose log-in was tried. Call it outside of a transaction.

    Raises `Invalid` for an unknown kind, missing values, and a log-in or server that doesn't work; `MailTokenRefused`
    for a code that the mailbox's provider refuses or that doesn't open mail; `ProviderDown`, `Overloaded`.
    """
    return _find_connect(request.plugin)(caller, request)


def _find_connect(name: str) -> Connect:
    if name in OWN_KINDS:
        return OWN_KINDS[name]
    mailbox = plugins().registry().mailbox(name)
    if isinstance(mailbox, MailboxOfAccount):
        return lambda caller, request: _connect_by_code(mailbox, request)
    if isinstance(mailbox, MailboxLogin):
        return lambda caller, request: _connect_by_login(mailbox, request)
    raise Invalid.one("plugin", "not_one_of", choices=_list_kinds())


def _list_kinds() -> tuple[str, ...]:
    found = plugins().registry().mailboxes
    return (
        *OWN_KINDS,
        *(one.name for one in found if isinstance(one, MailboxOfAccount | MailboxLogin)),
    )


def _require(request: MailboxRequest, *names: str) -> None:
    missing = [name for name in names if getattr(request, name) is None]
    if missing:
        raise Invalid(tuple(Problem(name, "required") for name in missing))


def _connect_by_code(mailbox: MailboxOfAccount, request: MailboxRequest) -> NewMailbox:
    _require(request, "code", "redirect_uri")
    provider = mailbox.account_provider
    access = plugins().registry().auth_provider(provider)
    if not isinstance(access, MailAccess):
        raise MailTokenRefused
    context = build_auth_context(provider)
    try:
        grant = _require_refresh(_exchange_code(access, request, context))
        opened = access.verify_mail_access(grant.access_token, context)
    except (CredentialsRefused, ProviderMisconfigured):
        raise MailTokenRefused from None
    except ProviderUnavailable:
        raise ProviderDown(shorten_provider_name(provider)) from None
    scopes = grant.scopes or opened.grant.scopes
    return NewMailbox(
        account=opened.subject,
        address=opened.email or opened.subject,
        secrets=Secrets(grant=grant.model_copy(update={"scopes": scopes})),
    )


def _exchange_code(access: MailAccess, request: MailboxRequest, context: AuthContext) -> Grant:
    if request.consent is None:
        return access.exchange_code(request.code or "", request.redirect_uri or "", context)
    if not isinstance(access, MailConsent):
        raise MailTokenRefused
    return access.redeem_mail_code(request.code or "", request.consent, context)


def _require_refresh(grant: Grant) -> Grant:
    """Return the grant. Without a refresh token it would end within the hour."""
    if grant.refresh_token is None:
        raise Invalid.one("code", "without_refresh_token")
    return grant


def _connect_by_login(mailbox: MailboxLogin, request: MailboxRequest) -> NewMailbox:
    if request.consent is not None:
        return _connect_by_consent(mailbox, request, request.consent)
    secret = ("password",) if request.code is None else ("code", "redirect_uri")
    _require(request, "host", "port", "username", *secret)
    host = clean_domain((request.host or "").strip().rstrip("."), field="host")
    provider = grant = None
    if request.code is not None:
        provider, grant = _exchange_code_of_host(host, request)
    server = MailServer(
        host=host,
        port=request.port or 0,
        username=request.username or "",
        password=request.password if grant is None else None,
        folders=request.folders,
    )
    return _try_login(mailbox, server, provider=provider, grant=grant)


def _connect_by_consent(
    mailbox: MailboxLogin, request: MailboxRequest, consent: CodeRequest
) -> NewMailbox:
    """Connect the mailbox of the account with which the user was at the provider's page, at the provider's server."""
    access = plugins().registry().auth_provider(request.provider or "")
    if not isinstance(access, ImapConsent):
        raise MailTokenRefused
    try:
        opened = access.redeem_imap_code(
            request.code or "", consent, build_auth_context(access.name)
        )
    except (CredentialsRefused, ProviderMisconfigured):
        raise MailTokenRefused from None
    except ProviderUnavailable:
        raise ProviderDown(shorten_provider_name(access.name)) from None
    server = MailServer(
        host=access.imap_hosts[0], port=IMAPS_PORT, username=opened.email or opened.subject
    )
    return _try_login(mailbox, server, provider=access.name, grant=_require_refresh(opened.grant))


def _try_login(
    mailbox: MailboxLogin, server: MailServer, *, provider: str | None, grant: Grant | None
) -> NewMailbox:
    """Log in, and return what is stored. `provider`: whose `grant` opens it; None for the server's password."""
    with _translate_failures("password" if grant is None else "code"), OUTSIDE_CALLS.take_turn():
        mailbox.check_login(_context_of(mailbox, server, grant))
    host, username = server.host, server.username
    return NewMailbox(
        account=f"{username}@{host}:{server.port}",
        address=username if "@" in username else f"{username}@{host}",
        secrets=Secrets(grant=grant, password=server.password),
        settings={
            "host": host,
            "port": server.port,
            "username": username,
            "folders": list(server.folders),
            "provider": provider,
        },
    )


def _exchange_code_of_host(host: str, request: MailboxRequest) -> tuple[str, Grant]:
    """Return the auth provider that the server belongs to, and the grant that its code gives."""
    known = [one for one in plugins().registry().auth_providers if isinstance(one, ImapAccess)]
    access = next((one for one in known if host in one.imap_hosts), None)
    if access is None:
        choices = tuple(name for one in known for name in one.imap_hosts)
        raise Invalid.one("host", "not_one_of", choices=choices)
    context = build_auth_context(access.name)
    try:
        grant = access.exchange_code(request.code or "", request.redirect_uri or "", context)
    except (CredentialsRefused, ProviderMisconfigured):
        raise Invalid.one("code", "refused_by_server") from None
    except ProviderUnavailable:
        raise ProviderDown(shorten_provider_name(access.name)) from None
    return access.name, _require_refresh(grant)


def _context_of(mailbox: Mailbox, server: MailServer, grant: Grant | None) -> MailboxContext:
    return MailboxContext(
        http=mailbox_http_client(),
        search=plugins().registry().mail_search,
        grant=grant,
        server=server,
        settings=read_provider_settings(mailbox.name),
        connect=connector(),
    )


@contextmanager
def _translate_failures(secret: str) -> Iterator[None]:
    """Turn what a server's log-in may fail with into domain errors, as problems of what the user sent.

    `secret`: the field that the log-in was made with.
    """
    try:
        yield
    except CredentialsRefused:
        raise Invalid.one(secret, "refused_by_server") from None
    except ProviderMisconfigured as error:
        if error.setting == "folders":
            raise Invalid.one("folders", "unknown_folder") from None
        raise Invalid.one("plugin", "not_set_up") from None
    except ProviderUnavailable as error:
        if problem := _PROBLEMS_OF_HOST.get(error.reason):
            raise Invalid((problem,)) from None
        raise ProviderDown("mail server") from None
    except ProviderError:
        raise ProviderDown("mail server") from None
