from __future__ import annotations

import json
from base64 import b64decode
from itertools import islice

import pytest

from plugins.gmail.answers import RawMessage
from plugins.gmail.mailbox import GmailMailbox
from providers.contracts import (
    CredentialsRefused,
    CursorExpired,
    Grant,
    MailSearch,
    ProviderMisconfigured,
    ProviderUnavailable,
    ScopeMissing,
)
from providers.testing import GoodMailbox, MailboxContract, SentRequest, json_answer
from tests.plugins.gmail.mailboxes import EMAIL, User, keys
from tests.standins.gmail.faults import Fault

API = "GET https://gmail.googleapis.com/gmail/v1/users/me/"
RAW = "RnJvbTogYUBiLmV4YW1wbGUNCg0KSGk="


def _page(request: SentRequest) -> object:
    if "pageToken" in request.params:
        return {"messages": [{"id": "b2", "threadId": "b2"}], "resultSizeEstimate": 201}
    return {"messages": [{"id": "a1", "threadId": "a1"}], "nextPageToken": "2"}


class TestContract(MailboxContract):
    mailbox = GmailMailbox()
    good = GoodMailbox(
        keys=("a1", "b2"),
        grant=Grant(access_token="ya29.acme-token", client_id="ours"),
        answers={
            f"{API}profile": json_answer({"emailAddress": EMAIL, "historyId": "7"}),
            f"{API}messages": lambda request: json_answer(_page(request)),
            f"{API}messages/a1": json_answer({"id": "a1", "raw": RAW, "internalDate": "1"}),
            f"{API}messages/b2": json_answer({"id": "b2", "raw": RAW.rstrip("=")}),
            f"{API}history": json_answer({"historyId": "7"}),
        },
    )


def test_only_mail_that_a_source_could_claim_is_asked_for(user: User) -> None:
    wanted = user.deliver(3) + user.deliver(sender="notification@careersatacme.example")
    wanted += user.deliver(sender="hr@acme.example", text="Welcome to <Acme Careers>, Joe")
    user.deliver(sender="mum@home.example", subject="Sunday")
    user.deliver(sender="me@home.example", labels="SENT", text="Re: acme careers")
    user.deliver(labels="SPAM")
    user.deliver(labels="TRASH")
    assert sorted(keys(user.fetch())) == sorted(wanted)
    assert user.units == 1 + 5 + 20 * 5


def test_a_mail_comes_as_it_is_with_its_moment_and_folder(user: User) -> None:
    (first,) = user.deliver()
    (other,) = user.deliver(labels="Label_7")
    mails = {mail.key: mail for mail in user.fetch()}
    stored = user.account.messages[first]
    assert mails[first].raw == stored.raw
    assert mails[first].received_at is not None
    assert mails[first].received_at.timestamp() * 1000 == stored.received_ms
    assert (mails[first].folder, mails[other].folder) == ("inbox", "other")


@pytest.mark.parametrize("written", ["fn5-YT8_", "fn5+YT8/", "fn5-Yf8", "fn5-Yf8="])
def test_base64_is_read_in_both_alphabets_and_without_padding(written: str) -> None:
    message = RawMessage.model_validate_json(json.dumps({"id": "a1", "raw": written}))
    assert message.raw == b64decode(written.rstrip("=") + "==", altchars=_altchars(written))


def _altchars(written: str) -> bytes:
    return b"-_" if "-" in written else b"+/"


@pytest.mark.parametrize("written", ["fn5-YT8_!", "fn5-Y T8_", "%fn5-YT8_", "fn5-Y"])
def test_what_is_no_base64_is_no_mail(written: str) -> None:
    message = RawMessage.model_validate_json(json.dumps({"id": "a1", "raw": written}))
    assert isinstance(message.raw, str)


def test_a_mailbox_with_nothing_new_costs_one_request(user: User) -> None:
    user.deliver(3)
    user.fetch()
    user.requests()
    assert user.fetch() == []
    assert user.requests() == ["history"]


def test_an_empty_mailbox_has_a_place_to_start_from(user: User) -> None:
    assert user.fetch() == []
    new = user.deliver(2)
    assert sorted(keys(user.fetch())) == new or set(new)
    assert user.fetch() == []


def test_new_private_mail_is_not_even_asked_for(user: User) -> None:
    user.fetch()
    wanted = user.deliver()
    user.deliver(50, sender="mum@home.example")
    user.requests()
    assert keys(user.fetch()) == wanted
    assert user.requests() == ["history", "messages", f"messages/{wanted[0]}"]


def test_mail_that_the_user_takes_out_of_spam_is_new(user: User) -> None:
    (spam,) = user.deliver(labels="SPAM")
    assert user.fetch() == []
    user.account.relabel(spam, remove=["SPAM"], add=["INBOX"])
    assert keys(user.fetch()) == [spam]


