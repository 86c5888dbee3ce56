"""JobHax: "Get an access_token with using email&password", "refresh_token", "logout"."""

import pytest

from core.accounts import attempt_limits
from core.accounts.models import User
from core.accounts.oauth.models import Client
from core.accounts.secrets import _checksum, new_secret
from tenants import registry
from tenants.context import TenantRef, tenant_scope
from tenants.credentials import slug_of_access_token
from tenants.provisioning import lifecycle
from tenants.provisioning.lifecycle import CreatedTenant
from tests.clients import JobHaxClient, Reply
from tests.job_seekers import PASSWORD, client_of

# Any route that needs a token.
ROUTE = "users/get_user_google_mails"


def test_logging_in_gives_the_documented_tokens(api: JobHaxClient, joe: User) -> None:
    reply = api.login("joesmith", PASSWORD)
    assert (reply.status, reply.code, reply.message) == (200, 0, "")
    assert set(reply.data) == {"access_token", "expires_in", "token_type", "scope", "refresh_token"}
    assert (reply.data["expires_in"], reply.data["token_type"], reply.data["scope"]) == (
        36000,
        "Bearer",
        "read write",
    )
    assert api.get(ROUTE).code == 0


@pytest.mark.parametrize(
    "name",
    [
        *("joesmith", "JoeSmith", "joe@smith.test", "Joe@Smith.TEST", " joesmith "),
        *("\uff4aoe\uff33mith", "joe\uff20smith.test", "joe@\uff53mith.test"),
    ],
)
def test_user_name_and_email_are_read_in_any_case(api: JobHaxClient, joe: User, name: str) -> None:
    assert api.login(name, PASSWORD).code == 0


def test_a_wrong_password_and_an_unknown_user_look_the_same(api: JobHaxClient, joe: User) -> None:
    wrong, unknown = api.login("joesmith", "wrong"), api.login("nobody", "wrong")
    assert (wrong.status, wrong.code, wrong.data) == (401, 6, None)
    assert wrong.message == "Could not login... Please check your credentials..."
    assert wrong.content == unknown.content


def test_a_deactivated_user_looks_the_same_too(api: JobHaxClient, joe: User) -> None:
    wrong = api.login("joesmith", "wrong")
    User.objects.filter(id=joe.id).update(is_active=False)
    assert api.login("joesmith", PASSWORD).content == wrong.content


@pytest.mark.parametrize("change", [{"client_id": "nonsense"}, {"client_secret": "wrong"}])
def test_a_wrong_client_is_refused(api: JobHaxClient, joe: User, change: dict[str, str]) -> None:
    reply = api.post_as_client("users/login", username="joesmith", password=PASSWORD, **change)
    assert (reply.status, reply.code, reply.message) == (401, 1, "Invalid credentials")


def test_an_unknown_client_looks_like_a_wrong_secret(api: JobHaxClient, joe: User) -> None:
    body = {"username": "joesmith", "password": PASSWORD}
    wrong = api.post_as_client("users/login", **body, client_secret="wrong")
    for unknown in (new_secret("hpc_acme"), new_secret("hpc_nobody"), "x"):
        assert api.post_as_client("users/login", **body, client_id=unknown).content == wrong.content


@pytest.mark.parametrize("missing", ["client_id", "client_secret", "username", "password"])
def test_each_field_is_required(api: JobHaxClient, missing: str) -> None:
    body = {
        "client_id": api.client_id,
        "client_secret": api.client_secret,
        "username": "joe",
        "password": "x",
    }
    reply = api.post(
        "users/login", **{name: value for name, value in body.items() if name != missing}
    )
    assert (reply.status, reply.code, reply.message) == (400, 10, "Invalid parameters...")


@pytest.mark.parametrize("odd", [None, 5, ["a"], {}, "a\0b", "x" * 100_000])
@pytest.mark.parametrize("name", ["client_id", "client_secret", "username", "password"])
def test_odd_values_are_refused_and_break_nothing(
    api: JobHaxClient, joe: User, name: str, odd: object
) -> None:
    reply = api.post_as_client(
        "users/login", **{"username": "joesmith", "password": PASSWORD, name: odd}
    )
    assert reply.status in (400, 401)
    assert reply.code in (1, 6, 10)


def test_the_client_of_one_tenant_logs_in_no_user_of_another(joe: User, globex: TenantRef) -> None:
    assert client_of(globex).login("joesmith", PASSWORD).code == 6


