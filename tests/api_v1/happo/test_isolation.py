"""Two tenants: for every route another tenant's id doesn't exist, and another tenant's key is worth nothing here."""

from dataclasses import replace

import pytest

from tenants.context import TenantRef, tenant_scope
from tests.api_v1.happo.test_visibility import ALL_ROUTES_OF_A_POSITION
from tests.factories import CandidateFactory, PositionFactory
from tests.recruiters import Recruiter, candidates_of, recruiter

BASES = [("GET", "/positions", None), ("POST", "/positions", {"title": "T"})]


@pytest.fixture
def foreigner(globex: TenantRef) -> Recruiter:
    """Anna's namesake in the other tenant."""
    with tenant_scope(globex):
        return recruiter("anna@acme.test")


@pytest.mark.parametrize(
    "route", ALL_ROUTES_OF_A_POSITION, ids=lambda route: f"{route[0]} {route[1]}"
)
def test_another_tenants_ids_do_not_exist(
    anna: Recruiter, foreigner: Recruiter, globex: TenantRef, route
) -> None:
    method, path, body = route
    candidate = CandidateFactory(position=anna.position())
    with tenant_scope(globex):
        own = PositionFactory(created_by=foreigner.user).id
    answer = foreigner.in_head.call(
        method, path.format(position=candidate.position_id, candidate=candidate.id), body
    )
    assert answer.status == 404
    if "candidate}" in path:
        assert (
            foreigner.in_head.call(
                method, path.format(position=own, candidate=candidate.id), body
            ).status
            == 404
        )


@pytest.mark.parametrize(
    "route", [*BASES, *ALL_ROUTES_OF_A_POSITION], ids=lambda route: f"{route[0]} {route[1]}"
)
def test_another_tenants_key_is_refused_on_this_host(
    anna: Recruiter, foreigner: Recruiter, route
) -> None:
    method, path, _ = route
    candidate = CandidateFactory(position=anna.position())
    path = path.format(position=candidate.position_id, candidate=candidate.id)

    def status(someone: Recruiter) -> int:
        return replace(someone.in_head, host="acme.localhost").call(method, path).status

    assert status(foreigner) == 401
    assert status(anna) != 401


def test_another_tenants_uploads_and_people_are_not_shared(
    anna: Recruiter, foreigner: Recruiter, globex: TenantRef
) -> None:
    with tenant_scope(globex):
        [theirs] = foreigner.uploads(1)
    assert anna.post("/positions", {"title": "T", "attachmentIds": [theirs]}).status == 400
    invited = {"title": "T", "collaborators": [{"email": "neo@test.se", "type": "client"}]}
    [ours] = anna.post("/positions", invited).data["collaborators"]
    [other] = foreigner.post("/positions", invited).data["collaborators"]
    assert ours["userId"] != other["userId"]
    assert anna.get("/positions").data != foreigner.get("/positions").data
    assert foreigner.get(candidates_of(anna.get("/positions").data[0]["id"])).status == 404
