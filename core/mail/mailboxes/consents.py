"""Connect a mailbox at the page of its provider, in a browser: the authorization-code flow (RFC 6749, section 4.1)."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.accounts.logins.code_logins import BegunLogin, begin_visit
from core.accounts.logins.limits import spend_login_state
from core.accounts.logins.models import ProviderApplication
from core.accounts.values import Caller
from core.errors import NotFound
from core.mail.mailboxes.kinds import IMAP, MailboxRequest
from core.mail.mailboxes.services import add_mailbox
from core.mail.models import UserMailbox
from core.plugins import plugins
from providers.contracts import (
    CodeRequest,
    ImapConsent,
    MailboxLogin,
    MailboxOfAccount,
    MailConsent,
)
from providers.verification import make_mail_url


@dataclass(frozen=True, slots=True)
class OfferedConsent:
    """A page at which users of the tenant can connect a mailbox. `label`: what people call such mailboxes."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class _Page:
    """`plugin`: the kind of the mailboxes that the page of `provider` opens."""

    name: str
    label: str
    plugin: str
    provider: MailConsent | ImapConsent


def list_login_kinds() -> list[str]:
    """Return the names of the mailboxes that a log-in at a server of the user's choice opens."""
    return [one.name for one in plugins().registry().mailboxes if isinstance(one, MailboxLogin)]


def list_consents() -> list[OfferedConsent]:
    """Return the pages of providers which are set up for the active tenant."""
    pages = list(_list_pages())
    if not pages:
        return []
    applications = ProviderApplication.objects.exclude(secret=None)
    set_up = set(applications.values_list("provider", flat=True))
    return [OfferedConsent(one.name, one.label) for one in pages if one.provider.name in set_up]


def begin_consent(name: str, *, redirect_uri: str) -> BegunLogin:
    """Make the secrets of one visit, and the URL of the provider's page.

    `name`: of an `OfferedConsent`. Raises `NotFound` for a mailbox that is off or has no page, `TokenRefused` for one
    that isn't set up, `ProviderDown`.
    """
    page = _require_page(name)
    return begin_visit(
        page.provider,
        lambda request, context: make_mail_url(page.provider, request=request, context=context),
        redirect_uri=redirect_uri,
    )


def finish_consent(caller: Caller, name: str, *, code: str, request: CodeRequest) -> UserMailbox:
    """Connect the mailbox that the code opens, as `add_mailbox`.

    `request`: of `begin_consent`; the caller has compared its state with the one that came back, which is good once.
    Call it outside of a transaction. Raises as `add_mailbox`, `TokenRefused` for a state that was used.
    """
    page = _require_page(name)
    spend_login_state(request.state)
    return add_mailbox(
        caller,
        MailboxRequest(
            plugin=page.plugin,
            code=code,
            redirect_uri=request.redirect_uri,
            consent=request,
            provider=page.provider.name,
        ),
    )


def _list_pages() -> Iterable[_Page]:
    registry = plugins().registry()
    for mailbox in registry.mailboxes:
        if isinstance(mailbox, MailboxOfAccount):
            provider = registry.auth_provider(mailbox.account_provider)
            if isinstance(provider, MailConsent):
                yield _Page(mailbox.name, mailbox.name.title(), mailbox.name, provider)
    if isinstance(registry.mailbox(IMAP), MailboxLogin):
        for provider in registry.auth_providers:
            if isinstance(provider, ImapConsent):
                yield _Page(provider.name, provider.label, IMAP, provider)


def _require_page(name: str) -> _Page:
    page = next((one for one in _list_pages() if one.name == name), None)
    if page is None:
        raise NotFound("mailbox", name)
    return page
