"""Links in answers and mail lead where clients can reach this installation."""

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from api_v1.links import absolute_url
from tenants.context import TenantRef


@pytest.mark.parametrize(
    ("host", "public_url", "link"),
    [
        ("localhost:8000", "", "http://localhost:8000/v1/files/x"),
        (
            "localhost:8000",
            "https://api.example.com:8443",
            "https://api.example.com:8443/v1/files/x",
        ),
        ("acme.localhost:8000", "https://api.example.com", "http://acme.localhost:8000/v1/files/x"),
    ],
)
def test_a_link_stays_on_the_tenants_host_and_leaves_a_shared_one_for_the_public_url(
    acme: TenantRef, settings: Settings, host: str, public_url: str, link: str
) -> None:
    settings.PUBLIC_URL = public_url
    request = RequestFactory().get("/v1/attachments", headers={"host": host})
    assert absolute_url(request, "/v1/files/x") == link
