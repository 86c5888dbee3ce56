"""Who sees and changes what: the rules of `core.recruiting.access`, on every route."""

from typing import Final

import pytest
from pytest_django import DjangoAssertNumQueries

from core.accounts.models import User
from core.recruiting.models import Collaborator, Position
from core.recruiting.services.mail_domains import state_mail_domain, withdraw_mail_domain
from tenants.context import TenantRef
from tests.factories import CandidateFactory
from tests.recruiters import Recruiter, candidates_of, recruiter

PEOPLE = ("anna", "admin", "client", "supplier", "stranger")
# Method, path, body, and what a client and a supplier are answered; the candidate is Anna's. The creator and admins may
# do everything.
RIGHTS: Final[list[tuple[str, str, object, int, int]]] = [
    ("GET", "/positions/{position}", None, 200, 200),
    ("POST", "/positions/{position}", {"title": "T"}, 403, 403),
    ("PATCH", "/positions/{position}", {"title": "T"}, 403, 403),
    ("POST", "/positions/{position}/archive", None, 403, 403),
    ("POST", "/positions/{position}/restore", None, 403, 403),
    ("DELETE", "/positions/{position}", None, 403, 403),
    ("GET", "/positions/{position}/candidates", None, 200, 200),
    ("POST", "/positions/{position}/candidates", {"name": "N"}, 403, 200),
    ("POST", "/positions/{position}/candidates/bulk", {"candidates": [{"name": "N"}]}, 403, 200),
    ("GET", "/positions/{position}/candidates/{candidate}", None, 200, 404),
    ("POST", "/positions/{position}/candidates/{candidate}", {"name": "N"}, 403, 404),
    ("PATCH", "/positions/{position}/candidates/{candidate}", {"name": "N"}, 403, 404),
    ("POST", "/positions/{position}/candidates/{candidate}/stack", {"stack": "hired"}, 403, 404),
    ("POST", "/positions/{position}/candidates/{candidate}/reject", None, 403, 404),
    ("POST", "/positions/{position}/candidates/{candidate}/unreject", None, 403, 404),
    ("GET", "/positions/{position}/candidates/{candidate}/history", None, 200, 404),
    ("DELETE", "/positions/{position}/candidates/{candidate}", None, 403, 404),
]
ALL_ROUTES_OF_A_POSITION: Final = [row[:3] for row in RIGHTS]
Route = tuple[str, str, object]
each_route = pytest.mark.parametrize(
    "route", ALL_ROUTES_OF_A_POSITION, ids=lambda route: f"{route[0]} {route[1]}"
)


def status(someone: Recruiter, position: Position, route: Route) -> int:
    method, path, body = route
    candidate = CandidateFactory(position=position)
    return someone.in_head.call(
        method, path.format(position=position.id, candidate=candidate.id), body
    ).status


@each_route
def test_creator_and_admins_may_do_everything(
    anna: Recruiter, admin: Recruiter, position: Position, route: Route
) -> None:
    fine = 409 if "unreject" in route[1] else 200
    assert status(anna, position, route) == fine
    if route[0] != "DELETE" or "candidate" in route[1]:
        assert status(admin, position, route) == fine


@pytest.mark.parametrize(("method", "path", "body", "of_client", "of_supplier"), RIGHTS)
def test_clients_read_and_suppliers_add_candidates_too(
    client: Recruiter,
    supplier: Recruiter,
    position: Position,
    method: str,
    path: str,
    body: object,
    of_client: int,
    of_supplier: int,
) -> None:
    route = method, path, body
    assert (status(client, position, route), status(supplier, position, route)) == (
        of_client,
        of_supplier,
    )


@each_route
def test_for_a_stranger_there_is_no_such_position(
    stranger: Recruiter, position: Position, route: Route
) -> None:
    assert status(stranger, position, route) == 404


@pytest.mark.parametrize("kind", ["admin", "client", "supplier"])
@each_route
def test_a_user_who_declined_is_a_stranger(
    stranger: Recruiter, position: Position, route: Route, kind: str
) -> None:
    stranger.joins(position, as_=kind, status="declined")
    assert status(stranger, position, route) == 404


@pytest.mark.parametrize("invitation", ["awaiting_registration", "awaiting_approval", "accepted"])
@pytest.mark.parametrize("kind", ["admin", "client", "supplier"])
def test_collaborators_see_a_position_whatever_their_status(
    stranger: Recruiter, position: Position, kind: str, invitation: str
) -> None:
    stranger.joins(position, as_=kind, status=invitation)
    assert [shown["id"] for shown in stranger.get("/positions").data] == [str(position.id)]
    assert stranger.get(f"/positions/{position.id}").status == 200


