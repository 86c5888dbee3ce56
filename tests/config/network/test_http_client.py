from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Iterator

import pytest

from config.network.http_client import Limits, RequestsClient
from providers.contracts import HttpFailure
from tests.standins.server import Call, Endpoint, Reply, Standin

# Only where time is what ends a request: else a busy machine would end it.
HURRIED = Limits(connect=0.5, read=0.3, total=0.6)
PATIENT = Limits(connect=60.0, read=60.0, total=60.0, answer_bytes=64 * 1024)


def echo(call: Call) -> Reply:
    return Reply(
        200, {"query": dict(call.query), "form": dict(call.form), "headers": dict(call.headers)}
    )


@pytest.fixture
def server() -> Iterator[Standin]:
    endpoint = Endpoint(echo, query=frozenset({"token", "q"}), form=frozenset({"a"}))
    with Standin({("GET", "/echo"): endpoint, ("POST", "/echo"): endpoint}) as server:
        yield server


@pytest.fixture
def client() -> RequestsClient:
    return RequestsClient(limits=PATIENT)


def test_a_request_arrives_as_it_was_made(server: Standin, client: RequestsClient) -> None:
    answer = client.request(
        "POST", f"{server.url}/echo", params={"q": "ä b"}, form={"a": "1&2"}, headers={"X-One": "1"}
    )
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    payload = answer.json()
    assert isinstance(payload, dict)
    assert (payload["query"], payload["form"]) == ({"q": "ä b"}, {"a": "1&2"})
    assert payload["headers"]["x-one"] == "1"
    assert payload["headers"]["accept-encoding"] == "identity"


def test_any_status_is_an_answer(server: Standin, client: RequestsClient) -> None:
    server.failures.plan("error", times=1)
    assert client.request("GET", f"{server.url}/echo").status == 500


def test_a_redirect_is_an_answer_and_not_followed(server: Standin, client: RequestsClient) -> None:
    server.failures.plan("redirect", times=1)
    answer = client.request("GET", f"{server.url}/echo", headers={"Authorization": "Bearer t"})
    assert (answer.status, answer.headers["location"]) == (302, "http://127.0.0.2:9/elsewhere")
    assert len(server.calls) == 1


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("down", "connection"),
        ("truncated", "connection"),
        ("slow", "timeout"),
        ("drip", "timeout"),
        ("oversize", "too-large"),
    ],
)
def test_no_complete_answer_is_a_failure(server: Standin, mode: str, reason: str) -> None:
    server.failures.plan(mode)  # type: ignore[arg-type]
    client = RequestsClient(limits=HURRIED if reason == "timeout" else PATIENT)
    with pytest.raises(HttpFailure) as failed:
        client.request("GET", f"{server.url}/echo")
    assert (failed.value.reason, failed.value.url_host) == (reason, "127.0.0.1")


def test_a_server_without_tls_fails_as_tls(server: Standin, client: RequestsClient) -> None:
    with pytest.raises(HttpFailure) as failed:
        client.request("GET", server.url.replace("http:", "https:") + "/echo")
    assert failed.value.reason == "tls"


@pytest.mark.parametrize("url", ["nonsense", "ftp://127.0.0.1/x", "http://", "http://[::1"])
def test_what_is_no_address_is_a_failure_too(client: RequestsClient, url: str) -> None:
    with pytest.raises(HttpFailure):
        client.request("GET", url)


def test_a_header_that_would_split_is_never_sent(server: Standin, client: RequestsClient) -> None:
    for value in ("a\r\nX-Evil: 1", "täken\u2028", "\ud800"):
        with pytest.raises(HttpFailure):
            client.request("GET", f"{server.url}/echo", headers={"Authorization": value})
    assert server.calls == []


def test_the_query_shows_neither_in_failures_nor_in_logs(
    server: Standin, client: RequestsClient, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "ya29.very-secret"
    caplog.set_level(logging.DEBUG)
    client.request("GET", f"{server.url}/echo", params={"token": secret})
    server.failures.plan("down")
    with pytest.raises(HttpFailure) as failed:
        client.request("GET", f"{server.url}/echo", params={"token": secret})
    assert "/echo?…" in caplog.text, "urllib3 does log the address"
    assert secret not in caplog.text
    assert failed.value.__context__ is None
    assert secret not in "".join(traceback.format_exception(failed.value))


def test_cookies_and_netrc_never_come_along(
    server: Standin,
    client: RequestsClient,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("machine 127.0.0.1 login joe password s3cret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    answer = client.request("GET", f"{server.url}/echo", headers={"Authorization": "Bearer t"})
    payload = answer.json()
    assert isinstance(payload, dict)
    assert payload["headers"]["authorization"] == "Bearer t"
    assert "cookie" not in payload["headers"]


def test_one_client_serves_many_threads(server: Standin) -> None:
    client = RequestsClient()
    wrong: list[object] = []

    def ask(number: int) -> None:
        for turn in range(10):
            expected = {"q": f"{number}-{turn}"}
            payload = client.request("GET", f"{server.url}/echo", params=expected).json()
            if not isinstance(payload, dict) or payload["query"] != expected:
                wrong.append(payload)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(server.calls) == 80
