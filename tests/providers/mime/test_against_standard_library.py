"""The reader says of generated mail what the standard library says.

Where the two differ on purpose:

- charsets: the library believes the declared one; the reader asks UTF-8 first, and reads names as browsers do. Here the
  charsets are declared truly.
- encoded words: the library (`policy.default`) keeps a space between a word and glued text, and reads no word that holds a
  space or that ends within a letter. Here words are written whole.
- dates without a zone, depth above 50 and more than 1,000 parts: tested by themselves.
- the library takes the first body; the reader joins the texts of a mixed mail, as programs show them. Here each mail has
  one text of each kind.
- line ends: the reader's text has `\\n` alone.
"""

from __future__ import annotations

import email
import email.policy
from email.headerregistry import Address
from email.message import EmailMessage
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from providers.mime.read import read_mail

LETTERS = st.characters(
    codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufeff\x85"
)
LINES = st.lists(st.text(LETTERS, max_size=200), min_size=1, max_size=8).map("\n".join)
NAMES = st.text(
    st.characters(codec="utf-8", categories=("L", "N"), include_characters=" .'-&,"),
    min_size=1,
    max_size=30,
)
SUBJECTS = st.lists(NAMES.map(str.strip).filter(bool), min_size=1, max_size=8).map(" ".join)
CHARSETS = st.sampled_from(["utf-8", "gb18030", "utf-7"])
ENCODINGS = st.sampled_from(["base64", "quoted-printable"])


class Said(NamedTuple):
    """What a mail says, and how it is wrapped."""

    name: str
    subject: str
    text: str
    html: str | None
    charset: str
    encoding: str
    has_picture: bool
    has_attachment: bool
    has_attached_text: bool


SAID = st.builds(
    Said,
    NAMES,
    SUBJECTS,
    LINES,
    st.none() | LINES,
    CHARSETS,
    ENCODINGS,
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


def write(said: Said) -> bytes:
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"] = Address(said.name.strip() or "Jo", "jo", "acme.test")
    message["Subject"] = said.subject
    message["Date"] = "Tue, 08 Sep 2026 09:30:00 -0700"
    message.set_content(said.text, charset=said.charset, cte=said.encoding)
    if said.html is not None:
        message.add_alternative(said.html, subtype="html", charset=said.charset, cte=said.encoding)
        if said.has_picture:
            message.get_payload()[1].add_related(b"GIF89a", "image", "gif", cid="<1>")
    if said.has_attachment:
        message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="cv.pdf")
    if said.has_attached_text:
        message.add_attachment("attached", filename="note.txt")
    return message.as_bytes()


def with_plain_breaks(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


@settings(max_examples=100, deadline=None)
@given(SAID)
def test_generated_mail_reads_as_the_standard_library_reads_it(said: Said) -> None:
    raw = write(said)
    theirs = email.message_from_bytes(raw, policy=email.policy.default)
    ours = read_mail(raw).message
    assert ours
    assert " ".join(ours.subject.split()) == " ".join(theirs["Subject"].split())
    sender = theirs["From"].addresses[0]
    assert ours.sender.name.replace(" ", "") == sender.display_name.replace(" ", "")
    assert ours.sender.address == sender.addr_spec
    assert ours.received_at == theirs["Date"].datetime
    for kind, text in (("plain", ours.text), ("html", ours.html)):
        body = theirs.get_body((kind,))
        expected = body.get_content() if body else ""
        assert with_plain_breaks(text) == with_plain_breaks(expected)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=2000), st.booleans())
def test_no_bytes_raise(noise: bytes, with_head: bool) -> None:
    head = (
        b"From: a@b.test\nDate: Tue, 8 Sep 2026 09:30:00 +0000\nContent-Type: "
        b"multipart/mixed; boundary=a\n"
    )
    read = read_mail(head + noise if with_head else noise)
    assert read.message or read.reason
