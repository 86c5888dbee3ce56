"""One folder, one mail or one number that a server garbles: all else is read, and nothing is skipped."""

from __future__ import annotations

import pytest

from providers.contracts import ProviderUnavailable
from tests.plugins.imap.conftest import Spy, ids_of, mails_of
from tests.plugins.imap.lying import Make, always, make
from tests.standins.dovecot import mail
from tests.standins.imap import Lie, Talk

__all__ = ["make"]
ALL = ["1@x", "2@x", "3@x"]


def uids_of(rest: str) -> list[int]:
    return [int(uid) for uid in rest.partition("FETCH ")[2].partition(" ")[0].split(",")]


def garble_second(said: bytes) -> Lie:
    """Answer so about the second mail, honestly about the others."""

    def lie(talk: Talk, tag: str, rest: str) -> bytes | None:
        uids = uids_of(rest)
        if 2 not in uids:
            return None
        good = b"".join(talk.entry(uid) for uid in uids if uid != 2)
        return good + said + f"{tag} OK done\r\n".encode()

    return lie


@pytest.mark.parametrize(
    "said",
    [
        b"* 2 FETCH (UID 2 RFC822.SIZE many)\r\n",
        b"* 2 FETCH (UID 2 RFC822.SIZE -5)\r\n",
        b"* 2 FETCH (UID 2 RFC822.SIZE 5 BODY[HEADER.FIELDS (MESSAGE-ID)] {99999999}\r\n",
    ],
    ids=["no-number", "negative", "huge-field"],
)
def test_a_mail_that_is_described_wrongly_has_a_reason_and_stops_no_other(
    make: Make, said: bytes
) -> None:
    attempt = make(FETCH=garble_second(said))
    pieces, error = attempt.fetch()
    assert error is None
    assert [bool(one.reason) for one in mails_of(pieces)] == [False, True, False]
    later, error = attempt.fetch(pieces[-1].cursor)
    assert (mails_of(later), error) == ([], None)


def omit_second_body(talk: Talk, tag: str, rest: str) -> bytes | None:
    """Garble an answer with the second body among others, and leave it out where it is asked for alone."""
    uids = uids_of(rest)
    if uids == [2]:
        return f"{tag} OK done\r\n".encode()
    return (
        b"* 2 FETCH (UID 2 BODY[] {1}\r\nx y\r\n" + tag.encode() + b" OK done\r\n"
        if 2 in uids
        else None
    )


@pytest.mark.parametrize(
    "lies",
    [{"FETCH": garble_second(b"")}, {"FETCH_BODY": omit_second_body}],
    ids=["described", "sent"],
)
def test_a_mail_that_a_server_finds_and_says_nothing_of_has_a_reason_and_comes_later(
    make: Make, lies: dict[str, Lie]
) -> None:
    attempt = make(**lies)
    pieces, error = attempt.fetch()
    assert error is None
    assert [bool(one.reason) for one in mails_of(pieces)] == [False, True, False]
    again, error = attempt.fetch(pieces[-1].cursor)
    assert (mails_of(again), error) == ([], None)
    attempt.tell_the_truth()
    later, error = attempt.fetch(again[-1].cursor)
    assert (ids_of(later), error) == (["2@x"], None)


@pytest.mark.parametrize("said", [b"", b"* SEARCH\r\n", b"* SEARCH 1\r\n"], ids=len)
def test_a_folder_with_more_mails_than_its_last_number_says_is_read_again(
    make: Make, said: bytes
) -> None:
    attempt = make(SEARCH_LAST=always(said + b"TAG OK done\r\n"))
    pieces, error = attempt.fetch()
    assert error is None
    attempt.tell_the_truth()
    later, error = attempt.fetch(pieces[-1].cursor)
    assert error is None
    assert ids_of(pieces) + ids_of(later) == ALL


