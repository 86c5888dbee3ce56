"""`docs/consoles.md`: every verb of `manage.py` has its place in the operators' console, or a reason for none."""

import re
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Iterator
from typing import Final

from django.core.management import get_commands, load_command_class

from tenants.management.base import OperatorCommand
from tenants.operators.console.pages import PAGES
from tests.architecture.source import ROOT

PAGE: Final = ROOT / "docs" / "consoles.md"
_ROW: Final = re.compile(r"^\| `([a-z -]+)` \| (.+) \|$", re.MULTILINE)
_PLACE: Final = re.compile(r"`([a-z-]+)(?:: ([a-z_, ]+))?`")
NO_PLACE: Final = "at the terminal alone: "


def rows() -> dict[str, str]:
    return dict(_ROW.findall(PAGE.read_text()))


def verbs() -> Iterator[str]:
    """Yield each verb of the operators' commands: `tenant create`, `tenant mail-domains add`."""
    for name, application in get_commands().items():
        if application in ("tenants", "config"):
            command = load_command_class(application, name)
            if isinstance(command, OperatorCommand):
                yield from verbs_of(command.create_parser("manage.py", name), name)


def verbs_of(parser: ArgumentParser, name: str) -> Iterator[str]:
    nested = [one for one in parser._actions if isinstance(one, _SubParsersAction)]
    if not nested:
        yield name
    for one in nested:
        for verb, sub in one.choices.items():
            yield from verbs_of(sub, f"{name} {verb}")


def test_every_verb_is_in_the_table() -> None:
    found = set(verbs())
    assert len(found) > 40
    assert set(rows()) == found


def test_every_place_is_a_page_with_that_action() -> None:
    pages = {page.name: page for page in PAGES}
    for verb, place in rows().items():
        if place.startswith(NO_PLACE):
            assert len(place) > len(NO_PLACE) + 10, verb
            continue
        named = _PLACE.findall(place)
        assert named, verb
        for page, actions in named:
            assert page in pages, verb
            for action in filter(None, actions.split(", ")):
                assert action in pages[page].actions, (verb, action)
