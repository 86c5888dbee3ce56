"""Mail that is made to choke its reader: for tests (reason, memory) and for `make bench` (time)."""

from __future__ import annotations

from collections.abc import Callable

HEAD = b"From: a@b.test\nDate: Tue, 8 Sep 2026 09:30:00 +0000\n"


def _nested(levels: int) -> bytes:
    each = (
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (level, level)
        for level in range(levels)
    )
    return HEAD + b"".join(each) + b"Content-Type: text/plain\n\nhi\n"


def html_mail(html: bytes) -> bytes:
    """Return a mail of HTML alone."""
    return HEAD + b"Content-Type: text/html\n\n" + html


BOMBS: dict[str, Callable[[], bytes]] = {
    "parts": lambda: (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=b\n\n"
        + b"--b\nContent-Type: text/plain\n\nhi\n" * 10_000
    ),
    "levels": lambda: _nested(1_000),
    "headers": lambda: (
        HEAD + b"".join(b"X-%d: v\n" % number for number in range(200_000)) + b"\nhi"
    ),
    "addresses": lambda: (
        b"From: "
        + b", ".join(b"u%d@x.test" % number for number in range(50_000))
        + b"\n"
        + HEAD[16:]
        + b"\nhi"
    ),
    "recipients": lambda: (
        HEAD + b"To: " + b", ".join(b"u%d@x.test" % number for number in range(50_000)) + b"\n\nhi"
    ),
    "divs": lambda: html_mail(b"<div>" * 1_000_000),
    "attributes": lambda: html_mail(
        b"<a " + b" ".join(b"a%d=1" % number for number in range(1_000_000)) + b">"
    ),
    "wide table": lambda: html_mail(
        b"<table><tr><td>" + b"x" * 200_000 + b"</td><td>y" + b"<tr><td>a<td>b" * 60_000
    ),
    "blank lines": lambda: b"\r\n" * (15 * 1024 * 1024),
    "line": lambda: HEAD + b"\n" + b"x" * 50_000_000,
    "parentheses": lambda: b"From: " + b"(" * 500_000 + b"\n" + HEAD[16:] + b"\nhi",
    "uuencode": lambda: (
        HEAD + b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 x\n" + b"!\n" * 2_000_000
    ),
    "short tags": lambda: html_mail(b"<p>a" * 300_000),
    "parameters": lambda: (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=b\n\n"
        + (b"--b\nContent-Type: text/plain" + b";a=b" * 10_000 + b"\n\nhi\n") * 500
    ),
    "spaces in base64": lambda: (
        HEAD + b"Content-Transfer-Encoding: base64\n\n!" + b" " * 3_000_000 + b"a b"
    ),
    "stray character in base64": lambda: (
        HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"QUJD" * 1_000_000 + b"!\n"
    ),
    "base64": lambda: HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"-\n" * 2_000_000,
}
