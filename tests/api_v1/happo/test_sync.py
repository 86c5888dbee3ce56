"""A client that polls `updatedAfter` with `includeDeleted` gets an exact copy, whatever other users do meanwhile."""

from collections.abc import Callable, Iterator
from random import Random
from threading import Event

import pytest
from pytest_django import Settings

from api_v1.versions import HEAD
from core.accounts.models import User
from core.accounts.services import register_confirmed_user
from core.recruiting.models import PositionTombstone
from tenants.context import tenant_scope
from tenants.provisioning.lifecycle import CreatedTenant
from tests.api_v1.happo.test_concurrency import at_once, same
from tests.clients import Json
from tests.recruiters import Recruiter, candidates_of, recruiter_for

WRITERS, STEPS = 4, 25
STACKS = ("application", "longlist", "interviewing", "shortlist", "hired")
CARL = {"email": "carl@customer.test", "type": "client"}
ADAM = {"email": "adam@acme.test", "type": "admin"}
TEAMS: tuple[list[Json], ...] = ([], [CARL], [ADAM], [CARL, ADAM], [CARL | {"type": "admin"}])
Mirror = dict[str, Json]


@pytest.fixture(autouse=True)
def _without_rate_limit(settings: Settings) -> None:
    """On a slow machine the writers make more requests than a bucket holds."""
    settings.RATE_LIMIT_BURST = 10**6


@pytest.fixture
def olga(committed_tenant: CreatedTenant) -> Iterator[Recruiter]:
    """The owner of a committed tenant, whose scope is open."""
    with tenant_scope(committed_tenant.ref):
        yield Recruiter(User.objects.get(), committed_tenant.api_key, HEAD)


@pytest.fixture
def carl(olga: Recruiter) -> Recruiter:
    """Invited to positions, mostly as a client."""
    return recruiter_for(register_confirmed_user(CARL["email"])).in_head


@pytest.fixture
def adam(olga: Recruiter) -> Recruiter:
    """Invited to positions, as an admin."""
    return recruiter_for(register_confirmed_user(ADAM["email"])).in_head


def follow(someone: Recruiter, path: str, mirror: Mirror, since: str, *, limit: int) -> str:
    """Bring the mirror up to date, page by page; return the time of the last change seen."""
    asked, cursor = since, ""
    while True:
        answer = someone.get(
            f"{path}?includeDeleted=true&limit={limit}&updatedAfter={asked}{cursor}"
        )
        for one in answer.data:
            since = max(since, one.get("updatedAt", one.get("deletedAt")))
            mirror.pop(one["id"], None)
            if "deletedAt" not in one and "archivedAt" not in one:
                mirror[one["id"]] = one
        if "nextCursor" not in answer.body:
            return since
        cursor = f"&cursor={answer.body['nextCursor']}"


def sync_until(done: Event, someone: Recruiter, path: str, *, limit: int) -> Mirror:
    reader, mirror, since = same(someone), Mirror(), "2018-01-01T00:00:00.000Z"
    last_round = False
    while not last_round:
        last_round = done.is_set()
        since = follow(reader, path, mirror, since, limit=limit)
    return mirror


def whole_list(someone: Recruiter, path: str) -> Mirror:
    answer = someone.get(f"{path}?limit=200")
    assert "nextCursor" not in answer.body
    return {one["id"]: one for one in answer.data}


def candidate_writer(olga: Recruiter, path: str, seed: int) -> None:
    random, writer = Random(seed), same(olga)  # noqa: S311 - for tests that can be repeated
    known = [one["id"] for one in writer.get(f"{path}?limit=200").data]
    for _ in range(STEPS):
        one = f"{path}/{random.choice(known)}"
        answer = random.choice(
            [
                lambda: writer.post(path, {"name": "new"}),
                lambda: writer.post(f"{path}/bulk", {"candidates": [{"name": "many"}] * 3}),
                lambda one=one: writer.patch(one, {"name": f"named by {seed}"}),
                lambda one=one: writer.post(f"{one}/stack", {"stack": random.choice(STACKS)}),
                lambda one=one: writer.post(f"{one}/reject"),
                lambda one=one: writer.post(f"{one}/unreject"),
                lambda one=one: writer.delete(one),
            ]
        )()
        assert answer.status in (200, 404, 409), answer.body
        if answer.status == 200:
            made = answer.data if isinstance(answer.data, list) else [answer.data]
            known += [one["id"] for one in made if "deletedAt" not in one]


