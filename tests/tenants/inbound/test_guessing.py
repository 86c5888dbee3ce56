"""Who names many unknown recipients learns little, and doesn't disturb the mail of others."""

import pytest

from tenants.inbound.protocol import MAX_RECIPIENTS, MAX_UNKNOWN_RECIPIENTS
from tests.tenants.inbound.listening import MAIL, listening
from tests.tenants.inbound.talking import Talk, stuff


def name(talk: Talk, address: str) -> str:
    return talk.ask(f"RCPT TO:<{address}@x.example>")


@pytest.mark.parametrize("speaks", ["lmtp", "smtp"])
def test_who_guesses_addresses_is_refused_and_a_mail_that_began_before_arrives(speaks: str) -> None:
    with listening(speaks=speaks) as server, Talk(server.port) as talk:
        talk.greet("LHLO" if speaks == "lmtp" else "EHLO")
        assert talk.ask("MAIL FROM:<a@mail.example>").startswith("250")
        assert name(talk, "known-a") == "250 2.1.5 OK"
        unknown = {name(talk, f"guess-{number}") for number in range(MAX_UNKNOWN_RECIPIENTS)}
        assert unknown == {"550 5.1.1 No"}
        # No look-up says whether this one is known.
        assert {name(talk, one) for one in ("known-b", "guess")} == {
            "450 4.7.1 Too many unknown recipients: try again later"
        }
        assert talk.ask("DATA").startswith("354")
        talk.send(stuff(MAIL))
        assert talk.expect() == "250 2.0.0 OK"
        assert talk.expect() == "421 4.7.0 Too many unknown recipients"
        assert talk.is_closed()
        assert server.bag.mails == [(["known-a@x.example"], MAIL)]
        with Talk(server.port) as another:
            another.greet("LHLO" if speaks == "lmtp" else "EHLO")
            another.begin("known-b@x.example")


def test_guesses_of_several_transactions_count_together() -> None:
    with listening() as lmtp, Talk(lmtp.port) as talk:
        talk.greet()
        for number in range(MAX_UNKNOWN_RECIPIENTS):
            assert talk.ask("MAIL FROM:<a@mail.example>").startswith("250")
            assert name(talk, f"guess-{number}") == "550 5.1.1 No"
            assert talk.ask("RSET").startswith("250")
        assert talk.expect() == "421 4.7.0 Too many unknown recipients"
        assert talk.is_closed()


def test_who_goes_on_guessing_is_cut_off() -> None:
    with listening() as lmtp, Talk(lmtp.port) as talk:
        talk.greet()
        assert talk.ask("MAIL FROM:<a@mail.example>").startswith("250")
        for number in range(MAX_UNKNOWN_RECIPIENTS + MAX_RECIPIENTS):
            assert not name(talk, f"guess-{number}").startswith("2")
        assert name(talk, "known") == "421 4.7.0 Too many unknown recipients"
        assert talk.is_closed()
    assert lmtp.bag.mails == []
