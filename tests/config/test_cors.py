"""Web clients on other hosts: allowed where the operator has named them, for both APIs."""

from typing import Final

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client as DjangoClient
from pytest_django import Settings

from core.accounts.services import register_confirmed_user
from tenants import origins
from tenants.context import TenantRef
from tenants.credentials import slug_of_client
from tenants.origins import add_origin, forget_origins, remove_origin
from tenants.provisioning.lifecycle import CreatedTenant
from tenants.registry import require_tenant
from tenants.web_origin import read_origin
from tests.clients import JobHaxClient
from tests.job_seekers import PASSWORD, client_of, seeker_of
from tests.statements import statements

ORIGIN = "https://app.example"
PREFLIGHT = {
    "origin": ORIGIN,
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization, content-type, x-happo-api-version, "
    "idempotency-key",
}


@pytest.fixture
def _configured(settings: pytest.FixtureRequest) -> None:
    settings.CORS_ALLOWED_ORIGINS = [ORIGIN]


PATHS = pytest.mark.parametrize(
    "path", ["/v1/positions", "/api/users/login", "/api/nowhere", "/v1/nowhere"]
)


@PATHS
@pytest.mark.usefixtures("_configured", "db")
def test_a_preflight_of_a_configured_origin_is_allowed(path: str) -> None:
    response = DjangoClient().options(path, headers=PREFLIGHT)
    assert response.status_code == 200
    assert response["Access-Control-Allow-Origin"] == ORIGIN
    assert "POST" in response["Access-Control-Allow-Methods"]
    allowed = response["Access-Control-Allow-Headers"].split(", ")
    assert {"authorization", "content-type", "x-happo-api-version", "idempotency-key"} <= set(
        allowed
    )


@PATHS
@pytest.mark.parametrize("origin", [ORIGIN, "https://evil.example"])
@pytest.mark.usefixtures("_configured", "db")
def test_a_preflight_has_envelope_and_ids_like_everything(path: str, origin: str) -> None:
    response = DjangoClient().options(
        path, headers={**PREFLIGHT, "origin": origin, "x-request-id": "mine"}
    )
    assert response.status_code == 200
    assert response.json()["data"] is None
    assert response.json()["success"] is True
    assert (response["x-request-id"], response["x-happo-api-version"]) == ("mine", "v20180701")


@PATHS
@pytest.mark.usefixtures("_configured", "db")
def test_errors_too_can_be_read_by_the_client(path: str) -> None:
    response = DjangoClient().get(path, headers={"origin": ORIGIN})
    assert response.status_code >= 400
    assert response["Access-Control-Allow-Origin"] == ORIGIN
    assert "x-request-id" in response["Access-Control-Expose-Headers"]
    assert "origin" in response["Vary"].lower()


@PATHS
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "https://app.example.evil.example"]
)
@pytest.mark.usefixtures("_configured", "db")
def test_another_origin_gets_nothing(path: str, origin: str) -> None:
    for response in (
        DjangoClient().options(path, headers={**PREFLIGHT, "origin": origin}),
        DjangoClient().get(path, headers={"origin": origin}),
    ):
        assert "Access-Control-Allow-Origin" not in response


@PATHS
@pytest.mark.usefixtures("db")
def test_an_origin_is_allowed_only_if_named(path: str) -> None:
    assert "Access-Control-Allow-Origin" not in DjangoClient().options(path, headers=PREFLIGHT)


@pytest.mark.usefixtures("_configured", "db")
def test_the_admin_has_no_cors_headers() -> None:
    assert "Access-Control-Allow-Origin" not in DjangoClient().get(
        "/admin/", headers={"origin": ORIGIN}
    )


@pytest.mark.parametrize("missing", ["origin", "access-control-request-method"])
@pytest.mark.usefixtures("_configured", "db")
def test_what_is_no_preflight_is_answered_as_ever(missing: str) -> None:
    headers = {name: value for name, value in PREFLIGHT.items() if name != missing}
    response = DjangoClient().options(
        "/v1/positions", headers={**headers, "x-happo-api-version": "nonsense"}
    )
    assert response.status_code == 400


OPENED = ("traceparent", "tracestate", "baggage", "x-requested-with", "cache-control")
READABLE = ("deprecation", "sunset", "allow", "content-disposition", "etag", "retry-after")


@pytest.mark.usefixtures("_configured", "db")
def test_headers_of_common_libraries_are_allowed_and_ours_can_be_read() -> None:
    preflight = DjangoClient().options("/v1/positions", headers=PREFLIGHT)
    allowed = preflight["Access-Control-Allow-Headers"].split(", ")
    assert {*OPENED, "if-none-match", "if-match"} <= set(allowed)
    reply = DjangoClient().get("/v1/positions", headers={"origin": ORIGIN})
    assert set(READABLE) <= set(reply["Access-Control-Expose-Headers"].split(", "))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://app.example", "https://app.example"),
        (" HTTPS://App.Example:443 ", "https://app.example"),
        ("http://app.example:80", "http://app.example"),
        ("http://app.example:443", "http://app.example:443"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("HTTPS://Bücher.example:8443", "https://xn--bcher-kva.example:8443"),
        *(
            (wrong, None)
            for wrong in (
                *(
                    "*",
                    "https://*",
                    "https://*.example",
                    "https://app.*",
                    "null",
                    "",
                    "app.example",
                ),
                *("https://app.example/", "https://app.example/x", "https://u:p@app.example"),
                *("https://app.example:0", "https://app.example:65536", "https://app.example:x"),
                *("https://i❤.example", "https://bücher.example/", "https://ü@app.example"),
                *("ftp://app.example", "https://", "https://a..b", "https://-a", "https://a b"),
            )
        ),
    ],
)
def test_an_origin_is_read_as_browsers_send_it(written: str, read: str | None) -> None:
    assert read_origin(written) == read


