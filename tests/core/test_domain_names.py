"""Domains outside of ASCII: what is accepted, in which form, and what people see of them."""

import pytest

from core.domain_names import clean_domain, show_domain, to_ascii
from core.errors import Invalid

CYRILLIC_A = "\u0430"
# "apple" in Cyrillic letters alone, which look the same.
APPLE = "\u0430\u0440\u0440\u04cf\u0435"


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("Jobs.Example.com", "jobs.example.com"),
        ("Bücher.example", "xn--bcher-kva.example"),
        ("bu\u0308cher.example", "xn--bcher-kva.example"),
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.bücher.example", "xn--bcher-kva.xn--bcher-kva.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("bücher。example", "xn--bcher-kva.example"),
        ("\uff42\uff41.example", "ba.example"),
        ("l·l.example", "xn--ll-0ea.example"),
        # Japanese has three scripts and Latin letters; Korean and Chinese have two.
        ("日本go.example", "xn--go-5t7du0c.example"),
        ("東京タワーの.example", "xn--u9jzijf1b378u9b5a.example"),
        ("한국x.example", "xn--x-xj6ep17h.example"),
        ("мир.рф", "xn--h1ahn.xn--p1ai"),
        ("אבג.example", "xn--4dbcd.example"),
        (f"{APPLE}.example", "xn--80ak6aa92e.example"),
        # Who writes a domain as DNS has it, means that one.
        ("xn--pple-43d.example", "xn--pple-43d.example"),
        ("r3---sn.example", "r3---sn.example"),
    ],
)
def test_a_domain_is_stored_as_dns_has_it(written: str, stored: str) -> None:
    assert clean_domain(written, field="domain") == stored == to_ascii(written)


@pytest.mark.parametrize(
    "domain",
    [
        "i❤.example",
        "bü cher.example",
        "bücher.example:80",
        "bü_cher.example",
        "-ü.example",
        "ü-.example",
        "ü..example",
        "a\u200db.example",
        "a\u05d0.example",
        f"{'ü' * 60}.example",
        f"{'ü.' * 200}example",
        "xn--i-7iq.example",
        "xn--zzzzzz.example",
        "xn--.example",
        "xn--bcher-kva\u0301.example",
    ],
)
def test_what_idna_forbids_is_refused(domain: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_domain(domain, field="place")
    assert [(one.field, one.code) for one in refused.value.problems] == [("place", "not_domain")]


@pytest.mark.parametrize(
    ("domain", "scripts"),
    [
        (f"{CYRILLIC_A}pple.example", ("Cyrillic", "Latin")),
        (f"jobs.{CYRILLIC_A}pple.example", ("Cyrillic", "Latin")),
        ("g\u03bf\u03bfgle.example", ("Greek", "Latin")),
        ("日本мир.example", ("Cjk", "Cyrillic")),
    ],
    ids=["first", "later", "greek", "han"],
)
def test_a_label_that_mixes_scripts_is_refused(domain: str, scripts: tuple[str, ...]) -> None:
    with pytest.raises(Invalid) as refused:
        clean_domain(domain, field="domain")
    (problem,) = refused.value.problems
    assert (problem.code, problem.facts) == ("mixed_scripts", {"scripts": scripts})


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("jobs.example.com", "jobs.example.com"),
        ("xn--bcher-kva.example", "bücher.example (xn--bcher-kva.example)"),
        ("xn--80ak6aa92e.example", f"{APPLE}.example (xn--80ak6aa92e.example)"),
        # What could be taken for another domain, or isn't one, is never decoded.
        ("xn--pple-43d.example", "xn--pple-43d.example"),
        ("xn--i-7iq.example", "xn--i-7iq.example"),
        ("xn--zzzzzz.example", "xn--zzzzzz.example"),
        ("xn--.example", "xn--.example"),
        # From right to left, and kept from turning round what stands beside it.
        ("xn--4dbcd.example", "\u2066אבג.example\u2069 (xn--4dbcd.example)"),
        ("", ""),
    ],
)
def test_a_domain_is_shown_with_the_form_of_dns_beside_it(stored: str, shown: str) -> None:
    assert show_domain(stored) == shown
