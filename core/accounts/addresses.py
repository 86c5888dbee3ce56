"""The one rule book of e-mail addresses: what is an address, and in which form it is stored and compared.

The stored form has a local part in lower case (NFC), and the domain as DNS has it: A-labels in lower case (RFC 5890).
So `Anna@Bücher.example` and `anna@xn--bcher-kva.example` are one address. Python alone changes the case: PostgreSQL
may know other capital letters.
"""

import re
from typing import Final
from unicodedata import normalize

from core.domain_names import DOTS, list_domain_forms, to_ascii
from core.errors import Invalid
from providers.limits import MAX_EMAIL_CHARACTERS

# Invisible characters, written out: regex engines differ on what `\s` is, and clients validate with their own engine.
INVISIBLE: Final = (
    r"\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff"
)
# Of ASCII only letters, digits and inner hyphens.
_ALNUM: Final = rf"[^{INVISIBLE}\u0021-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007f]"
_LABEL: Final = rf"{_ALNUM}(?:(?:{_ALNUM}|-){{0,61}}{_ALNUM})?"
_ATOM: Final = rf"[^{INVISIBLE}\"(),.:;<>@\[\\\]]+"
DOMAIN: Final = rf"(?:{_LABEL}\.)+{_LABEL}"
_ADDRESS: Final = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{DOMAIN}")

# The letters that aren't ASCII and whose folded form is: the Kelvin sign and the long s.
_ALIKE: Final = re.compile("[\u212a\u017f]")
_DOT: Final = re.compile(f"[{DOTS}]")


def clean_email(email: str, *, field: str = "email") -> str:
    """Return the address as it is stored; raise `Invalid` of `field` for what is no address, or is too long."""
    address = _to_stored_form(email)
    if len(address) > MAX_EMAIL_CHARACTERS:
        raise Invalid.one(field, "too_long", limit=MAX_EMAIL_CHARACTERS)
    local, at, domain = normalize("NFC", email.strip()).rpartition("@")
    # Checked as it was written, too: what DNS ignores, such as a joiner, is no part of an address.
    written = f"{local}{at}{_DOT.sub('.', domain)}"
    is_address = _ADDRESS.fullmatch(written) and _ADDRESS.fullmatch(address)
    # Else the text would become the address of another user.
    if not is_address or _ALIKE.search(email.strip().rpartition("@")[0]):
        raise Invalid.one(field, "not_email")
    return address


def list_spellings(email: str) -> tuple[str, ...]:
    """Return the forms in which an address that is looked up may be stored, the first one preferred.

    That is the address as it is stored now, or in the lower case that earlier releases stored: an account that lost its
    address to its twin in the migration is found by the old spelling. What is no address has one form.
    """
    earlier = email.strip().lower()
    return tuple(dict.fromkeys((earlier, _to_stored_form(email))))


def list_written_forms(email: str) -> list[str]:
    """Return how clients may have written an address, in lower case: with the domain in A-labels, and in U-labels."""
    local, at, domain = _to_stored_form(email).rpartition("@")
    return [f"{local}{at}{form}" for form in list_domain_forms(domain)]


def _to_stored_form(email: str) -> str:
    local, at, domain = normalize("NFC", email.strip()).rpartition("@")
    # A letter may be composed only once it is small.
    return f"{normalize('NFC', local.lower())}{at}{to_ascii(domain)}"
