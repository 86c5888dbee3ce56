"""`manage.py demo --tenants N`: sample data at size."""

import json
import time

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.management.base import positive, translate_errors

_EVERY = 100


class Command(BaseCommand):
    help = "Create sample tenants with users, positions, applications and requests of 90 days."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--tenants", type=positive, required=True, metavar="N", help="how many more"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument(
            "--yes", action="store_true", help="also in a production, where DATABASE_URL is set"
        )

    def handle(self, *, tenants: int, yes: bool, **options: object) -> None:
        """Create them; print their number and the seconds that it took."""
        from config.demo.many_tenants import make_tenants

        if settings.PRODUCTION and not yes:
            raise CommandError("This is a production: --yes creates sample tenants in it")
        began = time.perf_counter()
        with translate_errors():
            made = make_tenants(tenants, note=self._note)
            _write_to_disk()
        seconds = round(time.perf_counter() - began, 1)
        self.stdout.write(
            json.dumps({"tenants": len(made), "seconds": seconds})
            if options.get("json")
            else f"{len(made)} tenants are made, in {seconds} s."
        )

    def _note(self, made: int) -> None:
        if made % _EVERY == 0:
            self.stderr.write(f"{made} tenants")


def _write_to_disk() -> None:
    """Have the embedded server write all new files now: when it stops it has 20 s for that."""
    if settings.EMBEDDED_POSTGRES is not None:
        with psycopg.connect(settings.EMBEDDED_POSTGRES.admin_url, autocommit=True) as superuser:
            superuser.execute("CHECKPOINT")
