"""Mail of tenants: sent through Django's mail settings; a sandbox's mail is written into files instead."""

from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formataddr, parseaddr
from pathlib import Path
from smtplib import (
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
)
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from core.one_line import to_one_line
from core.outgoing_mail import MailDelayed, MailRefused
from tenants.context import TenantRef, current_tenant
from tenants.tenant_links import tenant_url

_REPLY_CHARACTERS: Final = 300


class TenantMailer:
    """Implements `core.outgoing_mail.Mailer` for the active tenant."""

    def deliver(self, *, to: str, subject: str, text: str, html: str = "") -> None:
        tenant = current_tenant()
        # Mail in files holds confirmation links, which other accounts of the machine must not read.
        Path(settings.MAIL_DIRECTORY).mkdir(mode=0o700, parents=True, exist_ok=True)
        connection = (
            get_connection(
                "django.core.mail.backends.filebased.EmailBackend", file_path=sandbox_mail(tenant)
            )
            if tenant.is_sandbox
            else get_connection()
        )
        message = EmailMultiAlternatives(
            f"[{tenant.name}] {subject}",
            text,
            from_email=_sender_of(tenant),
            to=[to],
            connection=connection,
        )
        if html:
            message.attach_alternative(html, "text/html")
        with _translate_replies():
            message.send()

    def make_link(self, page: str, token: str) -> str:
        tenant = current_tenant()
        # On a host that tenants share, the token names the tenant.
        return f"{tenant_url(tenant, page)}?{urlencode({'token': f'{tenant.slug}.{token}'})}"


def sandbox_mail(tenant: TenantRef) -> Path:
    """Return the directory with the mail that a sandbox would have sent."""
    return Path(settings.MAIL_DIRECTORY) / tenant.slug


def _sender_of(tenant: TenantRef) -> str:
    return formataddr((tenant.name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))


@contextmanager
def _translate_replies() -> Iterator[None]:
    try:
        yield
    except SMTPRecipientsRefused as error:
        # One recipient, whose address is not for a log.
        code, reply = next(iter(error.recipients.values()))
        raise _describe(code, reply) from None
    except SMTPResponseException as error:
        raise _describe(error.smtp_code, error.smtp_error) from None
    except (SMTPException, OSError) as error:
        raise MailDelayed(f"The mail server can't be reached: {type(error).__name__}") from None


def _describe(code: int, reply: bytes | str) -> MailRefused | MailDelayed:
    text = reply.decode(errors="replace") if isinstance(reply, bytes) else reply
    line = f"{code} {to_one_line(text)}"[:_REPLY_CHARACTERS]
    return MailRefused(line) if 500 <= code < 600 else MailDelayed(line)
