from __future__ import annotations

import pytest

from plugins.google.backend import build_google_backend
from providers.contracts import AuthContext, OAuthClient
from providers.oauth.provider_client import ProviderClient
from providers.oauth.social_auth import build_strategy
from providers.testing import NoNetwork, ScriptedHttp, json_answer


def test_a_backend_reads_its_application_and_not_the_environment() -> None:
    strategy = build_strategy(OAuthClient(id="web", secret="s"))
    assert (strategy.setting("KEY"), strategy.setting("SECRET")) == ("web", "s")
    assert strategy.setting("PROXIES", "none") == "none"
    assert strategy.request_data() == {}


@pytest.mark.parametrize("browser_thing", ["session_get", "redirect", "html"])
def test_what_needs_a_browser_is_not_there(browser_thing: str) -> None:
    with pytest.raises(NotImplementedError):
        getattr(build_strategy(), browser_thing)("x")


def test_an_application_without_secret_sends_none() -> None:
    http = ScriptedHttp(
        {"POST https://oauth2.googleapis.com/token": json_answer({"access_token": "t"})}
    )
    build_google_backend(
        ProviderClient("google-oauth2", AuthContext(http=http)), OAuthClient(id="ios")
    ).refresh_token("1//r")
    assert http.sent[0].form == {
        "client_id": "ios",
        "grant_type": "refresh_token",
        "refresh_token": "1//r",
    }


def test_what_no_backend_here_sends_is_refused() -> None:
    backend = build_google_backend(ProviderClient("google-oauth2", AuthContext(http=NoNetwork())))
    with pytest.raises(NotImplementedError):
        backend.request("https://acme.test", json={"a": 1})
