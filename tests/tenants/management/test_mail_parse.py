"""`manage.py mail parse`: a row for every mail, and no database."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from providers.conformance.mail_writer import build_mail
from tests.forking.processes import run_fork

CHECKOUT = Path(__file__).resolve().parents[3]
KEYS = ["path", "messageId", "plugin", "events", "trust", "reason", "error", "ms"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    mail = build_mail(
        sender="Jö <jo@mail.example>",
        subject="[bold]Hello[/bold] Jö",
        text="hi",
        message_id="<1@mail.example>",
    )
    (tmp_path / "a.eml").write_bytes(mail)
    (tmp_path / "b.eml").write_bytes(b"no mail")
    (tmp_path / "c.mbox").write_bytes(
        (b"From 1@xxx Tue Sep 08 09:30:00 +0000 2026\n" + mail.replace(b"\r\n", b"\n") + b"\n") * 2
    )
    return tmp_path


def parse(*arguments: object) -> str:
    out = io.StringIO()
    call_command("mail", "parse", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_every_mail_has_a_row(folder: Path) -> None:
    document: dict[str, Any] = json.loads(parse(folder, "--json"))  # Any: what JSON holds
    rows = document["messages"]
    assert [Path(row["path"]).name for row in rows] == ["a.eml", "b.eml", "c.mbox", "c.mbox"]
    assert all(list(row) == KEYS for row in rows)
    first, unreadable = rows[:2]
    assert (first["messageId"], first["plugin"], first["events"], first["trust"]) == (
        "<1@mail.example>",
        None,
        [],
        "passed",
    )
    assert (first["reason"], first["error"]) == (None, None)
    assert (unreadable["messageId"], unreadable["reason"]) == (None, "no mail: it has no header")


def test_people_see_a_line_for_each(folder: Path) -> None:
    lines = parse(folder).splitlines()
    assert [line.split()[0] for line in lines] == ["mail", "a.eml", "b.eml", "c.mbox#1", "c.mbox#2"]
    assert "no mail: it has no header" in lines[2]


def test_people_see_details_when_they_ask(folder: Path) -> None:
    shown = parse(folder / "a.eml", "-v")
    assert "[bold]Hello[/bold] Jö" in shown
    assert "trust passed" in shown


def test_an_empty_folder_has_no_mail(tmp_path: Path) -> None:
    assert json.loads(parse(tmp_path, "--json")) == {"messages": []}
    assert parse(tmp_path) == "There is no mail.\n"


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no "):
        parse(tmp_path / "gone.eml")


@pytest.mark.server
def test_it_needs_no_database(folder: Path) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
        "SECRET_KEY": "s3cret" * 20,
    }
    command = ["manage.py", "mail", "parse", str(folder), "--json"]
    ran = run_fork(command, environment=environment, timeout=100)
    assert ran.returncode == 0, ran.stderr
    assert len(json.loads(ran.stdout)["messages"]) == 4
