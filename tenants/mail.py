"""Mail of tenants: sent through Django's mail settings; a sandbox's mail is written into files instead."""

from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from tenants.context import TenantRef, current_tenant


class TenantMailer:
    """Implements `core.outgoing_mail.Mailer` for the active tenant."""

    def deliver(self, *, to: str, subject: str, text: str) -> None:
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
        EmailMessage(f"[{tenant.name}] {subject}", text, to=[to], connection=connection).send()


def sandbox_mail(tenant: TenantRef) -> Path:
    """Return the directory with the mail that a sandbox would have sent."""
    return Path(settings.MAIL_DIRECTORY) / tenant.slug
