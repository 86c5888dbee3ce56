"""`manage.py migrate_tenants`: migrate `public` and every tenant to the newest schema."""

import json
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.management.base import positive, translate_errors
from tenants.provisioning.migrating import (
    DEFAULT_JOBS,
    MigrationReport,
    MigrationUnderWay,
    migrate_everything,
)
from tenants.schema_states import compare_tenants, missing_in_public


class Command(BaseCommand):
    help = "Migrate public and every tenant to the newest schema; run it again to resume."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--jobs", type=positive, default=DEFAULT_JOBS, metavar="N", help="tenants at a time"
        )
        parser.add_argument(
            "--tenant", metavar="SLUG", help="migrate public and this tenant, as a first try"
        )
        parser.add_argument(
            "--check", action="store_true", help="list what is not migrated; change nothing"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(
        self,
        *args: object,
        jobs: int = DEFAULT_JOBS,
        tenant: str | None = None,
        check: bool = False,
        **options: object,
    ) -> None:
        """Migrate, or check; print a report, and end with status 1 when a tenant failed or is outdated."""
        with translate_errors():
            if check:
                self._check(as_json=bool(options.get("json")))
                return
            try:
                report = migrate_everything(jobs=jobs, only=tenant)
            except MigrationUnderWay as error:
                raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(_facts(report)) if options.get("json") else _describe(report))
        if report.failed:
            lines = [f"{failure.slug}: {failure.error}" for failure in report.failed]
            _fail(
                f"{len(lines)} tenants failed; remove the cause and run the command again:", lines
            )

    def _check(self, *, as_json: bool) -> None:
        missing = missing_in_public()
        current, outdated = compare_tenants()
        facts = {"current": current, "outdated": outdated, "missing": missing}
        text = f"{current} tenants have the schema that this code needs, {len(outdated)} do not."
        self.stdout.write(json.dumps(facts) if as_json else text)
        if missing:
            _fail(
                "The schema public lacks these migrations; run manage.py migrate_tenants:", missing
            )
        if outdated:
            _fail("These tenants are not migrated, and their requests get 503:", outdated)


def _fail(headline: str, lines: Sequence[str]) -> None:
    raise CommandError("\n".join([headline, *(f"  {line}" for line in lines)]))


def _facts(report: MigrationReport) -> dict[str, Any]:  # Any: what JSON can show
    facts: dict[str, Any] = {  # Any: as above
        "current": report.current,
        "migrated": report.migrated,
        "failed": [{"slug": failure.slug, "error": failure.error} for failure in report.failed],
    }
    extra = {"unknown": report.unknown, "outdated": report.outdated}
    return facts | {name: found for name, found in extra.items() if found}


def _describe(report: MigrationReport) -> str:
    if report.unknown:
        text = (
            f"Newer code has migrated this database: it has {', '.join(report.unknown)}. "
            f"{report.current} tenants have at least the schema of this code and were not changed, "
            f"{len(report.migrated)} were migrated to the schema of this code, "
            "which is not the newest."
        )
    else:
        text = f"{len(report.migrated)} tenants migrated, {report.current} were current."
    if report.outdated:
        slugs = ", ".join(report.outdated)
        text += f" {len(report.outdated)} other tenants are not migrated yet: {slugs}."
    return text
