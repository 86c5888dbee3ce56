"""Both APIs against their documents in each version, with every check that Schemathesis has.

Here: each value that a schema names or forbids, and sequences of requests. `make fuzz` adds random ones.
"""

from collections.abc import Callable
from typing import Any

import pytest

from api_v1.documentation.frozen import document_of
from api_v1.versions import HEAD
from tests.api_v1.golden.scripts import ROUTES, Golden
from tests.fuzz.fuzzing import Findings, Speaker, fuzz
from tests.servers import Server


@pytest.mark.server
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "document", ROUTES, ids=lambda document: f"{document.api}-{document.version}"
)
def test_every_answer_is_as_documented(
    document: Golden, server: Server, speakers: dict[str, Speaker], request: pytest.FixtureRequest
) -> None:
    times = request.config.getoption("--fuzz-times", default=1)
    findings = fuzz(
        document.versioned_api, url=server.url, speaker=speakers[document.api], examples=times
    )
    assert not findings.failures, str(findings)
    assert findings.requests.keys() >= {"examples", "coverage", "stateful"}
    # Else no successful answer was checked. Routes of Google and LinkedIn can't succeed here.
    assert reached(document, findings) > 0.6, findings.succeeded


def reached(document: Golden, findings: Findings) -> float:
    """Return which part of the routes has answered 200 at least once."""
    documented = [
        route for route in document.versioned_api.table.routes if route.operation.include_in_schema
    ]
    return len(findings.succeeded) / len(documented)


def _names_are_numbers(document: Any) -> None:  # Any: JSON
    document["components"]["schemas"]["VersionState"]["properties"]["name"] = {"type": "integer"}


def _needs_a_header(document: Any) -> None:  # Any: JSON
    answer = document["paths"]["/v1/versions"]["get"]["responses"]["200"]
    answer["headers"] = {"x-more": {"required": True, "schema": {"type": "string"}}}


def _knows_no_success(document: Any) -> None:  # Any: JSON
    del document["paths"]["/v1/versions"]["get"]["responses"]["200"]


@pytest.mark.server
@pytest.mark.parametrize(
    ("spoil", "check"),
    [
        (_names_are_numbers, "response_schema_conformance"),
        (_needs_a_header, "response_headers_conformance"),
        (_knows_no_success, "status_code_conformance"),
    ],
)
def test_a_document_that_is_not_true_is_found_out(
    spoil: Callable[[Any], None], check: str, server: Server, speakers: dict[str, Speaker]
) -> None:
    versioned_api = Golden("happo", HEAD).versioned_api
    document = document_of(versioned_api)
    document["paths"] = {"/v1/versions": document["paths"]["/v1/versions"]}
    spoil(document)
    findings = fuzz(
        versioned_api, url=server.url, speaker=speakers["happo"], examples=1, document=document
    )
    assert check in {found for _, found, *_ in findings.failures}
