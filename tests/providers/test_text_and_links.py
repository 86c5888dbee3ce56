"""What events hold: clean lines, and addresses without keys."""

from __future__ import annotations

import unicodedata

import pytest
from pydantic import ValidationError

from providers.contracts import Evidence, MailEvent
from providers.links import clean_link
from providers.text import collapse, is_plain, shorten, strip_padding


def an_event(**fields: object) -> MailEvent:
    evidence = tuple(
        Evidence.model_validate({"field": name, "place": "text", "quote": "x"})
        for name in ("kind", *fields)
    )
    return MailEvent.model_validate({"kind": "applied", "evidence": evidence} | fields)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (" Cook \t of\u00a0the\u2003day\r\n", "Cook of the day"),
        ("Na\u200bme\u200d\ufeff \u034f\u00ad", "Name"),
        ("\u202eevil\u202c \x00\x1bx", "evil x"),
        (
            "\U0001f916 Lead Engineer \U0001f469\u200d\U0001f4bb",
            "\U0001f916 Lead Engineer \U0001f469\u200d\U0001f4bb",
        ),
        ("\u2764\ufe0f\u200d\U0001f525 Chef", "\u2764\ufe0f\u200d\U0001f525 Chef"),
        ("a\ud800b", "ab"),
        ("日本\u3000語", "日本 語"),
    ],
)
def test_titles_and_names_are_one_clean_line(written: str, shown: str) -> None:
    assert collapse(written) == shown
    assert an_event(title=written).title == shown
    assert an_event(company=written).company == shown


def test_no_character_without_a_picture_is_left() -> None:
    every = "".join(map(chr, range(0x110000)))
    left = {
        f"{ord(one):04x}"
        for one in collapse(every)
        if unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp")
    }
    assert left == set()
    # Signs of Arabic, Syriac and Egyptian that are drawn, and musical ones.
    drawn = {one for one in collapse(every) if unicodedata.category(one) == "Cf"}
    assert all(0x600 <= ord(one) <= 0x8FF or ord(one) > 0x11000 or one == "\u200d" for one in drawn)


def test_what_counts_as_plain_text_needs_no_cleaning() -> None:
    plain = filter(is_plain, map(chr, range(0x110000)))
    assert all(collapse(f"a{one}b") == f"a{one}b" for one in plain if one != "\n")


@pytest.mark.parametrize("field", ["title", "company", "location", "requisition"])
@pytest.mark.parametrize("blank", ["", " ", "\u200b", "\u00a0\n", "\u2800"])
def test_no_field_is_blank(field: str, blank: str) -> None:
    with pytest.raises(ValidationError):
        an_event(**{field: blank})


@pytest.mark.parametrize(
    ("field", "limit"), [("title", 300), ("company", 200), ("location", 200), ("requisition", 100)]
)
def test_no_field_is_too_long(field: str, limit: int) -> None:
    assert len(getattr(an_event(**{field: "x" * limit}), field)) == limit
    with pytest.raises(ValidationError):
        an_event(**{field: "x" * (limit + 1)})


def test_a_long_text_is_cut_at_a_word() -> None:
    assert shorten("a few words", 7) == "a few…"
    assert len(shorten("x" * 500, 300)) == 300
    assert strip_padding("plain") == "plain"


@pytest.mark.parametrize(
    ("address", "clean"),
    [
        (
            "https://www.linkedin.com/jobs/view/42/?trackingId=aB%3D&midToken=AQ&otpToken=MT",
            "https://www.linkedin.com/jobs/view/42/",
        ),
        (
            "http://jobs.test/a b?jk=0123abcd&apiToken=s3cret#top",
            "https://jobs.test/a%20b?jk=0123abcd",
        ),
        ("https://JOBS.Test./x", "https://jobs.test/x"),
        (
            "https://boards.greenhouse.io/acme/jobs/1?gh_jid=1&amp;gh_src=x",
            "https://boards.greenhouse.io/acme/jobs/1?gh_jid=1",
        ),
        (
            (
                "https://media.licdn.com/dms/image/C4D0BAQ/company-logo_100_100/0?e=2159024"
                "400&v=beta&t=aB-_c9"
            ),
            (
                "https://media.licdn.com/dms/image/C4D0BAQ/company-logo_100_100/0?e=2159024"
                "400&v=beta&t=aB-_c9"
            ),
        ),
    ],
)
def test_an_address_keeps_what_names_the_posting(address: str, clean: str) -> None:
    assert clean_link(address) == clean
    assert an_event(link=clean).link == clean


@pytest.mark.parametrize(
    "address",
    [
        "",
        "x",
        "javascript:alert(1)",
        "ftp://jobs.test/",
        "https://",
        "https://localhost/",
        "https://10.0.0.1/",
        "https://user:pw@[::1]/",
        "https://jobs.test:8443/",
        "https://jobs.test:x/",
        "https://jöbs.test/",
        "https://click.test/ls/click/uPn3dGhjAbC4Kd82hZqPw91mNvRt5xYsE7",
        ("https://jobs.test/reset/0123456789abcdef0123456789abcdef01234567"),
        "https://jobs.test/eyJhbGciOiJIUzI1NiJ9.e30.abc",
        "https://jobs.test/unsubscribe/jo.doe@mail.example",
    ],
)
def test_an_address_that_is_none_or_holds_a_key_is_left_out(address: str) -> None:
    assert clean_link(address) is None


def test_an_address_counts_on_the_hosts_that_are_asked_for_alone() -> None:
    assert clean_link("https://www.acme.test/x", hosts=("acme.test",)) == "https://www.acme.test/x"
    assert clean_link("https://acme.test.evil.test/x", hosts=("acme.test",)) is None
    assert clean_link("https://user@acme.test/x", hosts=("acme.test",)) == "https://acme.test/x"


@pytest.mark.parametrize(
    "link",
    [
        "http://jobs.test/",
        "https://u@jobs.test/",
        "https://jobs.test/?token=x",
        "https://jobs.test/#x",
        "https://jobs.test/a b",
        "https://jobs.test/?jk",
        "https://jobs.test:443/",
    ],
)
def test_an_event_takes_no_other_address(link: str) -> None:
    with pytest.raises(ValidationError):
        an_event(link=link)


@pytest.mark.parametrize("sign", ["a", ".", "ü", "-a", "%41"])
def test_an_address_that_is_too_long_without_its_parameters_is_left_out(sign: str) -> None:
    assert clean_link("https://acme.example/" + sign * 500_000) is None
    assert clean_link("https://acme.example/jobs/1?token=" + sign * 500_000) == (
        "https://acme.example/jobs/1"
    )