@pytest.mark.parametrize("kind", ["admin", "client", "supplier"])
def test_a_user_who_registered_without_proof_gains_no_invitation(
    stranger: Recruiter, position: Position, kind: str
) -> None:
    User.objects.filter(uuid=stranger.user.uuid).update(is_registered=True, email_confirmed_at=None)
    stranger.joins(position, as_=kind, status="awaiting_registration")
    assert stranger.get("/positions").data == stranger.in_head.get("/positions").data == []
    assert stranger.get(f"/positions/{position.id}").status == 404
    assert stranger.get(candidates_of(position)).status == 404
    assert stranger.in_head.get(candidates_of(position)).status == 404


def test_a_placeholder_with_a_key_of_an_operators_sees_its_invitations(
    stranger: Recruiter, position: Position
) -> None:
    User.objects.filter(uuid=stranger.user.uuid).update(
        is_registered=False, email_confirmed_at=None
    )
    stranger.joins(position, as_="client", status="awaiting_registration")
    assert len(stranger.get("/positions").data) == 1


def test_a_creator_who_is_also_invited_stays_the_creator(
    anna: Recruiter, position: Position
) -> None:
    anna.joins(position, as_="client", status="declined")
    assert len(anna.get("/positions").data) == 1
    assert len(anna.in_head.get("/positions").data) == 1
    assert anna.post(f"/positions/{position.id}", {"title": "T"}).status == 200
    assert anna.post(candidates_of(position), {"name": "N"}).status == 200


def test_a_list_holds_only_what_the_caller_sees(
    anna: Recruiter, stranger: Recruiter, position: Position
) -> None:
    own = stranger.position()
    for version in (stranger, stranger.in_head):
        assert [shown["id"] for shown in version.get("/positions").data] == [str(own.id)]
    for version in (anna, anna.in_head):
        assert [shown["id"] for shown in version.get("/positions").data] == [str(position.id)]


@pytest.mark.parametrize("who", PEOPLE)
def test_v20180701_shows_no_archived_positions(
    request: pytest.FixtureRequest, position: Position, who: str
) -> None:
    someone: Recruiter = request.getfixturevalue(who)
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
    someone: Recruiter = request.getfixturevalue(who).in_head
    Position.objects.update(archived_at=position.created_at)
    assert someone.get(f"/positions/{position.id}").status == finds
    assert len(someone.get("/positions?archived=true").data) == (finds == 200)
    assert someone.get("/positions").data == []
    assert someone.get(candidates_of(position)).status == finds
    refused = someone.post(f"/positions/{position.id}", {"title": "T"}).status
    assert refused == (409 if finds == 200 else 404)
    assert someone.post(f"/positions/{position.id}/restore").status == finds


def names(someone: Recruiter, position: Position) -> set[str]:
    old = {candidate["name"] for candidate in someone.get(candidates_of(position)).data}
    assert old == {
        candidate["name"] for candidate in someone.in_head.get(candidates_of(position)).data
    }
    return old


def test_suppliers_see_candidates_of_their_own_and_of_colleagues(
    anna: Recruiter,
    admin: Recruiter,
    client: Recruiter,
    supplier: Recruiter,
    colleague: Recruiter,
    rival: Recruiter,
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
    supplier: Recruiter, colleague: Recruiter, position: Position
) -> None:
    made = colleague.post(candidates_of(position), {"name": "C"}).data
    changed = supplier.post(f"{candidates_of(position)}/{made['id']}", {"name": "D"}).data
    assert (changed["name"], changed["createdBy"]) == ("D", colleague.id)


@pytest.mark.parametrize(
    "domain",
    [
        *("gmail.com", "outlook.com", "yahoo.com.mx", "yahoo.co.id", "gmx.li", "hotmail.co.th"),
        *("live.ie", "yandex.kz", "web.de", "tutanota.com", "mailinator.com", "x.mailinator.com"),
        *("yahoo.info", "daum.net", "tiscali.co.uk", "privaterelay.appleid.com"),
    ],
)
def test_a_public_mail_domain_is_no_shared_company(acme, position: Position, domain: str) -> None:
    one, two = recruiter(f"one@{domain}"), recruiter(f"two@{domain}")
    for someone in (one, two):
        someone.joins(position, as_="supplier")
        someone.post(candidates_of(position), {"name": someone.user.email})
    assert names(one, position) == {one.user.email}


@pytest.mark.parametrize(
    "domain",
    ["yahoo-recruiters.se", "notyahoo.com", "gmail.agency.test", "mail.agency.se", "live.agency"],
)
def test_a_domain_that_only_resembles_a_provider_is_a_company(
    acme: TenantRef, position: Position, domain: str
) -> None:
    one, two = recruiter(f"one@{domain}"), recruiter(f"two@{domain}")
    for someone in (one, two):
        someone.joins(position, as_="supplier")
        someone.post(candidates_of(position), {"name": someone.user.email})
    assert names(one, position) == {one.user.email, two.user.email}


