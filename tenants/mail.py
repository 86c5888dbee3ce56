"""Delivers the mail of tenants through Django's mail settings; a sandbox's mail is written to files instead."""

from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from tenants.context import TenantRef, current_tenant


class TenantMailer:
    """`core.outgoing_mail.Mailer` for the active tenant."""

    def deliver(self, *, to: str, subject: str, text: str) -> None:
        tenant = current_tenant()
        # Files of mail contain secret links, so only this system user may read the directory.
        Path(settings.MAIL_DIRECTORY).mkdir(mode=0o700, parents=True, exist_ok=True)
        connection = (
            get_connection(
                "django.core.mail.backends.filebased.EmailBackend", file_path=sandbox_mail(tenant)
            )
            if tenant.is_sandbox
            else get_connection()
        )
        EmailMessage(f"[{tenant.name}] {subject}", text, to=[to], connection=connection).send()


def sandbox_mail(tenant: TenantRef) -> Path:
    """Return the directory with the mail that a sandbox would have sent."""
    return Path(settings.MAIL_DIRECTORY) / tenant.slug
