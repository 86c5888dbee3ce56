"""`manage.py files`: the tenants' stored files."""

from argparse import ArgumentParser, Namespace, _SubParsersAction

from tenants.files.sweep import sweep_orphans
from tenants.management.base import OperatorCommand, Report, add_verb


class Command(OperatorCommand):
    help = "Maintain the tenants' files."

    def add_verbs(self, verbs: "_SubParsersAction[ArgumentParser]") -> None:
        add_verb(
            verbs, "sweep", self.sweep, help="delete the files that interrupted uploads left behind"
        )

    def sweep(self, given: Namespace) -> Report:
        deleted = sweep_orphans()
        return Report(
            {"deleted": deleted}, f"Deleted {deleted} files that belong to no attachment."
        )
