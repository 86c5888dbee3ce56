"""A Gmail whose pages and numbers make no sense: a fetch ends with a reason, and no mail is asked for twice or lost."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import pytest

from plugins.gmail import mailbox
from providers.contracts import (
    CursorExpired,
    HttpAnswer,
    ProviderError,
    ProviderUnavailable,
)
from tests.plugins.gmail.answering import RAW, AnsweringGmail
from tests.plugins.gmail.mailboxes import keys

Answer = Callable[[str], Mapping[str, object]]


def honest(token: str) -> Mapping[str, object]:
    return {}


@dataclass
class LyingGmail(AnsweringGmail):
    """Gives each mail that is asked for. `pages`, `history`: what is answered to the token of a page.

    `seconds`: how long a mail takes. `asked`: the names of what was asked for. `bodies`: what is answered instead.
    """

    pages: Answer = honest
    history: Answer = honest
    seconds: float = 0.0
    bodies: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def answer(self, name: str, params: Mapping[str, str]) -> HttpAnswer:
        self.asked.append(name)
        token = params.get("pageToken", "")
        if name.startswith("messages/"):
            self.clock.sleep(self.seconds)
            said: Mapping[str, object] = {"id": name.partition("/")[2], "raw": RAW}
        else:
            parts = {"profile": honest, "messages": self.pages, "history": self.history}
            said = {"historyId": "100", **parts[name](token)}
        return HttpAnswer(status=200, body=self.bodies.get(name) or json.dumps(said).encode())

    @property
    def mails_asked(self) -> Counter[str]:
        return Counter(one for one in self.asked if one.startswith("messages/"))


def listing(ids: Iterable[str], following: str = "") -> Mapping[str, object]:
    return {"messages": [{"id": one} for one in ids], "nextPageToken": following}


def added(ids: Iterable[str], *, at: int, now: int, following: str = "") -> Mapping[str, object]:
    news = [{"message": {"id": one}} for one in ids]
    records = [{"id": str(at), "messagesAdded": news}]
    return {"history": records, "historyId": str(now), "nextPageToken": following}


def is_malformed(error: ProviderError | None) -> bool:
    return isinstance(error, ProviderUnavailable) and error.reason == "malformed"


@pytest.mark.parametrize("length", [1, 2, 3])
def test_pages_that_go_round_end_with_a_reason_and_each_mail_comes_once(length: int) -> None:
    def go_round(token: str) -> Mapping[str, object]:
        page = int(token or 0)
        return listing([f"{page}a", f"{page}b"], str((page % length) + 1))

    gmail = LyingGmail(go_round)
    pieces, error = gmail.fetch()
    assert is_malformed(error)
    brought = [key for piece in pieces for key in keys(list(piece.mails))]
    assert sorted(brought) == [f"{page}{one}" for page in range(length + 1) for one in "ab"]
    assert set(gmail.mails_asked.values()) == {1}


def test_a_page_that_repeats_itself_costs_one_request_the_next_time() -> None:
    gmail = LyingGmail(lambda token: listing(["a", "b"], "same"))
    pieces, _ = gmail.fetch()
    gmail.asked.clear()
    again, error = gmail.fetch(pieces[-1].cursor)
    assert is_malformed(error)
    assert gmail.asked == ["messages"]
    assert [piece.cursor for piece in again] == [pieces[-1].cursor]


def test_pages_without_an_end_have_one_over_several_fetches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mailbox, "MAX_PAGES", 100)
    gmail = LyingGmail(lambda token: listing([f"m{token}"], f"{int(token or 0) + 1}"), seconds=1)
    cursor, errors = None, list[ProviderError]()
    for _ in range(5):
        pieces, error = gmail.fetch(cursor)
        cursor = pieces[-1].cursor
        assert error is not None
        errors.append(error)
    assert is_malformed(errors[-1])
    assert gmail.asked.count("messages") <= 105


def test_the_pages_of_a_search_for_new_mail_end_too() -> None:
    gmail = LyingGmail(
        lambda token: listing(["a"], "same"), lambda token: added(["a"], at=101, now=102)
    )
    pieces, error = gmail.fetch('{"history":"100"}')
    assert is_malformed(error)
    assert (pieces, gmail.asked) == ([], ["history", "messages", "messages"])


def test_pages_of_the_history_that_go_round_end_with_a_reason() -> None:
    gmail = LyingGmail(
        lambda token: listing(["a"]), lambda token: added(["a"], at=101, now=102, following="same")
    )
    pieces, error = gmail.fetch('{"history":"100"}')
    assert is_malformed(error)
    assert [keys(list(piece.mails)) for piece in pieces] == [["a"], ["a"]]
    assert gmail.asked.count("history") == 2


@pytest.mark.parametrize(
    "history",
    [
        {"historyId": "99"},
        added(["a"], at=50, now=200),
        added(["a"], at=101, now=7),
    ],
    ids=["now", "record", "both"],
)
def test_a_history_that_goes_backwards_has_all_listed_anew(history: Mapping[str, object]) -> None:
    gmail = LyingGmail(history=lambda token: history)
    pieces, error = gmail.fetch('{"history":"100"}')
    assert pieces == []
    assert isinstance(error, CursorExpired)


def test_more_new_mail_than_a_cursor_remembers_has_all_listed_anew() -> None:
    many = [f"{number:x}" for number in range(600)]

    def in_two(token: str) -> Mapping[str, object]:
        return listing(many[500:]) if token else listing(many[:500], "2")

    gmail = LyingGmail(in_two, lambda token: added(many, at=101, now=102))
    _, error = gmail.fetch('{"history":"100"}')
    assert isinstance(error, CursorExpired)
    assert gmail.mails_asked == Counter()


def test_a_mail_that_a_page_names_twice_is_asked_for_once() -> None:
    gmail = LyingGmail(lambda token: listing(["a", "b", "a", "a"]))
    pieces, error = gmail.fetch()
    assert error is None
    assert sorted(key for piece in pieces for key in keys(list(piece.mails))) == ["a", "b"]
    assert set(gmail.mails_asked.values()) == {1}


def test_a_page_that_is_longer_than_was_asked_for_is_none() -> None:
    gmail = LyingGmail(lambda token: listing(f"{number:x}" for number in range(501)))
    _, error = gmail.fetch()
    assert is_malformed(error)
    assert gmail.mails_asked == Counter()


def test_a_long_answer_that_is_no_mail_is_not_read() -> None:
    """It would take ten times its size."""
    gmail = LyingGmail(lambda token: listing(["a", "b"]))
    bomb = b'{"id": "a", "raw": "%b", "x": [%b]}' % (RAW.encode(), b"[]," * 400_000 + b"[]")
    gmail.bodies["messages/a"] = bomb
    pieces, error = gmail.fetch()
    assert error is None
    assert [(mail.key, mail.reason != "") for piece in pieces for mail in piece.mails] == [
        ("b", False),
        ("a", True),
    ]


def test_nothing_is_asked_for_once_the_time_is_up() -> None:
    gmail = LyingGmail(lambda token: listing(f"{number}" for number in range(60)), seconds=40)
    pieces, error = gmail.fetch()
    assert isinstance(error, ProviderUnavailable)
    assert (error.reason, error.retry_after) == ("timeout", 0.0)
    # Four are asked for at a time.
    assert 1 < len(gmail.mails_asked) <= 2 + 4
    brought = {key for piece in pieces for key in keys(list(piece.mails))}
    assert {f"messages/{key}" for key in brought} == set(gmail.mails_asked)
    gmail.seconds = 0
    rest, error = gmail.fetch(pieces[-1].cursor)
    assert error is None
    assert len(brought | {key for piece in rest for key in keys(list(piece.mails))}) == 60
    assert set(gmail.mails_asked.values()) == {1}