def test_a_token_is_worth_nothing_at_another_tenants_host(
    joe_api: JobHaxClient, globex: TenantRef
) -> None:
    joe_api.host = "globex.localhost"
    reply = joe_api.get(ROUTE)
    assert (reply.status, reply.code, reply.message) == (401, 1, "Invalid credentials")


def test_a_token_renamed_for_another_tenant_is_unknown(
    joe_api: JobHaxClient, globex: TenantRef
) -> None:
    assert joe_api.token
    body = "hpa_globex_" + joe_api.token.removeprefix("hpa_acme_")[:32]
    joe_api.token = body + _checksum(body)
    assert slug_of_access_token(joe_api.token) == "globex"
    assert joe_api.get(ROUTE).code == 1


def test_a_client_of_one_tenant_at_the_host_of_another_is_refused(
    api: JobHaxClient, joe: User, globex: TenantRef
) -> None:
    api.host = "globex.localhost"
    reply = api.login("joesmith", PASSWORD)
    assert (reply.status, reply.code) == (401, 1)


def test_a_bearer_of_another_tenant_beside_the_client_is_refused(
    joe_api: JobHaxClient, globex: TenantRef
) -> None:
    other = client_of(globex)
    other.token = joe_api.token
    reply = other.post_as_client("users/login", username="joesmith", password=PASSWORD)
    assert (reply.status, reply.code) == (401, 1)


def test_a_refresh_rotates(joe_api: JobHaxClient) -> None:
    first = joe_api.login("joesmith", PASSWORD).data
    reply = joe_api.post_as_client("users/refresh_token", refresh_token=first["refresh_token"])
    assert reply.code == 0
    assert set(reply.data) == set(first)
    assert reply.data["refresh_token"] != first["refresh_token"]
    assert joe_api.get(ROUTE).code == 1
    joe_api.token = reply.data["access_token"]
    assert joe_api.get(ROUTE).code == 0


def test_a_refresh_token_used_twice_kills_its_family_for_good(
    committed_tenant: CreatedTenant,
) -> None:
    api = JobHaxClient(
        client_id=committed_tenant.client_id, client_secret=committed_tenant.client_secret
    )
    with tenant_scope(committed_tenant.ref):
        owner = User.objects.get()
        owner.set_password(PASSWORD)
        owner.save()
    used = api.login("owner@one.test", PASSWORD).data["refresh_token"]
    fresh = api.post_as_client("users/refresh_token", refresh_token=used).data
    again = api.post_as_client("users/refresh_token", refresh_token=used)
    assert (again.status, again.code, again.message) == (401, 1, "Invalid credentials")
    api.token = fresh["access_token"]
    assert api.get(ROUTE).code == 1
    assert api.post_as_client("users/refresh_token", refresh_token=fresh["refresh_token"]).code == 1


@pytest.mark.parametrize(
    "odd",
    ["x", "", new_secret("hpr_acme"), new_secret("hpr_globex")],
    ids=["one letter", "nothing", "unknown", "another tenant's"],
)
def test_an_unknown_refresh_token_is_refused(api: JobHaxClient, odd: str) -> None:
    reply = api.post_as_client("users/refresh_token", refresh_token=odd)
    assert (reply.status, reply.code) == ((401, 1) if odd else (400, 10))


def test_logging_out_ends_both_tokens_at_once(joe_api: JobHaxClient) -> None:
    tokens = joe_api.login("joesmith", PASSWORD).data
    assert joe_api.get(ROUTE).code == 0
    reply = joe_api.post_as_client("users/logout", token=tokens["access_token"])
    assert (reply.status, reply.code, reply.data) == (200, 0, None)
    assert joe_api.get(ROUTE).code == 1
    assert (
        joe_api.post_as_client("users/refresh_token", refresh_token=tokens["refresh_token"]).code
        == 1
    )


def test_logging_out_another_clients_token_fails(
    joe_api: JobHaxClient, acme: TenantRef, globex: TenantRef
) -> None:
    for other in (client_of(acme), client_of(globex)):
        reply = other.post_as_client("users/logout", token=joe_api.token)
        assert (reply.status, reply.code, reply.message) == (400, 5, "Couldnt logout user...")
    assert joe_api.get(ROUTE).code == 0


