"""A Gmail that answers for ever without giving mail is left when the time is up."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

import pytest

from plugins.gmail.mailbox import GmailMailbox
from providers.contracts import Fetched, Grant, HttpAnswer, MailboxContext, ProviderUnavailable
from tests.plugins.gmail.mailboxes import BOARD, Clock


@dataclass
class Endless:
    """Takes a second for each answer, and gives each page a next one.

    `lists_mail`: the list has mails, and each of them is deleted meanwhile.
    """

    clock: Clock
    lists_mail: bool = False
    requests: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        answer_bytes: int | None = None,
    ) -> HttpAnswer:
        name = url.rpartition("/me/")[2].partition("/")
        self.requests.append(name[0])
        self.clock.sleep(1)
        if name[2]:
            return HttpAnswer(status=404, body=b"{}")
        number = next(self._numbers)
        ids = [{"id": f"{number:04}{one:04}"} for one in range(500)]
        page: dict[str, object] = {"historyId": str(number), "nextPageToken": str(number)}
        if name[0] == "history":
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
    clock = Clock()
    http = Endless(clock, lists_mail)
    context = MailboxContext(
        http=http,
        search=BOARD,
        grant=Grant(access_token="t", client_id="ours"),
        now=clock.now,
        sleep=clock.sleep,
        deadline=clock.now() + timedelta(seconds=60),
    )
    pieces: list[Fetched] = []
    with pytest.raises(ProviderUnavailable) as raised:
        pieces.extend(GmailMailbox().fetch(cursor, context))
    assert (raised.value.reason, raised.value.retry_after) == ("timeout", 0.0)
    # Those that were asked for together.
    assert len(http.requests) <= 60 + 20
    if cursor is None:
        assert {"page", "done"} & json.loads(pieces[-1].cursor).keys()
