"""Builds synthetic mail: what it says, and separately how it is wrapped (MIME shape, charset, transfer encoding).

build_mail(sender="Acme Jobs <jobs@acme.test>", subject="You applied", text="...", html="<p>...</p>")
"""

from __future__ import annotations

import base64
import quopri
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.header import Header
from email.utils import parseaddr

PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
WHEN = "Tue, 08 Sep 2026 09:30:00 +0000"
TO = "Jo Doe <jo.doe@mail.example>"


@dataclass(frozen=True, kw_only=True)
class Mail:
    """What a mail says. `headers`: further fields, in their order. `authentication`: of the receiver, None for none."""

    sender: str
    subject: str
    text: str = ""
    html: str = ""
    calendar: str = ""
    sent: str = WHEN
    to: str = TO
    message_id: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    authentication: str | None = "passed"


@dataclass(frozen=True, kw_only=True)
class Wrapping:
    """How the text is written.

    `encoding`: 7bit, 8bit, quoted-printable, base64, base64-bare, base64-url. `declared`: the charset that the mail
    names, None for the true one, "" for none.
    """

    charset: str = "utf-8"
    encoding: str = "quoted-printable"
    declared: str | None = None


PLAIN_WRAPPING = Wrapping()


def build_mail(
    *,
    shape: str = "alternative",
    wrapping: Wrapping = PLAIN_WRAPPING,
    newline: bytes = b"\r\n",
    **said: object,
) -> bytes:
    """Return the bytes of `Mail(**said)` in a shape of `SHAPES`."""
    return write_mail(Mail(**said), shape=shape, wrapping=wrapping, newline=newline)  # type: ignore[arg-type]


def write_mail(
    mail: Mail,
    *,
    shape: str = "alternative",
    wrapping: Wrapping = PLAIN_WRAPPING,
    newline: bytes = b"\r\n",
) -> bytes:
    """Return the bytes of a mail, headers of the receiver first."""
    head = [*_head(mail), "MIME-Version: 1.0"]
    body = SHAPES[shape](mail, wrapping)
    raw = "\n".join(head).encode() + b"\n" + body
    return raw.replace(b"\n", newline)


def _head(mail: Mail) -> list[str]:
    name, address = parseaddr(mail.sender)
    domain = address.rpartition("@")[2]
    verdict = {"passed": "pass", "failed": "fail"}.get(mail.authentication or "")
    lines = [
        f"Delivered-To: {parseaddr(mail.to)[1]}",
        f"Received: by mx.mail.example with ESMTPS id 1; {mail.sent}",
    ]
    if verdict:
        lines.append(
            f"Authentication-Results: mx.mail.example;\n dkim={verdict} header.d={domain};\n"
            f" spf={verdict} (sender IP is 192.0.2.1) smtp.mailfrom=bounce@{domain};\n"
            f" dmarc={verdict} (p=REJECT) header.from={domain}"
        )
    lines += [
        f"From: {_phrase(name)}<{address}>",
        f"To: {mail.to}",
        f"Subject: {encode_words(mail.subject)}",
        f"Date: {mail.sent}",
        f"Message-ID: {mail.message_id or f'<{abs(hash_of(mail)):x}@{domain}>'}",
    ]
    return lines + [f"{header}: {encode_words(value)}" for header, value in mail.headers.items()]


def hash_of(mail: Mail) -> int:
    """Return a number that is the same in every run."""
    seed = 0
    for character in f"{mail.sender}{mail.subject}{mail.text}{mail.html}{mail.sent}":
        seed = (seed * 1_000_003 + ord(character)) % 2**61
    return seed


def _phrase(name: str) -> str:
    if not name:
        return ""
    return f"{encode_words(name)} " if not name.isascii() else '"' + name.replace('"', r"\"") + '" '


def encode_words(text: str) -> str:
    """Return a header's value as encoded words where it needs them, folded as mailers do."""
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=76).encode()


def _leaf(content_type: str, text: str, wrapping: Wrapping, *extra: str) -> bytes:
    raw = text.encode(wrapping.charset)
    charset = wrapping.charset if wrapping.declared is None else wrapping.declared
    declared = f"{content_type}; charset={charset}" if charset else content_type
    encoding = "base64" if wrapping.encoding.startswith("base64") else wrapping.encoding
    lines = [
        f"Content-Type: {declared}",
        f"Content-Transfer-Encoding: {encoding}",
        *extra,
    ]
    return "\n".join(lines).encode() + b"\n\n" + _encoded(raw, wrapping.encoding) + b"\n"


def _encoded(raw: bytes, encoding: str) -> bytes:
    match encoding:
        case "base64":
            return base64.encodebytes(raw)
        case "base64-bare":
            return base64.b64encode(raw).rstrip(b"=")
        case "base64-url":
            return base64.urlsafe_b64encode(raw)
        case "quoted-printable":
            return quopri.encodestring(raw)
        case _:
            return raw


