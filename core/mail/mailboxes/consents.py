"""Connect a mailbox at the page of its provider, in a browser: the authorization-code flow (RFC 6749, section 4.1)."""

from collections.abc import Iterable

from core.accounts.logins.code_logins import BegunLogin, begin_visit
from core.accounts.logins.limits import spend_login_state
from core.accounts.logins.models import ProviderApplication
from core.accounts.values import Caller
from core.errors import NotFound
from core.mail.mailboxes.kinds import MailboxRequest
from core.mail.mailboxes.services import add_mailbox
from core.mail.models import UserMailbox
from core.plugins import plugins
from providers.contracts import CodeRequest, Mailbox, MailboxLogin, MailboxOfAccount, MailConsent
from providers.verification import make_mail_url


def list_login_kinds() -> list[str]:
    """Return the names of the mailboxes that a log-in at a server of the user's choice opens."""
    return [one.name for one in plugins().registry().mailboxes if isinstance(one, MailboxLogin)]


def list_consent_kinds() -> list[str]:
    """Return the names of the mailboxes that a provider's page opens, and which are set up for the active tenant."""
    pages = dict(_list_pages())
    if not pages:
        return []
    applications = ProviderApplication.objects.exclude(secret=None)
    set_up = set(applications.values_list("provider", flat=True))
    return [name for name, page in pages.items() if page.name in set_up]


def begin_consent(plugin: str, *, redirect_uri: str) -> BegunLogin:
    """Make the secrets of one visit, and the URL of the provider's page.

    Raises `NotFound` for a mailbox that is off or has no page, `TokenRefused` for one that isn't set up,
    `ProviderDown`.
    """
    page = _require_page(plugin)
    return begin_visit(
        page,
        lambda request, context: make_mail_url(page, request=request, context=context),
        redirect_uri=redirect_uri,
    )


def finish_consent(caller: Caller, plugin: str, *, code: str, request: CodeRequest) -> UserMailbox:
    """Connect the mailbox that the code opens, as `add_mailbox`.

    `request`: of `begin_consent`; the caller has compared its state with the one that came back, which is good once.
    Call it outside of a transaction. Raises as `add_mailbox`, `TokenRefused` for a state that was used.
    """
    _require_page(plugin)
    spend_login_state(request.state)
    return add_mailbox(
        caller,
        MailboxRequest(
            plugin=plugin, code=code, redirect_uri=request.redirect_uri, consent=request
        ),
    )


def _list_pages() -> Iterable[tuple[str, MailConsent]]:
    registry = plugins().registry()
    for mailbox in registry.mailboxes:
        page = _page_of(mailbox)
        if page is not None:
            yield mailbox.name, page


def _page_of(mailbox: Mailbox) -> MailConsent | None:
    if not isinstance(mailbox, MailboxOfAccount):
        return None
    provider = plugins().registry().auth_provider(mailbox.account_provider)
    return provider if isinstance(provider, MailConsent) else None


def _require_page(plugin: str) -> MailConsent:
    page = dict(_list_pages()).get(plugin)
    if page is None:
        raise NotFound("mailbox", plugin)
    return page
