"""Which commands `manage.py` lists and runs: Happo's, and of its libraries' those that keep to its rules."""

import re
from argparse import _SubParsersAction

import pytest
from django.core.management import get_commands, load_command_class

from config.command_line import DEVELOPERS, HIDDEN, OPERATORS, REFUSED, CommandLine

LINE = CommandLine(["manage.py", "help"])


def test_each_command_is_listed_hidden_or_refused_and_one_of_them_alone() -> None:
    decided = sorted((*OPERATORS, *DEVELOPERS, *HIDDEN, *REFUSED))
    assert decided == sorted(get_commands())


def test_help_lists_no_command_that_is_hidden_or_refused() -> None:
    names = LINE.main_help_text(commands_only=True).split("\n")
    assert names == sorted((*OPERATORS, *DEVELOPERS))
    text = LINE.main_help_text()
    assert re.findall(r"^    (\w+)$", text, re.MULTILINE) == [*OPERATORS, *DEVELOPERS]


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_refused_command_names_the_one_to_use(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        LINE.fetch_command(name)
    assert ended.value.code == 1
    assert capsys.readouterr().err == (
        f"manage.py {name} goes round Happo's own rules. Use {REFUSED[name]}.\n"
    )


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_is_named_instead_exists(name: str) -> None:
    for command, verb in re.findall(r"manage\.py (\w+)(?: ([a-z-]+))?", REFUSED[name]):
        assert command in OPERATORS
        parser = load_command_class(get_commands()[command], command).create_parser("", command)
        verbs = [one for one in parser._actions if isinstance(one, _SubParsersAction)]
        assert not verb or not verbs or verb in verbs[0].choices


@pytest.mark.parametrize("name", ["tenant", "makemigrations", "migrate"])
def test_other_commands_are_found(name: str) -> None:
    assert type(LINE.fetch_command(name)) is type(load_command_class(get_commands()[name], name))