@pytest.mark.parametrize(
    ("size", "date", "is_read"),
    [
        (99, "01-Jan-0001 00:00:00 +0900", True),
        (99, "31-Dec-9999 23:59:59 -0900", True),
        (99, "99-Foo-2023 99:99:99 +9999", True),
        (2**62, "14-Nov-2023 22:13:20 +0000", False),
    ],
    ids=["first-day", "last-day", "no-date", "63-bit-size"],
)
def test_odd_dates_and_sizes_are_no_faults(make: Make, size: int, date: str, is_read: bool) -> None:
    said = f'* 2 FETCH (UID 2 RFC822.SIZE {size} INTERNALDATE "{date}")\r\n'
    pieces, error = make(FETCH=garble_second(said.encode())).fetch()
    assert error is None
    assert [bool(one.raw) for one in mails_of(pieces)] == [True, is_read, True]


def test_a_field_that_a_sender_made_huge_is_not_asked_for_as_a_whole(make: Make) -> None:
    attempt = make()
    attempt.fetch()
    assert isinstance(attempt.context.connect, Spy)
    assert b"BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]<0.1000>" in attempt.context.connect.sent


def test_a_garbled_mail_among_many_costs_few_log_ins(make: Make) -> None:
    def lie(talk: Talk, tag: str, rest: str) -> bytes | None:
        said = f"* 2 FETCH (UID 2 BODY[] {{1}}\r\nx y\r\n{tag} OK done\r\n"
        return said.encode() if 2 in uids_of(rest) else None

    attempt = make(FETCH_BODY=lie)
    attempt.imap.mails += [mail(message_id=f"{number}@x") for number in range(4, 40)]
    pieces, error = attempt.fetch()
    assert error is None
    assert sum(not one.reason for one in mails_of(pieces)) == 38
    assert isinstance(attempt.context.connect, Spy)
    assert attempt.context.connect.connections <= 5


@pytest.mark.parametrize("said", [4_294_967_295, 1_000], ids=["highest", "too-high"])
def test_a_highest_number_that_is_not_true_skips_no_later_mail(make: Make, said: int) -> None:
    attempt = make(SEARCH_LAST=always(b"* SEARCH %d\r\nTAG OK done\r\n" % said))
    pieces, error = attempt.fetch()
    assert (ids_of(pieces), error) == (ALL, None)
    attempt.tell_the_truth()
    attempt.imap.mails.append(mail(message_id="4@x"))
    later, error = attempt.fetch(pieces[-1].cursor)
    assert (ids_of(later), error) == (["4@x"], None)


@pytest.mark.parametrize("said", [0, 1, 2], ids=str)
def test_a_next_number_that_is_too_low_stops_no_mail(make: Make, said: int) -> None:
    status = b"* STATUS INBOX (MESSAGES 3 UIDNEXT %d UIDVALIDITY 7)\r\nTAG OK done\r\n" % said
    attempt = make(STATUS=always(status))
    pieces, error = attempt.fetch()
    assert (ids_of(pieces), error) == (ALL, None)


@pytest.mark.parametrize(
    "name",
    [b"R&D", b'"&AAA"', b'"&2AA-"', b'"\xc3\xa4&"', b"NIL", b'""'],
    ids=["ampersand", "half", "surrogate", "8-bit", "nil", "empty"],
)
def test_a_folder_with_a_name_that_is_none_stops_no_other(make: Make, name: bytes) -> None:
    listed = b'* LIST () "/" %b\r\n* LIST () "/" INBOX\r\nTAG OK done\r\n' % name

    def refuse(talk: Talk, tag: str, rest: str) -> bytes | None:
        return None if "INBOX" in rest else f"{tag} NO there is none\r\n".encode()

    pieces, error = make(LIST=always(listed), STATUS=refuse).fetch()
    assert ids_of(pieces) == ALL
    assert error is None or (isinstance(error, ProviderUnavailable) and error.reason == "status")


