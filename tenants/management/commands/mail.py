"""`manage.py mail`: what the plugins read in mail."""

import json
from argparse import ArgumentParser, Namespace, _SubParsersAction
from pathlib import Path

from django.core.management.base import CommandError

from core.plugins import installed_plugins
from providers.mime.parsing import parse_paths
from tenants.management.base import OperatorCommand, Report, add_verb, translate_errors
from tenants.management.mail_rows import show_details, show_table, write_row


class Command(OperatorCommand):
    help = "Read mail: what each plugin finds in it."

    def add_verbs(self, verbs: "_SubParsersAction[ArgumentParser]") -> None:
        parse = add_verb(
            verbs, "parse", self.parse, help="read .eml files, mboxes or folders; nothing is stored"
        )
        parse.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parse.add_argument(
            "-v", dest="details", action="store_true", help="each field with its evidence"
        )

    def handle(self, *args: object, **options: object) -> None:
        """Perform the verb, which prints its rows as they come: an mbox may hold millions of them."""
        given = Namespace(**options)
        with translate_errors():
            given.perform(given)

    def parse(self, given: Namespace) -> Report:
        missing = [str(path) for path in given.paths if not path.exists()]
        if missing:
            raise CommandError(f"There is no {', '.join(missing)}")
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
