"""A log-in of a third-party plugin with options of its own: set by an operator, used when a client logs in."""

import io
from collections.abc import Iterator
from ipaddress import ip_network

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg import sql
from pydantic import BaseModel, Field, HttpUrl, SecretStr

from config.network.http_client import RequestsClient
from core import http
from core.accounts.models import User
from core.plugins import plugins, use_plugins
from providers.contracts import (
    AuthContext,
    Credentials,
    CredentialsRefused,
    Identity,
    TokenCredentials,
)
from tenants.context import TenantRef, tenant_scope
from tenants.plugins import TenantPlugins
from tests.clients import JobHaxClient, Reply
from tests.job_seekers import client_of
from tests.providers.test_registry import load
from tests.standins.server import Call, Endpoint, Standin
from tests.standins.server import Reply as Answer

KEY = "k3y-of-acme"
HOLDING = sql.SQL(
    "SELECT count(*) FROM {} t WHERE strpos(t::text, %s) > 0"
    " OR strpos(t::text, encode(%s, 'hex')) > 0"
)


class KeycardOptions(BaseModel):
    issuer: HttpUrl
    api_key: SecretStr = Field(min_length=8)
    realm: str = "staff"


class KeycardLogin:
    """A plugin as a third party writes it: it asks its issuer for the owner of a token."""

    name = "keycard"
    options_model = KeycardOptions

    def verify(self, credentials: Credentials, context: AuthContext) -> Identity | None:
        if not isinstance(credentials, TokenCredentials):
            return None
        options = context.settings.read_options(KeycardOptions, provider=self.name)
        answer = context.http.request(
            "POST",
            f"{str(options.issuer).rstrip('/')}/{options.realm}/owner",
            form={"token": credentials.token},
            headers={"Authorization": f"Bearer {options.api_key.get_secret_value()}"},
        )
        if answer.status != 200:
            raise CredentialsRefused(self.name)
        owner = answer.json()
        assert isinstance(owner, dict)
        return Identity(
            provider=self.name, subject=owner["id"], email=owner["email"], email_verified=True
        )


def owner_of(call: Call) -> Answer:
    """Answer as Keycard: to those who know the key, for the one token that there is."""
    if call.bearer != KEY or call.form["token"] != "ann's":
        return Answer(403, {})
    return Answer(200, {"id": "7", "email": "ann@keycard.test"})


@pytest.fixture
def keycard(acme: TenantRef, monkeypatch: pytest.MonkeyPatch) -> Iterator[Standin]:
    """The issuer of acme, on a network that the operator allowed."""
    allowed = RequestsClient(allowed=[ip_network("127.0.0.0/8")])
    monkeypatch.setattr(http, "_named_client", allowed)
    before = plugins()
    registry = load(keycard={"register_auth_providers": [KeycardLogin()]})
    endpoint = Endpoint(owner_of, form=frozenset({"token"}))
    paths = [("POST", "/staff/owner"), ("POST", "/guests/owner")]
    with Standin(dict.fromkeys(paths, endpoint)) as standin:
        use_plugins(TenantPlugins(registry, base_urls={}))
        yield standin
        use_plugins(before)


def set_options(tenant: str, *options: str) -> None:
    written = [part for option in options for part in ("--option", option)]
    call_command("provider", "set", "keycard", *written, "--tenant", tenant, stdout=io.StringIO())


def log_in(api: JobHaxClient, token: str = "ann's") -> Reply:
    return api.post_as_client("users/auth_social_user", provider="keycard", token=token)


def test_a_client_logs_in_with_the_options_of_its_tenant(
    api: JobHaxClient, keycard: Standin, globex: TenantRef
) -> None:
    set_options("acme", f"issuer={keycard.url}", f"api_key={KEY}")
    reply = log_in(api)
    assert reply.code == 0
    api.token = reply.data["access_token"]
    assert api.get("users/get_user_google_mails").code == 0
    assert User.objects.get(email="ann@keycard.test").email_confirmed_at is not None
    assert log_in(api, "bob's").code == 1
    # Another tenant has set nothing.
    assert log_in(client_of(globex)).code == 1
    set_options("acme", "realm=guests")
    assert log_in(api).code == 0
    assert [call.path for call in keycard.calls] == ["/staff/owner"] * 2 + ["/guests/owner"]


def test_without_a_required_option_the_log_in_is_refused_and_nothing_is_sent(
    api: JobHaxClient, keycard: Standin
) -> None:
    set_options("acme", f"issuer={keycard.url}")
    assert (log_in(api).status, log_in(api).code) == (401, 1)
    assert keycard.calls == []


@pytest.mark.parametrize(
    "refused",
    ["issuer=keycard", "issuer=ftp://keycard.test/", "api_key=short", "realms=guests", "api_key"],
)
def test_a_refused_option_changes_no_log_in(
    api: JobHaxClient, keycard: Standin, refused: str
) -> None:
    set_options("acme", f"issuer={keycard.url}", f"api_key={KEY}")
    with pytest.raises(CommandError) as error:
        set_options("acme", "realm=guests", refused)
    assert "short" not in str(error.value)
    assert log_in(api).code == 0
    assert [call.path for call in keycard.calls] == ["/staff/owner"]


def test_no_table_holds_an_option_in_clear(
    api: JobHaxClient, keycard: Standin, acme: TenantRef
) -> None:
    set_options("acme", f"issuer={keycard.url}", f"api_key={KEY}", "realm=guests")
    assert log_in(api).code == 0
    with tenant_scope(acme), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        tables = [name for (name,) in cursor.fetchall() if name != "django_migrations"]
        for name in tables:
            cursor.execute(HOLDING.format(sql.Identifier(name)), [KEY, KEY.encode()])
            assert cursor.fetchone() == (0,), name
