"""`manage.py files`: the tenants' stored files."""

from argparse import ArgumentParser, Namespace, _SubParsersAction

from tenants.files.sweep import sweep_files
from tenants.management.base import OperatorCommand, Report, add_verb


class Command(OperatorCommand):
    help = "Maintain the tenants' files."

    def add_verbs(self, verbs: "_SubParsersAction[ArgumentParser]") -> None:
        add_verb(
            verbs,
            "sweep",
            self.sweep,
            help="delete what interrupted uploads left behind, and uploads that are not in use",
        )

    def sweep(self, given: Namespace) -> Report:
        deleted = sweep_files()
        return Report(
            {"deleted": deleted},
            f"Deleted {deleted} files that belong to no position or candidate.",
        )
