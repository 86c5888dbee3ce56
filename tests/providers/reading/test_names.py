from __future__ import annotations

import pytest

from providers.reading import (
    Passage,
    company_key,
    employer_named,
    is_brand,
    title_key,
    without_gender_marks,
    without_legal_form,
)


@pytest.mark.parametrize(
    "names",
    [
        ("Acme", "ACME", "Acme Inc.", "Acme, Inc", "acme inc", "The Acme Company"),
        ("Müller & Söhne", "Müller & Söhne GmbH & Co. KG", "MULLER & SOHNE", "Müller & Söhne AG"),
        (
            "Foo",
            "Foo S.A.",
            "Foo S.A. de C.V.",
            "Foo Ltda.",
            "Foo S.r.l.",
            "Foo B.V.",
            "Foo Pty Ltd",
            "Foo AB",
        ),
        ("Jane’s Café", "Jane's Cafe"),
    ],
)
def test_spellings_of_one_employer_have_one_key(names: tuple[str, ...]) -> None:
    assert len({company_key(name) for name in names}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("Acme", "Acme Labs"), ("SE", "AG"), ("Co", "Inc"), ("Exa", "Example")]
)
def test_two_employers_have_two_keys(one: str, other: str) -> None:
    assert company_key(one) != company_key(other)


def test_a_legal_form_alone_is_a_name() -> None:
    assert without_legal_form("Inc") == "Inc"
    assert company_key("Inc")


@pytest.mark.parametrize(
    "title",
    [
        "Koch (m/w/d)",
        "Koch (w/m/d)",
        "Koch (f/m/d)",
        "Koch (gn)",
        "Koch (all genders)",
        "Koch m/w/d",
        "Koch [m|w|d]",
        "Koch (M/W/D)",
    ],
)
def test_marks_of_gender_are_stripped_for_comparing(title: str) -> None:
    assert without_gender_marks(title) == "Koch"
    assert title_key(title) == "koch"


@pytest.mark.parametrize("title", ["Cook (Part Time)", "Engineer (C++)", "VP (EMEA)"])
def test_other_brackets_stay(title: str) -> None:
    assert without_gender_marks(title) == title


@pytest.mark.parametrize(
    ("shown", "employer"),
    [
        ("Acme Hiring Team", "Acme"),
        ("Acme @ icims", "Acme"),
        ("Acme - Workday", "Acme"),
        ("Acme via Lever", "Acme"),
        ("Foo & Co. Talent Acquisition", "Foo & Co."),
        ("Acme", "Acme"),
        ("Workable", None),
        ("Greenhouse", None),
        ("Recruiting Team", None),
        ("no-reply", None),
        ("jobs@acme.test", None),
        ("", None),
    ],
)
def test_the_senders_name_says_the_employer(shown: str, employer: str | None) -> None:
    found = employer_named(Passage("sender", shown))
    assert (found and found.text) == employer


def test_a_brand_is_one_only_alone() -> None:
    assert is_brand("Workday")
    assert not is_brand("Workday Kitchens")
