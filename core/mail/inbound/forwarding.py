"""A user's forwarding address, as one of the user's mailboxes."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import transaction

from core.accounts.values import Caller
from core.audit import record
from core.errors import Conflict, Invalid, NotFound
from core.mail.inbound.addresses import hash_local_part, new_local_part
from core.mail.inbound.confirmations import Confirmation
from core.mail.inbound.setup import inbound_setup
from core.mail.mailboxes.credentials import read_secrets, write_secrets
from core.mail.mailboxes.kinds import MailboxRequest, NewMailbox, Secrets
from core.mail.mailboxes.services import pause_mailbox
from core.mail.models import UserMailbox
from core.mail.origins import FORWARD

# How long the user is shown a confirmation: the links of mail providers end sooner.
CONFIRMATION_SHOWN: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ShownConfirmation:
    """A mail provider's question, whether mail may be forwarded here, and when it came."""

    confirmation: Confirmation
    at: datetime


def connect_forwarding(caller: Caller, request: MailboxRequest) -> NewMailbox:
    """Return a new forwarding address, which is stored where the user has none.

    Raises `Invalid` where the installation takes no mail, `Conflict` where the user's address can't be decrypted.
    """
    if not inbound_setup().domain:
        raise Invalid.one("plugin", "not_set_up")
    of_user = UserMailbox.objects.filter(user_id=caller.user_id, plugin=FORWARD)
    known = of_user.order_by("id").first()
    if known is not None and _read_local_part(known) is None:
        # It can't be decrypted any more, and mail still comes to it: the user has to ask for a new one.
        raise Conflict("mailbox", "exists, and its address can't be shown: renew it")
    local = new_local_part(inbound_setup().tenant_part())
    return NewMailbox(
        account=hash_local_part(local),
        address="",
        secrets=Secrets(password=local),
        is_fetched=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxChanges:
    """What a user changes of a mailbox. `paused`: None for no change. `renew`: its forwarding address is replaced."""

    paused: bool | None = None
    renew: bool = False


@transaction.atomic
def update_mailbox(user_id: int, mailbox_id: int, changes: MailboxChanges) -> UserMailbox:
    """Change a mailbox. Raises `NotFound`, `Invalid` where nothing is changed, what `renew_address` raises."""
    if changes.paused is None and not changes.renew:
        raise Invalid.one("", "one_of_required", choices=("paused", "renew"))
    mailbox = None
    if changes.paused is not None:
        mailbox = pause_mailbox(user_id, mailbox_id, paused=changes.paused)
    if changes.renew:
        mailbox = renew_address(user_id, mailbox_id)
    assert mailbox is not None
    return mailbox


@transaction.atomic
def renew_address(user_id: int, mailbox_id: int) -> UserMailbox:
    """Give the user's forwarding mailbox a new address; the old one is unknown from then on.

    Raises `NotFound`, and `Conflict` for a mailbox that has no address here.
    """
    mailbox = UserMailbox.objects.select_for_update().filter(id=mailbox_id, user_id=user_id).first()
    if mailbox is None:
        raise NotFound("mailbox", mailbox_id)
    if mailbox.plugin != FORWARD or not inbound_setup().domain:
        raise Conflict("mailbox", "has no address that could be renewed")
    local = new_local_part(inbound_setup().tenant_part())
    mailbox.account = hash_local_part(local)
    mailbox.credentials = write_secrets(Secrets(password=local))
    mailbox.settings = {}
    mailbox.save(update_fields=["account", "credentials", "settings"])
    record("mailbox.update", mailbox.id, renew=True)
    return mailbox


def show_address(mailbox: UserMailbox) -> str:
    """Return the address that a user knows a mailbox by.

    That is "" for a forwarding address that can't be decrypted, or where the installation takes no mail any more.
    """
    if mailbox.plugin != FORWARD:
        address: str = mailbox.address
        return address
    local, domain = _read_local_part(mailbox), inbound_setup().domain
    return f"{local}@{domain}" if local and domain else ""


def show_confirmation(mailbox: UserMailbox) -> ShownConfirmation | None:
    """Return what a mail provider last asked the user to confirm; None where that is long ago."""
    stored = mailbox.settings.get("confirmation")
    if stored is None:
        return None
    at = datetime.fromisoformat(stored["at"])
    if at < datetime.now(UTC) - CONFIRMATION_SHOWN:
        return None
    names = ("provider", "account", "code", "link")
    return ShownConfirmation(Confirmation(**{name: stored[name] for name in names}), at)


def _read_local_part(mailbox: UserMailbox) -> str | None:
    stored = read_secrets(mailbox.credentials)
    return stored.password if stored is not None else None
