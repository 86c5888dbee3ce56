"""The port for requests to other servers."""

import pytest

from config.network.http_client import RequestsClient
from core import http
from providers.contracts import HttpClient
from providers.testing import NoNetwork


@pytest.fixture
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for one in ("_client", "_mailbox_client", "_named_client"):
        monkeypatch.setattr(http, one, None)


def test_the_start_sets_the_client() -> None:
    assert isinstance(http.http_client(), RequestsClient)


def test_the_client_that_was_set_is_returned(unset: None) -> None:
    client: HttpClient = NoNetwork()
    http.use_http_client(client)
    assert http.http_client() is client


def test_a_client_that_was_never_set_is_an_error(unset: None) -> None:
    with pytest.raises(RuntimeError, match="use_http_client"):
        http.http_client()
