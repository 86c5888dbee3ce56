"""Host names that operators give to tenants."""

import pytest

from tenants.provisioning import lifecycle
from tenants.provisioning.lifecycle import CreatedTenant
from tests.clients import HappoClient


def ask(host: str, key: str) -> tuple[int, str]:
    reply = HappoClient(key, host=host).get("/positions")
    return reply.status, reply.body.get("message", "")


@pytest.mark.usefixtures("autocommit")
def test_a_tenants_own_host_name_is_served_though_the_settings_do_not_name_it(
    created_globex: CreatedTenant,
) -> None:
    hosted = lifecycle.create_tenant(
        "hosted", name="H", owner_email="h@h.test", domain="jobs.hosted.test"
    )
    try:
        for host in ("jobs.hosted.test", "JOBS.hosted.test:8000", "localhost", "127.0.0.1:8000"):
            assert ask(host, hosted.api_key)[0] == 200
        assert ask("jobs.hosted.test", created_globex.api_key)[0] == 401
    finally:
        lifecycle.delete_tenant("hosted")


@pytest.mark.parametrize(
    "host", ["of.nobody.test", "not a host", "", "jobs.hosted.test@of.nobody.test"]
)
def test_any_other_host_is_refused_in_the_envelope(
    acme: object, created_acme: CreatedTenant, host: str
) -> None:
    assert ask(host, created_acme.api_key) == (400, "The host of this address is not served here")
