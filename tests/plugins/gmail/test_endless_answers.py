"""A Gmail that answers for ever without giving mail is left when the time is up."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

import pytest

from providers.contracts import HttpAnswer, ProviderUnavailable
from tests.plugins.gmail.answering import AnsweringGmail


@dataclass
class Endless(AnsweringGmail):
    """Takes a second for each answer, and gives each page a next one.

    `lists_mail`: the list has mails, and each of them is deleted meanwhile.
    """

    lists_mail: bool = False
    requests: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def answer(self, name: str, params: Mapping[str, str]) -> HttpAnswer:
        kind, _, message_id = name.partition("/")
        self.requests.append(kind)
        self.clock.sleep(1)
        if message_id:
            return HttpAnswer(status=404, body=b"{}")
        number = next(self._numbers)
        ids = [{"id": f"{number:04}{one:04}"} for one in range(500)]
        page: dict[str, object] = {"historyId": str(number), "nextPageToken": str(number)}
        if kind == "history":
            added = [{"message": one} for one in ids]
            page["history"] = [{"id": str(number), "messagesAdded": added}]
        elif self.lists_mail:
            page["messages"] = ids
        return HttpAnswer(status=200, body=json.dumps(page).encode())


@pytest.mark.parametrize("lists_mail", [False, True], ids=["empty-pages", "mail-that-is-gone"])
@pytest.mark.parametrize("cursor", [None, '{"history":"1"}'], ids=["from-the-start", "since"])
def test_a_fetch_ends_in_time_and_says_where_it_stopped(
    lists_mail: bool, cursor: str | None
) -> None:
    gmail = Endless(lists_mail)
    pieces, error = gmail.fetch(cursor)
    assert isinstance(error, ProviderUnavailable)
    assert (error.reason, error.retry_after) == ("timeout", 0.0)
    # Those that were asked for together.
    assert len(gmail.requests) <= 60 + 20
    if cursor is None:
        assert {"page", "done"} & json.loads(pieces[-1].cursor).keys()
