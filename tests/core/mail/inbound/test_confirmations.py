"""A mail provider asks whether mail may be forwarded: the user sees its code and link, and no one else's."""

from datetime import UTC, datetime

import pytest

from core.mail.inbound.confirmations import Confirmation, find_confirmation, may_ask
from providers.messages import Message, Sender

ADDRESS = "acme-0123456789abcdefghjk@in.happo.test"
GMAIL = "forwarding-noreply@google.com"
LINK = "https://mail-settings.google.com/mail/vf-%5BANGjdJ8%5D-aBcDeFgH"


def asked(
    sender: str, subject: str, text: str, *, html: str = "", trust: str = "unknown"
) -> Confirmation | None:
    message = Message(
        id="1",
        received_at=datetime(2026, 1, 1, tzinfo=UTC),
        sender=Sender(address=sender),
        subject=subject,
        text=text,
        html=html,
        trust=trust,
    )
    return find_confirmation(message, address=ADDRESS)


def gmail_text(*, said: str) -> str:
    cancel = LINK.replace("/vf-", "/uf-") + "-which-is-longer"
    return f"{said}\n\n{LINK}\n\n{cancel}\nhttps://support.google.com/mail/answer/10957\n"


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        (
            "(#520412342) Gmail Forwarding Confirmation - Receive Mail from joe.user@gmail.com",
            f"joe.user@gmail.com has requested to automatically forward mail to {ADDRESS}.",
        ),
        (
            "(#520412342) Gmail-Weiterleitungsbestätigung – E-Mails von joe.user@gmail.com",
            f"joe.user@gmail.com möchte E-Mails an {ADDRESS} weiterleiten.",
        ),
        (
            "(#520412342) Gmail の転送の確認 - joe.user@gmail.com からメールを受信",
            f"{ADDRESS} に joe.user@gmail.com からメールを転送します。",
        ),
        ("（#520412342）Gmail 转发确认", f"{ADDRESS} <- joe.user@gmail.com"),
        (
            "(\u200f#520412342\u200f) אישור העברה ב-Gmail - קבלת דואר מ-joe.user@gmail.com",
            f"joe.user@gmail.com ביקש להעביר דואר אל {ADDRESS}.",
        ),
        (
            "(\u202b#٥٢٠٤١٢٣٤٢\u202c) تأكيد إعادة التوجيه في Gmail",
            f"طلب joe.user@gmail.com إعادة توجيه الرسائل إلى {ADDRESS}.",
        ),
        ("Подтверждение пересылки", "joe.user@gmail.com\nКод подтверждения:\u200e 520412342\u200f"),
    ],
    ids=["English", "German", "Japanese", "Chinese", "Hebrew", "Arabic", "Russian"],
)
def test_gmails_question_is_read_in_any_language(subject: str, said: str) -> None:
    found = asked(GMAIL, subject, gmail_text(said=said))
    assert found == Confirmation("Gmail", "joe.user@gmail.com", "520412342", LINK)


def test_the_code_may_be_in_the_text_alone_and_the_link_in_the_html() -> None:
    found = asked(
        GMAIL,
        "Confirm",
        "Code de confirmation : 98765432\n",
        html=f'<a href="{LINK}&amp;x=1">ici</a>',
    )
    assert found is not None
    assert (found.code, found.link) == ("98765432", f"{LINK}&x=1")


@pytest.mark.parametrize(
    "link",
    [
        "https://mail.google.com/mail/vf-[ANGjdJ8]-aBcDeFgH",
        "https://mail.google.com/mail/vf-%5BANGjdJ8%5D-a(b)c",
        "https://mail.google.com/a/acme.test/vf-aBcDeFgH",
    ],
    ids=["brackets", "parentheses", "workspace"],
)
@pytest.mark.parametrize("around", ["{}", "<{}>", "({}).", "[{}]", "[here]({})"])
def test_a_link_is_whole_whatever_stands_around_it(link: str, around: str) -> None:
    found = asked(GMAIL, "(#520412342) Confirmation", f"Open\n{around.format(link)}\nnow")
    assert found is not None
    assert found.link == link


@pytest.mark.parametrize(
    "sender",
    ["forwarding-noreply@google.com.evil.test", "noreply@google.com", "x@forwarding-noreply.test"],
)
def test_no_other_sender_asks_in_gmails_name(sender: str) -> None:
    assert asked(sender, "(#520412342) Gmail Forwarding Confirmation", LINK) is None


def test_a_forged_question_is_not_shown() -> None:
    assert asked(GMAIL, "(#520412342) Confirmation", LINK, trust="failed") is None


@pytest.mark.parametrize(
    "link",
    [
        "https://mail.google.com.evil.test/mail/vf-x",
        "https://user@mail.google.com/mail/vf-x",
        "https://mail.google.com:8443/mail/vf-x",
        "http://mail.google.com/mail/vf-x",
        "https://mail.google.com/url?q=/mail/vf-x",
        "https://mail.google.com/mail/uf-x",
        "https://[mail.google.com/mail/vf-x",
    ],
)
def test_a_link_elsewhere_is_not_shown(link: str) -> None:
    found = asked(GMAIL, "(#520412342) Confirmation", f"{link} ")
    assert found is not None
    assert (found.code, found.link) == ("520412342", None)


def test_other_providers_are_known_by_naming_the_address() -> None:
    link = "https://app.fastmail.com/verify/forward?token=abcdef"
    text = f"Jo (jo@fastmail.com) wants to forward mail to {ADDRESS.upper()}.\n{link}."
    found = asked("no-reply@fastmail.com", "Verify", text)
    assert found == Confirmation("Fastmail", "jo@fastmail.com", None, link)
    newsletter = "See what is new: https://app.fastmail.com/news?id=1"
    assert asked("news@fastmail.com", "News", newsletter) is None


def test_mail_that_names_no_provider_is_not_looked_through() -> None:
    assert may_ask(b"From: Forwarding-NoReply@Google.com\r\n\r\n")
    assert not may_ask(b"From: jobs@board.test\r\n\r\nHello")