def two_suppliers(position: Position, domain: str) -> tuple[Recruiter, Recruiter]:
    one, two = recruiter(f"one@{domain}"), recruiter(f"two@{domain}")
    for someone in (one, two):
        someone.joins(position, as_="supplier")
    return one, two


def reads_and_changes(someone: Recruiter, position: Position, candidate: str) -> set[int]:
    """Return the statuses of routes that each check in another statement whether the user sees the candidate."""
    path = f"{candidates_of(position)}/{candidate}"
    head = someone.in_head
    return {
        someone.get(path).status,
        head.get(path).status,
        head.get(f"{path}/history").status,
        someone.post(path, {"name": "N"}).status,
    }


def test_a_tenant_adds_a_domain_to_the_public_ones_and_takes_it_back(
    acme: TenantRef, position: Position
) -> None:
    one, two = two_suppliers(position, "mail.village.test")
    candidate = two.post(candidates_of(position), {"name": "N"}).data["id"]
    assert names(one, position) == {"N"}
    state_mail_domain("Mail.Village.TEST", is_public=True)
    assert names(one, position) == set()
    assert names(two, position) == {"N"}
    assert reads_and_changes(one, position, candidate) == {404}
    assert reads_and_changes(two, position, candidate) == {200}
    withdraw_mail_domain("mail.village.test")
    assert names(one, position) == {"N"}


@pytest.mark.parametrize("domain", ["gmail.com", "yahoo.com.mx", "x.mailinator.com"])
def test_a_tenant_takes_a_domain_off_the_public_ones(
    acme: TenantRef, position: Position, domain: str
) -> None:
    one, two = two_suppliers(position, domain)
    candidate = two.post(candidates_of(position), {"name": "N"}).data["id"]
    assert reads_and_changes(one, position, candidate) == {404}
    state_mail_domain(domain, is_public=False)
    assert names(one, position) == {"N"}
    assert reads_and_changes(one, position, candidate) == {200}
    state_mail_domain(domain, is_public=True)
    assert reads_and_changes(one, position, candidate) == {404}


def test_what_a_tenant_says_of_a_domain_says_nothing_of_others(
    acme: TenantRef, position: Position, supplier: Recruiter, colleague: Recruiter
) -> None:
    colleague.post(candidates_of(position), {"name": "C"})
    state_mail_domain("other.test", is_public=True)
    state_mail_domain("gmail.com", is_public=False)
    assert names(supplier, position) == {"C"}


def test_what_a_tenant_says_of_a_domain_is_read_in_the_statement_of_the_list(
    acme: TenantRef, position: Position, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    one, _ = two_suppliers(position, "mail.village.test")
    state_mail_domain("mail.village.test", is_public=True)
    names(one, position)
    names(one, position)  # The caller is read from the cache from here on.
    with django_assert_num_queries(2):  # One for each of two lists.
        names(one, position)


@pytest.mark.parametrize("older", ["bücher.example", "bu\u0308cher.example", "\uff42ücher.example"])
def test_an_older_spelling_of_a_domain_is_the_same_company(
    acme: TenantRef, position: Position, older: str
) -> None:
    new, old = recruiter("new@xn--bcher-kva.example"), recruiter("old@other.example")
    User.objects.filter(id=old.user.id).update(email=f"old@{older}")
    for someone, name in ((new, "N"), (old, "O")):
        someone.joins(position, as_="supplier")
        someone.post(candidates_of(position), {"name": name})
    assert names(new, position) == names(old, position) == {"N", "O"}


def test_a_longer_domain_is_another_company(supplier: Recruiter, position: Position) -> None:
    other = recruiter("x@old-agency.test")
    other.joins(position, as_="supplier")
    other.post(candidates_of(position), {"name": "O"})
    assert names(supplier, position) == set()


def test_a_removed_collaborator_loses_access_at_once(
    anna: Recruiter, supplier: Recruiter, position: Position
) -> None:
    Collaborator.objects.filter(user=supplier.user).delete()
    assert supplier.get(candidates_of(position)).status == 404


def test_messages_name_what_is_not_allowed(client: Recruiter, position: Position) -> None:
    assert client.post(f"/positions/{position.id}", {"title": "T"}).body == {
        "statusCode": 403,
        "error": "Forbidden",
        "message": "You may not update this position",
    }
    answer = client.post(candidates_of(position), {"name": "N"})
    assert answer.message == "You may not create candidates of this position"
