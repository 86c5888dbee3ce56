"""What the operators' commands have in common: `manage.py NOUN VERB ... [--json]`."""

import json
import sys
from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError
from psycopg.errors import UndefinedTable

from core.errors import DomainError
from tenants.management.messages import sentence

Json = str | int | bool | None | Sequence["Json"] | Mapping[str, "Json"]


@dataclass(frozen=True, slots=True)
class Report:
    """What a command has to say: `facts` for programs (`--json`), `text` for people."""

    facts: Mapping[str, Json]
    text: str


Result = TypeVar("Result")
Perform = Callable[[Namespace], Report]


class OperatorCommand(BaseCommand):
    """A command with verbs. Errors go to standard error with exit status 1, wrong usage with 2."""

    # They look at settings and models alone, and would delay each command.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        self.add_verbs(parser.add_subparsers(metavar="VERB", required=True))

    def add_verbs(self, verbs: "_SubParsersAction[ArgumentParser]") -> None:
        """Declare each verb with `add_verb`."""
        raise TypeError(f"{type(self).__name__} has no verbs")

    def handle(self, *args: object, **options: object) -> None:
        """Perform the verb; print its report."""
        given = Namespace(**options)
        report = in_words(lambda: given.perform(given))
        self.stdout.write(
            json.dumps(report.facts, ensure_ascii=False) if given.json else report.text
        )

    def confirm(self, question: str, *, answer: str) -> None:
        """Go on only when the operator types `answer`."""
        # Not on standard output: with --json that has the result alone.
        self.stderr.write(self.style.WARNING(question), ending=" ")
        self.stderr.flush()
        if sys.stdin.readline().strip() != answer:
            raise CommandError("That was not the answer; nothing was done")


def add_verb(
    verbs: "_SubParsersAction[ArgumentParser]", name: str, perform: Perform, *, help: str
) -> ArgumentParser:
    """Declare a verb and what performs it; return its parser for further arguments."""
    parser = verbs.add_parser(name, help=help, description=help)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(perform=perform)
    return parser


def in_words(perform: Callable[[], Result]) -> Result:
    """Return what `perform` returns; what an operator may run into becomes a sentence."""
    try:
        return perform()
    except DomainError as error:
        raise CommandError(sentence(error)) from error
    except ImproperlyConfigured as error:
        raise CommandError(str(error)) from error
    except OperationalError as error:
        raise CommandError(f"The database does not answer: {error}") from error
    except ProgrammingError as error:
        if isinstance(error.__cause__, UndefinedTable):
            raise CommandError(
                "The database is not migrated: run manage.py migrate_tenants first"
            ) from error
        raise


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return rows under their headings, each column as wide as it needs to be."""
    cells = [list(columns), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(columns))]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in cells
    )
    return "\n".join(line.rstrip() for line in lines)


def password_of_stdin() -> str:
    """Return the first line of standard input: arguments of a command are there for every process to see."""
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise CommandError("--password-stdin is set, and standard input is empty")
    return password


def positive(text: str) -> int:
    """Read a whole number above 0 and below a thousand million."""
    number = int(text)
    if not 0 < number < 10**9:
        raise ValueError(text)
    return number
