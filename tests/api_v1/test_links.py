"""Links in answers and mail lead where clients can reach this installation."""

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from api_v1.links import absolute_url, tenant_url
from tenants.context import TenantRef
from tenants.provisioning.domains import add_domain, make_primary
from tenants.provisioning.lifecycle import CreatedTenant


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


def test_a_link_in_mail_is_for_a_host_that_an_operator_has_set(
    committed_tenant: CreatedTenant, settings: Settings
) -> None:
    tenant, settings.PORT = committed_tenant.ref, 8000

    def link(public_url: str, *, https: bool) -> str:
        settings.PUBLIC_URL, settings.HTTPS = public_url, https
        return tenant_url(tenant, "/x")

    assert link("", https=False) == f"http://{tenant.slug}.localhost:8000/x"
    assert link("", https=True) == f"https://{tenant.slug}.localhost/x"
    assert link("https://api.test:8443", https=True) == "https://api.test:8443/x"
    host = f"jobs.{tenant.slug}.test"
    add_domain(tenant.slug, host)
    # A further domain changes nothing.
    assert link("https://api.test", https=True) == "https://api.test/x"
    make_primary(host)
    assert link("https://api.test", https=True) == f"https://{host}/x"
    assert link("https://api.test:8443", https=True) == f"https://{host}:8443/x"
    assert link("", https=True) == f"https://{host}/x"
