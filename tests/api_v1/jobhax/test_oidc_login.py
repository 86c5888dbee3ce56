"""Log-in with the tenant's own OpenID Connect issuer, through the API and as the console does it."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from config.network.http_client import RequestsClient
from core import http
from core.accounts.logins.code_logins import (
    begin_code_login,
    finish_code_login,
    list_code_logins,
)
from core.accounts.logins.models import LinkedIdentity
from core.accounts.logins.provider_settings import (
    remove_provider_application,
    set_provider_application,
    set_provider_options,
)
from core.accounts.models import User
from tests.clients import JobHaxClient, Reply
from tests.standins.oidc import DISCOVERY, OidcStandin

REDIRECT = "https://acme.example/sign-in/with/oidc/callback"
CONFIRM = "https://acme.example/confirm"


@pytest.fixture
def issuer(api: JobHaxClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[OidcStandin]:
    """The issuer of acme, on a network that the operator allowed."""
    allowed = RequestsClient(allowed=[ip_network("127.0.0.0/8")])
    monkeypatch.setattr(http, "_named_client", allowed)
    with OidcStandin(algorithm="ES256") as issuer:
        issuer.clients = {"ours": "our secret"}
        issuer.people["joe"] = {"email": "joe@smith.test", "email_verified": True}
        issuer.people["ann"] = {"email": "joe@smith.test", "email_verified": False}
        set_provider_application("oidc", client_id="ours", secret="our secret")
        use_issuer(issuer)
        yield issuer


def use_issuer(issuer: OidcStandin) -> None:
    assert set_provider_options("oidc", {"issuer": issuer.issuer}) == ()


def log_in(api: JobHaxClient, token: str) -> Reply:
    return api.post_as_client("users/auth_social_user", provider="oidc", token=token)


def test_an_id_token_logs_in_the_user_with_the_verified_address(
    api: JobHaxClient, joe: User, issuer: OidcStandin
) -> None:
    for _ in range(2):
        assert log_in(api, issuer.sign(person="joe", client_id="ours")).code == 0
    assert LinkedIdentity.objects.get(provider="oidc").user == joe
    assert issuer.count(DISCOVERY) == 1


def test_an_unverified_address_links_to_no_user(
    api: JobHaxClient, joe: User, issuer: OidcStandin
) -> None:
    assert log_in(api, issuer.sign(person="ann", client_id="ours")).code != 0
    assert not LinkedIdentity.objects.exists()


@pytest.mark.parametrize("client_id", ["theirs", None])
def test_a_token_of_another_or_an_unknown_application_is_refused(
    api: JobHaxClient, joe: User, issuer: OidcStandin, client_id: str | None
) -> None:
    token = issuer.sign(person="joe", client_id=client_id) if client_id else "opaque-access-token"
    assert log_in(api, token).status == 401
    assert not LinkedIdentity.objects.exists()


def test_another_issuer_hands_no_account_over(
    api: JobHaxClient, joe: User, issuer: OidcStandin
) -> None:
    """The link of an account belongs to the issuer that proved it, even where the next one has the same subjects."""
    assert log_in(api, issuer.sign(person="joe", client_id="ours")).code == 0
    with OidcStandin() as other:
        other.people["joe"] = {"email": "eve@smith.test", "email_verified": True}
        use_issuer(other)
        assert log_in(api, other.sign(person="joe", client_id="ours")).code == 0
        assert log_in(api, issuer.sign(person="joe", client_id="ours")).status == 401
    links = LinkedIdentity.objects.filter(provider="oidc").order_by("user__email")
    assert [one.user.email for one in links] == ["eve@smith.test", "joe@smith.test"]


def test_an_issuer_on_a_private_network_is_not_asked(
    api: JobHaxClient, issuer: OidcStandin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "_named_client", RequestsClient(allowed=()))
    assert log_in(api, issuer.sign(person="joe", client_id="ours")).status == 503
    assert issuer.calls == []


def test_a_browser_logs_in_with_a_code(joe: User, issuer: OidcStandin) -> None:
    assert [one.name for one in list_code_logins()] == ["oidc"]
    begun = begin_code_login("oidc", redirect_uri=REDIRECT)
    issuer.page.log_in(person="joe")
    back = requests.get(begun.url, allow_redirects=False, timeout=60).headers["Location"]
    code = parse_qs(urlsplit(back).query)["code"][0]
    user = finish_code_login("oidc", code=code, request=begun.request, confirm_at=CONFIRM)
    assert user == joe


def test_a_tenant_with_an_issuer_and_no_application_that_has_a_secret_is_offered_none(
    issuer: OidcStandin,
) -> None:
    remove_provider_application("oidc", client_id="ours")
    assert list_code_logins() == []
    set_provider_application("oidc", client_id="on a phone", secret=None)
    assert list_code_logins() == []


def test_a_tenant_may_call_its_provider_as_its_users_do(issuer: OidcStandin) -> None:
    assert [one.label for one in list_code_logins()] == ["OpenID Connect"]
    set_provider_options("oidc", {"label": "Acme's accounts"})
    assert [one.label for one in list_code_logins()] == ["Acme's accounts"]
    set_provider_options("oidc", {"label": ""})
    assert [one.label for one in list_code_logins()] == ["OpenID Connect"]


def test_a_tenant_without_an_issuer_is_offered_none(api: JobHaxClient) -> None:
    set_provider_application("oidc", client_id="ours", secret="our secret")
    assert list_code_logins() == []
    set_provider_options("oidc", {"label": "Acme"})
    assert list_code_logins() == []
    reply = api.post_as_client("users/auth_social_user", provider="unknown", token="x")
    assert "oidc" not in str(reply.body)
    assert log_in(api, "a.b.c").status == 401
