"""Read what a tenant says of mail domains."""

from collections.abc import Sequence

from core.accounts.roles import require_owner
from core.accounts.values import Caller
from core.recruiting.models import MailDomain


def list_mail_domains() -> Sequence[MailDomain]:
    """Return the mail domains of which the tenant has said what they are, in alphabetical order."""
    return list(MailDomain.objects.order_by("domain"))


def view_mail_domains(caller: Caller) -> Sequence[MailDomain]:
    """Return the same for the tenant's owner; raise `Forbidden` for others."""
    require_owner(caller, "view", kind="mail domain list")
    return list_mail_domains()
