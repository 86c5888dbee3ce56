"""Who sees and changes what: the rules of `core.recruiting.access`, asked of every route."""

import pytest

from core.accounts.models import User
from core.recruiting.access import PUBLIC_MAIL_DOMAINS
from core.recruiting.models import Collaborator, Position
from tests.api_v1.happo.people import Person, candidates_of, person
from tests.factories import CandidateFactory

PEOPLE = ("anna", "admin", "client", "supplier", "stranger")
ALL_ROUTES_OF_A_POSITION = [
    ("GET", "/positions/{position}", None),
    ("POST", "/positions/{position}", {"title": "T"}),
    ("PATCH", "/positions/{position}", {"title": "T"}),
    ("POST", "/positions/{position}/archive", None),
    ("POST", "/positions/{position}/restore", None),
    ("DELETE", "/positions/{position}", None),
    ("GET", "/positions/{position}/candidates", None),
    ("POST", "/positions/{position}/candidates", {"name": "N"}),
    ("POST", "/positions/{position}/candidates/bulk", {"candidates": [{"name": "N"}]}),
    ("GET", "/positions/{position}/candidates/{candidate}", None),
    ("POST", "/positions/{position}/candidates/{candidate}", {"name": "N"}),
    ("PATCH", "/positions/{position}/candidates/{candidate}", {"name": "N"}),
    ("POST", "/positions/{position}/candidates/{candidate}/stack", {"stack": "hired"}),
    ("POST", "/positions/{position}/candidates/{candidate}/reject", None),
    ("POST", "/positions/{position}/candidates/{candidate}/unreject", None),
    ("GET", "/positions/{position}/candidates/{candidate}/history", None),
    ("DELETE", "/positions/{position}/candidates/{candidate}", None),
]
# What a client and a supplier may do; the candidate is Anna's. The creator and admins may do everything.
CLIENT = [200, 403, 403, 403, 403, 403, 200, 403, 403, 200, 403, 403, 403, 403, 403, 200, 403]
SUPPLIER = [200, 403, 403, 403, 403, 403, 200, 200, 200, 404, 404, 404, 404, 404, 404, 404, 404]


def status(someone: Person, position: Position, route: tuple[str, str, object]) -> int:
    method, path, body = route
    candidate = CandidateFactory(position=position)
    return someone.in_head.call(
        method, path.format(position=position.id, candidate=candidate.id), body
    ).status


@pytest.mark.parametrize(
    "route", ALL_ROUTES_OF_A_POSITION, ids=lambda route: f"{route[0]} {route[1]}"
)
def test_creator_and_admins_may_do_everything(
    anna: Person, admin: Person, position: Position, route
) -> None:
    fine = 409 if "unreject" in route[1] else 200
    assert status(anna, position, route) == fine
    if route[0] != "DELETE" or "candidate" in route[1]:
        assert status(admin, position, route) == fine


@pytest.mark.parametrize(
    ("route", "expected"), list(zip(ALL_ROUTES_OF_A_POSITION, CLIENT, strict=True))
)
def test_a_client_looks_on(client: Person, position: Position, route, expected: int) -> None:
    assert status(client, position, route) == expected


@pytest.mark.parametrize(
    ("route", "expected"), list(zip(ALL_ROUTES_OF_A_POSITION, SUPPLIER, strict=True))
)
def test_a_supplier_brings_candidates_of_its_own(
    supplier: Person, position: Position, route, expected: int
) -> None:
    assert status(supplier, position, route) == expected


@pytest.mark.parametrize(
    "route", ALL_ROUTES_OF_A_POSITION, ids=lambda route: f"{route[0]} {route[1]}"
)
def test_for_a_stranger_there_is_no_such_position(
    stranger: Person, position: Position, route
) -> None:
    assert status(stranger, position, route) == 404


@pytest.mark.parametrize("kind", ["admin", "client", "supplier"])
@pytest.mark.parametrize(
    "route", ALL_ROUTES_OF_A_POSITION, ids=lambda route: f"{route[0]} {route[1]}"
)
def test_who_has_declined_is_a_stranger(
    stranger: Person, position: Position, route, kind: str
) -> None:
    stranger.joins(position, as_=kind, status="declined")
    assert status(stranger, position, route) == 404


@pytest.mark.parametrize("invitation", ["awaiting_registration", "awaiting_approval", "accepted"])
@pytest.mark.parametrize("kind", ["admin", "client", "supplier"])
def test_collaborators_see_a_position_whatever_their_status(
    stranger: Person, position: Position, kind: str, invitation: str
) -> None:
    stranger.joins(position, as_=kind, status=invitation)
    assert [shown["id"] for shown in stranger.get("/positions").data] == [str(position.id)]
    assert stranger.get(f"/positions/{position.id}").status == 200


@pytest.mark.parametrize("kind", ["admin", "client", "supplier"])
def test_who_registered_without_proof_gains_no_invitation(
    stranger: Person, position: Position, kind: str
) -> None:
    User.objects.filter(uuid=stranger.user.uuid).update(is_registered=True, email_confirmed_at=None)
    stranger.joins(position, as_=kind, status="awaiting_registration")
    assert stranger.get("/positions").data == stranger.in_head.get("/positions").data == []
    assert stranger.get(f"/positions/{position.id}").status == 404
    assert stranger.get(candidates_of(position)).status == 404
    assert stranger.in_head.get(candidates_of(position)).status == 404


