"""Many at once, on committed rows: no change is lost or partial, and a client that polls for changes misses none."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Event

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from api_v1.versions import HEAD
from core.accounts.models import User
from core.accounts.services import register_confirmed_user
from core.idempotency.models import StoredReply
from core.recruiting.models import Position
from core.recruiting.services.change_times import lock_change_clock
from tenants.context import public_scope, tenant_scope
from tenants.provisioning.lifecycle import CreatedTenant
from tests.clients import Json, Reply, in_process
from tests.recruiters import Recruiter, candidates_of

MANY = 8


@pytest.fixture
def olga(committed_tenant: CreatedTenant) -> Iterator[Recruiter]:
    """The owner of a committed tenant, whose scope is open."""
    with tenant_scope(committed_tenant.ref):
        yield Recruiter(User.objects.get(), committed_tenant.api_key)


def at_once(*works: Callable[[], Json]) -> list[Json]:
    """Run all `works` at the same time, each in a thread; return their results."""
    start = Barrier(len(works))

    def run(work: Callable[[], Json]) -> Json:
        start.wait()
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def same(someone: Recruiter) -> Recruiter:
    """Return the same recruiter with a transport for another thread."""
    return replace(someone, transport=in_process())


def test_updates_of_different_fields_are_all_kept(olga: Recruiter) -> None:
    position = olga.post("/positions", {"title": "T"}).data["id"]
    sent = {
        "location": "Lund",
        "type": "full-time",
        "noOfPositions": 5,
        "notes": "n",
        "targetDate": "2018-01-01",
    }
    answers = at_once(
        *(
            lambda field=field: same(olga).post(
                f"/positions/{position}", {"title": "T", field: sent[field]}
            )
            for field in sent
        )
    )
    assert [answer.status for answer in answers] == [200] * len(sent)
    assert set(sent) <= set(olga.get(f"/positions/{position}").data)


def test_whole_updates_are_never_mixed(olga: Recruiter) -> None:
    path = candidates_of(olga.post("/positions", {"title": "T"}).data["id"])
    one = f"{path}/{olga.post(path, {'name': 'N'}).data['id']}"
    fields = ("name", "phoneNumber", "compensation", "description")
    at_once(*(lambda n=n: same(olga).post(one, dict.fromkeys(fields, str(n))) for n in range(MANY)))
    assert len({olga.get(one).data[field] for field in fields}) == 1


def test_lists_of_collaborators_replace_each_other_whole(olga: Recruiter) -> None:
    position = olga.post("/positions", {"title": "T"}).data["id"]

    def list_of(number: int) -> list[dict[str, str]]:
        return [
            {"email": f"{name}@x.test", "type": "client"}
            for name in ("same", f"u{number}", f"v{number}")
        ]

    answers = at_once(
        *(
            lambda n=n: same(olga).post(
                f"/positions/{position}", {"title": "T", "collaborators": list_of(n)}
            )
            for n in range(MANY)
        )
    )
    assert [answer.status for answer in answers] == [200] * MANY
    left = [one["email"] for one in olga.get(f"/positions/{position}").data["collaborators"]]
    assert left in [[one["email"] for one in list_of(n)] for n in range(MANY)]


def test_a_stack_is_left_once(olga: Recruiter) -> None:
    path = candidates_of(olga.post("/positions", {"title": "T"}).data["id"])
    one = f"{path}/{olga.post(path, {'name': 'N'}).data['id']}"
    at_once(
        *(lambda: same(olga).in_head.post(f"{one}/stack", {"stack": "hired"}) for _ in range(MANY))
    )
    assert len(olga.in_head.get(f"{one}/history").data) == 1


@pytest.mark.parametrize("kind", ["positions", "candidates"])
def test_a_reader_that_follows_the_changes_misses_none(olga: Recruiter, kind: str) -> None:
    position = olga.post("/positions", {"title": "T"}).data["id"]
    path = "/positions" if kind == "positions" else candidates_of(position)
    body = {"title": "T"} if kind == "positions" else {"name": "N"}
    done = Event()

    def write() -> list[str]:
        own = same(olga)
        return [own.post(path, body).data["id"] for _ in range(12)]

    def follow() -> list[str]:
        own, since, seen = same(olga).in_head, "2018-01-01T00:00:00.000Z", []
        last_round = False
        while not last_round:
            last_round = done.is_set()
            for one in own.get(f"{path}?limit=200&updatedAfter={since}").data:
                seen.append(one["id"])
                since = one["updatedAt"]
        return seen

    def write_all() -> list[str]:
        try:
            return [id for ids in at_once(*[write] * 4) for id in ids]
        finally:
            done.set()

    written, seen = at_once(write_all, follow)
    assert set(written) <= set(seen)
    assert len(seen) == len(set(seen))


def test_a_candidate_is_never_added_to_a_position_that_is_being_deleted(olga: Recruiter) -> None:
    for _ in range(3):
        position = olga.post("/positions", {"title": "T"}).data["id"]
        create, delete = at_once(
            lambda id=position: same(olga).post(candidates_of(id), {"name": "N"}),
            lambda id=position: same(olga).in_head.delete(f"/positions/{id}"),
        )
        assert delete.status == 200
        assert create.status in (200, 404)
        assert not Position.objects.get(id=position).candidates.exists()


def test_inviting_a_user_who_registers_at_that_moment_is_no_deadlock(
    olga: Recruiter, committed_tenant: CreatedTenant
) -> None:
    invited = [f"neo{at}@test.se" for at in range(4)]
    sent = {
        "title": "T",
        "collaborators": [{"email": email, "type": "client"} for email in invited],
    }
    olga.post("/positions", sent)

    def register(email: str) -> None:
        with tenant_scope(committed_tenant.ref):
            register_confirmed_user(email)

    at_once(
        *(lambda email=email: register(email) for email in invited),
        *(lambda: same(olga).post("/positions", sent) for _ in range(4)),
    )
    stored = {
        collaborator.status
        for position in Position.objects.all()
        for collaborator in position.collaborators.all()
    }
    assert stored == {"awaiting_approval"}


def test_tenants_do_not_wait_for_each_other(
    olga: Recruiter, committed_tenant: CreatedTenant, created_globex: CreatedTenant
) -> None:
    """While a transaction of one tenant holds the lock, the other tenant's positions can change."""
    with transaction.atomic():
        lock_change_clock()

        def write() -> int:
            other = Recruiter(olga.user, created_globex.api_key, HEAD)
            id = other.post("/positions", {"title": "T"}).data["id"]
            return other.delete(f"/positions/{id}").status

        assert at_once(write) == [200]


