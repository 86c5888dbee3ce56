from __future__ import annotations

import pytest

from providers.contracts import (
    AuthContext,
    CredentialsRefused,
    HttpAnswer,
    ProviderMisconfigured,
    ProviderUnavailable,
)
from providers.oauth.provider_client import ProviderClient
from providers.testing import NoNetwork, ScriptedHttp

ADDRESS = "https://acme.test/me"


def client_of(answer: HttpAnswer) -> ProviderClient:
    return ProviderClient("acme", AuthContext(http=ScriptedHttp({f"GET {ADDRESS}": answer})))


@pytest.mark.parametrize(
    ("status", "body"), [(200, b'{"a": 1}'), (201, b"{}"), (400, b'{"error": "x"}')]
)
def test_an_object_is_an_answer(status: int, body: bytes) -> None:
    answer = client_of(HttpAnswer(status=status, body=body)).fetch("GET", ADDRESS)
    assert (answer.status, answer.ok) == (status, status < 300)


def test_a_refusal_without_json_has_an_empty_document() -> None:
    answer = client_of(HttpAnswer(status=403, body=b"<html>Forbidden</html>")).fetch("GET", ADDRESS)
    assert dict(answer.payload) == {}


@pytest.mark.parametrize("status", [100, 204, 301, 302, 304, 500, 503, 599])
def test_neither_an_object_nor_a_refusal_is_no_answer(status: int) -> None:
    with pytest.raises(ProviderUnavailable) as unavailable:
        client_of(HttpAnswer(status=status)).fetch("GET", ADDRESS)
    assert unavailable.value.status == status


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("120", 120.0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("-1", None),
        ("²", None),
        (None, None),
    ],
)
def test_the_time_to_wait_is_passed_on_where_it_is_a_number(
    retry_after: str | None, seconds: float | None
) -> None:
    headers = {"retry-after": retry_after} if retry_after else {}
    with pytest.raises(ProviderUnavailable) as unavailable:
        client_of(HttpAnswer(status=429, headers=headers)).fetch("GET", ADDRESS)
    assert (unavailable.value.reason, unavailable.value.retry_after) == ("rate-limited", seconds)


@pytest.mark.parametrize("token", ["ya29.a0AfB_byC-1", "1//0g-x", "AQV8k3_~+/==", "eyJ.a.b"])
def test_tokens_of_real_providers_pass(token: str) -> None:
    ProviderClient("acme", AuthContext(http=NoNetwork())).require_token(token)


@pytest.mark.parametrize(
    "token", ["", " ", "a b", "a\n", "a\r\nb", "é", "\x00", "\ud800", "x" * 4097]
)
def test_what_cannot_be_a_token_is_refused(token: str) -> None:
    with pytest.raises(CredentialsRefused):
        ProviderClient("acme", AuthContext(http=NoNetwork())).require_token(token)


def test_a_tenant_needs_its_own_oauth_application() -> None:
    with pytest.raises(ProviderMisconfigured):
        ProviderClient("acme", AuthContext(http=NoNetwork())).require_clients()