def test_a_placeholder_with_a_key_of_an_operators_sees_its_invitations(
    stranger: Person, position: Position
) -> None:
    User.objects.filter(uuid=stranger.user.uuid).update(
        is_registered=False, email_confirmed_at=None
    )
    stranger.joins(position, as_="client", status="awaiting_registration")
    assert len(stranger.get("/positions").data) == 1


def test_a_creator_who_is_also_invited_stays_the_creator(anna: Person, position: Position) -> None:
    anna.joins(position, as_="client", status="declined")
    assert len(anna.get("/positions").data) == 1
    assert len(anna.in_head.get("/positions").data) == 1
    assert anna.post(f"/positions/{position.id}", {"title": "T"}).status == 200
    assert anna.post(candidates_of(position), {"name": "N"}).status == 200


def test_a_list_holds_only_what_the_caller_sees(
    anna: Person, stranger: Person, position: Position
) -> None:
    own = stranger.position()
    for version in (stranger, stranger.in_head):
        assert [shown["id"] for shown in version.get("/positions").data] == [str(own.id)]
    for version in (anna, anna.in_head):
        assert [shown["id"] for shown in version.get("/positions").data] == [str(position.id)]


@pytest.mark.parametrize("who", PEOPLE)
def test_archived_positions_are_seen_by_nobody_in_v20180701(
    request: pytest.FixtureRequest, position: Position, who: str
) -> None:
    someone: Person = request.getfixturevalue(who)
    candidate = CandidateFactory(position=position, created_by=someone.user)
    Position.objects.update(archived_at=position.created_at)
    assert someone.get("/positions").data == []
    for method, path, body in ALL_ROUTES_OF_A_POSITION:
        if method in ("GET", "POST") and path.endswith(("}", "candidates", "bulk")):
            answer = someone.call(
                method, path.format(position=position.id, candidate=candidate.id), body
            )
            assert answer.status == 404, path


@pytest.mark.parametrize(
    ("who", "finds"), [("anna", 200), ("admin", 200), ("client", 404), ("supplier", 404)]
)
def test_in_the_head_creator_and_admins_find_archived_positions_to_restore(
    request: pytest.FixtureRequest, position: Position, who: str, finds: int
) -> None:
    someone: Person = request.getfixturevalue(who).in_head
    Position.objects.update(archived_at=position.created_at)
    assert someone.get(f"/positions/{position.id}").status == finds
    assert len(someone.get("/positions?archived=true").data) == (finds == 200)
    assert someone.get("/positions").data == []
    assert someone.get(candidates_of(position)).status == 404
    assert someone.post(f"/positions/{position.id}", {"title": "T"}).status == 404
    assert someone.post(f"/positions/{position.id}/restore").status == finds


def names(someone: Person, position: Position) -> set[str]:
    old = {candidate["name"] for candidate in someone.get(candidates_of(position)).data}
    assert old == {
        candidate["name"] for candidate in someone.in_head.get(candidates_of(position)).data
    }
    return old


def test_suppliers_see_candidates_of_their_own_and_of_colleagues(
    anna: Person,
    admin: Person,
    client: Person,
    supplier: Person,
    colleague: Person,
    rival: Person,
    position: Position,
) -> None:
    for someone, name in ((anna, "A"), (supplier, "S"), (colleague, "C"), (rival, "R")):
        assert someone.post(candidates_of(position), {"name": name}).status == 200
    assert names(supplier, position) == names(colleague, position) == {"S", "C"}
    assert names(rival, position) == {"R"}
    assert (
        names(anna, position)
        == names(admin, position)
        == names(client, position)
        == {"A", "S", "C", "R"}
    )


def test_a_supplier_changes_candidates_of_colleagues(
    supplier: Person, colleague: Person, position: Position
) -> None:
    made = colleague.post(candidates_of(position), {"name": "C"}).data
    changed = supplier.post(f"{candidates_of(position)}/{made['id']}", {"name": "D"}).data
    assert (changed["name"], changed["createdBy"]) == ("D", colleague.id)


@pytest.mark.parametrize("domain", ["gmail.com", "outlook.com"])
def test_a_public_mail_domain_is_no_shared_company(acme, position: Position, domain: str) -> None:
    assert domain in PUBLIC_MAIL_DOMAINS
    one, two = person(f"one@{domain}"), person(f"two@{domain}")
    for someone in (one, two):
        someone.joins(position, as_="supplier")
        someone.post(candidates_of(position), {"name": someone.user.email})
    assert names(one, position) == {one.user.email}


def test_a_longer_domain_is_another_company(supplier: Person, position: Position) -> None:
    other = person("x@old-agency.test")
    other.joins(position, as_="supplier")
    other.post(candidates_of(position), {"name": "O"})
    assert names(supplier, position) == set()


def test_a_removed_collaborator_loses_access_at_once(
    anna: Person, supplier: Person, position: Position
) -> None:
    Collaborator.objects.filter(user=supplier.user).delete()
    assert supplier.get(candidates_of(position)).status == 404


def test_messages_name_what_is_not_allowed(client: Person, position: Position) -> None:
    assert client.post(f"/positions/{position.id}", {"title": "T"}).body == {
        "statusCode": 403,
        "error": "Forbidden",
        "message": "You may not update this position",
    }
    answer = client.post(candidates_of(position), {"name": "N"})
    assert answer.message == "You may not create candidates of this position"
