"""`/v1/mail_domains`: the tenant's owner says which mail domains are public providers'."""

import pytest

from core.accounts.models import User
from core.recruiting.models import MailDomain, Position
from core.recruiting.services.mail_domains import MAX_MAIL_DOMAINS
from tenants.audit.models import Entry
from tenants.context import TenantRef
from tests.recruiters import Recruiter, candidates_of, recruiter_for

PATH = "/mail_domains"


@pytest.fixture
def olga(acme: TenantRef) -> Recruiter:
    """The owner of the tenant."""
    return recruiter_for(User.objects.get(email="olga@acme.test")).in_head


def lists(public: list[str], company: list[str]) -> dict[str, list[str]]:
    return {"publicDomains": public, "companyDomains": company}


def test_the_owner_replaces_both_lists(olga: Recruiter) -> None:
    assert olga.get(PATH).data == lists([], [])
    stated = lists(["Post.example", "mail.example", "MAIL.example"], ["gmail.com"])
    expected = lists(["mail.example", "post.example"], ["gmail.com"])
    assert olga.call("PUT", PATH, stated).data == expected == olga.get(PATH).data
    moved = lists([], ["mail.example"])
    assert olga.call("PUT", PATH, moved).data == moved == olga.get(PATH).data
    assert olga.call("PUT", PATH, lists([], [])).data == lists([], []) == olga.get(PATH).data


def test_suppliers_follow_the_lists_at_once(
    olga: Recruiter, supplier: Recruiter, colleague: Recruiter, position: Position
) -> None:
    assert supplier.post(candidates_of(position), {"name": "Adam"}).status == 200
    assert len(colleague.get(candidates_of(position)).data) == 1
    olga.call("PUT", PATH, lists(["agency.test"], []))
    assert colleague.get(candidates_of(position)).data == []
    olga.call("PUT", PATH, lists([], []))
    assert len(colleague.get(candidates_of(position)).data) == 1


@pytest.mark.parametrize("domain", ["bücher.example", "BÜCHER.example", "xn--bcher-kva.example"])
def test_each_spelling_of_a_domain_is_the_one_that_addresses_are_stored_with(
    olga: Recruiter, domain: str
) -> None:
    shown = olga.call("PUT", PATH, lists([domain], [])).data
    assert shown == lists(["xn--bcher-kva.example"], [])


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_other_users_may_not(anna: Recruiter, olga: Recruiter, method: str) -> None:
    stated = lists(["mail.example"], [])
    assert olga.call("PUT", PATH, stated).status == 200
    body = lists([], []) if method == "PUT" else None
    assert anna.in_head.call(method, PATH, body).status == 403
    assert olga.get(PATH).data == stated


def test_a_stored_answer_is_not_given_to_a_former_owner(olga: Recruiter) -> None:
    def put() -> int:
        return olga.call("PUT", PATH, lists([], []), idempotency_key="k").status

    assert (put(), put()) == (200, 200)
    User.objects.filter(id=olga.user.id).update(is_superuser=False)
    assert put() == 403


@pytest.mark.parametrize(
    ("public", "company", "field"),
    [
        (["mail.example", "x@mail.example"], [], "publicDomains[1]"),
        ([], ["localhost"], "companyDomains[0]"),
        ([], [" mail.example"], "companyDomains[0]"),
        (["mail.example\n"], [], "publicDomains[0]"),
        (["-a.example"], [], "publicDomains[0]"),
        (["i❤.example"], [], "publicDomains[0]"),
        (["xn--zzzzzz.example"], [], "publicDomains[0]"),
        ([], ["\u0430pple.example"], "companyDomains[0]"),
        ([f"{'a' * 64}.example"], [], "publicDomains[0]"),
        ([".".join(["abcdefghi"] * 26)], [], "publicDomains[0]"),
        ([5], [], "publicDomains[0]"),
        (["mail.example"], ["a.example", "Mail.example"], "companyDomains[1]"),
        ([f"d{n}.example" for n in range(MAX_MAIL_DOMAINS + 1)], [], "publicDomains"),
        (None, [], "publicDomains"),
    ],
)
def test_a_list_that_is_wrong_changes_nothing(
    olga: Recruiter, public: list[str], company: list[str], field: str
) -> None:
    MailDomain.objects.create(domain="kept.example", is_public=True)
    reply = olga.call("PUT", PATH, lists(public, company))
    assert (reply.status, reply.body["errors"][0]["field"]) == (400, field)
    assert olga.get(PATH).data == lists(["kept.example"], [])


def test_the_audit_log_says_what_became_of_each_domain(olga: Recruiter) -> None:
    def write(public: list[str], company: list[str]) -> set[tuple[str, str]]:
        before = Entry.objects.count()
        assert olga.call("PUT", PATH, lists(public, company)).status == 200
        entries = Entry.objects.order_by("id")[before:]
        assert {(entry.action, entry.actor_kind) for entry in entries} <= {
            ("mail_domain.replace", "key")
        }
        return {(entry.object_id, entry.changes["state"]) for entry in entries}

    first = write(["a.example", "b.example", "c.example"], ["d.example"])
    assert first == {(f"{one}.example", "public") for one in "abc"} | {("d.example", "company")}
    assert write(["a.example"], ["b.example", "e.example"]) == {
        ("b.example", "company"),
        ("c.example", "default"),
        ("d.example", "default"),
        ("e.example", "company"),
    }
    assert write(["a.example"], ["b.example", "e.example"]) == set()
    assert write([], []) == {(f"{one}.example", "default") for one in "abe"}


@pytest.mark.parametrize("left_out", ["publicDomains", "companyDomains"])
def test_both_lists_are_required(olga: Recruiter, left_out: str) -> None:
    stated = lists(["mail.example"], ["agency.example"])
    del stated[left_out]
    assert olga.call("PUT", PATH, stated).message == f"{left_out} is required"


def test_older_versions_have_no_such_route(olga: Recruiter) -> None:
    assert Recruiter(olga.user, olga.key).get(PATH).status == 404
