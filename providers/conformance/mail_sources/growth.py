"""How the cost of reading grows: a mail in which a phrase stands four times as often costs about four times as much."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from math import ceil

from providers.conformance.mail_sources.child import Report
from providers.conformance.mail_sources.variants import Place, with_text
from providers.messages import MAX_HEADER_BYTES, Message

MOST_GROWTH = 8
# Measured once: what grows with the square, 16 times, shows more than this also where the first measurement was
# disturbed and took three times as long as it should.
_SURE_GROWTH = 5
_MEASUREMENTS = 5
# A measurement lasts at least this long, so that what disturbs it for a moment is a small part of it.
_STEADY_SECONDS = 0.1
# What is that slow is measured less often, so that the step ends before it is stopped.
_LONG_SECONDS, _MEASUREMENTS_OF_LONG = 0.5, 3
_CHARACTERS = 4_096
# What is cheap, as copying the rest of a text, shows its growth in a long one: at most what a header has room for.
_MANY_CHARACTERS = {"subject": MAX_HEADER_BYTES // 4, "text": 32 * 1024, "html": 32 * 1024}
_IN_LONG_TEXT = "a b\n"
_BODIES: tuple[Place, ...] = ("subject", "text", "html")
# A source reads less of these: they get every other phrase.
_BESIDE: tuple[Place, ...] = ("sender", "headers", "calendar")
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
        for place in _BODIES:
            step = f"a long {place}"
            report(step)
            _compare(read, message, place, _IN_LONG_TEXT, _MANY_CHARACTERS[place], step)
        for number, phrase in enumerate(phrases):
            for place in _BODIES if number % 2 else (*_BODIES, *_BESIDE):
                step = f"{phrase!r} repeated in {place}"
                report(step)
                _compare(read, message, place, phrase, _CHARACTERS, step)


def _compare(
    read: Callable[[Message], object],
    message: Message,
    place: Place,
    phrase: str,
    characters: int,
    step: str,
) -> None:
    few = max(characters // len(phrase), 1)
    for short, long in _both_ways(message, place, phrase, few):
        often = _seconds(read, long)
        if often < _NEGLIGIBLE_SECONDS or often < _SURE_GROWTH * _seconds(read, short):
            continue
        rounds = _MEASUREMENTS_OF_LONG if often > _LONG_SECONDS else _MEASUREMENTS
        times = ceil(_STEADY_SECONDS / often)
        once, often = _middle_of(read, short, long, times=times, rounds=rounds)
        assert often < max(MOST_GROWTH * once, _NEGLIGIBLE_SECONDS), (
            f"{step}: {few} times cost {once * 1000:.0f} ms, {4 * few} times {often * 1000:.0f} ms"
        )


def _middle_of(
    read: Callable[[Message], object], short: Message, long: Message, *, times: int, rounds: int
) -> tuple[float, float]:
    """Return the costs of both mails from the measurement that is in the middle by growth.

    Other programs and other machines on the same processor slow this one down by turns, also in the processor's time:
    of two measurements the longer one meets more of it. So the short mail, which has a fourth of the phrase, is read
    four times as often as the long one: both last as long where the cost grows as it should.
    """
    measured = [
        (_seconds(read, short, 4 * times), _seconds(read, long, times)) for _ in range(rounds)
    ]
    return sorted(measured, key=lambda costs: costs[1] / costs[0])[rounds // 2]


def _both_ways(
    message: Message, place: Place, phrase: str, few: int
) -> Iterator[tuple[Message, Message]]:
    """Yield the mail with the phrase added to what it says, with something behind it, and in place of it."""
    if place == "calendar" and not message.calendar:
        message = message.model_copy(update={"calendar": ("",)})
    runs = [phrase * times for times in (few, 4 * few)]
    short, long = (with_text(message, place, partial(_add, run=run)) for run in runs)
    yield short, long
    if place in ("subject", "sender", "text"):
        short, long = (with_text(message, place, partial(_exchange, run=run)) for run in runs)
        yield short, long


def _add(text: str, *, run: str) -> str:
    return text + run + _BEHIND


def _exchange(text: str, *, run: str) -> str:
    return run


def _seconds(read: Callable[[Message], object], message: Message, times: int = 1) -> float:
    """Return what one reading of `times` costs in the processor's time: other processes may be busy."""
    started = time.process_time()
    for _ in range(times):
        read(message)
    return max(time.process_time() - started, 1e-6) / times
