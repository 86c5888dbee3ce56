"""`manage.py mail`: what the plugins read in mail."""

import json
from argparse import ArgumentParser, Namespace, _SubParsersAction
from pathlib import Path

from django.core.management.base import CommandError
from django.db import transaction

from core.accounts.queries import require_user
from core.errors import NotFound
from core.mail.rereading import Rereading
from core.plugins import installed_plugins
from providers.mime.parsing import parse_paths
from tenants.audit import installation as audit
from tenants.context import tenant_scope
from tenants.management.base import OperatorCommand, Report, add_verb, translate_errors
from tenants.management.mail_import import count_facts, count_table, import_files
from tenants.management.mail_reparse import (
    list_tenants,
    reread_facts,
    reread_tenants,
    reread_text,
)
from tenants.management.mail_rows import show_details, show_table, write_row
from tenants.registry import require_tenant


class Command(OperatorCommand):
    help = "Read mail: what each plugin finds in it, and the applications that come of it."

    def add_verbs(self, verbs: "_SubParsersAction[ArgumentParser]") -> None:
        parse = add_verb(
            verbs, "parse", self.parse, help="read .eml files, mboxes or folders; nothing is stored"
        )
        parse.add_argument(
            "-v", dest="details", action="store_true", help="each field with its evidence"
        )
        take = add_verb(
            verbs,
            "import",
            self.import_,
            help="turn the mail in .eml files, mboxes or folders into a user's applications",
        )
        take.add_argument("--tenant", required=True, metavar="SLUG")
        take.add_argument("--user", required=True, help="e-mail address, user name or id")
        again = add_verb(
            verbs, "reparse", self.reparse, help="read stored mail again; say what that changes"
        )
        again.add_argument("--tenant", metavar="SLUG", help="only this tenant's")
        again.add_argument("--plugin", metavar="NAME", help="only what this plugin read")
        again.add_argument("--failed", action="store_true", help="only what could not be read")
        again.add_argument("--dry-run", action="store_true", help="store nothing")
        for verb in (parse, take):
            verb.add_argument("paths", nargs="+", type=Path, metavar="PATH")

    def handle(self, *args: object, **options: object) -> None:
        """Perform the verb; `parse` prints its rows as they come: an mbox may hold millions of them."""
        given = Namespace(**options)
        if given.perform != self.parse:
            super().handle(*args, **options)
            return
        with translate_errors():
            given.perform(given)

    def parse(self, given: Namespace) -> Report:
        _require_paths(given)
        parsed = parse_paths(given.paths, installed_plugins())
        if given.json:
            self.stdout.write('{"messages": [', ending="")
            for number, mail in enumerate(parsed):
                comma = ",\n" if number else ""
                self.stdout.write(
                    comma + json.dumps(write_row(mail), ensure_ascii=False), ending=""
                )
            self.stdout.write("]}")
        elif given.details:
            for mail in parsed:
                self.stdout.write(show_details(mail))
        else:
            self.stdout.write(show_table(parsed))
        return Report({}, "")

    def import_(self, given: Namespace) -> Report:
        _require_paths(given)
        tenant = require_tenant(given.tenant)
        with tenant_scope(tenant):
            user = require_user(given.user)
            with transaction.atomic():
                audit.record("mail.import", tenant=tenant.slug, user=user.uuid)
            count = import_files(user.id, given.paths)
        return Report(count_facts(count), count_table(count))

    def reparse(self, given: Namespace) -> Report:
        if given.plugin is not None and not installed_plugins().kinds_of(given.plugin):
            raise NotFound("plugin", given.plugin)
        tenants = list_tenants(given.tenant)
        which = Rereading(plugin=given.plugin, failed=given.failed)
        if not given.dry_run:
            for tenant in tenants:
                with transaction.atomic():
                    audit.record("mail.reparse", tenant=tenant.slug, plugin=given.plugin)
        counts = reread_tenants(tenants, which, dry_run=given.dry_run)
        return Report(reread_facts(counts), reread_text(counts, dry_run=given.dry_run))


def _require_paths(given: Namespace) -> None:
    missing = [str(path) for path in given.paths if not path.exists()]
    if missing:
        raise CommandError(f"There is no {', '.join(missing)}")
