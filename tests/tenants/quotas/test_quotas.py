"""Quotas: the database counts and refuses, however many requests come at the same time and whatever code wrote them."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import StringIO
from threading import Barrier
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from core.errors import QuotaExceeded, QuotaUsedUpForNow
from core.jobs import enqueue
from core.messages import QUOTA_SENTENCES
from core.quotas.queries import read_refusal
from core.quotas.values import QUOTAS
from core.recruiting.models import Attachment, Candidate, Position
from tenants.context import TenantRef, tenant_scope
from tenants.provisioning.lifecycle import CreatedTenant
from tenants.quotas.settings import QuotaState, read_quotas, set_quotas
from tests.factories import (
    AttachmentFactory,
    CandidateFactory,
    PlaceholderFactory,
    PositionFactory,
    UserFactory,
)
from tests.recruiters import Recruiter, candidates_of
from tests.tenants.jobs.tasks import do_nothing


def used(tenant: TenantRef) -> dict[str, int]:
    return {name: state.used for name, state in read_quotas(tenant).items() if state.used}


def test_the_defaults_are_those_of_the_guide(acme: TenantRef) -> None:
    assert {name: state.limit for name, state in read_quotas(acme).items()} == {
        "storage": 10 * 1024**3,
        "positions": 10_000,
        "candidates": 20_000,
        "invitations": 200,
        "jobs": 5_000,
    }
    assert set(QUOTA_SENTENCES) == set(QUOTAS)


class TestCounting:
    """What is used follows the rows, whichever statement changes them."""

    def test_each_kind_is_counted(self, acme: TenantRef) -> None:
        position = PositionFactory()
        CandidateFactory.create_batch(3, position=position)
        CandidateFactory(position__created_by=position.created_by)
        for _ in range(2):
            AttachmentFactory(size=50)
        PlaceholderFactory()
        enqueue(do_nothing, key="1", number=1)
        assert used(acme) == {
            "storage": 100,
            "positions": 2,
            "candidates": 3,
            "invitations": 1,
            "jobs": 1,
        }

    def test_what_is_deleted_counts_no_more(self, acme: TenantRef) -> None:
        position = PositionFactory()
        CandidateFactory.create_batch(3, position=position)
        for _ in range(2):
            AttachmentFactory(size=50)
        Candidate.objects.all().delete()
        Position.objects.all().delete()
        Attachment.objects.all().delete()
        assert used(acme) == {}

    def test_tombstones_do_not_count(self, acme: TenantRef, anna: Recruiter) -> None:
        candidate = anna.candidate()
        head = anna.in_head
        path = candidates_of(candidate.position)
        assert head.delete(f"{path}/{candidate.id}").status == 200
        assert used(acme) == {"positions": 1}
        assert head.delete(f"/positions/{candidate.position_id}").status == 200
        assert used(acme) == {}

    def test_registered_users_are_no_invitations(self, acme: TenantRef) -> None:
        UserFactory.create_batch(3)
        assert used(acme) == {}

    def test_a_rollback_takes_the_count_back(self, acme: TenantRef) -> None:
        with transaction.atomic():
            PositionFactory()
            transaction.set_rollback(True)
        assert used(acme) == {}

    def test_tenants_are_counted_apart(self, acme: TenantRef, globex: TenantRef) -> None:
        PositionFactory()
        assert used(globex) == {}


class TestRefusal:
    """A request beyond a quota is refused with a clear error, and changes nothing."""

    def test_positions(self, acme: TenantRef, anna: Recruiter) -> None:
        set_quotas(acme, {"positions": 1})
        head = anna.in_head
        made = head.post("/positions", {"title": "Tester"})
        assert made.status == 200
        refused = head.post("/positions", {"title": "Tester"})
        assert (refused.status, refused.body["code"]) == (403, "quota_exceeded")
        assert refused.message == "This account may have at most 1 positions: delete one first"
        assert Position.objects.count() == 1
        head.delete(f"/positions/{made.data['id']}")
        assert head.post("/positions", {"title": "Tester"}).status == 200

    @pytest.mark.parametrize("version", ["v20180701", "v20261201"])
    def test_it_comes_before_html_is_cleaned(
        self, acme: TenantRef, anna: Recruiter, version: str
    ) -> None:
        # Cleaning would find more tags inside of each other than it allows, which is a 400.
        html = "<div>" * 2_000
        path, someone = candidates_of(anna.position()), replace(anna, version=version)
        set_quotas(acme, {"candidates": 3, "positions": 1})
        drafts = [{"name": "N", "description": html}] * 4
        for url, body in (
            (f"{path}/bulk", {"candidates": drafts}),
            ("/positions", {"title": "T", "notes": html}),
        ):
            assert someone.post(url, body).status == 403, url
        assert someone.post(f"{path}/bulk", {"candidates": drafts[:3]}).status == 400

    def test_candidates_of_one_position(self, acme: TenantRef, anna: Recruiter) -> None:
        set_quotas(acme, {"candidates": 2})
        head, position, other = anna.in_head, anna.position(), anna.position()
        bulk = {"candidates": [{"name": "A"}, {"name": "B"}, {"name": "C"}]}
        refused = head.post(f"{candidates_of(position)}/bulk", bulk)
        assert (refused.status, refused.body["code"]) == (403, "quota_exceeded")
        assert Candidate.objects.count() == 0
        for _ in range(2):
            assert head.post(candidates_of(position), {"name": "A"}).status == 200
        assert head.post(candidates_of(position), {"name": "A"}).status == 403
        assert head.post(candidates_of(other), {"name": "A"}).status == 200

    def test_storage(self, acme: TenantRef, anna: Recruiter) -> None:
        set_quotas(acme, {"storage": 10})
        head = anna.in_head
        AttachmentFactory(size=6)
        refused = head.upload(b"12345")
        assert (refused.status, refused.body["code"]) == (403, "quota_exceeded")
        assert refused.message == "This account may store at most 10 bytes of attachments"
        assert head.upload(b"1234").status == 200

    def test_invitations(self, acme: TenantRef, anna: Recruiter) -> None:
        set_quotas(acme, {"invitations": 2})
        head = anna.in_head

        def invite(*names: str) -> Any:
            people = [{"email": f"{name}@new.test", "type": "client"} for name in names]
            return head.post("/positions", {"title": "Tester", "collaborators": people})

        assert invite("a", "b").status == 200
        refused = invite("c")
        assert (refused.status, refused.body["code"]) == (429, "quota_exceeded")
        assert 3500 < int(refused.headers["Retry-After"]) <= 3660
        assert Position.objects.count() == 1
        # Those who are there need no new user.
        assert invite("a", "b").status == 200
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE quotas_quotausage SET subject ="
                " happo_quotas.minute_of(now() - interval '61 minutes') WHERE quota = 'invitations'"
            )
        assert invite("c").status == 200

    def test_waiting_jobs(self, acme: TenantRef) -> None:
        set_quotas(acme, {"jobs": 2})
        for key in ("1", "2"):
            assert enqueue(do_nothing, key=key, number=1)
        with pytest.raises(QuotaUsedUpForNow) as refused, transaction.atomic():
            enqueue(do_nothing, key="3", number=1)
        assert (refused.value.quota, refused.value.limit) == ("jobs", 2)
        assert not enqueue(do_nothing, key="2", number=1)

    def test_the_database_refuses_what_no_code_checks(self, acme: TenantRef) -> None:
        set_quotas(acme, {"storage": 10})
        for _ in range(2):
            AttachmentFactory(size=5)
        with pytest.raises(DatabaseError) as refused, transaction.atomic():
            AttachmentFactory(size=1)
        error = read_refusal(refused.value)
        assert isinstance(error, QuotaExceeded)
        assert (error.quota, error.limit) == ("storage", 10)

    def test_what_is_beyond_a_lowered_limit_stays_and_may_change(
        self, acme: TenantRef, anna: Recruiter
    ) -> None:
        position = anna.position()
        anna.position()
        set_quotas(acme, {"positions": 1})
        changed = anna.in_head.patch(f"/positions/{position.id}", {"title": "New"})
        assert changed.status == 200
        assert Position.objects.count() == 2

    def test_only_the_tenant_itself_is_limited(self, acme: TenantRef, globex: TenantRef) -> None:
        set_quotas(acme, {"positions": 0})
        with tenant_scope(globex):
            PositionFactory()


@pytest.mark.parametrize("kind", ["positions", "storage", "candidates", "invitations", "jobs"])
def test_simultaneous_requests_get_no_further_than_the_limit(
    committed_tenant: CreatedTenant, kind: str
) -> None:
    tenant, barrier = committed_tenant.ref, Barrier(8)
    set_quotas(tenant, {kind: 3})
    with tenant_scope(tenant):
        owner = UserFactory()
        position = None if kind == "positions" else PositionFactory(created_by=owner)

    def add(number: int) -> QuotaExceeded | None:
        try:
            barrier.wait(60)
            with tenant_scope(tenant), transaction.atomic():
                match kind:
                    case "positions":
                        PositionFactory(created_by=owner)
                    case "storage":
                        AttachmentFactory(created_by=owner, size=1)
                    case "candidates":
                        CandidateFactory(position=position, created_by=owner)
                    case "invitations":
                        PlaceholderFactory(email=f"p{number}@new.test")
                    case "jobs":
                        enqueue(do_nothing, key=str(number), number=number)
        except QuotaExceeded as refused:
            return refused
        except DatabaseError as error:
            return read_refusal(error)
        else:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        refusals = list(threads.map(add, range(8)))
    assert [refusal and refusal.quota for refusal in refusals].count(kind) == 5
    assert refusals.count(None) == 3
    assert read_quotas(tenant)[kind].used == 3


class TestCommand:
    """`manage.py tenant quota`."""

    def run(self, *arguments: str) -> dict[str, Any]:
        output = StringIO()
        call_command("tenant", "quota", *arguments, "--json", stdout=output)
        report: dict[str, Any] = json.loads(output.getvalue())
        return report

    def test_it_shows_limits_and_use(self, acme: TenantRef) -> None:
        PositionFactory()
        report = self.run("acme")
        assert report["slug"] == "acme"
        assert report["quotas"]["positions"] == {"limit": 10_000, "used": 1, "isDefault": True}
        assert set(report["quotas"]) == set(QUOTAS)

    def test_it_counts_again(self, acme: TenantRef) -> None:
        position = PositionFactory()
        CandidateFactory.create_batch(2, position=position)
        AttachmentFactory(size=7)
        PlaceholderFactory()
        right = used(acme)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE quotas_quotausage SET used = 99 WHERE quota <> 'invitations'")
        assert used(acme) != right
        counted = self.run("acme", "--recount")["quotas"]
        assert {name: one["used"] for name, one in counted.items() if one["used"]} == right

    def test_it_sets_limits_and_defaults(self, acme: TenantRef) -> None:
        set_to = self.run("acme", "--storage", "20GB", "--positions", "5")["quotas"]
        assert set_to["storage"] == {"limit": 20 * 1024**3, "used": 0, "isDefault": False}
        assert set_to["positions"]["limit"] == 5
        assert read_quotas(acme)["candidates"] == QuotaState(20_000, 0, is_default=True)
        reset = self.run("acme", "--storage", "default")["quotas"]
        assert reset["storage"]["limit"] == 10 * 1024**3
        assert reset["positions"]["limit"] == 5

    @pytest.mark.parametrize("limit", ["-1", "many", "1.5", "9223372036854775808", "20gb", ""])
    def test_what_is_no_limit_is_refused(self, acme: TenantRef, limit: str) -> None:
        with pytest.raises(CommandError):
            self.run("acme", f"--positions={limit}")
        assert read_quotas(acme)["positions"].is_default

    def test_a_tenant_that_does_not_exist_is_an_error(self, acme: TenantRef) -> None:
        with pytest.raises(CommandError, match="There is no tenant nowhere"):
            self.run("nowhere")


def test_the_migration_counts_what_is_there(acme: TenantRef) -> None:
    from importlib import import_module

    position = PositionFactory()
    CandidateFactory.create_batch(2, position=position)
    AttachmentFactory(size=7)
    before = used(acme)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM quotas_quotausage")
        for statement in import_module("core.quotas.migrations.0001_initial").FILL:
            cursor.execute(statement)
    assert used(acme) == before