class TestOriginsOfClients:
    """Origins that operators give to OAuth clients, without a restart."""

    ROUTE = "/api/jobapps/get_statuses"
    HEADERS: Final = {"content-type": "application/json"}

    @pytest.fixture
    def api(self, acme: TenantRef) -> JobHaxClient:
        """A seeker of acme, whose client is called from `ORIGIN`."""
        api = seeker_of(acme, "seeker@jobs.test")
        add_origin(acme, api.client_id, ORIGIN)
        return api

    @staticmethod
    def is_shown(response: HttpResponse, origin: str = ORIGIN) -> bool:
        shown = response.get("Access-Control-Allow-Origin")
        assert shown in (None, origin)
        return shown is not None

    def preflight(self, origin: str = ORIGIN, *, host: str = "localhost") -> HttpResponse:
        headers = {**PREFLIGHT, "origin": origin, "host": host}
        return DjangoClient().options(self.ROUTE, headers=headers)

    def get(self, token: str | None, origin: str = ORIGIN, path: str = ROUTE) -> HttpResponse:
        headers = {"origin": origin} | ({"authorization": f"Bearer {token}"} if token else {})
        return DjangoClient().get(path, headers=headers)

    def test_a_preflight_allows_the_origins_of_all_clients(
        self, api: JobHaxClient, globex: TenantRef
    ) -> None:
        assert self.is_shown(self.preflight())
        assert not self.is_shown(self.preflight("https://evil.example"))
        assert self.is_shown(self.preflight(host="acme.localhost"))
        # On the host of a tenant, those of its own clients.
        assert not self.is_shown(self.preflight(host="globex.localhost"))
        assert not self.is_shown(self.preflight(host="unknown.example"))

    def test_a_reply_is_shown_to_the_origins_of_the_tokens_client(
        self, api: JobHaxClient, acme: TenantRef, globex: TenantRef
    ) -> None:
        others = [seeker_of(tenant, "other@jobs.test") for tenant in (acme, globex)]
        for number, other in enumerate(others):
            add_origin(other_tenant(other), other.client_id, f"https://other{number}.example")
        assert self.is_shown(self.get(api.token))
        for number, other in enumerate(others):
            origin = f"https://other{number}.example"
            assert self.is_shown(self.get(other.token, origin), origin)
            assert not self.is_shown(self.get(api.token, origin), origin)
            assert not self.is_shown(self.get(other.token))

    def test_a_refused_token_is_shown_so_that_it_can_be_refreshed(self, api: JobHaxClient) -> None:
        for token in ("hpa_acme_x", None):
            response = self.get(token)
            assert response.status_code == 401
            assert self.is_shown(response)

    def test_a_log_in_is_shown_to_the_origins_of_the_client_in_the_body(
        self, api: JobHaxClient, acme: TenantRef
    ) -> None:
        other = client_of(acme)
        register_confirmed_user("jane@jobs.test", password=PASSWORD)
        for client, expected in ((api, True), (other, False)):
            body = {
                "client_id": client.client_id,
                "client_secret": client.client_secret,
                "username": "jane@jobs.test",
                "password": PASSWORD,
            }
            response = DjangoClient().post(
                "/api/users/login", body, "application/json", headers={"origin": ORIGIN}
            )
            assert response.status_code == 200
            assert self.is_shown(response) is expected

    def test_an_api_key_has_no_client_so_only_the_settings_count(
        self, api: JobHaxClient, created_acme: CreatedTenant, settings: Settings
    ) -> None:
        assert not self.is_shown(self.get(created_acme.api_key, path="/v1/positions"))
        settings.CORS_ALLOWED_ORIGINS = [ORIGIN]
        assert self.is_shown(self.get(created_acme.api_key, path="/v1/positions"))

    def test_it_takes_effect_without_a_restart(self, api: JobHaxClient, acme: TenantRef) -> None:
        assert self.is_shown(self.get(api.token))
        remove_origin(acme, api.client_id, ORIGIN)
        assert not self.is_shown(self.get(api.token))
        assert not self.is_shown(self.preflight())
        add_origin(acme, api.client_id, "HTTPS://App.Example:443")
        assert self.is_shown(self.get(api.token))

    def test_it_costs_no_statement_per_request(self, api: JobHaxClient) -> None:
        self.get(api.token)
        with statements() as without_origin:
            DjangoClient().get(self.ROUTE, headers={"authorization": f"Bearer {api.token}"})
        with statements() as with_origin:
            assert self.is_shown(self.get(api.token))
        assert len(with_origin) == len(without_origin)
        self.preflight()
        with statements() as invented:
            for number in range(5):
                self.preflight(f"https://evil{number}.example")
        assert not invented

    def test_a_failing_database_allows_no_origin_and_keeps_the_envelope(
        self, api: JobHaxClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail() -> None:
            raise OperationalError

        forget_origins()
        monkeypatch.setattr(origins, "_load", fail)
        response = self.preflight()
        assert (response.status_code, response.json()["success"]) == (200, True)
        assert not self.is_shown(response)

    def test_the_admin_shows_nothing_to_them(self, api: JobHaxClient) -> None:
        assert not self.is_shown(self.get(None, path="/admin/login/"))


def other_tenant(api: JobHaxClient) -> TenantRef:
    slug = slug_of_client(api.client_id)
    assert slug is not None
    return require_tenant(slug)
