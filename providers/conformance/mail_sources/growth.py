"""How the cost of reading grows: a mail in which a phrase stands four times as often costs about four times as much."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence

from providers.conformance.mail_sources.child import Report
from providers.conformance.mail_sources.variants import with_html
from providers.messages import Message

MOST_GROWTH = 8
# Measured once: what grows with the square, 16 times, shows more than this also where the first measurement was
# disturbed and took three times as long as it should.
_SURE_GROWTH = 5
_MEASUREMENTS = 5
_CHARACTERS = 4_096
# Below this, a measurement says nothing, and no mail of this size takes long.
_NEGLIGIBLE_SECONDS = 0.02
# An expression that must fail behind a run tries all ways through it.
_BEHIND = " \u2020"
_SIGNS = (
    " ", "\n", "a", ".", "a ", "<p>a</p>", "-", "a, ", "Hi Jo,\n\n", " at ", ", ", "1", "<td>",
    "(", "a\n", "\t", "\u00a0", "A", "e", ",", " - ", ": ", "|", ")", "<", "&", "@", "_", '"', "'",
    "> ", " for ", " with ", "1/", "https://acme.example/", "<br>", "\u00e9", "\u4e2d",
)  # fmt: skip
_WORD = re.compile(r"\S+\s*")


def list_phrases(messages: Sequence[Message], search: Sequence[str], *, most: int) -> list[str]:
    """Return what is repeated: signs, the source's own phrases, and runs of one to six words of the mail, evenly."""
    runs: dict[str, None] = {}
    for message in messages:
        for text in (message.subject, message.visible_text[:5_000], message.text[:5_000]):
            words = _WORD.findall(text)
            for length in (1, 2, 3, 6):
                for place in range(0, max(len(words) - length + 1, 0), length):
                    runs.setdefault("".join(words[place : place + length]), None)
    fixed = [*(f"{phrase} " for phrase in search), *_SIGNS][: max(most // 2, most - len(runs))]
    chosen, room = list(runs), most - len(fixed)
    step = max(len(chosen) // room, 1) if room else 1
    return list(dict.fromkeys([*fixed, *chosen[::step][:room]]))


def measure_growth(
    read: Callable[[Message], object],
    messages: Sequence[Message],
    phrases: Sequence[str],
    report: Report,
) -> None:
    """Read each mail with each phrase n and 4n times in each place. Raises `AssertionError` at 8 times the cost."""
    for message in messages:
        for phrase in phrases:
            for place in ("subject", "text", "html"):
                step = f"{phrase!r} repeated in {place}"
                report(step)
                _compare(read, message, place, phrase, step)


def _compare(
    read: Callable[[Message], object], message: Message, place: str, phrase: str, step: str
) -> None:
    few = max(_CHARACTERS // len(phrase), 1)
    for short, long in _both_ways(message, place, phrase, few):
        often = _seconds(read, long)
        if often < _NEGLIGIBLE_SECONDS or often < _SURE_GROWTH * _seconds(read, short):
            continue
        once, often = _middle_of(read, short, long)
        assert often < max(MOST_GROWTH * once, _NEGLIGIBLE_SECONDS), (
            f"{step}: {few} times cost {once * 1000:.0f} ms, {4 * few} times {often * 1000:.0f} ms"
        )


def _middle_of(
    read: Callable[[Message], object], short: Message, long: Message
) -> tuple[float, float]:
    """Return the costs of both mails from the measurement that is in the middle by growth.

    Other programs slow this one down by turns, also in the processor's time: they share its caches. So both mails are
    read one after the other, and neither the luckiest time of one nor the unluckiest of the other counts.
    """
    measured = [(_seconds(read, short), _seconds(read, long)) for _ in range(_MEASUREMENTS)]
    return sorted(measured, key=lambda costs: costs[1] / costs[0])[_MEASUREMENTS // 2]


def _both_ways(
    message: Message, place: str, phrase: str, few: int
) -> Iterator[tuple[Message, Message]]:
    """Yield the mail with the phrase added to what it says, with something behind it, and in place of it."""
    if place == "html":
        pages = [message.html + phrase * times + _BEHIND for times in (few, 4 * few)]
        yield with_html(message, pages[0]), with_html(message, pages[1])
        return
    said = getattr(message, place)
    for start, end in ((said, _BEHIND), ("", "")):
        texts = [start + phrase * times + end for times in (few, 4 * few)]
        yield (
            message.model_copy(update={place: texts[0]}),
            message.model_copy(update={place: texts[1]}),
        )


def _seconds(read: Callable[[Message], object], message: Message) -> float:
    """Return the processor's time: other processes may be busy."""
    started = time.process_time()
    read(message)
    return max(time.process_time() - started, 1e-6)
