"""`manage.py inbound`: takes mail for users' forwarding addresses. Several may run, also on one port."""

import asyncio
from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.mail.inbound.setup import inbound_setup
from tenants.database.application_name import use_process_kind
from tenants.inbound.server import serve_mail


class Command(BaseCommand):
    help = (
        "Take mail for users' forwarding addresses until SIGTERM or Ctrl-C. "
        "It belongs behind a mail server on this machine."
    )
    # The checks examine settings and models alone; `manage.py check` runs them.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
        parser.add_argument(
            "--port", type=int, default=settings.INBOUND_PORT, help="port to listen on"
        )
        parser.add_argument("--smtp", action="store_true", help="speak SMTP, not LMTP")
        parser.add_argument("--threads", type=int, default=8, help="how many mails at once (8)")

    def handle(self, *, host: str, port: int, smtp: bool, threads: int, **options: object) -> None:
        if not inbound_setup().domain:
            raise CommandError("INBOUND_DOMAIN is not set: no address leads here")
        use_process_kind("inbound")
        speaks = "smtp" if smtp else "lmtp"
        try:
            asyncio.run(
                serve_mail(
                    host=host,
                    port=port,
                    speaks=speaks,
                    threads=threads,
                    on_start=lambda found: self._say_started(speaks, host, found),
                )
            )
        except OSError as error:
            raise CommandError(f"It can't listen on {host}:{port} ({error.strerror})") from error

    def _say_started(self, speaks: str, host: str, port: int) -> None:
        self.stdout.write(f"Happo takes mail by {speaks.upper()} on {host}:{port}.")
        self.stdout.flush()