@pytest.mark.parametrize("what", ["candidate", "position"])
def test_a_removal_and_a_repetition_a_day_later_do_not_wait_for_each_other(
    olga: Recruiter, what: str
) -> None:
    """Both need locks on the position and on the stored reply, which has expired by then."""
    position = olga.post("/positions", {"title": "T"}).data["id"]
    path = candidates_of(position)
    one = f"{path}/{olga.post(path, {'name': 'N'}).data['id']}"
    removed = one if what == "candidate" else f"/positions/{position}"

    def repeat() -> Reply:
        return same(olga).in_head.call("PATCH", one, {"name": "M"}, idempotency_key="k")

    assert repeat().status == 200
    StoredReply.objects.update(created_at=timezone.now() - timedelta(hours=25))
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            Position.objects.select_for_update().get(id=position)
            removing = pool.submit(at_once, lambda: same(olga).in_head.delete(removed))
            wait_for_waiting(1)
            repeating = pool.submit(at_once, repeat)
            wait_for_waiting(2)
        assert [one.status for one in removing.result()] == [200]
        assert [one.status for one in repeating.result()] == [404]


def wait_for_waiting(number: int) -> None:
    """Return when `number` other requests wait for a lock."""
    with public_scope(), connection.cursor() as cursor:
        for _ in range(3000):
            cursor.execute("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0] >= number:
                return
            time.sleep(0.02)
    raise AssertionError("no transaction waits")
