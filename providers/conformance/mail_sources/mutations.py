"""Broken mail: each mutation has a name, and is the same in every run."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from providers.conformance.mail_sources.variants import Place, with_html, with_text
from providers.messages import Message


class Change(Protocol):
    """Returns a text with one thing broken."""

    def __call__(self, text: str, chance: random.Random) -> str: ...


HOSTILE = (
    "<div>" * 20_000,
    "<a href='" * 5_000,
    "&#0;&bogus;" * 5_000,
    "<!--" * 5_000,
    "\u200b" * 50_000,
)
_SNIPPETS = (
    "<", ">", "&", "&amp;amp;", '"', "'", "<!--", "]]>", "</td></tr>", "<table>", "=?utf-8?q?=",
    "\u200b", "\u202e", "\u00a0", "\u2028", "\ufeff", "\u0301", "\U0001f468\u200d\U0001f373",
    "\n", "\n\n", "\r", "\t", "\\", "%s{}", "$1", "at", " at ", " for ", " - ", " | ", ": ", "()",
    "http://[", "https://acme.example:99999/", "<a href='http://[::1'>x</a>", "<a href>", "<img>",
    "99/99/9999", "31 February 2026", "0000-00-00", "\uff12\uff10\uff12\uff16", "\u0664\u0662",
    "DTSTART:99999999T999999Z", "BEGIN:VCALENDAR", "> ", "-----", "x" * 1_000, "\u00df" * 300,
)  # fmt: skip


def mutate(mails: Sequence[Message], count: int) -> Iterator[tuple[str, Message]]:
    """Yield `count` mutations with their names: first each part removed or hostile, then seeded changes of words."""
    parts = list(_dismembered(mails))
    chosen = (
        parts[:: -(-2 * len(parts) // count)][: count // 2] if 2 * len(parts) > count else parts
    )
    for name, make in chosen:
        yield name, make()
    for seed in range(count - len(chosen)):
        yield _change_at_random(mails, seed)


def _dismembered(mails: Sequence[Message]) -> Iterator[tuple[str, Callable[[], Message]]]:
    """Yield each with what makes it: to lay out a hostile page takes longer than most sources read it."""
    for index, mail in enumerate(mails):
        changed = partial(_changed, mail)
        for part in ("subject", "text"):
            yield f"mail {index}: without {part}", partial(changed, **{part: ""})
        yield f"mail {index}: without html", partial(changed, html="")
        yield f"mail {index}: subject alone", partial(changed, html="", text="", headers=())
        nameless = mail.sender.model_copy(update={"name": ""})
        yield f"mail {index}: nameless", partial(changed, sender=nameless)
        for year in (1, 1970, 9999):
            moment = datetime(year, 1, 1, tzinfo=UTC)
            yield f"mail {index}: of the year {year}", partial(changed, received_at=moment)
        yield f"mail {index}: a long subject", partial(changed, subject="at for at for " * 1_000)
        for place, hostile in enumerate(HOSTILE):
            page = partial(changed, html=hostile + mail.html, text=hostile)
            yield f"mail {index}: hostile {place}", page


def _changed(mail: Message, **parts: object) -> Message:
    changed = mail.model_copy(update=parts)
    return with_html(changed, changed.html) if "html" in parts else changed


def _change_at_random(mails: Sequence[Message], seed: int) -> tuple[str, Message]:
    # A mutation must be the same in every run: nothing here is secret.
    chance = random.Random(f"mutation {seed}")  # noqa: S311
    index = chance.randrange(len(mails))
    message, names = mails[index], []
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        place = chance.choice(_PLACES)
        name = chance.choice(list(_CHANGES))
        message = with_text(message, place, partial(_CHANGES[name], chance=chance))
        names.append(f"{place} {name}")
    return f"mail {index}: {', then '.join(names)} (seed {seed})", message


def _cut_end(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text) + 1)]


def _cut_start(text: str, chance: random.Random) -> str:
    return text[chance.randrange(len(text) + 1) :]


def _insert(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text) + 1)
    return text[:place] + chance.choice(_SNIPPETS) + text[place:]


def _drop_part(text: str, chance: random.Random, *, separator: str) -> str:
    parts = text.split(separator)
    del parts[chance.randrange(len(parts))]
    return separator.join(parts)


def _double_part(text: str, chance: random.Random, *, separator: str) -> str:
    parts = text.split(separator)
    place = chance.randrange(len(parts))
    parts.insert(place, parts[place])
    return separator.join(parts)


def _swap_words(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    one, other = chance.randrange(len(words)), chance.randrange(len(words))
    words[one], words[other] = words[other], words[one]
    return " ".join(words)


def _other_sign(text: str, chance: random.Random) -> str:
    if not text:
        return text
    place = chance.randrange(len(text))
    return text[:place] + chr(chance.randrange(32, 0x2FFF)) + text[place + 1 :]


_CHANGES: dict[str, Change] = {
    "cut at the end": _cut_end,
    "cut at the start": _cut_start,
    "snippet inserted": _insert,
    "word dropped": partial(_drop_part, separator=" "),
    "word doubled": partial(_double_part, separator=" "),
    "words swapped": _swap_words,
    "line dropped": partial(_drop_part, separator="\n"),
    "line doubled": partial(_double_part, separator="\n"),
    "sign replaced": _other_sign,
    "upper case": lambda text, chance: text.upper(),
    "lower case": lambda text, chance: text.lower(),
    "backwards": lambda text, chance: text[::-1],
    "nines for digits": lambda text, chance: "".join("9" if one.isdigit() else one for one in text),
    "no-break spaces": lambda text, chance: text.replace(" ", "\u00a0"),
    "lines for spaces": lambda text, chance: text.replace(" ", "\n"),
    "spaces for lines": lambda text, chance: text.replace("\n", " "),
    "without spaces": lambda text, chance: text.replace(" ", ""),
    "three times": lambda text, chance: text[:100_000] * 3,
    "emptied": lambda text, chance: "",
}
_PLACES: tuple[Place, ...] = ("subject", "text", "html", "html", "sender", "headers", "calendar")