def test_marking_and_deleting_is_nothing_new(user: User) -> None:
    first, second = user.deliver(2, labels="INBOX UNREAD")
    user.fetch()
    user.account.relabel(first, remove=["UNREAD"])
    user.account.delete(second)
    user.deliver(1)
    user.account.delete(
        max(user.account.messages, key=lambda one: user.account.messages[one].history_id)
    )
    assert user.fetch() == []


def test_a_search_that_is_late_finds_a_new_mail_the_next_time(user: User) -> None:
    user.fetch()
    (late,) = user.deliver()
    user.search = MailSearch(senders=("nowhere.example",))
    assert user.fetch() == []
    user.search = MailSearch(senders=("jobs.example",))
    (second,) = user.deliver()
    assert keys(user.fetch()) == [late, second]
    assert user.fetch() == []


def test_a_long_history_is_read_page_by_page(user: User) -> None:
    user.fetch()
    wanted = user.deliver(700)
    fetch = user.pieces_of_a_fetch()
    before = [mail.key for piece in islice(fetch, 3) for mail in piece.mails]
    fetch.close()
    after = keys(user.fetch())
    assert sorted(before + after) == sorted(wanted), "a stop in the middle doubles nothing"
    assert user.fetch() == []


def test_a_history_that_gmail_forgot_starts_from_the_beginning(user: User) -> None:
    wanted = user.deliver(2)
    user.fetch()
    user.account.forget_history()
    with pytest.raises(CursorExpired):
        user.fetch()
    user.cursor = None
    assert sorted(keys(user.fetch())) == sorted(wanted)


@pytest.mark.parametrize(
    "cursor", ["", "7", "{}", '{"history": "x"}', '{"version": 2, "history": "7"}']
)
def test_a_cursor_of_another_maker_is_refused(user: User, cursor: str) -> None:
    user.cursor = cursor
    with pytest.raises(CursorExpired):
        user.fetch()


def test_a_page_that_gmail_no_longer_knows_is_listed_again(user: User) -> None:
    wanted = user.deliver(600)
    fetch = user.pieces_of_a_fetch()
    brought = {mail.key for piece in islice(fetch, 26) for mail in piece.mails}
    fetch.close()
    assert json.loads(user.cursor or "")["page"]
    user.standin.gmail.is_token_of_page_good = False
    user.standin.gmail.account(EMAIL)
    mails, error = user.fetch_until_error()
    assert isinstance(error, ProviderUnavailable), "its next page is refused as well"
    user.standin.gmail.is_token_of_page_good = True
    assert brought | set(keys(mails)) | set(keys(user.fetch())) == set(wanted)


def test_nothing_is_asked_where_no_source_wants_mail(user: User) -> None:
    user.search = MailSearch()
    assert user.fetch() == []
    assert user.requests() == []


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("401", CredentialsRefused),
        ("scope", ScopeMissing),
        ("closed", ProviderMisconfigured),
        ("403-bare", ProviderUnavailable),
        ("html", ProviderUnavailable),
        ("redirect", ProviderUnavailable),
    ],
)
@pytest.mark.parametrize("path", ["profile", "messages", ""])
def test_what_the_owner_has_to_do_is_told_from_an_outage(
    user: User, fault: Fault, error: type[Exception], path: str
) -> None:
    user.deliver(2)
    user.standin.gmail.faults.plan(fault, path=path)
    _, raised = user.fetch_until_error()
    assert type(raised) is error
    assert user.token not in repr(raised)


def test_a_token_for_headers_alone_is_refused(user: User) -> None:
    user.token = user.new_token("openid https://www.googleapis.com/auth/gmail.metadata")
    _, error = user.fetch_until_error()
    assert isinstance(error, ScopeMissing)


def test_a_token_that_ends_in_the_middle_keeps_what_came_before(user: User) -> None:
    wanted = user.deliver(100)
    fetch = user.pieces_of_a_fetch()
    before = [mail.key for mail in next(fetch).mails]
    user.standin.google.revoke(token=user.token)
    with pytest.raises(CredentialsRefused):
        list(fetch)
    user.token = user.new_token("openid email https://www.googleapis.com/auth/gmail.readonly")
    assert sorted(before + keys(user.fetch())) == sorted(wanted)


def test_a_mailbox_without_a_grant_has_to_be_connected(user: User) -> None:
    from dataclasses import replace

    with pytest.raises(CredentialsRefused):
        list(GmailMailbox().fetch(None, replace(user.context(), grant=None)))


def test_an_api_that_is_off_is_the_operators_matter(user: User) -> None:
    user.standin.gmail.faults.plan("not-configured")
    _, error = user.fetch_until_error()
    assert isinstance(error, ProviderMisconfigured)
