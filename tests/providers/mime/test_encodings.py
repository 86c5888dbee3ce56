from __future__ import annotations

import base64

import pytest

from providers.mime.encodings import decode_body

SAID = "Grüße aus der Küche, wo heute gekocht wird???>>>".encode()
STANDARD = base64.encodebytes(SAID)


@pytest.mark.parametrize(
    "written",
    [
        STANDARD,
        STANDARD.replace(b"\n", b"\r\n"),
        STANDARD.rstrip(b"=\n"),
        base64.urlsafe_b64encode(SAID),
        base64.urlsafe_b64encode(SAID).rstrip(b"="),
        STANDARD
        + (
            b"\n_______________________________________________\nA list's "
            b"footer\nhttp://list.test/\n"
        ),
        STANDARD.rstrip(b"=\n") + b"\n\n_______________\nA list's footer\n",
        STANDARD + b"-- \nsent from a phone\n",
        b" " + STANDARD.replace(b"\n", b" \n "),
        STANDARD[:10] + b"\n\n" + STANDARD[10:],
        STANDARD.rstrip(b"\n") + b"====\n",
        base64.b64encode(SAID[:25]) + b"\r\n" + base64.b64encode(SAID[25:]) + b"\r\n",
        base64.b64encode(SAID[:25]) + b"\n" + base64.b64encode(SAID[25:]) + b"\nA list's footer\n",
    ],
)
def test_base64_is_read_leniently(written: bytes) -> None:
    assert decode_body(written, "BASE64 ") == SAID


@pytest.mark.parametrize(
    "written", [b"", b"=", b"====", b"A", b"!!!!", b"-- \nfooter", b"\xff\xfe"]
)
def test_no_base64_raises(written: bytes) -> None:
    assert isinstance(decode_body(written, "base64"), bytes)


def test_text_that_only_claims_to_be_base64_is_that_text() -> None:
    said = b"Your application was sent to Acme\n\nCook\nAcme\nView job: https://acme.test/1\n"
    assert decode_body(said, "base64") == said


def test_quoted_printable_is_read_leniently() -> None:
    assert (
        decode_body(b"Gr=C3=BC=C3=9Fe =\r\naus =zz", "Quoted-Printable") == "Grüße aus =zz".encode()
    )
    assert decode_body(b"aus =  \r\nder K=C3=BCche", "quoted-printable") == "aus der Küche".encode()


def test_uuencode_is_known() -> None:
    assert decode_body(b"begin 644 a.txt\n#0V%T\n`\nend\n", "x-uuencode") == b"Cat"


@pytest.mark.parametrize("encoding", ["7bit", "8bit", "binary", "", "nonsense"])
def test_others_are_as_they_are(encoding: str) -> None:
    assert decode_body(b"=C3=BC", encoding) == b"=C3=BC"
