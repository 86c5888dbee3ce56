"""`manage.py mail import`: mail in files becomes a user's applications."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from core.mail.counting import IntakeCount
from core.mail.intake import take_in
from core.mail.origins import IncomingMail, origin_of_file
from providers.mime.files import read_paths
from tenants.management.base import Json, table

_COLUMNS: Final = ("board", "mails", "applications", "updates", "ignored", "failed")


def import_files(user_id: int, paths: Sequence[Path]) -> IntakeCount:
    """Take in the mail of files and folders for a user of the active tenant; return what came of it.

    Shows a progress bar on standard error where that is a terminal. Each batch is committed on its own: begun again
    after it was cut off, it goes on.
    """
    total = IntakeCount()
    with _progress() as progress:
        task = progress.add_task("", total=sum(_sizes(paths)), mails=0, applications=0)
        for count in take_in(user_id, _read(paths, progress, task)):
            total.add(count)
            progress.update(task, applications=total.total("applications"))
    return total


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.fields[mails]:,} mails"),
        BarColumn(),
        TextColumn("{task.fields[applications]:,} applications"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    )


def _sizes(paths: Iterable[Path]) -> Iterator[int]:
    for path in paths:
        files = path.rglob("*") if path.is_dir() else [path]
        yield from (file.stat().st_size for file in files if file.is_file())


def _read(paths: Iterable[Path], progress: Progress, task: TaskID) -> Iterator[IncomingMail]:
    for number, mail in enumerate(read_paths(paths), start=1):
        progress.update(task, advance=len(mail.raw), mails=number)
        yield IncomingMail(mail.raw, origin_of_file(mail.folder), reason=mail.reason)


def count_facts(count: IntakeCount) -> dict[str, Json]:
    """Return the counts for programs."""
    return {
        "messages": count.messages,
        "applications": count.total("applications"),
        "updates": count.total("updates"),
        "ignored": count.ignored,
        "failed": count.all_failed,
    }


def count_table(count: IntakeCount) -> str:
    """Return the counts for people: a row for each board, one for mail of no board, and one of all."""
    boards = sorted({board for board, _ in count.boards})
    rows = [_row_of(board, count) for board in boards]
    mails = sum(int(row[1]) for row in rows)
    others = count.messages - mails
    rows.append(("no board, or known", others, 0, 0, others - count.failed, count.failed))
    facts = count_facts(count)
    rows.append(
        (
            "all",
            count.messages,
            *(int(str(facts[name])) for name in ("applications", "updates", "ignored", "failed")),
        )
    )
    return table(_COLUMNS, rows)


def _row_of(board: str, count: IntakeCount) -> tuple[str | int, ...]:
    mails, failed = count.boards[board, "mails"], count.boards[board, "failed"]
    return (
        board,
        mails,
        count.boards[board, "applications"],
        count.boards[board, "updates"],
        mails - count.boards[board, "useful"] - failed,
        failed,
    )