@pytest.mark.parametrize(
    "said",
    [
        b"* STATUS A (MESSAGES none)\r\nTAG OK done\r\n",
        b"* STATUS A (MESSAGES 3 UIDNEXT 4 UIDVALIDITY 7) {99999999999}\r\n",
        b"OTHER OK done\r\n",
        b"TAG BAD what\r\n",
    ],
    ids=["no-number", "huge-literal", "other-tag", "bad"],
)
@pytest.mark.parametrize("order", ["INBOX A B", "A INBOX B"])
def test_a_folder_that_the_server_garbles_stops_no_other(
    make: Make, said: bytes, order: str
) -> None:
    listed = "".join(f'* LIST () "/" {name}\r\n' for name in order.split())

    def lie(talk: Talk, tag: str, rest: str) -> bytes | None:
        return said.replace(b"TAG", tag.encode()) if rest.split()[1].strip('"') == "A" else None

    attempt = make(LIST=always(listed.encode() + b"TAG OK done\r\n"), STATUS=lie)
    pieces, error = attempt.fetch()
    assert isinstance(error, ProviderUnavailable)
    assert error.reason in ("malformed", "too-large", "status")
    # The stand-in shows the same mails in each folder.
    assert ids_of(pieces) == ALL
    assert attempt.imap.commands.count("EXAMINE") == 2


def answer_nothing(talk: Talk, tag: str, rest: str) -> bytes | None:
    return f"{tag} OK done\r\n".encode()


def answer_of_one(talk: Talk, tag: str, rest: str) -> bytes | None:
    return None if len(uids_of(rest)) == 1 else answer_nothing(talk, tag, rest)


def garble_several(talk: Talk, tag: str, rest: str) -> bytes | None:
    """Garble an answer with several bodies, and send none that is asked for alone."""
    if len(uids_of(rest)) == 1:
        return answer_nothing(talk, tag, rest)
    return b"* 2 FETCH (UID 2 BODY[] {1}\r\nx y\r\n" + tag.encode() + b" OK done\r\n"


def garble_all(talk: Talk, tag: str, rest: str) -> bytes | None:
    return b"* 2 FETCH (UID 2 BODY[] {1}\r\nx y\r\n" + tag.encode() + b" OK done\r\n"


def omit(command: str, *omitted: int) -> dict[str, Lie]:
    """Answer honestly about all mails but these, and say nothing of them."""

    def lie(talk: Talk, tag: str, rest: str) -> bytes | None:
        show = talk.entry if command == "FETCH" else talk.body
        said = b"".join(show(uid) for uid in uids_of(rest) if uid not in omitted)
        return said + f"{tag} OK done\r\n".encode()

    return {command: lie}


def number_mails(count: int) -> list[bytes]:
    return [mail(message_id=f"{number}@x") for number in range(1, count + 1)]


@pytest.mark.parametrize(
    ("lies", "count"),
    [
        ({"FETCH": answer_nothing}, 300),
        ({"FETCH": answer_nothing}, 2),
        ({"FETCH_BODY": answer_nothing}, 300),
        ({"FETCH_BODY": answer_nothing}, 2),
        ({"FETCH_BODY": garble_several}, 30),
        ({"FETCH_BODY": garble_all}, 12),
    ],
    ids=[
        "describes-none",
        "describes-neither",
        "sends-none",
        "sends-neither",
        "garbles-several",
        "garbles-all",
    ],
)
def test_a_server_that_answers_of_no_mail_is_an_outage_and_all_come_once_it_is_well(
    make: Make, lies: dict[str, Lie], count: int
) -> None:
    attempt = make(**lies)
    attempt.imap.mails = number_mails(count)
    cursor = None
    for _ in range(2):
        pieces, error = attempt.fetch(cursor)
        assert isinstance(error, ProviderUnavailable)
        assert (error.reason, mails_of(pieces)) == ("malformed", [])
        cursor = pieces[-1].cursor
    attempt.tell_the_truth()
    pieces, error = attempt.fetch(cursor)
    assert (ids_of(pieces), error) == ([f"{one}@x" for one in range(1, count + 1)], None)
    later, error = attempt.fetch(pieces[-1].cursor)
    assert (mails_of(later), error) == ([], None)


