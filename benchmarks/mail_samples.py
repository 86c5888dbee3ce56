"""Synthetic mail for the benchmark: a job board's long confirmation, and an mbox of everyday mail."""

import base64
import quopri
from collections.abc import Iterator
from pathlib import Path

_HEAD = """\
Delivered-To: jo.doe@mail.example\r
Received: by 2002:a05:6a00 with SMTP id x1; Sat, 6 Sep 2025 10:00:{second:02} -0700 (PDT)\r
Authentication-Results: mx.mail.example; dkim=pass header.i=@{domain} header.s=d1; spf=pass smtp.mailfrom=b@{domain};
 dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from={domain}\r
From: {sender}\r
To: Jo Doe <jo.doe@mail.example>\r
Subject: {subject}\r
Date: Sat, 6 Sep 2025 17:00:{second:02} +0000 (UTC)\r
Message-ID: <{number}@{domain}>\r
{more}MIME-Version: 1.0\r
"""
_CARD = """\
<tr><td style="padding:8px 0 8px 0;font-family:Arial,sans-serif" class="card-{number}"><a
 href="https://www.linkedin.com/comm/jobs/view/{number}/?trackingId=AbCd%3D&amp;refId=x{number}&amp;trk=eml-{kind}"
 style="color:#0a66c2;cursor:pointer;display:inline-block;text-decoration:none" target="_blank"><img
 src="https://media.licdn.com/dms/image/v2/C4D0B{number}/company-logo_100_100/0/1?e=2159024400&amp;v=beta&amp;t=abc"
 alt="{company}" width="48" height="48" style="outline:none;border:none"></a></td><td><a class="text-md" style="line-height:1.25"
 href="https://www.linkedin.com/comm/jobs/view/{number}/?trackingId=AbCd%3D&amp;trk=eml-{kind}">{title}</a><p
 class="text-sm" style="margin:0;font-weight:400;color:#1f1f1f">{company} \u00b7 Berlin, Germany (Hybrid)</p></td></tr>
"""


def confirmation(number: int = 0) -> bytes:
    """Return a confirmation as LinkedIn sends it since 2023: 110 kB, plain text and HTML."""
    applied = _CARD.format(
        number=4285785299, company="Acme &amp; Sons", title="Cook", kind="applied_jobs-0-jobcard_body"
    )
    others = "".join(
        _CARD.format(
            number=4285000000 + one, company=f"Other {one}", title=f"Chef {one}", kind=f"jymbii-{one}-jobcard"
        )
        for one in range(75)
    )
    html = (
        "<!DOCTYPE html><html><head><style>" + ".text-md{font-size:16px}" * 200 + "</style></head><body>"
        '<div style="display:none;max-height:0">Your application' + "&#847;&zwnj;&nbsp;" * 150 + "</div>"
        "<h2>Your application was sent to Acme &amp; Sons</h2><table>"
        f'<tbody><tr data-test-id="applied-job-posting"><td><table>{applied}</table>'
        f'<p class="applied-dates">Applied on September 6, 2025</p></td></tr></tbody></table><table>{others}</table></body></html>'
    )
    text = (
        "Your application was sent to Acme & Sons\r\n\r\nCook\r\nAcme & Sons\r\nBerlin, Germany\r\n"
        "View job: https://www.linkedin.com/comm/jobs/view/4285785299/?trackingId=x\r\n\r\n"
        + "-" * 57
        + "\r\nApplied on September 6, 2025\r\n"
        + "Chef\r\nOther\r\nBerlin\r\nView job: https://www.linkedin.com/comm/jobs/view/1/\r\n\r\n" * 75
    )
    head = _HEAD.format(
        second=number % 60,
        number=number,
        domain="linkedin.com",
        sender="LinkedIn <jobs-noreply@linkedin.com>",
        subject="Jo, your application was sent to Acme & Sons",
        more="X-LinkedIn-Template: email_application_confirmation_with_nba_01\r\nX-LinkedIn-Class: EMAIL-DEFAULT\r\n",
    )
    return (
        (head + 'Content-Type: multipart/alternative; boundary="b1"\r\n\r\n').encode()
        + b"".join(
            f"--b1\r\nContent-Type: text/{kind}; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n".encode()
            + quopri.encodestring(body.encode()).replace(b"\n", b"\r\n")
            + b"\r\n"
            for kind, body in (("plain", text), ("html", html))
        )
        + b"--b1--\r\n"
    )


def everyday(number: int) -> bytes:
    """Return a mail of the kinds that fill mailboxes: a note, a newsletter, a mail with a picture."""
    head = _HEAD.format(
        second=number % 60, number=number, domain="shop.example", sender=f"Friend {number} <f{number}@shop.example>",
        subject=f"=?UTF-8?B?{base64.b64encode(f'Grüße {number} aus Köln'.encode()).decode()}?=", more="",
    ).encode()  # fmt: skip
    note = (
        b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + b"Hello Jo,\r\nsee you on Monday.\r\n\r\n" * 20
    )
    if number % 3 == 0:
        return head + note
    html = (
        "<html><body><table>"
        + "<tr><td style='padding:4px'>An offer <b>of the week</b></td></tr>" * 60
        + "</table></body></html>"
    ).encode()
    parts = [note, b"Content-Type: text/html; charset=utf-8\r\n\r\n" + html]
    if number % 3 == 2:
        parts.append(
            b"Content-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + base64.encodebytes(bytes(9000))
        )
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + b"--b--\r\n"
    return head + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + body


def write_mbox(path: Path, count: int) -> None:
    """Write an mbox of `count` mails, 5 of 100 from a board."""
    with path.open("wb") as file:
        for mail in _mails(count):
            file.write(b"From 1@xxx Sat Sep  6 10:00:00 +0000 2025\n" + mail.replace(b"\r\n", b"\n") + b"\n")


def _mails(count: int) -> Iterator[bytes]:
    return (confirmation(number) if number % 20 == 0 else everyday(number) for number in range(count))
