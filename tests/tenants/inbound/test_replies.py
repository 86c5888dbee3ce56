"""What the server answers: codes that a mail server in front of it understands (RFC 2033, 2034, 3463)."""

import smtplib

import pytest

from tests.tenants.inbound.listening import MAIL, listening
from tests.tenants.inbound.talking import Talk

RECIPIENT = "known@x.example"


@pytest.mark.parametrize("speaks", ["lmtp", "smtp"])
def test_a_server_offers_what_lmtp_wants_and_a_client_of_python_delivers(speaks: str) -> None:
    kind = smtplib.LMTP if speaks == "lmtp" else smtplib.SMTP
    with listening(speaks=speaks) as server, kind("127.0.0.1", server.port) as client:
        client.ehlo("mail.example")
        offered = {"pipelining", "enhancedstatuscodes", "8bitmime", "smtputf8", "size"}
        assert set(client.esmtp_features) == offered
        assert client.sendmail("", [RECIPIENT, "no@x.example"], MAIL) == {
            "no@x.example": (550, b"5.1.1 No")
        }
    assert [raw for _, raw in server.bag.mails] == [MAIL]


def test_each_reply_but_the_greetings_has_an_enhanced_code() -> None:
    with listening(speaks="smtp") as server, Talk(server.port) as talk:
        assert talk.expect() == "220 happo Happo"
        assert talk.ask("NOOP") == "250 2.0.0 OK"
        assert talk.ask("MAIL FROM:<a@b.example>").startswith("503 5.5.1 ")
        assert talk.ask("HELO mail.example") == "250 happo"
        assert talk.ask("EHLO mail.example") == "250 PIPELINING"
        for command, reply in (
            ("NONSENSE", "500 5.5.2 "),
            ("MAIL", "501 5.5.4 "),
            ("MAIL FROM:<>", "250 2.0.0 "),
            ("MAIL FROM:<>", "503 5.5.1 "),
            ("RCPT TO:<", "553 5.1.3 "),
            (f"RCPT TO:<{RECIPIENT}> NOTIFY=NEVER", "555 5.5.4 "),
            (f"RCPT TO:<{RECIPIENT}>", "250 2.1.5 "),
            ("RSET", "250 2.0.0 "),
            ("MAIL FROM:<> SIZE=99999999", "552 5.3.4 "),
            ("QUIT", "221 2.0.0 "),
        ):
            assert talk.ask(command).startswith(reply), command
