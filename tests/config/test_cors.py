"""Web clients on other hosts: allowed where the operator has named them, for both APIs."""

import pytest
from django.test import Client as DjangoClient

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