@pytest.mark.parametrize(
    "token",
    [None, "", "x", new_secret("hpa_acme"), new_secret("hpa_nobody"), "täken", "a b"],
    ids=["none", "nothing", "one letter", "unknown", "nobody's", "not ASCII", "two words"],
)
def test_a_missing_or_invalid_token_is_refused(api: JobHaxClient, token: str | None) -> None:
    api.token = token.encode().decode("latin-1") if token else token
    reply = api.get(ROUTE)
    assert (reply.status, reply.code, reply.message) == (401, 1, "Invalid credentials")


def test_a_suspended_tenant_refuses_every_login(committed_tenant: CreatedTenant) -> None:
    api = JobHaxClient(
        client_id=committed_tenant.client_id, client_secret=committed_tenant.client_secret
    )
    with tenant_scope(committed_tenant.ref):
        owner = User.objects.get()
        owner.set_password(PASSWORD)
        owner.save()
    tokens = api.login("owner@one.test", PASSWORD).data
    lifecycle.suspend_tenant(committed_tenant.ref.slug)
    registry.forget_tenants()
    replies: list[Reply] = [
        api.get(ROUTE),
        api.login("owner@one.test", PASSWORD),
        api.post_as_client("users/refresh_token", refresh_token=tokens["refresh_token"]),
    ]
    assert {(reply.status, reply.code) for reply in replies} == {(403, 1)}


def test_the_version_pinned_on_the_client_answers(api: JobHaxClient, joe: User) -> None:
    Client.objects.filter(client_id=api.client_id).update(pinned_version="v20261201")
    reply = api.login("joesmith", PASSWORD)
    assert reply.headers["x-happo-api-version"] == "v20261201"
    assert api.get(ROUTE).headers["x-happo-api-version"] == "v20261201"
    api.version = "v20180701"
    assert api.get(ROUTE).headers["x-happo-api-version"] == "v20180701"


class TestLimits:
    """After a number of failures per account and per IP address, log-ins are rejected for a while."""

    def test_after_eight_failures_even_the_right_password_waits(
        self, api: JobHaxClient, joe: User
    ) -> None:
        for _ in range(attempt_limits.PER_ACCOUNT):
            assert api.login("joesmith", "wrong").code == 6
        reply = api.login("joesmith", PASSWORD)
        assert (reply.status, reply.code, reply.data) == (429, 10, None)
        assert 1 <= int(reply.headers["Retry-After"]) <= 600

    def test_an_unknown_user_gets_the_same_answers(self, api: JobHaxClient) -> None:
        codes = [api.login("nobody", "wrong").status for _ in range(attempt_limits.PER_ACCOUNT + 1)]
        assert codes == [401] * attempt_limits.PER_ACCOUNT + [429]

    @pytest.mark.parametrize("name", ["joesmith", "nobody", "joe@smith.test", "nobody@smith.test"])
    def test_full_width_names_count_as_one_whether_there_is_an_account_or_not(
        self, api: JobHaxClient, joe: User, name: str
    ) -> None:
        wide = "".join(chr(ord(one) + 0xFEE0) for one in name)
        names = [name, wide, f" {wide.upper()}", name.upper()] * (attempt_limits.PER_ACCOUNT // 4)
        assert [api.login(one, "wrong").status for one in names] == [
            401
        ] * attempt_limits.PER_ACCOUNT
        assert [api.login(one, "wrong").status for one in (name, wide)] == [429, 429]

    def test_user_name_and_email_count_as_one(self, api: JobHaxClient, joe: User) -> None:
        names = ["joesmith", "joe@smith.test"] * (attempt_limits.PER_ACCOUNT // 2)
        assert {api.login(name, "wrong").status for name in names} == {401}
        assert api.login("joe@smith.test", "wrong").status == 429

    def test_a_success_starts_anew(self, api: JobHaxClient, joe: User) -> None:
        for _ in range(3):
            for _ in range(attempt_limits.PER_ACCOUNT - 1):
                assert api.login("joesmith", "wrong").status == 401
            assert api.login("joesmith", PASSWORD).code == 0

    def test_another_account_is_not_held_up(self, api: JobHaxClient, joe: User) -> None:
        for _ in range(attempt_limits.PER_ACCOUNT + 1):
            api.login("nobody", "wrong")
        assert api.login("joesmith", PASSWORD).code == 0
