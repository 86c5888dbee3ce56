"""Mailboxes on a real server."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from providers.contracts import (
    CredentialsRefused,
    CursorExpired,
    Mailbox,
    MailboxLogin,
    MailSearch,
    ProviderMisconfigured,
    ProviderUnavailable,
)
from providers.mime.limits import MAX_MAIL_BYTES
from tests.plugins.imap.conftest import PASSWORD, Owner, ids_of, mails_of
from tests.standins.dovecot import mail


def test_a_first_fetch_brings_the_claimed_mail_as_it_is_and_no_other(owner: Owner) -> None:
    raw = mail(message_id="1@linkedin.com")
    owner.deliver(raw, at=1_700_000_123)
    owner.deliver(mail(message_id="2@friend.example", sender="friend@friend.example"))
    owner.deliver(mail(message_id="3@x", sender="hr@acme.example", feedback_id="1:2:workday"))
    owner.deliver(mail(message_id="4@x", sender="notification@careersat-acme.com"))
    owner.deliver(mail(message_id="5@x", sender="hr@acme.example", feedback_id="other"))
    pieces = owner.fetch()
    assert ids_of(pieces) == ["1@linkedin.com", "3@x", "4@x"]
    first = mails_of(pieces)[0]
    assert first.raw == raw
    assert first.received_at == datetime.fromtimestamp(1_700_000_123, UTC)
    assert (first.folder, first.reason) == ("inbox", "")
    assert pieces[-1].authserv_id == "localhost"


def test_reading_changes_nothing_in_the_mailbox(owner: Owner) -> None:
    owner.deliver(mail(message_id="1@x"))
    owner.deliver(mail(message_id="2@x"), folder="Jobs")
    assert len(mails_of(owner.fetch())) == 2
    assert owner.server.flags_of(owner.name) == {"new"}
    assert not re.search(r"SELECT|STORE|BODY\[|RFC822[ )]", " ".join(owner.spy.commands))


def test_the_last_cursor_brings_what_came_since(owner: Owner) -> None:
    owner.deliver(mail(message_id="1@x"))
    cursor = owner.fetch()[-1].cursor
    assert ids_of(owner.fetch(cursor)) == []
    owner.deliver(mail(message_id="2@x"))
    owner.deliver(mail(message_id="3@x"), folder="Jobs")
    pieces = owner.fetch(cursor)
    assert ids_of(pieces) == ["2@x", "3@x"]
    assert ids_of(owner.fetch(pieces[-1].cursor)) == []


def test_nothing_new_costs_one_question_for_each_folder(owner: Owner) -> None:
    owner.deliver(mail(message_id="1@x"))
    owner.deliver(mail(message_id="2@x"), folder="Jobs")
    cursor = owner.fetch()[-1].cursor
    owner.spy.sent.clear()
    owner.spy.connections = 0
    pieces = owner.fetch(cursor)
    assert [(piece.mails, piece.cursor) for piece in pieces] == [((), cursor)]
    names = [command.partition(" ")[0] for command in owner.spy.commands]
    assert names == [
        "CAPABILITY",
        "AUTHENTICATE",
        "NAMESPACE",
        "LIST",
        "STATUS",
        "STATUS",
        "LOGOUT",
    ]
    assert owner.spy.connections == 1


def test_an_empty_mailbox_has_a_cursor(owner: Owner) -> None:
    pieces = owner.fetch()
    assert [piece.mails for piece in pieces] == [()]
    owner.deliver(mail(message_id="1@x"))
    assert ids_of(owner.fetch(pieces[0].cursor)) == ["1@x"]


def test_without_a_claim_nothing_is_asked(owner: Owner) -> None:
    cursor = owner.fetch()[-1].cursor
    owner.spy.connections = 0
    owner.context = replace(owner.context, search=MailSearch())
    assert [piece.cursor for piece in owner.fetch(cursor)] == [cursor]
    assert owner.spy.connections == 0


def test_many_mails_come_in_pieces_whose_cursors_resume(owner: Owner) -> None:
    for number in range(230):
        owner.deliver(mail(message_id=f"{number}@x"))
    pieces = owner.fetch()
    assert [len(piece.mails) for piece in pieces] == [100, 100, 30, 0]
    for index, piece in enumerate(pieces):
        rest = owner.fetch(piece.cursor)
        assert ids_of(pieces[: index + 1]) + ids_of(rest) == ids_of(pieces)


def test_a_piece_holds_no_more_bytes_than_memory_should(owner: Owner) -> None:
    for number in range(5):
        owner.deliver(mail(message_id=f"{number}@x", size=3 * 1024 * 1024))
    owner.deliver(mail(message_id="large@x", size=9 * 1024 * 1024))
    assert [len(piece.mails) for piece in owner.fetch()] == [2, 2, 1, 1, 0]


def test_a_mail_above_the_limit_is_not_fetched_and_has_a_reason(owner: Owner) -> None:
    owner.deliver(mail(message_id="1@x"))
    owner.deliver(mail(message_id="2@x", size=MAX_MAIL_BYTES + 4096))
    owner.deliver(mail(message_id="3@x"))
    found = mails_of(owner.fetch())
    assert [one.reason for one in found] == ["", "larger than 32 MiB", ""]
    assert found[1].raw == b""
    fetched = [command for command in owner.spy.commands if "BODY.PEEK[]" in command]
    assert [command.split()[2] for command in fetched] == ["1,3"]


def test_a_mail_in_two_folders_comes_once_as_that_of_the_inbox(owner: Owner) -> None:
    raw = mail(message_id="1@x")
    for folder in ("Archive", "INBOX", "Jobs/Acme"):
        owner.deliver(raw, folder=folder, at=1_700_000_000)
    found = mails_of(owner.fetch())
    assert [one.folder for one in found] == ["inbox"]


def test_another_mail_under_the_same_message_id_comes_too(owner: Owner) -> None:
    """Else a sender could keep a mail away by sending one with its Message-ID before."""
    owner.deliver(mail(message_id="1@x", sender="a@careers.linkedin.com"))
    owner.deliver(mail(message_id="1@x", subject="Another"), folder="Jobs")
    assert ids_of(owner.fetch()) == ["1@x", "1@x"]


def test_folders_without_received_mail_are_left_out_unless_they_are_named(owner: Owner) -> None:
    folders = ("INBOX", "Jobs", "Gesendet", "Spamverdacht", "Papierkorb", "Drafts")
    for folder in folders:
        owner.deliver(mail(message_id=f"{folder}@x"), folder=folder)
    assert ids_of(owner.fetch()) == ["INBOX@x", "Jobs@x"]
    named = owner.with_folders(*folders)
    assert {
        one.folder: key
        for one, key in zip(mails_of(named.fetch()), ids_of(named.fetch()), strict=True)
        if one.folder != "sent"
    } == {
        "inbox": "INBOX@x",
        "other": "Jobs@x",
        "spam": "Spamverdacht@x",
        "trash": "Papierkorb@x",
    }
    assert [one.folder for one in mails_of(named.fetch())].count("sent") == 2


@pytest.mark.parametrize("folder", ["Jobs", "Jobs/Acme & Söhne", "求職", 'a "b" \\c', "12"])
def test_a_named_folder_is_read_whatever_its_name(owner: Owner, folder: str) -> None:
    owner.deliver(mail(message_id="inbox@x"))
    owner.deliver(mail(message_id="1@x"), folder=encode_folder(folder))
    named = owner.with_folders(folder)
    named.mailbox.check_login(named.context)
    assert ids_of(named.fetch()) == ["1@x"]


def encode_folder(name: str) -> str:
    from imapclient.imap_utf7 import encode

    return bytes(encode(name)).decode("ascii")


def test_a_folder_that_is_gone_stops_no_other(owner: Owner) -> None:
    owner.deliver(mail(message_id="1@x"), folder="Jobs")
    named = owner.with_folders("INBOX", "Jobs")
    cursor = named.fetch()[-1].cursor
    owner.server.remove_folder(owner.name, "Jobs")
    owner.deliver(mail(message_id="2@x"))
    assert ids_of(named.fetch(cursor)) == ["2@x"]
    with pytest.raises(ProviderMisconfigured) as failed:
        named.mailbox.check_login(named.context)
    assert failed.value.setting == "folders"
    only = owner.with_folders("Jobs")
    with pytest.raises(ProviderMisconfigured):
        only.fetch(cursor)


def test_a_renumbered_folder_is_read_anew_and_alone(owner: Owner) -> None:
    owner.deliver(mail(message_id="1@x"))
    owner.deliver(mail(message_id="2@x"), folder="Jobs")
    cursor = owner.fetch()[-1].cursor
    owner.server.renumber(owner.name)
    assert ids_of(owner.fetch(cursor)) == ["1@x"]


def test_mail_that_was_deleted_leaves_no_trace(owner: Owner) -> None:
    owner.deliver(mail(message_id="1@x"))
    owner.deliver(mail(message_id="2@x"))
    pieces = owner.mailbox.fetch(None, owner.context)
    cursor = list(pieces)[-1].cursor
    for path in (owner.server.folder / "mail" / owner.name).glob("*/*.test*"):
        path.unlink()
    assert ids_of(owner.fetch(cursor)) == []
    owner.deliver(mail(message_id="3@x"))
    assert ids_of(owner.fetch(cursor)) == ["3@x"]


def test_starttls_encrypts_before_the_log_in(owner: Owner) -> None:
    owner.deliver(mail(message_id="1@x"))
    assert ids_of(owner.with_server(port=143).fetch()) == ["1@x"]
    names = [command.partition(" ")[0] for command in owner.spy.commands]
    assert names.index("STARTTLS") < names.index("AUTHENTICATE")


def test_a_token_opens_the_mailbox(owner: Owner) -> None:
    owner.deliver(mail(message_id="1@x"))
    token = owner.server.token(owner.name)
    assert ids_of(owner.with_grant(token).fetch()) == ["1@x"]
    assert any(command.startswith("AUTHENTICATE XOAUTH2") for command in owner.spy.commands)


def test_a_token_that_does_not_count_is_refused(owner: Owner) -> None:
    for token in (owner.server.token("another"), owner.server.token(owner.name, seconds=-5), "x"):
        with pytest.raises(CredentialsRefused):
            owner.with_grant(token).fetch()


@pytest.mark.parametrize(
    "password", ["wrong", "", PASSWORD + " ", "a\0b", 'x" "y\r\na LOGOUT', "ü" * 1000]
)
def test_a_wrong_password_is_refused(owner: Owner, password: str) -> None:
    with pytest.raises(CredentialsRefused) as refused:
        owner.mailbox.check_login(owner.with_server(password=password).context)
    assert refused.value.reason == "invalid"


@pytest.mark.parametrize("username", ["", "a\1b", "a\r\nb", "a" * 2000])
def test_a_user_that_does_not_exist_is_refused(owner: Owner, username: str) -> None:
    with pytest.raises(CredentialsRefused):
        owner.mailbox.check_login(owner.with_server(username=username).context)


def test_a_log_in_is_tried_without_reading(owner: Owner) -> None:
    owner.deliver(mail(message_id="1@x"))
    owner.mailbox.check_login(owner.context)
    names = [command.partition(" ")[0] for command in owner.spy.commands]
    assert names == ["CAPABILITY", "AUTHENTICATE", "LOGOUT"]


def test_no_secret_is_logged_or_shown(owner: Owner, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    owner.fetch()
    with pytest.raises(CredentialsRefused) as refused:
        owner.with_server(password="guess-123").fetch()
    token = owner.server.token("another")
    with pytest.raises(CredentialsRefused) as refused_token:
        owner.with_grant(token).fetch()
    shown = caplog.text + repr(refused.value) + repr(refused_token.value) + repr(owner.context)
    assert not any(secret in shown for secret in (PASSWORD, "wörd", "guess-123", token))


@pytest.mark.parametrize("cursor", ["", "null", "{}", "[1]", '{"folders": {"a": 1}}', "x" * 99])
def test_a_cursor_of_another_format_has_expired(owner: Owner, cursor: str) -> None:
    with pytest.raises(CursorExpired):
        owner.fetch(cursor)


def test_a_hundred_claims_find_their_mail(owner: Owner) -> None:
    senders = tuple(f"board-{number}.example" for number in range(150))
    owner.context = replace(
        owner.context, search=MailSearch(senders=senders, headers=(("X-System", 'a "b" (c) \\'),))
    )
    owner.deliver(mail(message_id="1@x", sender="a@board-0.example"))
    owner.deliver(mail(message_id="2@x", sender="a@mail.board-149.example"))
    owner.deliver(mail(message_id="3@x", x_system='1 a "b" (c) \\ 2'))
    assert ids_of(owner.fetch()) == ["1@x", "2@x", "3@x"]
    searches = [
        command for command in owner.spy.commands if "SEARCH" in command and "OR" in command
    ]
    assert len(searches) > 3
    assert max(map(len, searches)) < 4000


def test_it_is_a_mailbox_with_a_log_in(owner: Owner) -> None:
    assert isinstance(owner.mailbox, Mailbox)
    assert isinstance(owner.mailbox, MailboxLogin)
    assert owner.mailbox.name == "imap"


def test_a_context_without_a_server_is_misconfigured(owner: Owner) -> None:
    for action in (owner.fetch, lambda: owner.mailbox.check_login(owner.context)):
        owner.context = replace(owner.context, server=None)
        with pytest.raises(ProviderMisconfigured):
            action()


def test_a_fetch_beyond_its_deadline_stops_and_keeps_what_it_brought(owner: Owner) -> None:
    for number in range(150):
        owner.deliver(mail(message_id=f"{number}@x"))
    now = [datetime(2026, 1, 1, tzinfo=UTC)]
    owner.context = replace(
        owner.context, now=lambda: now[0], deadline=datetime(2026, 1, 1, 0, 5, tzinfo=UTC)
    )
    pieces = owner.mailbox.fetch(None, owner.context)
    first = next(pieces)
    now[0] = datetime(2026, 1, 1, 0, 6, tzinfo=UTC)
    with pytest.raises(ProviderUnavailable) as late:
        next(pieces)
    assert late.value.retry_after is not None
    now[0] = datetime(2026, 1, 1, tzinfo=UTC)
    assert len(mails_of(owner.fetch(first.cursor))) == 50
