"""`manage.py audit`: the audit logs of the installation and of its tenants."""

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace, _SubParsersAction
from datetime import UTC, datetime

import orjson

from tenants.audit import installation as audit
from tenants.audit.logs import Log, logs
from tenants.audit.queries import iterate_entries
from tenants.audit.sealing import seal_new_entries
from tenants.audit.verifying import Broken, verify
from tenants.management.base import Json, OperatorCommand, Report, add_verb, table, translate_errors
from tenants.registry import require_tenant


class Command(OperatorCommand):
    help = "Verify, seal and export the audit logs of the installation and of tenants."
    _is_broken = False

    def add_verbs(self, verbs: "_SubParsersAction[ArgumentParser]") -> None:
        verify_logs = add_verb(
            verbs, "verify", self.verify, help="find changed, missing and inserted entries"
        )
        verify_logs.add_argument(
            "--tenant", metavar="SLUG", help="only this one's log; all logs if left out"
        )
        add_verb(verbs, "seal", self.seal, help="seal new entries now, as a worker does by itself")
        export = add_verb(
            verbs, "export", self.export, help="print a log as JSON lines, the oldest entry first"
        )
        export.add_argument(
            "--tenant", metavar="SLUG", help="this one's log; the installation's if left out"
        )
        for name, what in (("--since", "from this time on"), ("--until", "before this time")):
            export.add_argument(name, type=_time, metavar="TIME", help=f"{what} (ISO 8601, UTC)")

    def handle(self, *args: object, **options: object) -> None:
        """Perform the verb. A log that isn't whole ends it with exit status 1, below the report."""
        given = Namespace(**options)
        if given.perform == self.export:
            with translate_errors():
                given.perform(given)
            return
        super().handle(*args, **options)
        if self._is_broken:
            sys.exit(1)

    def verify(self, given: Namespace) -> Report:
        found = [verify(log) for log in logs(given.tenant)]
        broken = [one for result in found for one in result.broken]
        facts: dict[str, Json] = {
            "ok": not broken,
            "entries": sum(result.entries for result in found),
            "unsealed": sum(result.unsealed for result in found),
            "broken": [_describe(one) for one in broken],
        }
        text = f"All {facts['entries']} entries are as they were written."
        if broken:
            self._is_broken = True
            rows = [(one.log, one.subject, one.number, one.fault) for one in broken]
            text = table(("log", "", "number", "is"), rows)
        return Report(facts, text)

    def seal(self, given: Namespace) -> Report:
        number = seal_new_entries()
        return Report({"sealed": number}, f"{number} entries are sealed.")

    def export(self, given: Namespace) -> Report:
        log = Log() if given.tenant is None else Log(require_tenant(given.tenant))
        audit.record("audit.export", log.name, tenant=log.tenant.slug if log.tenant else "")
        for entry in iterate_entries(log, since=given.since, until=given.until):
            self.stdout.write(orjson.dumps(entry).decode())
        return Report({}, "")


def _describe(broken: Broken) -> dict[str, Json]:
    return {"log": broken.log, broken.subject: broken.number, "fault": broken.fault}


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no date or time like 2026-12-01T08:00Z") from None
    return time if time.tzinfo is not None else time.replace(tzinfo=UTC)