def with_a_team(random: Random) -> Json:
    """Invite some, remove the others."""
    return {"title": "T", "collaborators": random.choice(TEAMS)}


def guest(someone: Recruiter, seed: int) -> None:
    """Accept and decline invitations at random."""
    random, writer = Random(seed), same(someone)  # noqa: S311 - for tests that can be repeated
    for _ in range(STEPS):
        shown = writer.get("/positions").data
        if shown:
            one = random.choice(shown)["id"]
            answer = writer.post(f"/positions/{one}/{random.choice(('accept', 'decline'))}")
            # 409: another client has archived it.
            assert answer.status in (200, 404, 409), answer.body


def position_writer(olga: Recruiter, seed: int) -> None:
    random, writer = Random(seed), same(olga)  # noqa: S311 - for tests that can be repeated
    known = [one["id"] for one in writer.get("/positions?limit=200").data]
    for _ in range(STEPS):
        one = f"/positions/{random.choice(known)}"
        answer = random.choice(
            [
                lambda: writer.post("/positions", with_a_team(random)),
                lambda one=one: writer.post(one, with_a_team(random)),
                lambda one=one: writer.patch(one, with_a_team(random)),
                lambda one=one: writer.patch(
                    one, {"status": random.choice(("draft", "open", "closed"))}
                ),
                lambda one=one: writer.post(f"{one}/archive"),
                lambda one=one: writer.post(f"{one}/restore"),
                lambda one=one: writer.delete(one),
            ]
        )()
        assert answer.status in (200, 404, 409), answer.body
        if answer.status == 200 and "deletedAt" not in answer.data:
            known.append(answer.data["id"])


def while_they_write(
    writers: list[Callable[[], None]], *followers: Callable[[Event], Mirror]
) -> list[Mirror]:
    done = Event()

    def write_all() -> None:
        try:
            at_once(*writers)
        finally:
            done.set()

    _, *mirrors = at_once(write_all, *(lambda f=follower: f(done) for follower in followers))
    return mirrors


@pytest.mark.parametrize("seed", range(3))
def test_a_mirror_of_candidates_misses_nothing(olga: Recruiter, seed: int) -> None:
    path = candidates_of(olga.post("/positions", {"title": "T"}).data["id"])
    olga.post(f"{path}/bulk", {"candidates": [{"name": "first"}] * 5})
    writers = [
        lambda number=number: candidate_writer(olga, path, seed * WRITERS + number)
        for number in range(WRITERS)
    ]
    few, many = while_they_write(
        writers,
        lambda done: sync_until(done, olga, path, limit=2),
        lambda done: sync_until(done, olga, path, limit=200),
    )
    assert few == many == whole_list(olga, path)


@pytest.mark.parametrize("seed", range(3))
def test_a_mirror_of_positions_misses_nothing_for_any_caller(
    olga: Recruiter, carl: Recruiter, adam: Recruiter, seed: int
) -> None:
    """Also for users who are invited, removed, decline and are invited again."""
    for _ in range(5):
        olga.post("/positions", {"title": "first", "collaborators": [CARL, ADAM]})
    writers = [
        lambda number=number: position_writer(olga, seed * WRITERS + number)
        for number in range(WRITERS)
    ]
    guests = [lambda who=who: guest(who, seed) for who in (carl, adam)]
    everybody = (olga, carl, adam)
    mirrors = while_they_write(
        [*writers, *guests],
        *(lambda done, who=who: sync_until(done, who, "/positions", limit=3) for who in everybody),
    )
    assert mirrors == [whole_list(who, "/positions") for who in everybody]
    assert PositionTombstone.objects.exists()
