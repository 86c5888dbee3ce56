"""Rows of `manage.py mail parse`: as JSON, as a table, and in detail."""

from collections.abc import Iterable
from shutil import get_terminal_size
from sys import stdout

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from providers.event_facts import event_facts
from providers.mime.parsing import ParsedMail
from tenants.management.base import Json

# A file has room for long lines.
_WIDTH_OF_A_FILE = 200
_TRUST_STYLE = {"passed": "green", "failed": "red", "unknown": "yellow"}


def write_row(mail: ParsedMail) -> dict[str, Json]:
    """Return the row for programs, in the shape that `docs/plugins.md` gives."""
    events: list[Json] = [event_facts(event) for event in mail.answer.events]  # type: ignore[misc]
    return {
        "path": str(mail.path),
        "messageId": mail.message_id or None,
        "plugin": mail.plugin.name if mail.plugin else None,
        "events": events,
        "trust": mail.trust,
        "reason": mail.reason,
        "error": mail.answer.error,
        "ms": round(mail.ms, 3),
    }


def show_table(parsed: Iterable[ParsedMail]) -> str:
    """Return one line per mail."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("mail", "trust", "plugin", "says", "title", "company"):
        table.add_column(heading, no_wrap=True, overflow="ellipsis")
    table.add_column("ms", justify="right", no_wrap=True)
    count = 0
    for mail in parsed:
        count += 1
        table.add_row(*_cells(mail))
    return _rendered(table) if count else "There is no mail."


def _cells(mail: ParsedMail) -> list[Text]:
    trust = mail.trust
    first = mail.answer.events[0] if mail.answer.events else None
    kinds = ", ".join(event.kind for event in mail.answer.events)
    says = (
        Text(kinds, "bold green")
        if first
        else Text(mail.answer.error or mail.reason or "", "red" if mail.answer.error else "dim")
    )
    return [
        Text(_place(mail)),
        Text(trust, _TRUST_STYLE[trust]),
        Text(mail.plugin.name if mail.plugin else "-"),
        says,
        Text((first and first.title) or ""),
        Text((first and first.company) or ""),
        Text(f"{mail.ms:.1f}"),
    ]


def _place(mail: ParsedMail) -> str:
    return mail.path.name if mail.number is None else f"{mail.path.name}#{mail.number}"


def show_details(mail: ParsedMail) -> str:
    """Return everything that is known of one mail: each field, and the words it was read in."""
    subject = mail.subject
    tree = Tree(
        Text(f"{mail.path}{'' if mail.number is None else f'#{mail.number}'}  {subject}", "bold")
    )
    trust = mail.trust
    tree.add(Text(f"trust {trust}, plugin {mail.plugin or '-'}, {mail.ms:.1f} ms"))
    for text in (mail.reason, mail.answer.error):
        if text:
            tree.add(Text(text, "red"))
    for event in mail.answer.events:
        branch = tree.add(Text(event.kind, "bold green"))
        for name, value in event_facts(event).items():
            if value is None or name in ("kind", "evidence"):
                continue
            branch.add(Text(f"{name}: {value}"))
        for evidence in event.evidence:
            branch.add(Text(f"{evidence.field} from {evidence.place}: {evidence.quote}", "dim"))
    return _rendered(tree)


def _rendered(what: RenderableType) -> str:
    width = get_terminal_size().columns if stdout.isatty() else _WIDTH_OF_A_FILE
    console = Console(
        width=width,
        color_system="auto" if stdout.isatty() else None,
        force_terminal=stdout.isatty(),
    )
    with console.capture() as captured:
        console.print(what)
    return captured.get().rstrip("\n")