def _multipart(subtype: str, *parts: bytes, parameters: str = "") -> bytes:
    boundary = f"=_{subtype}_{len(parts)}_{sum(map(len, parts))}"
    body = b"".join(b"--" + boundary.encode() + b"\n" + part + b"\n" for part in parts)
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"{parameters}\n\n'
    return head.encode() + body + b"--" + boundary.encode() + b"--\n"


def _image() -> bytes:
    return (
        b"Content-Type: image/gif\nContent-ID: <logo>\nContent-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(PIXEL)
    )


def _plain(mail: Mail, wrapping: Wrapping) -> bytes:
    return _leaf("text/plain", mail.text, wrapping)


def _html(mail: Mail, wrapping: Wrapping) -> bytes:
    return _leaf("text/html", mail.html, wrapping)


def _alternative(mail: Mail, wrapping: Wrapping) -> bytes:
    parts = [_plain(mail, wrapping)] if mail.text else []
    parts += [_html(mail, wrapping)] if mail.html else []
    parts += (
        [_leaf("text/calendar; method=REQUEST", mail.calendar, wrapping)] if mail.calendar else []
    )
    return _multipart("alternative", *parts)


def _mixed(mail: Mail, wrapping: Wrapping) -> bytes:
    attached = (
        b'Content-Type: application/pdf; name="cv.pdf"\nContent-Disposition: '
        b'attachment; filename="cv.pdf"\nContent-Transfer-Encoding: '
        b"base64\n\nJVBERg==\n"
    )
    return _multipart("mixed", _alternative(mail, wrapping), attached)


def _related(mail: Mail, wrapping: Wrapping) -> bytes:
    return _multipart("related", _alternative(mail, wrapping), _image())


def _alternative_related(mail: Mail, wrapping: Wrapping) -> bytes:
    related = _multipart("related", _html(mail, wrapping), _image())
    parts = [_plain(mail, wrapping)] if mail.text else []
    parts += [related]
    parts += (
        [_leaf("text/calendar; method=REQUEST", mail.calendar, wrapping)] if mail.calendar else []
    )
    return _multipart("alternative", *parts) if len(parts) > 1 else related


def _mixed_related(mail: Mail, wrapping: Wrapping) -> bytes:
    return _multipart("mixed", _multipart("related", _alternative(mail, wrapping), _image()))


def _signed(mail: Mail, wrapping: Wrapping) -> bytes:
    signature = (
        b"Content-Type: application/pgp-signature; "
        b'name="signature.asc"\n\n-----BEGIN PGP SIGNATURE-----\nAAAA\n-----END '
        b"PGP SIGNATURE-----\n"
    )
    return _multipart(
        "signed", _alternative(mail, wrapping), signature, parameters="; micalg=pgp-sha256"
    )


def _deep(mail: Mail, wrapping: Wrapping) -> bytes:
    body = _alternative(mail, wrapping)
    for _ in range(8):
        body = _multipart("mixed", body)
    return body


def _with_invitation(mail: Mail, wrapping: Wrapping) -> bytes:
    attached = _leaf(
        'application/ics; name="invite.ics"',
        mail.calendar,
        wrapping,
        'Content-Disposition: attachment; filename="invite.ics"',
    )
    return (
        _multipart("mixed", _alternative(mail, wrapping), attached)
        if mail.calendar
        else _mixed(mail, wrapping)
    )


def _forwarded(mail: Mail, wrapping: Wrapping) -> bytes:
    inner = write_mail(mail, wrapping=wrapping, newline=b"\n")
    note = b"Content-Type: text/plain\n\nfyi\n"
    return _multipart("mixed", note, b"Content-Type: message/rfc822\n\n" + inner)


SHAPES: dict[str, Callable[[Mail, Wrapping], bytes]] = {
    "plain": _plain,
    "html": _html,
    "alternative": _alternative,
    "mixed": _mixed,
    "related": _related,
    "alternative-related": _alternative_related,
    "mixed-related": _mixed_related,
    "signed": _signed,
    "deep": _deep,
    "with-invitation": _with_invitation,
    "forwarded": _forwarded,
}
# These keep both bodies and the sender.
WHOLE_SHAPES = tuple(shape for shape in SHAPES if shape not in ("plain", "html"))
WRAPPINGS = (
    Wrapping(),
    Wrapping(encoding="base64"),
    Wrapping(encoding="base64-bare"),
    Wrapping(encoding="base64-url"),
    Wrapping(encoding="8bit"),
    Wrapping(encoding="8bit", declared=""),
    Wrapping(encoding="8bit", declared="us-ascii"),
    Wrapping(encoding="base64", declared="iso-8859-1"),
    Wrapping(charset="utf-16", encoding="base64"),
    Wrapping(charset="gb18030", encoding="base64"),
)
