"""Pauses that Gmail asks for: no request comes before their end, and no mail is given up because of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from plugins.gmail import mailbox
from plugins.gmail.answers import RawMessage
from plugins.gmail.requests import GmailRequests, OutOfTime
from providers.contracts import (
    HttpAnswer,
    MailboxContext,
    ProviderUnavailable,
)
from tests.plugins.gmail.answering import RAW, AnsweringGmail
from tests.plugins.gmail.mailboxes import keys


@dataclass
class Pausing(AnsweringGmail):
    """Has twenty mails. `refused`: the answers to the first requests for mails of these names."""

    refused: dict[str, list[HttpAnswer]] = field(default_factory=dict)
    asked: list[tuple[str, datetime]] = field(default_factory=list)

    def answer(self, name: str, params: Mapping[str, str]) -> HttpAnswer:
        self.asked.append((name, self.clock.now()))
        if self.refused.get(name):
            return self.refused[name].pop(0)
        if name.startswith("messages/"):
            said: object = {"id": name.partition("/")[2], "raw": RAW}
        else:
            said = {"historyId": "9", "messages": [{"id": f"{one:04}"} for one in range(20)]}
        return HttpAnswer(status=200, body=json.dumps(said).encode())


def refusal(status: int, seconds: int) -> HttpAnswer:
    return HttpAnswer(status=status, headers={"retry-after": str(seconds)})


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_long_pause_is_told_to_the_next_fetch_and_kept_by_each_connection(status: int) -> None:
    gmail = Pausing()
    gmail.refused = {f"messages/{one:04}": [refusal(status, 90)] * 9 for one in range(20)}
    pieces, error = gmail.fetch()
    assert isinstance(error, ProviderUnavailable)
    assert error.retry_after == pytest.approx(90, abs=1)
    # Each connection may have begun to ask when the first answer came.
    assert len([name for name, _ in gmail.asked if name.startswith("messages/")]) <= 4
    assert gmail.clock.pauses == []
    assert [keys(list(piece.mails)) for piece in pieces if piece.mails] == []


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_short_pause_is_kept_by_each_connection(status: int) -> None:
    gmail = Pausing()
    gmail.refused["messages/0001"] = [refusal(status, 5)]
    began = gmail.clock.now()
    others: list[RawMessage] = []

    def sleep(seconds: float) -> None:
        if not others:
            # Another thread has the next mail to ask for, while this one waits.
            others.append(RawMessage(id="0002"))
            others.append(requests.get("messages/0002", RawMessage))
        gmail.clock.sleep(seconds)

    context = gmail.context
    requests = GmailRequests(
        "gmail",
        MailboxContext(
            http=gmail,
            grant=context.grant,
            now=context.now,
            sleep=sleep,
            deadline=context.deadline,
        ),
    )
    requests.get("messages/0001", RawMessage)
    assert others[-1].id == "0002"
    assert [name for name, at in gmail.asked if at < began + timedelta(seconds=5)] == [
        "messages/0001"
    ]


def test_a_mail_that_could_not_be_asked_for_in_time_is_not_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mailbox, "CONNECTIONS", 1)
    gmail = Pausing()
    gmail.refused["messages/b1"] = [refusal(503, 300)]
    before = json.dumps({"history": "5", "again": {"a1": 24, "b1": 24}})
    pieces, error = gmail.fetch(before)
    assert isinstance(error, OutOfTime)
    assert (error.reason, error.status, error.retry_after) == ("status", 503, 300)
    assert [keys(list(piece.mails)) for piece in pieces if piece.mails] == [["a1"]]
    pieces, error = gmail.fetch(pieces[-1].cursor)
    assert error is None
    assert [keys(list(piece.mails)) for piece in pieces if piece.mails] == [["b1"]]


@pytest.mark.parametrize("status", [400, 404, 410])
def test_an_account_that_gmail_does_not_find_is_an_outage(status: int) -> None:
    gmail = Pausing()
    gmail.refused["profile"] = [HttpAnswer(status=status, body=b"{}")]
    _, error = gmail.fetch()
    assert isinstance(error, ProviderUnavailable)
    assert (error.reason, error.status) == ("status", status)
