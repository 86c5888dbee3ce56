"""The JobHax API compared with the baseline and the raw limit."""

import json
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from statistics import median

from django.contrib.auth.hashers import check_password, make_password

from benchmarks.contest import Entry, contest
from benchmarks.happo import HEAD, compare
from benchmarks.load import request_bytes
from benchmarks.stage import LOGIN, PASSWORD, Stage
from benchmarks.table import Row

_LOGINS = 25


def routes(stage: Stage) -> Iterator[Row]:
    """Lists and metrics by access token."""
    jobapps = "/api/jobapps/get_jobapps"
    by_month = "/api/metrics/get_application_count_by_month"
    by_title = "/api/metrics/get_count_by_jobtitle_and_statuses"
    yield _row(stage, "get_jobapps with 28 applications", jobapps, number=28, plain=5, raw=0.40)
    yield _row(stage, "get_jobapps with 300 applications", jobapps, number=300, plain=8)
    yield _row(stage, "count by month, 300 applications", by_month, number=300, plain=10)
    yield _row(
        stage, "count by title and status, 300 in 150 titles", by_title, number=300, plain=40
    )


def _row(
    stage: Stage, work: str, path: str, *, number: int, plain: float, raw: float | None = None
) -> Row:
    mine = {"Authorization": f"Bearer {stage.tokens[number]}"}
    its = {"Authorization": f"Bearer seeker{number}", "Host": "plain20.test"}
    entries = {
        "product": Entry(stage.product, request_bytes(path, headers=mine)),
        "plain": Entry(stage.plain, request_bytes(path, headers=its)),
    }
    if raw is not None:
        entries["raw"] = Entry(stage.raw[20], request_bytes(path, headers=mine))
    return compare(work, contest(entries), plain=plain, raw=raw)


def bearer_check(stage: Stage) -> Iterator[Row]:
    """A request that only checks an access token: one without the fields that its route needs, which gets 400."""
    headers = {
        "Authorization": f"Bearer {stage.tokens[28]}",
        "x-happo-api-version": HEAD,
        "Content-Type": "application/json",
    }
    request = request_bytes(
        "/api/jobapps/update_jobapp", headers=headers, method="POST", body=b"{}"
    )
    outcome = contest(
        {
            "product": Entry(stage.product, request, expected="400"),
            "raw": Entry(stage.raw[20], request),
        }
    )
    yield compare("bearer check of an empty request", outcome, raw=0.40)


def login(stage: Stage) -> Iterator[Row]:
    """A login over HTTP compared with one check of an Argon2 hash."""
    client_id, client_secret = stage.oauth
    asked = {
        "client_id": client_id,
        "client_secret": client_secret,
        "username": LOGIN,
        "password": PASSWORD,
    }
    body, connection = json.dumps(asked), HTTPConnection("127.0.0.1", stage.product)
    stored = make_password(PASSWORD)
    logins, hashes = [], []
    for _ in range(_LOGINS):
        start = time.perf_counter()
        connection.request(
            "POST",
            "/api/users/login",
            body,
            {"Host": "localhost", "Content-Type": "application/json"},
        )
        response = connection.getresponse()
        response.read()
        logins.append(time.perf_counter() - start)
        if response.status != 200:
            raise RuntimeError(f"The status of a log-in was {response.status}")
        start = time.perf_counter()
        check_password(PASSWORD, stored)
        hashes.append(time.perf_counter() - start)
    connection.close()
    times = median(mine / its for mine, its in zip(logins, hashes, strict=True))
    took = f"{median(logins) * 1000:.0f} ms"
    yield Row("login", took, "at most 1.3 x its Argon2 hash", f"{times:.2f} x", times <= 1.3)
