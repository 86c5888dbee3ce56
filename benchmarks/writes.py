"""Bulk compared with single creates, and a page far down a long list compared with the first."""

import json
import uuid
from collections.abc import Iterator
from http.client import HTTPConnection

from benchmarks.contest import Entry, contest
from benchmarks.happo import HEAD
from benchmarks.load import request_bytes
from benchmarks.seed import seed_candidates
from benchmarks.stage import Stage, owner_in
from benchmarks.statement_counts import statements_of_bulk
from benchmarks.table import Row

BULK = 50
MOST_STATEMENTS = 8
LONG_LIST, PAGE, LAST_PAGE = 100_000, 100, 1_000


def bulk(stage: Stage) -> Iterator[Row]:
    """Candidates per second in bulks of 50, compared with one at a time; statements of a bulk."""
    path = stage.candidate.rpartition("/")[0]
    candidate = {
        "name": "Adam Smith",
        "email": "adam.smith@test.com",
        "description": "<b>Skills</b>",
    }

    def post(to: str, body: object) -> Entry:
        headers = stage.headers(20, version=HEAD) | {"Content-Type": "application/json"}
        return Entry(
            stage.product,
            request_bytes(to, headers=headers, method="POST", body=json.dumps(body).encode()),
        )

    outcome = contest(
        {
            "bulk": post(f"{path}/bulk", {"candidates": [candidate] * BULK}),
            "single": post(path, candidate),
        },
        rounds=5,
    )
    ratio = outcome.ratio["single"] * BULK
    yield Row(
        f"bulk of {BULK} candidates: speed",
        f"{outcome.per_second['bulk'] * BULK:,.0f} candidates/s",
        "15 x single creates",
        f"{ratio:.1f} x",
        ratio >= 15,
    )
    counts = {
        size: statements_of_bulk(stage.tenants[20], path, size=size) for size in (1, 10, BULK)
    }
    most = max(counts.values())
    yield Row(
        f"bulk of {BULK} candidates: statements",
        f"{most} statements, and at times one for a lease of the rate limit",
        f"at most {MOST_STATEMENTS}, whatever the number",
        ", ".join(f"{size}: {count}" for size, count in counts.items()),
        most + 1 <= MOST_STATEMENTS and len(set(counts.values())) == 1,
    )


def far_page(stage: Stage) -> Iterator[Row]:
    """Page 1,000 of a list of 100,000 candidates, by cursor, compared with page 1."""
    # The consoles' pages are opened in the other one.
    tenant = stage.tenants[200]
    position = str(uuid.uuid4())
    with owner_in(tenant) as connection:
        seed_candidates(connection, owner=tenant.owner_uuid, position=position, number=LONG_LIST)
    headers = stage.headers(200, version=HEAD)
    first = f"/v1/positions/{position}/candidates?limit={PAGE}"
    last = _walk(stage.product, first, headers=headers)
    outcome = contest(
        {
            "far": Entry(stage.product, request_bytes(last, headers=headers)),
            "first": Entry(stage.product, request_bytes(first, headers=headers)),
        }
    )
    times = 1 / outcome.ratio["first"]
    yield Row(
        f"page {LAST_PAGE:,} of {LONG_LIST:,} candidates by cursor",
        f"{outcome.per_second['far']:,.0f} requests/s",
        "at most 1.5 x the time of page 1",
        f"{times:.2f} x",
        times <= 1.5,
    )


def _walk(port: int, path: str, *, headers: dict[str, str]) -> str:
    """Follow the cursors from page 1 to page 1,000, and return the path of that one."""
    connection, page = HTTPConnection("127.0.0.1", port), path
    for _ in range(LAST_PAGE - 1):
        connection.request("GET", page, headers={"Host": "localhost", **headers})
        page = f"{path}&cursor={json.loads(connection.getresponse().read())['nextCursor']}"
    connection.close()
    return page
