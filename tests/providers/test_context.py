from __future__ import annotations

import pytest

from providers.contracts import HttpAnswer, OAuthClient, ProviderSettings


@pytest.mark.parametrize(
    ("base_url", "address"),
    [
        (None, "https://www.googleapis.com/oauth2/v3/userinfo?alt=json"),
        ("http://127.0.0.1:9100", "http://127.0.0.1:9100/oauth2/v3/userinfo?alt=json"),
        ("http://127.0.0.1:9100/", "http://127.0.0.1:9100/oauth2/v3/userinfo?alt=json"),
        ("https://proxy.test/google/", "https://proxy.test/google/oauth2/v3/userinfo?alt=json"),
    ],
)
def test_a_base_replaces_every_host(base_url: str | None, address: str) -> None:
    settings = ProviderSettings(base_url=base_url)
    assert settings.resolve_url("https://www.googleapis.com/oauth2/v3/userinfo?alt=json") == address


def test_client_secrets_stay_out_of_reprs() -> None:
    settings = ProviderSettings(clients=(OAuthClient(id="web", secret="s3cret"),))
    assert "s3cret" not in repr(settings)
    assert settings.client_ids == {"web"}


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 200_000])
def test_a_body_that_is_no_json_is_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - which one, and its words, are the parser's
        HttpAnswer(status=200, body=body).json()
