"""The progress bar of `manage.py mail import`: on a terminal alone, and never in what programs read."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from django.core.management import call_command

from core.accounts.models import User
from tenants.context import TenantRef
from tests.tenants.management.test_mail_import import COOK, LETTER, WAITER, write_mbox

Import = Callable[..., str]


@pytest.fixture
def run_import(acme: TenantRef, tmp_path: Path) -> Import:
    """Import three mails for a new user; return what standard output got."""
    user = User.objects.create(email="joe@jobs.test", is_registered=True)
    box = write_mbox(tmp_path / "all.mbox", [COOK, LETTER, WAITER])

    def run_import(*more: str) -> str:
        out = io.StringIO()
        given = ("--tenant", "acme", "--user", user.email, str(box), *more)
        call_command("mail", "import", *given, stdout=out)
        return out.getvalue()

    return run_import


@contextmanager
def terminal() -> Iterator[bytearray]:
    """Make standard error a terminal in the block; yield what holds all that it showed, once the block is over."""
    master, slave = os.openpty()
    shown = bytearray()
    # A terminal that is never read makes the program that writes to it wait.
    reader = Thread(target=_read_all, args=(master, shown))
    reader.start()
    with (
        pytest.MonkeyPatch.context() as patch,
        open(slave, "w") as screen,
    ):
        patch.setenv("TERM", "xterm")
        patch.setenv("COLUMNS", "100")
        patch.setattr(sys, "stderr", screen)
        yield shown
    reader.join()
    os.close(master)


def _read_all(master: int, shown: bytearray) -> None:
    try:
        while more := os.read(master, 4096):
            shown += more
    except OSError:
        return  # Linux answers so when the other side is closed.


def test_a_terminal_shows_how_far_it_is(run_import: Import) -> None:
    with terminal() as shown:
        printed = run_import()
    text = shown.decode()
    assert "3 mails" in text
    assert "2 applications" in text
    assert "\u2501" in text
    assert printed.startswith("board")


def test_with_json_standard_output_has_the_object_alone(run_import: Import) -> None:
    with terminal() as shown:
        printed = run_import("--json")
    assert json.loads(printed)["applications"] == 2
    assert "3 mails" in shown.decode()


def test_what_is_no_terminal_gets_no_bar(
    run_import: Import, capsys: pytest.CaptureFixture[str]
) -> None:
    json.loads(run_import("--json"))
    assert capsys.readouterr().err == ""
