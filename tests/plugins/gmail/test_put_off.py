"""Mails that Gmail fails to give: each has a reason at once, stops no other, and comes as soon as Gmail gives it."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from plugins.gmail import bringing
from tests.plugins.gmail.mailboxes import User, keys
from tests.standins.gmail.faults import Fault

GARBLED = "Gmail sends this mail in no readable form"
NOT_GIVEN = "Gmail answered each request for this mail with an error"


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("half-base64", GARBLED),
        ("no-base64", GARBLED),
        ("other-id", GARBLED),
        ("no-raw", GARBLED),
        ("500", NOT_GIVEN),
        ("cut", NOT_GIVEN),
    ],
)
def test_a_mail_that_gmail_fails_to_give_has_a_reason_and_comes_later(
    user: User, fault: Fault, reason: str
) -> None:
    failing, good = user.deliver(2)
    user.standin.gmail.faults.plan(fault, path=failing)
    mails = {mail.key: mail for mail in user.fetch()}
    assert (mails[failing].raw, mails[failing].reason) == (b"", reason)
    assert mails[good].raw
    # It has its reason.
    assert user.fetch() == []
    user.standin.gmail.faults.clear()
    (mail,) = user.fetch()
    assert (mail.key, mail.reason) == (failing, "")
    user.requests()
    assert user.fetch() == []
    assert user.requests() == ["history"]


def test_new_mail_comes_before_what_is_asked_for_again(user: User) -> None:
    (failing,) = user.deliver()
    user.standin.gmail.faults.plan("no-base64", path=failing)
    user.fetch()
    user.requests()
    (new,) = user.deliver()
    assert keys(user.fetch()) == [new]
    assert user.requests() == ["history", "messages", f"messages/{new}", f"messages/{failing}"]


def test_a_mail_comes_though_the_fetch_ended_within_its_page(user: User) -> None:
    wanted = user.deliver(60)
    failing = wanted[-1]
    user.standin.gmail.faults.plan("500", path=failing)
    fetch = user.pieces_of_a_fetch()
    brought = [mail.key for mail in next(fetch).mails if mail.raw]
    fetch.close()
    user.standin.gmail.faults.clear()
    assert failing not in brought
    brought += keys(user.fetch())
    brought += keys(user.fetch())
    assert Counter(brought) == Counter(wanted)


def test_a_mail_that_gmail_never_gives_is_given_up(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "MAX_TRIES", 2)
    failing, _ = user.deliver(2)
    user.standin.gmail.faults.plan("500", path=failing)
    user.fetch()
    for tries in (1, 2):
        assert json.loads(user.cursor or "")["again"] == {failing: tries}
        assert user.fetch() == []
    user.requests()
    user.fetch()
    assert user.requests() == ["history"]


def test_a_mail_that_is_deleted_is_asked_for_no_more(user: User) -> None:
    (failing,) = user.deliver()
    user.standin.gmail.faults.plan("no-raw", path=failing)
    user.fetch()
    user.account.delete(failing)
    user.standin.gmail.faults.clear()
    assert user.fetch() == []
    assert "again" not in json.loads(user.cursor or "")


def test_a_cursor_of_an_earlier_release_names_the_mails_alone(user: User) -> None:
    (failing,) = user.deliver()
    user.cursor = json.dumps({"history": str(user.account.last_history_id), "again": [failing]})
    assert keys(user.fetch()) == [failing]


def test_a_full_cursor_has_its_size() -> None:
    from plugins.gmail.cursor import MAX_AGAIN, MAX_DONE, MAX_UNFOUND, Cursor

    ids = [f"{number:016x}" for number in range(MAX_DONE)]
    cursor = Cursor(
        history="9" * 20,
        listing=True,
        page="x" * 1000,
        pages=2000,
        done=tuple(ids),
        again=dict.fromkeys(ids[:MAX_AGAIN], bringing.MAX_TRIES),
        unfound=tuple(ids[:MAX_UNFOUND]),
    )
    assert len(cursor.write()) <= 16 * 1024
