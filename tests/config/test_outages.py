"""A database that doesn't answer: each request is a 503 that says when to come back, and the log isn't flooded."""

import json
from datetime import datetime
from pathlib import Path

import pytest
import requests

from config.request_log import WARNINGS_PER_WINDOW, WINDOW_SECONDS
from tests.servers import free_port, running_server

PAGES = ("/admin/", "/admin/login/", "/admin/tenants/", "/admin/account/")


@pytest.mark.server
def test_pages_of_the_admin_say_so_without_a_traceback(tmp_path: Path) -> None:
    log = tmp_path / "log"
    nowhere = f"postgresql://happo_app@127.0.0.1:{free_port()}/happo"
    with running_server(
        tmp_path, log=log, DATABASE_URL=nowhere, LOG_FORMAT="json", HTTPS="false"
    ) as server:
        for page in PAGES:
            for method in ("GET", "POST"):
                answer = requests.request(
                    method,
                    server.url + page,
                    headers={"x-request-id": "asked-once"},
                    cookies={"happo-operator": "a"},
                    timeout=60,
                )
                assert answer.status_code == 503, (method, page)
                assert answer.headers["Retry-After"] == "5"
                assert answer.headers["x-request-id"] == "asked-once"
                assert answer.text == "The service is not available: try again later.\n"
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert not any("stack" in line for line in lines)
    warnings = [line for line in lines if line["logger"] == "happo.outages"]
    # On a busy machine the requests may take more than one window.
    began = datetime.fromisoformat(warnings[0]["time"])
    seconds = [(datetime.fromisoformat(one["time"]) - began).total_seconds() for one in warnings]
    assert len([one for one in seconds if one < WINDOW_SECONDS - 1]) <= WARNINGS_PER_WINDOW
    assert len(warnings) >= WARNINGS_PER_WINDOW
    assert {line["failure"] for line in warnings} == {"OperationalError"}
