"""Delivers mail to forwarding addresses, whatever brought it: the server of `manage.py inbound`, or a webhook."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import NotFound
from core.mail.inbound.addresses import read_address
from core.mail.inbound.incoming import InboundMail
from core.mail.inbound.receiving import Recipient, TooMuchMail, find_recipient, receive_mail
from core.mail.inbound.setup import inbound_setup
from core.mail.storing import MailFull
from core.trace import note_tenant
from tenants.context import current_tenant, tenant_scope
from tenants.registry import tenant_by_slug

log = logging.getLogger("happo.inbound")


class AddressUnknown(Exception):
    """No mailbox has this address, of whatever tenant: there is one answer to all that is wrong with it."""


class TryLater(Exception):
    """The mail can't be taken now; nothing of it was stored."""


def check_address(address: str) -> None:
    """Return if mail to this address would be taken; raise `AddressUnknown` or `TryLater`."""
    with _translate_failures(), _find(address):
        pass


def deliver_mail(address: str, mail: InboundMail) -> None:
    """Take a mail in; on return, what is kept of it is committed. Raises `AddressUnknown` or `TryLater`.

    A mail may be delivered again after `TryLater`, or when the answer was lost: it counts once.
    """
    with _translate_failures(), _find(address) as recipient:
        receive_mail(recipient, mail)


@contextmanager
def _find(address: str) -> Iterator[Recipient]:
    parts = read_address(address, domain=inbound_setup().domain)
    tenant = tenant_by_slug(parts.tenant) if parts is not None else None
    if parts is None or tenant is None:
        raise AddressUnknown
    note_tenant(tenant.slug)
    if tenant.is_outdated:
        raise TryLater("the tenant is not migrated")
    with tenant_scope(tenant):
        recipient = find_recipient(parts.secret)
        if recipient is None:
            raise AddressUnknown
        # Also one that is to be deleted: until its grace is over it can be restored with all that it had.
        if current_tenant().status != "active":
            raise TryLater(f"the tenant is {current_tenant().status}")
        yield recipient


@contextmanager
def _translate_failures() -> Iterator[None]:
    """Turn whatever fails into `TryLater`: a mail that was not stored must stay with its sender."""
    try:
        yield
    except (AddressUnknown, TryLater):
        raise
    except NotFound:
        # The mailbox or its user went since it was looked up.
        raise AddressUnknown from None
    except TooMuchMail:
        raise TryLater("the address gets too much mail") from None
    except MailFull:
        raise TryLater("the user has as much mail as is kept") from None
    except Exception as error:
        # The text of an exception may hold a part of the mail.
        log.warning("A mail can't be taken now: %s", type(error).__name__)
        raise TryLater(type(error).__name__) from error
