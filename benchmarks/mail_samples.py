"""Synthetic mail for the benchmark: a job board's long confirmation, and an mbox of everyday mail."""

import base64
import quopri
from collections.abc import Iterator
from pathlib import Path

_HEAD = "\r\n".join(
    (
        "Delivered-To: jo.doe@mail.example",
        "Received: by mx.mail.example with SMTP; Sat, 6 Sep 2025 10:00:{second:02} -0700 (PDT)",
        "Authentication-Results: mx.mail.example; dkim=pass header.i=@{domain} header.s=d1;",
        " spf=pass smtp.mailfrom=b@{domain}; dmarc=pass (p=REJECT dis=NONE) header.from={domain}",
        "From: {sender}",
        "To: Jo Doe <jo.doe@mail.example>",
        "Subject: {subject}",
        "Date: Sat, 6 Sep 2025 17:00:{second:02} +0000 (UTC)",
        "Message-ID: <{number}@{domain}>",
        "{more}MIME-Version: 1.0\r\n",
    )
)
_JOB = "https://www.linkedin.com/comm/jobs/view/{number}/?trackingId=AbCd%3D&amp;refId=x{number}"
_LOGO = (
    "https://media.licdn.com/dms/image/v2/C4D0B{number}/company-logo_100_100/0/1"
    "?e=2159024400&amp;v=beta&amp;t=abc"
)
_TABLE = '<table role="presentation" border="0" cellspacing="0" cellpadding="0" width="100%">'
_CARD = (
    _TABLE + '<tbody><tr><td class="pt-2" style="padding:8px 0 8px 0">' + _TABLE + "<tbody><tr>"
    '<td valign="top" style="padding-right:8px;width:48px"><a href="'
    + _JOB
    + '&amp;trk=eml-{kind}"'
    ' style="color:#0a66c2;display:inline-block;text-decoration:none" target="_blank">'
    '<img src="' + _LOGO + '" alt="{company}" width="48" height="48" style="border:none"></a></td>'
    '<td valign="top">'
    + _TABLE
    + '<tbody><tr><td class="pb-0"><a class="text-md" href="'
    + _JOB
    + '&amp;trk=eml-{kind}" style="color:#0a66c2;line-height:1.25" target="_blank">{title}'
    "</a></td></tr>"
    '<tr><td class="pb-0"><p class="text-sm" style="margin:0;font-weight:400;color:#1f1f1f">'
    "{company} \u00b7 Berlin, Germany (Hybrid)</p></td></tr></tbody></table></td></tr></tbody>"
    "</table>"
    "</td></tr></tbody></table>\n"
)


def confirmation(number: int = 0, *, job: int = 0) -> bytes:
    """Return a confirmation as LinkedIn sends it since 2023: 110 kB, plain text and HTML. `job`: which one."""
    title = f"Cook {job}" if job else "Cook"
    applied = _card(4285785299 + job, "Acme &amp; Sons", title, "applied_jobs-0-jobcard_body")
    others = "".join(
        _card(4285000000 + one, f"Other {one}", f"Chef {one}", f"jymbii-{one}-jobcard")
        for one in range(_OTHER_JOBS)
    )
    html = (
        "<!DOCTYPE html><html><head><style>" + ".text-md{font-size:16px}" * 200 + "</style></head>"
        '<body><div style="display:none;max-height:0">Your application'
        + "&#847;&zwnj;&nbsp;"
        * 150
        + "</div><h2>Your application was sent to Acme &amp; Sons</h2><table><tbody>"
        f'<tr data-test-id="applied-job-posting"><td>{applied}'
        '<p class="applied-dates">Applied on September 6, 2025</p></td></tr></tbody></table>'
        f"<table><tbody><tr><td>{others}</td></tr></tbody></table></body></html>"
    )
    text = (
        f"Your application was sent to Acme & Sons\r\n\r\n{title}\r\nAcme & Sons\r\n"
        "Berlin, Germany\r\n"
        f"View job: https://www.linkedin.com/comm/jobs/view/{4285785299 + job}/?trackingId=x\r\n"
        "\r\n"
        + "-" * 57
        + "\r\nApplied on September 6, 2025"
        + "-" * 57
        + "\r\n"
        + "Chef\r\nOther\r\nBerlin\r\nView job: https://www.linkedin.com/comm/jobs/view/1/\r\n\r\n"
        * 20
    )
    template = "email_application_confirmation_with_nba_01"
    head = _HEAD.format(
        second=number % 60,
        number=number,
        domain="linkedin.com",
        sender="LinkedIn <jobs-noreply@linkedin.com>",
        subject="Jo, your application was sent to Acme & Sons",
        more=f"X-LinkedIn-Template: {template}\r\nX-LinkedIn-Class: EMAIL-DEFAULT\r\n",
    )
    parts = b"".join(_part(kind, body) for kind, body in (("plain", text), ("html", html)))
    return (
        f'{head}Content-Type: multipart/alternative; boundary="{_BOUNDARY}"\r\n\r\n'.encode()
        + parts
        + f"--{_BOUNDARY}--\r\n".encode()
    )


def _card(number: int, company: str, title: str, kind: str) -> str:
    return _CARD.format(number=number, company=company, title=title, kind=kind)


def _part(kind: str, body: str) -> bytes:
    head = f"--{_BOUNDARY}\r\nContent-Type: text/{kind}; charset=UTF-8\r\n"
    encoded = quopri.encodestring(body.encode()).replace(b"\n", b"\r\n")
    return (
        head.encode() + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + encoded + b"\r\n"
    )


def everyday(number: int) -> bytes:
    """Return a mail of the kinds that fill mailboxes: a note, a newsletter, a mail with a picture."""
    words = base64.b64encode(f"Grüße {number} aus Köln".encode()).decode()
    head = _HEAD.format(
        second=number % 60,
        number=number,
        domain="shop.example",
        sender=f"Friend {number} <f{number}@shop.example>",
        subject=f"=?UTF-8?B?{words}?=",
        more="",
    ).encode()
    note = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + _NOTE * 20
    if number % 3 == 0:
        return head + note
    parts = [note, b"Content-Type: text/html; charset=utf-8\r\n\r\n" + _NEWSLETTER]
    if number % 3 == 2:
        parts.append(_PICTURE)
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + b"--b--\r\n"
    return head + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + body


_OTHER_JOBS = 70
_BOUNDARY = "----=_Part_3512_88441.1757178000123"
_NOTE = b"Hello Jo,\r\nsee you on Monday.\r\n\r\n"
_NEWSLETTER = (
    b"<html><body><table>"
    + b"<tr><td style='padding:4px'>An offer <b>of the week</b></td></tr>" * 60
    + b"</table></body></html>"
)
_PICTURE = (
    b"Content-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + base64.encodebytes(bytes(9000))
)


def write_mbox(path: Path, count: int, *, jobs: int = 1) -> None:
    """Write an mbox of `count` mails, 5 of 100 from a board, about so many jobs."""
    with path.open("wb") as file:
        for mail in _mails(count, jobs):
            file.write(
                b"From 1@xxx Sat Sep  6 10:00:00 +0000 2025\n"
                + mail.replace(b"\r\n", b"\n")
                + b"\n"
            )


def _mails(count: int, jobs: int) -> Iterator[bytes]:
    return (
        confirmation(number, job=number // 20 % jobs) if number % 20 == 0 else everyday(number)
        for number in range(count)
    )