@pytest.mark.parametrize("command", ["FETCH", "FETCH_BODY"])
def test_a_server_that_falls_silent_in_the_middle_brings_the_rest_later(
    make: Make, command: str
) -> None:
    attempt = make(**omit(command, *range(101, 301)))
    attempt.imap.mails = number_mails(300)
    pieces, error = attempt.fetch()
    assert isinstance(error, ProviderUnavailable)
    assert ids_of(pieces) == [f"{one}@x" for one in range(1, 101)]
    attempt.tell_the_truth()
    later, error = attempt.fetch(pieces[-1].cursor)
    assert (ids_of(later), error) == ([f"{one}@x" for one in range(101, 301)], None)


@pytest.mark.parametrize("command", ["FETCH", "FETCH_BODY"])
def test_a_server_may_be_silent_of_ten_mails_and_of_no_more(make: Make, command: str) -> None:
    attempt = make(**omit(command, *range(1, 12)))
    attempt.imap.mails = number_mails(30)
    pieces, error = attempt.fetch()
    assert isinstance(error, ProviderUnavailable)
    assert (error.reason, mails_of(pieces)) == ("malformed", [])
    attempt.tell_the_truth()
    attempt.imap.lies |= {
        key.replace("_", " "): lie for key, lie in omit(command, *range(1, 11)).items()
    }
    pieces, error = attempt.fetch(pieces[-1].cursor)
    assert error is None
    assert [bool(one.reason) for one in mails_of(pieces)] == [True] * 10 + [False] * 20
    attempt.tell_the_truth()
    later, error = attempt.fetch(pieces[-1].cursor)
    assert (ids_of(later), error) == ([f"{one}@x" for one in range(1, 11)], None)


@pytest.mark.parametrize("command", ["FETCH", "FETCH_BODY"])
def test_a_server_that_answers_only_of_one_mail_at_a_time_brings_all(
    make: Make, command: str
) -> None:
    pieces, error = make(**{command: answer_of_one}).fetch()
    assert (ids_of(pieces), error) == (ALL, None)


@pytest.mark.parametrize("command", ["FETCH", "FETCH_BODY"])
def test_the_only_mail_of_a_folder_that_the_server_says_nothing_of_does_not_block_it(
    make: Make, command: str
) -> None:
    attempt = make(**{command: answer_nothing})
    attempt.imap.mails = number_mails(1)
    pieces, error = attempt.fetch()
    assert error is None
    assert [bool(one.reason) for one in mails_of(pieces)] == [True]
    attempt.imap.lies = {key.replace("_", " "): lie for key, lie in omit(command, 1).items()}
    attempt.imap.mails = number_mails(2)
    pieces, error = attempt.fetch(pieces[-1].cursor)
    assert (ids_of(pieces), error) == (["2@x"], None)
    attempt.tell_the_truth()
    later, error = attempt.fetch(pieces[-1].cursor)
    assert (ids_of(later), error) == (["1@x"], None)


@pytest.mark.parametrize("command", ["FETCH", "FETCH_BODY"])
def test_mails_that_are_all_deleted_after_the_search_are_no_failures(
    make: Make, command: str
) -> None:
    def delete(talk: Talk, tag: str, rest: str) -> bytes | None:
        talk.imap.lies["SEARCH"] = always(b"* SEARCH\r\nTAG OK done\r\n")
        return answer_nothing(talk, tag, rest)

    pieces, error = make(**{command: delete}).fetch()
    assert (mails_of(pieces), error) == ([], None)


def test_a_first_mail_that_is_not_sent_waits_for_no_more_than_the_next_one(make: Make) -> None:
    def lie(talk: Talk, tag: str, rest: str) -> bytes | None:
        uids = uids_of(rest)
        return answer_nothing(talk, tag, rest) if len(uids) > 1 or uids == [1] else None

    pieces, error = make(FETCH_BODY=lie).fetch()
    assert error is None
    assert [bool(one.reason) for one in mails_of(pieces)] == [True, False, False]
