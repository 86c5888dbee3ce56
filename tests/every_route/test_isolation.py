"""On every route, another tenant's id doesn't exist, and another tenant's credential is worth nothing on this host."""

from dataclasses import replace

import pytest

from tenants.context import TenantRef
from tests.every_route.conftest import desk_in
from tests.every_route.routes import ASKS_WHO, EVERY, Place

# Asked without a credential. Links and log-ins carry their tenant themselves (tests/attachments, tests/jobhax).
PUBLIC = {
    "GET /versions",
    "GET /files/{token}",
    "POST /users/register",
    "POST /users/login",
    "POST /users/auth_social_user",
    "POST /users/refresh_token",
    "POST /users/logout",
}
ABOUT_SOMETHING = [place for place in ASKS_WHO if place.ids]


def test_only_these_routes_ask_nobody_who_they_are() -> None:
    assert {place.route.name for place in EVERY if place.route.public} == PUBLIC


@pytest.mark.parametrize("place", ASKS_WHO, ids=str)
def test_another_tenants_credential_is_refused_on_this_host(
    acme: TenantRef, globex: TenantRef, place: Place
) -> None:
    ours, theirs = desk_in(acme, place), desk_in(globex, place)
    status, body = replace(theirs, host="acme.localhost", ids=ours.ids).ask(place)
    assert status == 401
    # In the words of a wrong one.
    wrong = replace(ours, host="acme.localhost", bearer=ours.bearer[:-1] + "?")
    assert _without_request_id(wrong.ask(place)[1]) == _without_request_id(body)
    assert replace(ours, host="acme.localhost").ask(place)[0] != 401


@pytest.mark.parametrize("place", ABOUT_SOMETHING, ids=str)
def test_another_tenants_id_does_not_exist(
    acme: TenantRef, globex: TenantRef, place: Place
) -> None:
    # Numbers are a tenant's own, so that only who has nothing has none of the same.
    ours, theirs = desk_in(acme, place), desk_in(globex, place, rows=0)
    assert replace(theirs, ids=ours.ids).ask(place)[0] == 404
    for name in place.ids:
        assert replace(theirs, ids=theirs.ids | {name: ours.ids[name]}).ask(place)[0] == 404
    assert ours.ask(place)[0] in (200, 409)


def _without_request_id(body: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in body.items() if name != "requestId"}
