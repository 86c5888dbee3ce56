"""On every route, another tenant's id doesn't exist, and another tenant's credential is worth nothing on this host."""

from dataclasses import replace

import pytest

from tenants.context import TenantRef
from tests.every_route.actors import actor_for
from tests.every_route.routes import EVERY, NEEDS_CREDENTIAL, VersionedRoute

# They need no credential. Links and log-ins carry their tenant themselves (tests/api_v1).
PUBLIC = {
    "GET /versions",
    "GET /files/{token}",
    "POST /users/register",
    "POST /users/login",
    "POST /users/auth_social_user",
    "POST /users/refresh_token",
    "POST /users/logout",
    "POST /users/resend_confirmation",
    "POST /users/forgot_password",
    "POST /users/reset_password",
}
# Of one id: the real clients write either.
SPELLINGS = {"jobapp_id", "jopapp_id"}
NOTHING = 10**9
ABOUT_SOMETHING = [where for where in NEEDS_CREDENTIAL if where.ids]


def test_only_these_routes_need_no_credential() -> None:
    assert {where.route.name for where in EVERY if where.route.public} == PUBLIC


@pytest.mark.parametrize("where", NEEDS_CREDENTIAL, ids=str)
def test_another_tenants_credential_is_refused_on_this_host(
    acme: TenantRef, globex: TenantRef, where: VersionedRoute
) -> None:
    ours, theirs = actor_for(acme, where), actor_for(globex, where)
    reply = replace(theirs, host="acme.localhost", ids=ours.ids).call(where)
    assert reply.status == 401
    # In the words of a wrong one.
    wrong = replace(ours, host="acme.localhost", bearer=ours.bearer[:-1] + "?")
    assert _without_request_id(wrong.call(where).body) == _without_request_id(reply.body)
    assert replace(ours, host="acme.localhost").call(where).status != 401


@pytest.mark.parametrize("where", ABOUT_SOMETHING, ids=str)
def test_another_tenants_id_does_not_exist(
    acme: TenantRef, globex: TenantRef, where: VersionedRoute
) -> None:
    # Both tenants count from 1, so that only a user without rows has no row of the same number.
    ours, theirs = actor_for(acme, where), actor_for(globex, where, rows=0)
    assert replace(theirs, ids=ours.ids).call(where).status == 404
    for name in where.ids:
        # Of a route with several ids, the others are of nothing.
        others = dict.fromkeys(where.ids - SPELLINGS - {name}, NOTHING)
        if name not in SPELLINGS and SPELLINGS & where.ids:
            others |= {"jobapp_id": NOTHING}
        sent = {**others, **theirs.ids, name: ours.ids[name]}
        assert replace(theirs, ids=sent).call(where).status == 404
    assert ours.call(where).status in (200, 409)


def _without_request_id(body: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in body.items() if name != "requestId"}
