"""Read what a tenant says of mail domains."""

from collections.abc import Sequence

from core.recruiting.models import MailDomain


def list_mail_domains() -> Sequence[MailDomain]:
    """Return the mail domains of which the tenant has said what they are, in alphabetical order."""
    return list(MailDomain.objects.order_by("domain"))
