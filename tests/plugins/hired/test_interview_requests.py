"""Synthetic interview requests: names and salaries that differ from the golden pairs'."""

from __future__ import annotations

from itertools import product

import pytest

from providers.loading import load_registry
from providers.registry import Registry
from tests.mail.interview_requests import HIRED, VETTERY, hired, vettery
from tests.mail.names import COMPANIES, TITLES
from tests.plugins.proven import said

NAMES = [*product(TITLES, (*COMPANIES, "Acme (YC S21)")), ("QA (Automation)", "Old Mill")]
SALARIES = (
    "",
    " ($150,000)",
    " ($150k - $170k)",
    " (€90.000)",
    " (£80k\u2013£95k)",
    " (CAD 120,000)",
    " (90 000 €)",
    "  ($150,000) ",
    " (¥12M)",
    " (USD 130K+)",
    " (Negotiable)",
)


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry(("plugins.hired", "plugins.vettery"), installed=False)


@pytest.mark.parametrize("salary", SALARIES)
def test_a_request_of_hired_names_title_and_employer_whatever_the_salary(
    registry: Registry, salary: str
) -> None:
    for title, company in NAMES[:: 1 + SALARIES.index(salary) % 3]:
        mail = hired(title, company, salary=salary)
        assert said(registry, mail, "kind", "title", "company") == [("interview", title, company)]


@pytest.mark.parametrize("shape", ["alternative", "plain", "html"])
@pytest.mark.parametrize("take", [True, False])
def test_a_request_of_vettery_names_title_and_employer_in_its_body(
    registry: Registry, shape: str, take: bool
) -> None:
    for number, (title, company) in enumerate(NAMES[::2]):
        mail = vettery(title, company, take=take, lines=bool(number % 2))
        wanted = [("interview", title, company, "New York, NY")]
        assert said(registry, mail, "kind", "title", "company", "location", shape=shape) == wanted


def test_each_brand_sends_the_mail_of_the_other_too(registry: Registry) -> None:
    for title, company in NAMES[::5]:
        wanted = [("interview", title, company)]
        assert (
            said(registry, hired(title, company, sender=VETTERY), "kind", "title", "company")
            == wanted
        )
        assert (
            said(registry, vettery(title, company, sender=HIRED), "kind", "title", "company")
            == wanted
        )
