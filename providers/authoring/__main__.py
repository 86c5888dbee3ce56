"""`happo-plugin new NAME`, `happo-plugin check NAME|MODULE`: for plugin authors, who need no checkout of Happo."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from providers.authoring.checking import NothingToCheck
from providers.authoring.describing import (
    check_facts,
    describe_outcome,
    describe_package,
    tell_checks,
)
from providers.authoring.scaffold import NameRefused, write_package
from providers.loading import PluginError


def main(arguments: list[str] | None = None) -> int:
    """Run a command. Return 0; 1 where a check failed or the command can't be performed."""
    parser = argparse.ArgumentParser(prog="happo-plugin", description="Write plugins for Happo.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    new = verbs.add_parser("new", help="write the package of a plugin that reads mail")
    new.add_argument("name")
    new.add_argument("--folder", type=Path, default=Path())
    check = verbs.add_parser("check", help="hold a plugin against the contract")
    check.add_argument("target", metavar="NAME|MODULE")
    check.add_argument("--golden", type=Path, help="the folder of its golden mail")
    check.add_argument("--quick", action="store_true", help="break as little mail as a test does")
    check.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args(arguments)
    try:
        if given.verb == "new":
            print(describe_package(write_package(given.name, given.folder)))
            return 0
        return _check(given)
    except (NameRefused, NothingToCheck, PluginError) as error:
        print(error, file=sys.stderr)
        return 1


def _check(given: argparse.Namespace) -> int:
    write = _ignore if given.json else _write
    checks = tell_checks(given.target, golden=given.golden, quick=given.quick, write=write)
    facts = check_facts(given.target, checks)
    print(json.dumps(facts) if given.json else describe_outcome(checks))
    return int(not facts["ok"])


def _write(text: str) -> None:
    print(text, end="", flush=True)


def _ignore(text: str) -> None:
    """Write nothing."""


if __name__ == "__main__":
    sys.exit(main())
