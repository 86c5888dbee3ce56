"""Text comes out as it was meant, whatever charset it claims."""

from __future__ import annotations

import pytest

from providers.mime.charsets import decode_text


@pytest.mark.parametrize(
    ("text", "written", "declared"),
    [
        ("Grüße – 日本", "utf-8", "utf-8"),
        ("Grüße – 日本", "utf-8", ""),
        ("Grüße – 日本", "utf-8", "us-ascii"),
        ("Grüße – 日本", "utf-8", "iso-8859-1"),
        ("Grüße – 日本", "utf-8", "gb2312"),
        ("Grüße “quoted” – €", "cp1252", "iso-8859-1"),
        ("Grüße “quoted” – €", "cp1252", ""),
        ("Grüße “quoted” – €", "cp1252", "utf-8"),
        ("Grüße", "latin-1", "unknown-8bit"),
        ("Grüße", "latin-1", "DEFAULT_CHARSET"),
        ("Žluťoučký kůň", "cp1250", "windows-1250"),
        ("Привет, мир", "koi8-r", "KOI8-R"),
        ("Привет, мир", "cp1251", '"windows-1251"'),
        ("Καλημέρα", "iso8859-7", "ISO-8859-7"),
        ("中文简历", "gb18030", "gb2312"),
        ("张伟", "gb18030", "gbk"),
        ("中文履歷", "big5", "big5"),
        ("日本語の求人", "shift_jis", "Shift_JIS"),
        ("日本語の求人", "euc_jp", "euc-jp"),
        ("日本語の求人", "iso2022_jp", "ISO-2022-JP"),
        ("한국어 채용", "euc_kr", "ks_c_5601-1987"),
        ("한국어 채용", "iso2022_kr", "iso-2022-kr"),
        ("Grüße 日本", "utf-16", "utf-16"),
        ("Grüße 日本", "utf-16-le", "utf-16le"),
        ("Grüße 日本", "utf-7", "utf-7"),
        ("Hi", "ascii", "punycode"),
        ("Hi", "ascii", "unicode_escape"),
        ("Hi", "ascii", "idna"),
        ("Hi", "ascii", "base64"),
        ("Hi", "ascii", "\x00"),
    ],
)
def test_text_comes_out_as_it_was_written(text: str, written: str, declared: str) -> None:
    assert decode_text(text.encode(written), declared) == text


def test_short_names_in_chinese_charsets_are_not_taken_for_utf_8() -> None:
    # Each of these pairs of bytes is a letter of UTF-8 too.
    for raw in (b"\xc2\xa1\xc4\xa3", b"\xd0\xa1\xc4\xbe"):
        assert decode_text(raw, "gb2312") == raw.decode("gb18030")


def test_a_broken_letter_spoils_only_itself() -> None:
    assert decode_text("Grüße aus der Küche, ".encode() * 20 + b"\xff", "utf-8").startswith(
        "Grüße aus der Küche"
    )


def test_western_text_that_is_declared_as_utf_8_keeps_its_letters() -> None:
    text = "Vielen Dank für Ihre Bewerbung als Café-Leiter bei Brötchen & Söhne"
    assert decode_text(text.encode("cp1252"), "utf-8") == text


def test_every_byte_makes_text() -> None:
    everything = bytes(range(256)) * 3
    for charset in (
        "",
        "utf-8",
        "utf-16",
        "iso-2022-jp",
        "hz",
        "big5",
        "cp1252",
        "utf-7",
        "x-mac-cyrillic",
    ):
        text = decode_text(everything, charset)
        assert text
        assert "\x00" not in text
        assert text.encode()
