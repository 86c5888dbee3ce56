"""`manage.py migrate_tenants`: migrate `public` and every tenant to the newest schema."""

import json
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.management.base import positive, translate_errors
from tenants.provisioning.migrating import (
    DEFAULT_JOBS,
    MigrationReport,
    MigrationUnderWay,
    migrate_everything,
)


class Command(BaseCommand):
    help = "Migrate public and every tenant to the newest schema; run it again to resume."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--jobs", type=positive, default=DEFAULT_JOBS, metavar="N", help="tenants at a time"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: object, jobs: int = DEFAULT_JOBS, **options: object) -> None:
        """Migrate; print a report, and end with status 1 when a tenant failed."""
        try:
            with translate_errors():
                report = migrate_everything(jobs=jobs)
        except MigrationUnderWay as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(asdict(report)) if options.get("json") else _describe(report))
        if report.failed:
            lines = [f"  {failure.slug}: {failure.error}" for failure in report.failed]
            raise CommandError(
                "\n".join(
                    [
                        f"{len(lines)} tenants failed; remove the cause and run the command again:",
                        *lines,
                    ]
                )
            )


def _describe(report: MigrationReport) -> str:
    return f"{len(report.migrated)} tenants migrated, {report.current} were current."
