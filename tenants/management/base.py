"""The base of the operators' commands: `manage.py NOUN VERB ... [--json]`."""

import json
import sys
from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, cast

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, InterfaceError, OperationalError
from psycopg.errors import InsufficientPrivilege, UndefinedColumn, UndefinedFunction, UndefinedTable

from core.encryption import DecryptionFailed
from core.errors import DomainError
from core.messages import message_for_operator
from core.quotas.queries import read_refusal
from tenants.schema_states import compare_tenants, missing_in_public

_UNDECIPHERABLE: Final = (
    "A stored secret can't be decrypted: "
    "add the SECRET_KEY that encrypted it to SECRET_KEY_FALLBACKS"
)
_NOT_MIGRATED: Final = "The database is not migrated: run manage.py migrate_tenants first"
Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a command: `facts` for programs (`--json`), `text` for people."""

    facts: Mapping[str, Json]
    text: str


Perform = Callable[[Namespace], Report]


class OperatorCommand(BaseCommand):
    """A command with verbs. Errors go to standard error with exit status 1, wrong usage with 2."""

    # The checks examine settings and models alone, and would delay each command.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        # Verbs are declared on plain parsers, which a CommandParser is.
        verbs = cast(
            "_SubParsersAction[ArgumentParser]",
            parser.add_subparsers(metavar="VERB", required=True),
        )
        self.add_verbs(verbs)

    def add_verbs(self, verbs: "_SubParsersAction[ArgumentParser]") -> None:
        """Declare each verb with `add_verb`."""
        raise TypeError(f"{type(self).__name__} has no verbs")

    def handle(self, *args: object, **options: object) -> None:
        """Run the verb; print its report."""
        given = Namespace(**options)
        with translate_errors():
            report: Report = given.perform(given)
        self.stdout.write(
            json.dumps(report.facts, ensure_ascii=False) if given.json else report.text
        )

    def confirm(self, question: str, *, answer: str) -> None:
        """Ask for a confirmation; raise `CommandError` unless the operator types `answer`."""
        # Not on standard output, which carries the result alone with --json.
        self.stderr.write(self.style.WARNING(question), ending=" ")
        self.stderr.flush()
        if sys.stdin.readline().strip() != answer:
            raise CommandError("Confirmation did not match; nothing was changed")


def add_verb(
    verbs: "_SubParsersAction[ArgumentParser]", name: str, perform: Perform, *, help: str
) -> ArgumentParser:
    """Declare a verb and the function that runs it; return its parser for further arguments."""
    parser = verbs.add_parser(name, help=help, description=help)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(perform=perform)
    return parser


@contextmanager
def translate_errors() -> Iterator[None]:
    """Raise `CommandError` with a sentence for each error that an operator may cause or has to repair."""
    try:
        yield
    except DomainError as error:
        raise CommandError(message_for_operator(error)) from error
    except DecryptionFailed as error:
        raise CommandError(_UNDECIPHERABLE) from error
    except ImproperlyConfigured as error:
        raise CommandError(str(error)) from error
    except DatabaseError as error:
        if (refusal := read_refusal(error)) is not None:
            raise CommandError(message_for_operator(refusal)) from error
        if _is_of_older_schema(error):
            raise CommandError(_NOT_MIGRATED) from error
        if isinstance(error, OperationalError):
            raise CommandError(f"The database does not answer: {error}") from error
        raise
    except InterfaceError as error:
        raise CommandError(f"The database does not answer: {error}") from error


def _is_of_older_schema(error: DatabaseError) -> bool:
    """Tell whether the database lacks what a migration of this code adds, and not because of a fault in the code."""
    if isinstance(error.__cause__, UndefinedTable):
        return True
    if not isinstance(error.__cause__, UndefinedColumn | UndefinedFunction | InsufficientPrivilege):
        return False
    return bool(missing_in_public() or compare_tenants()[1])


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return rows under their headings, each column as wide as its longest cell."""
    cells = [list(columns), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(columns))]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in cells
    )
    return "\n".join(line.rstrip() for line in lines)


def positive(text: str) -> int:
    """Read an integer from 1 to 999,999,999."""
    number = int(text)
    if not 0 < number < 10**9:
        raise ValueError(text)
    return number
