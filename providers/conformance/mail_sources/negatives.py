"""Mail that every board and applicant system sends too, and that says nothing of an application.

`negatives/<language>.txt` holds notices: a line `# kind | subject`, then the text. `{T}` stands for a title, `{C}` for
a company.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from providers.contracts import MailSource
from providers.messages import Message, Sender
from providers.reading.markup import visible_text

NEGATIVES_FOLDER = Path(__file__).resolve().parent.parent / "negatives"
_NOTICE = re.compile(r"^# ([a-z ]+) \| (.*)\n", re.MULTILINE)
_WHEN = datetime(2026, 9, 8, 9, 30, tzinfo=UTC)


def negatives_for(source: MailSource) -> Iterator[Message]:
    """Yield each negative as mail that the source is asked about: from its own senders, with its own headers."""
    senders = tuple(source.senders) or ("acme.example",)
    number = 0
    for path in sorted(NEGATIVES_FOLDER.glob("*.txt")):
        parts = _NOTICE.split(path.read_text("utf-8"))
        for kind, subject, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
            number += 1
            yield _message(
                senders[number % len(senders)],
                tuple(source.headers),
                f"{path.stem}-{kind}-{number}",
                _fill(subject),
                _fill(text),
                as_html=number % 2 == 0,
            )


def _fill(text: str) -> str:
    return text.replace("{T}", "Line Cook").replace("{C}", "Bistro Vert").strip()


def _message(
    claim: str,
    headers: tuple[tuple[str, str], ...],
    name: str,
    subject: str,
    text: str,
    *,
    as_html: bool,
) -> Message:
    paragraphs = html.escape(text, quote=False).split("\n\n")
    page = "".join(f"<p>{one}</p>".replace("\n", "<br>") for one in paragraphs) if as_html else ""
    return Message(
        id=name,
        message_id=f"<{name}@kit.example>",
        received_at=_WHEN,
        sender=Sender(address=claim if "@" in claim else f"no-reply@{claim}"),
        subject=subject,
        headers=(("To", "Jo Doe <jo.doe@mail.example>"), *headers),
        text="" if as_html else text,
        html=page,
        visible_text=visible_text(page),
        trust="passed",
    )
