"""One tenant and one real server for all documents."""

from collections.abc import Iterator

import pytest
from django.db import connections

from core.accounts.oauth.clients import authenticate_client
from core.accounts.oauth.tokens import issue_tokens
from core.accounts.services import issue_api_key, register_confirmed_user
from tenants.context import tenant_scope
from tenants.credentials import key_prefix, token_prefixes
from tenants.provisioning import lifecycle
from tests.fuzz.fuzzing import PASSWORD, USERNAME, Speaker
from tests.servers import Server, running_server

SLUG = "fuzz"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fuzz-times", type=int, default=1, help="how many times as many random examples"
    )


@pytest.fixture(scope="module")
def speakers(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> Iterator[dict[str, Speaker]]:
    """The sender for each API, by its name."""
    with django_db_blocker.unblock():
        created = lifecycle.create_tenant(SLUG, name="Fuzz", owner_email="owner@fuzz.test")
        try:
            with tenant_scope(created.ref) as ref:
                user = register_confirmed_user(
                    "joe@fuzz.test", username=USERNAME, password=PASSWORD
                )
                client = authenticate_client(created.client_id, secret=created.client_secret)
                key = issue_api_key(
                    user, prefix=key_prefix(ref), rate_per_second=100_000, burst=1_000_000
                )
                token = issue_tokens(client, user=user, prefixes=token_prefixes(ref)).access_token
            oauth = (created.client_id, created.client_secret)
            yield {"happo": Speaker(key.key, *oauth), "jobhax": Speaker(token, *oauth)}
        finally:
            connections.close_all()
            lifecycle.delete_tenant(SLUG)


@pytest.fixture(scope="module")
def server(
    speakers: dict[str, Speaker], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server on this tenant's database; registering on its host makes users of this tenant."""
    data_dir = tmp_path_factory.mktemp("fuzz")
    with running_server(
        data_dir,
        HAPPO_DEFAULT_TENANT=SLUG,
        TRUSTED_PROXIES="1",
        INBOUND_DOMAIN="in.fuzz.test",
    ) as running:
        yield running
