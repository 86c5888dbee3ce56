"""E-mail addresses: one rule book, for every place that takes one."""

import sys
from collections.abc import Iterable, Iterator
from unicodedata import category, normalize

import pytest

from core.accounts.addresses import clean_email, list_spellings
from core.accounts.invitations import invite_users
from core.errors import Invalid
from tenants.context import TenantRef

EVERY_CHARACTER = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
# Of the large blocks of characters without case, unassigned or not, one in 64: a domain takes longer than a name.
SOME_CHARACTERS = [
    one for one in EVERY_CHARACTER if category(one) not in ("Lo", "Cn", "Co") or ord(one) % 64 == 0
]


def clean_all(addresses: Iterable[str]) -> Iterator[str]:
    for address in addresses:
        try:
            yield clean_email(address)
        except Invalid:
            continue


def test_every_character_is_refused_or_stored_in_one_form() -> None:
    number = 0
    for address in clean_all(f"a{one}b@mail.example" for one in EVERY_CHARACTER):
        local, _, domain = address.rpartition("@")
        assert (clean_email(address), domain) == (address, "mail.example")
        assert (local, normalize("NFC", local)) == (local.lower(), local)
        number += 1
    assert number > 1_000_000


@pytest.mark.parametrize("shape", ["ab@a{}b.example", "ab@{}.example", "ab@mail.a{}"])
def test_every_domain_is_refused_or_stored_as_dns_has_it(shape: str) -> None:
    number = 0
    for address in clean_all(map(shape.format, SOME_CHARACTERS)):
        assert address.isascii()
        assert (address.lower(), clean_email(address)) == (address, address)
        assert list_spellings(address) == (address,)
        number += 1
    assert number > 10_000


def test_the_database_accepts_every_stored_form(acme: TenantRef) -> None:
    with_case = [one for one in EVERY_CHARACTER if not one == one.lower() == one.upper()]
    stored = set(clean_all(f"a{one}b@mail.example" for one in with_case))
    assert set(invite_users(stored)) == stored


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("Anna@Bücher.example", "anna@xn--bcher-kva.example"),
        ("anna@XN--BCHER-KVA.example", "anna@xn--bcher-kva.example"),
        (" anna@bücher.example\n", "anna@xn--bcher-kva.example"),
        ("anna@bu\u0308cher.example", "anna@xn--bcher-kva.example"),
        ("anna@bücher。example", "anna@xn--bcher-kva.example"),
        ("anna@\uff42ücher.example", "anna@xn--bcher-kva.example"),
        ("anna@Straße.example", "anna@xn--strae-oqa.example"),
        ("Zoe\u0308@mail.example", "zoë@mail.example"),
        ("ZOË@mail.example", "zoë@mail.example"),
        # The Kelvin sign is canonically the letter K.
        ("\u212aate@mail.example", "kate@mail.example"),
        ("anna@i❤.example", "anna@xn--i-7iq.example"),
        # Capital letters that a later Unicode may add.
        ("\U0001d7ffx@mail.example", "\U0001d7ffx@mail.example".lower()),
    ],
)
def test_an_address_has_one_stored_form(written: str, stored: str) -> None:
    assert clean_email(written) == stored


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "not_email"),
        ("anna", "not_email"),
        ("anna@mail", "not_email"),
        ("anna@@mail.example", "not_email"),
        ("anna@mail..example", "not_email"),
        ("an na@mail.example", "not_email"),
        ("anna@mail.example\0", "not_email"),
        ("a" * 65 + "@mail.example", "not_email"),
        ("anna@" + "ü" * 62 + ".example", "not_email"),
        ("anna@" + "a.b." * 70 + "example", "too_long"),
    ],
)
def test_what_is_no_address_is_refused(written: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_email(written)
    assert [problem.code for problem in refused.value.problems] == [code]
