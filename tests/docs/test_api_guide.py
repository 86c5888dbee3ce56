"""The examples of two pages of `docs/`, sent in their order and compared with the answers that they show."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from django.test import Client

from api_v1.jobhax.errors import DOCUMENTED_MESSAGES, MAPPING
from api_v1.versions import HEAD, OLDEST
from core.accounts.services import register_confirmed_user
from tenants.context import TenantRef
from tenants.provisioning.lifecycle import CreatedTenant

DOCS = Path(__file__).resolve().parents[2] / "docs"
GUIDE = DOCS / "api-guide.md"
every_page = pytest.mark.parametrize("page", ["api-guide.md", "web-clients.md"])
BLOCK = re.compile(r"^```(http|json)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WHATEVER = "..."
Json = Any  # Any: JSON


@dataclass
class Reader:
    """A reader who sends the examples in order; `known` has the values of the names in angle brackets."""

    known: dict[str, Json]
    key: str
    client: Client = field(default_factory=Client)

    def send(self, request: str) -> Any:  # Any: Django's test client adds to responses
        """Send what a block shows."""
        head, _, body = request.partition("\n\n")
        line, *headers = head.strip().split("\n")
        method, path = line.split(" ", 1)
        sent = {"authorization": f"Bearer {self.key}", "x-happo-api-version": HEAD}
        for header in headers:
            name, _, value = header.partition(": ")
            sent[name.lower()] = self._filled(value)
        return self.client.generic(
            method,
            self._filled(path, for_url=True),
            self._filled(body),
            content_type="application/json",
            headers=sent,
        )

    def _filled(self, text: str, *, for_url: bool = False) -> str:
        for name, value in self.known.items():
            text = text.replace(f"<{name}>", quote(str(value), safe="") if for_url else str(value))
        return text

    def compare(self, shown: Json, found: Json, place: str = "$") -> None:
        """Compare an answer with the one shown; store the value of a new name."""
        if isinstance(shown, str) and (name := re.fullmatch(r"<(\w+)>", shown)):
            assert self.known.setdefault(name[1], found) == found, place
        elif isinstance(shown, dict):
            assert isinstance(found, dict), place
            # {"...": "..."} leaves the rest out.
            named = shown.keys() - {WHATEVER}
            assert named == found.keys() or (WHATEVER in shown and named < found.keys()), (
                place,
                found,
            )
            for name in named:
                self.compare(shown[name], found[name], f"{place}.{name}")
        elif isinstance(shown, list):
            assert len(shown) == len(found), (place, found)
            for at, (one, other) in enumerate(zip(shown, found, strict=True)):
                self.compare(one, other, f"{place}[{at}]")
        elif shown != WHATEVER:
            assert shown == found, place


def examples(page: str) -> Iterator[tuple[str, str, str]]:
    """Yield each request, and the kind and text of the block with its answer."""
    blocks = BLOCK.findall((DOCS / page).read_text())
    for (kind, request), (answer_kind, answer) in pairwise(blocks):
        if kind == "http" and not request.startswith("HTTP/"):
            yield request, answer_kind, answer


def check_headers(shown: str, response: Mapping[str, str], *, status: int) -> None:
    line, *headers = shown.strip().split("\n")
    assert line.split()[1] == str(status)
    for header in headers:
        name, _, value = header.partition(": ")
        assert response[name] == value


@every_page
def test_every_example_answers_as_shown(
    page: str, created_acme: CreatedTenant, acme: TenantRef
) -> None:
    register_confirmed_user("jane@example.com", password="correct horse battery")
    known = {"client": created_acme.client_id, "secret": created_acme.client_secret}
    reader = Reader(known, created_acme.api_key)
    for request, kind, answer in examples(page):
        response = reader.send(request)
        if kind == "http":
            check_headers(answer, response, status=response.status_code)
        else:
            reader.compare(
                orjson.loads(answer), orjson.loads(response.content), request.split("\n")[0]
            )
    assert len(list(examples(page))) > 7


@pytest.mark.parametrize("code", [code for code in DOCUMENTED_MESSAGES if code])
def test_each_error_code_is_in_the_table_with_its_statuses(code: int) -> None:
    row = next(
        line
        for line in GUIDE.read_text().split("\n")
        if re.match(rf"\| (\d+, )*{code}(, \d+)* \|", line)
    )
    statuses = {status for status, number in MAPPING.values() if number == code}
    assert statuses <= set(map(int, re.findall(r"\d{3}", row.split("|")[2])))


@every_page
def test_links_lead_somewhere(page: str) -> None:
    text = (DOCS / page).read_text()
    headings = {
        re.sub(r"[^\w -]", "", h).strip().lower().replace(" ", "-")
        for h in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if target.startswith("#"):
            assert target[1:] in headings
        elif not target.startswith("http"):
            assert (DOCS / target.partition("#")[0]).exists()


@every_page
def test_the_versions_that_it_speaks_of_are_there(page: str) -> None:
    assert set(re.findall(r"v20\d{6}", (DOCS / page).read_text())) == {OLDEST, HEAD}
