"""Mail that a user forwarded is read as the mail within."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from providers.conformance.mail_writer import build_mail
from providers.messages import Message
from providers.mime import forwards
from providers.mime.origin import A_FILE, Origin
from providers.mime.read import read_mail

OUTER = {"sender": "Jo <jo@mail.example>", "sent": "Wed, 9 Sep 2026 10:00:00 +0000"}
HEADS = {
    "gmail en": (
        "---------- Forwarded message ---------\nFrom: Acme Jobs "
        "<jobs@acme.test>\nDate: Tue, 8 Sep 2026 at 09:30\nSubject: {subject}\nTo: "
        "<jo@mail.example>\n"
    ),
    "apple en": (
        "Begin forwarded message:\n\nFrom: Acme Jobs <jobs@acme.test>\nSubject: "
        "{subject}\nDate: 8. September 2026\nTo: jo@mail.example\nReply-To: "
        "x@acme.test\n"
    ),
    "gmail de": (
        "---------- Forwarded message ---------\nVon: Acme Jobs "
        "<jobs@acme.test>\nDate: Di., 8. Sept. 2026 um 09:30\nSubject: "
        "{subject}\nTo: <jo@mail.example>\n"
    ),
    "thunderbird de": (
        "-------- Weitergeleitete Nachricht --------\nBetreff: {subject}\nDatum: "
        "Tue, 8 Sep 2026 09:30:00 +0000\nVon: Acme Jobs <jobs@acme.test>\nAn: "
        "jo@mail.example\n"
    ),
    "apple fr": (
        "Début du message réexpédié :\n\nDe: Acme Jobs <jobs@acme.test>\nObjet: "
        "{subject}\nDate: 8 septembre 2026\nÀ: jo@mail.example\n"
    ),
    "outlook fr": (
        "________________________________\nDe : Acme Jobs <jobs@acme.test>\nEnvoyé "
        ": mardi 8 septembre 2026\nÀ : jo@mail.example\nObjet : {subject}\n"
    ),
    "gmail es": (
        "---------- Forwarded message ---------\nDe: Acme Jobs "
        "<jobs@acme.test>\nDate: mar, 8 sept 2026 a las 9:30\nSubject: "
        "{subject}\nTo: <jo@mail.example>\n"
    ),
    "outlook es": (
        "De: Acme Jobs <jobs@acme.test>\nEnviado: martes, 8 de septiembre de "
        "2026\nPara: jo@mail.example\nAsunto: {subject}\n"
    ),
    "outlook web, a paragraph for each line": (
        "________________________________\n\nFrom: Acme Jobs <jobs@acme.test>\n\nSent: Tuesday, "
        "September 8, 2026 9:30 AM\n\nTo: jo@mail.example\n\nSubject: {subject}\n"
    ),
    "gmail en, a paragraph for each line": (
        "---------- Forwarded message ---------\n\nFrom: Acme Jobs <jobs@acme.test>\n\nDate: Tue, "
        "8 Sep 2026 at 09:30\n\nSubject: {subject}\n\nTo: <jo@mail.example>\n"
    ),
    "apple it": (
        "Inizio messaggio inoltrato:\n\nDa: Acme Jobs <jobs@acme.test>\nOggetto: "
        "{subject}\nData: 8 settembre 2026\nA: jo@mail.example\n"
    ),
    "thunderbird nl": (
        "-------- Doorgestuurd bericht --------\nOnderwerp: {subject}\nDatum: Tue, "
        "8 Sep 2026 09:30:00 +0000\nVan: Acme Jobs <jobs@acme.test>\nAan: "
        "jo@mail.example\n"
    ),
    "outlook pt": (
        "De: Acme Jobs <jobs@acme.test>\nEnviado: terça-feira, 8 de setembro de "
        "2026\nPara: jo@mail.example\nAssunto: {subject}\n"
    ),
    "apple sv": (
        "Vidarebefordrat brev:\n\nFrån: Acme Jobs <jobs@acme.test>\nÄmne: "
        "{subject}\nDatum: 8 september 2026\nTill: jo@mail.example\n"
    ),
    "outlook da": (
        "Fra: Acme Jobs <jobs@acme.test>\nSendt: 8. september 2026 09:30\nTil: jo@mail.example\n"
        "Emne: {subject}\n"
    ),
    "outlook fi": (
        "Lähettäjä: Acme Jobs <jobs@acme.test>\nLähetetty: tiistai 8. syyskuuta 2026 9.30\n"
        "Vastaanottaja: jo@mail.example\nAihe: {subject}\n"
    ),
    "thunderbird fr": (
        "-------- Message transféré --------\nSujet : \t{subject}\nDate : \tTue, 8 Sep 2026"
        " 09:30:00 +0000\nDe : \tAcme Jobs <jobs@acme.test>\nPour : \tjo@mail.example\n"
    ),
    "thunderbird it": (
        "-------- Messaggio Inoltrato --------\nOggetto: \t{subject}\nData: \tTue, 8 Sep 2026"
        " 09:30:00 +0000\nMittente: \tAcme Jobs <jobs@acme.test>\nA: \tjo@mail.example\n"
    ),
    "thunderbird pl": (
        "-------- Przekazana wiadomość --------\nTemat: \t{subject}\nData: \tTue, 8 Sep 2026"
        " 09:30:00 +0000\nNadawca: \tAcme Jobs <jobs@acme.test>\nAdresat: \tjo@mail.example\n"
    ),
    "apple pl": (
        "Początek przekazywanej wiadomości:\n\nOd: Acme Jobs <jobs@acme.test>\nTemat: {subject}\n"
        "Data: 8 września 2026\nDo: jo@mail.example\n"
    ),
    "outlook tr": (
        "Kimden: Acme Jobs <jobs@acme.test>\nGönderildi: 8 Eylül 2026 Salı 09:30\n"
        "Kime: jo@mail.example\nKonu: {subject}\n"
    ),
    "gmail ru": (
        "---------- Forwarded message ---------\nОт: Acme Jobs <jobs@acme.test>\n"
        "Date: вт, 8 сент. 2026 в 09:30\nSubject: {subject}\nTo: <jo@mail.example>\n"
    ),
    "outlook zh": (
        "发件人: Acme Jobs <jobs@acme.test>\n发送时间: 2026年9月8日 9:30\n收件人: jo@mail.example\n"
        "主题: {subject}\n"
    ),
    "outlook cs": (
        "Od: Acme Jobs <jobs@acme.test>\nOdesláno: úterý 8. září 2026 9:30\n"
        "Komu: jo@mail.example\nPředmět: {subject}\n"
    ),
    "without a table": (
        "Frá: Acme Jobs <jobs@acme.test>\nSent þann: 8. september 2026 09:30\n"
        "Til: jo@mail.example\nEfni: {subject}\n"
    ),
    "outlook en": (
        "From: Acme Jobs [mailto:jobs@acme.test]\nSent: Tuesday, September 8, "
        "2026\nTo: Jo\nSubject: {subject}\n"
    ),
    "wrapped": (
        "---------- Forwarded message ---------\nFrom: Acme Jobs "
        "<jobs@acme.test>\nDate: Tue, 8 Sep 2026\nSubject: You applied for\n Cook "
        "at Acme\nTo: <jo@mail.example>,\n <bo@mail.example>\n"
    ),
}
SUBJECT = "You applied for Cook at Acme"


def forward(head: str, *, prefix: str = "Fwd", note: str = "fyi\n\n") -> Message:
    text = f"{note}{head.format(subject=SUBJECT)}\n\nGood luck!\n"
    html = "<p>fyi</p>" + "".join(f"{line}<br>" for line in text.replace("<", "&lt;").splitlines())
    read = read_mail(build_mail(subject=f"{prefix}: {SUBJECT}", text=text, html=html, **OUTER))
    assert read.message
    return read.message


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_an_inline_forward_is_the_inner_mail(head: str) -> None:
    message = forward(head)
    assert message.forwarded
    assert (message.sender.name, message.sender.address) == ("Acme Jobs", "jobs@acme.test")
    assert message.subject == SUBJECT
    assert message.text.strip() == "Good luck!"
    assert message.visible_text == "Good luck!"
    assert message.trust == "unknown"


@pytest.mark.parametrize(
    "names", [("Subject", "Date", "From", "To"), ("Onderwerp", "Datum", "Van", "Aan")]
)
def test_the_head_of_a_forward_may_be_a_table(names: tuple[str, ...]) -> None:
    values = (SUBJECT, "Tue, 8 Sep 2026 09:30:00 +0000", "Acme &lt;jobs@acme.test&gt;", "jo@x.test")
    rows = "".join(
        f"<tr><th>{name}: </th><td>{value}</td></tr>"
        for name, value in zip(names, values, strict=True)
    )
    html = f"<div>-------- Forwarded Message --------<table>{rows}</table><br>Date: today.</div>"
    raw = build_mail(subject=f"Fwd: {SUBJECT}", html=html, shape="html", **OUTER)
    message = read_mail(raw).message
    assert message
    assert (message.sender.address, message.subject) == ("jobs@acme.test", SUBJECT)
    assert message.received_at == datetime(2026, 9, 8, 9, 30, tzinfo=UTC)
    assert message.visible_text == "Date: today."


@pytest.mark.parametrize(
    "prefix", ["Fwd", "FW", "WG", "TR", "RV", "Enc", "I", "VB", "İLT", "转发", "Fwd: FW"]
)
def test_forwards_have_prefixes_in_many_languages(prefix: str) -> None:
    assert forward(HEADS["outlook en"], prefix=prefix).forwarded


def test_the_innermost_of_several_forwards_counts() -> None:
    outer = (
        HEADS["gmail en"]
        .replace("Acme Jobs <jobs@acme.test>", "Bo <bo@mail.example>")
        .format(subject=f"Fwd: {SUBJECT}")
    )
    assert forward(outer + "\n\n" + HEADS["gmail de"]).sender.address == "jobs@acme.test"


def test_no_marker_is_overlooked_for_want_of_a_hint() -> None:
    words = json.loads((Path(forwards.__file__).parent / "forwards.json").read_text("utf-8"))
    markers = words["markers"] + words["originals"]
    assert all(forwards.may_show_forward(f"--- {marker} ---") for marker in markers)


@pytest.mark.parametrize("prefix", ["Re", "AW", "SV", "RES", "Antw"])
@pytest.mark.parametrize(
    "marker", ["", "-----Original Message-----\n", "-----Ursprüngliche Nachricht-----\n"]
)
def test_a_reply_is_no_forward(prefix: str, marker: str) -> None:
    message = forward(marker + HEADS["outlook en"], prefix=prefix, note="Tuesday works for me.\n\n")
    assert not message.forwarded
    assert message.sender.address == "jo@mail.example"


def test_a_forward_keeps_the_moment_of_the_inner_mail_where_it_has_a_zone() -> None:
    assert forward(HEADS["thunderbird de"]).received_at == datetime(2026, 9, 8, 9, 30, tzinfo=UTC)
    assert forward(HEADS["gmail de"]).received_at == datetime(2026, 9, 9, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "date",
    [
        "September 8, 2026 at 2:30:00 AM PDT",
        "September 8, 2026 at 2:30:00\u202fAM PDT",
        "Tuesday, September 8, 2026 at 05:30:00 AM EDT",
        "8 September 2026 at 10:30:00 BST",
        "September 8, 2026 at 9:30:00 PM GMT+12",
        "September 8, 2026 at 12:30:00 AM GMT-9",
        "8. September 2026 um 11:30:00 MESZ",
        "8 septembre 2026 à 11:30:00 UTC+2",
        "8 septembre 2026 à 11:30:00 HAEC",
        "8 de septiembre de 2026, 11:30:00 CEST",
        "8 de setembro de 2026 06:30:00 BRT",
        "8 de setembro de 2026 às 06:30:00 GMT-3",
        "8 settembre 2026 alle ore 11:30:00 CEST",
        "8 september 2026 om 11:30:00 CEST",
        "8 september 2026 11:30:00 CEST",
        "8 September 2026 at 3:00:00 PM GMT+5:30",
        "2026年9月8日 GMT+8 下午5:30:00",
        "2026年9月8日 18:30:00 JST",
        "Tue, 8 Sep 2026 02:30:00 -0700 (PDT)",
        "Sep 8, 2026 4:30:00 AM EST",
    ],
)
def test_a_printed_moment_with_its_zone_is_that_moment(date: str) -> None:
    head = (
        "Begin forwarded message:\n\nFrom: Acme Jobs <jobs@acme.test>\nSubject: {subject}\n"
        f"Date: {date}\nTo: jo@mail.example\n"
    )
    assert forward(head).received_at == datetime(2026, 9, 8, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "date",
    [
        "Tuesday, September 8, 2026 09:30 PM",
        "8 Sep 2026 21:30:00",
        # Of India, Ireland or Israel.
        "8 September 2026 at 9:30:00 AM IST",
        "September 8, 2026 at 9:30:00 AM GMT+25",
        "September 8, 2026 at 25:30:00 CEST",
        "02/03/2026 09:30:00 CEST",
        "CEST",
    ],
)
def test_a_forwards_local_time_is_no_moment(date: str) -> None:
    head = f"From: Acme <jobs@acme.test>\nSent: {date}\nSubject: {{subject}}\n"
    assert forward(head).received_at == datetime(2026, 9, 9, 10, tzinfo=UTC)


def test_an_attached_mail_is_read_as_it_is() -> None:
    raw = build_mail(
        sender="Acme <jobs@acme.test>",
        subject=SUBJECT,
        text="Good luck!",
        html="<p>Good luck!</p>",
        shape="forwarded",
    )
    message = read_mail(raw).message
    assert message
    assert message.forwarded
    assert message.header("Date")
    assert message.trust == "passed"


def test_a_forward_within_an_attached_forward_is_unwrapped_too() -> None:
    def attached(inner: bytes) -> bytes:
        head = f"From: {OUTER['sender']}\r\nDate: {OUTER['sent']}\r\nSubject: Fwd: {SUBJECT}\r\n"
        parts = 'Content-Type: multipart/mixed; boundary="{0}"\r\n\r\n--{0}\r\n'.format(len(inner))
        kind = "Content-Type: message/rfc822\r\n\r\n"
        return (head + parts + kind).encode() + inner + f"\r\n--{len(inner)}--\r\n".encode()

    text = HEADS["gmail en"].format(subject=SUBJECT) + "\n\nGood luck!\n"
    for inner in (
        build_mail(subject=SUBJECT, text="Good luck!", sender="Acme <jobs@acme.test>"),
        build_mail(subject=f"Fwd: {SUBJECT}", text=text, **OUTER),
    ):
        message = read_mail(attached(attached(inner))).message
        assert message
        assert message.forwarded
        assert (message.sender.address, message.subject) == ("jobs@acme.test", SUBJECT)
        assert message.text.strip() == "Good luck!"


def test_only_the_owners_own_mail_is_unwrapped() -> None:
    raw = build_mail(
        subject="Fwd: x", text="\n" + HEADS["gmail en"].format(subject=SUBJECT) + "\n\nhi", **OUTER
    )
    mine = read_mail(raw, Origin(own_addresses={"jo@mail.example"})).message
    others = read_mail(raw, Origin(own_addresses={"bo@mail.example"})).message
    assert mine
    assert others
    assert (mine.forwarded, others.forwarded) == (True, False)
    assert read_mail(raw, A_FILE).message == mine


def test_a_bounce_holds_the_mail_that_came_back_and_is_none() -> None:
    inner = build_mail(sender="jo@mail.example", subject="s", text="t")
    raw = (
        b"From: MAILER-DAEMON@mail.example\nDate: Tue, 8 Sep 2026 09:30:00 +0000\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        b"--b\nContent-Type: message/rfc822\n\n" + inner + b"\n--b--\n"
    )
    message = read_mail(raw).message
    assert message
    assert not message.forwarded
