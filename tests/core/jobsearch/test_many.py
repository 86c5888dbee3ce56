"""100,000 applications of one user are no problem, and no other user pays for them."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from api_v1.jobhax.columns import JOBAPP
from core.accounts.models import User
from core.jobsearch import metrics, queries
from core.jobsearch.queries import ListFilter
from core.json_text import JsonText
from tenants.context import TenantRef, tenant_scope
from tenants.provisioning.lifecycle import CreatedTenant
from tests.core.jobsearch.conftest import Apply, read, statements, store_many
from tests.core.jobsearch.test_metrics import MATRIX, every_metric

MANY = 100_000
# Generous: the machine that runs the tests may be busy. Each takes a fraction of this.
SECONDS = 3


@pytest.fixture(scope="module")
def busy_id(created_acme: CreatedTenant, django_db_blocker: pytest.FixtureRequest) -> Iterator[int]:
    """The number of a user with many applications; a transaction round this file's tests holds them."""
    with django_db_blocker.unblock(), transaction.atomic():
        with tenant_scope(created_acme.ref):
            user = User.objects.create(email="busy@jobs.test", is_registered=True)
            store_many(user, MANY)
            # Foreign keys are looked after here once; else each test would, at its end.
            connection.check_constraints()
        yield user.id
        transaction.set_rollback(True)


@pytest.fixture
def busy(busy_id: int, acme: TenantRef) -> User:
    return User.objects.get(id=busy_id)


@contextmanager
def soon() -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < SECONDS


def plan_of(run: Callable[[], object]) -> str:
    """Return how the server carries out the one statement of `run`."""
    with statements() as captured:
        run()
    (statement,) = captured.captured_queries
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement['sql']}")
        return "\n".join(line for (line,) in cursor.fetchall())


def test_the_list_returns_them_all(busy: User) -> None:
    with soon():
        listed = queries.list_all_applications(busy.id, columns=JOBAPP)
    found = read(listed)
    assert len({application["id"] for application in found}) == MANY
    dates = [application["applyDate"] for application in found]
    assert dates == sorted(dates, reverse=True)


@every_metric
def test_a_metric_comes_soon(busy: User, metric: Callable[[int], JsonText]) -> None:
    with soon():
        metric(busy.id)


def test_a_matrix_of_titles_that_are_all_different_comes_soon(seeker: User) -> None:
    store_many(seeker, MANY, titles=MANY)
    with soon():
        matrix = read(metrics.count_by_title_and_status(seeker.id, **MATRIX))
    assert len(matrix["jobs"]) == MANY
    assert [sum(row["data"]) for row in matrix["data"]] == [MANY // 5] * 5


def test_a_page_is_read_from_the_index(busy: User) -> None:
    plan = plan_of(lambda: queries.list_applications(busy.id, columns=JOBAPP, limit=50))
    assert "Index Scan using application_newest" in plan
    assert "Seq Scan on jobsearch_application" not in plan


def test_a_page_far_behind_costs_what_the_first_one_costs(busy: User) -> None:
    first = queries.list_applications(busy.id, columns=JOBAPP, limit=200)
    far = first
    for _ in range(100):
        far = queries.list_applications(busy.id, columns=JOBAPP, limit=200, cursor=far.next_cursor)
    plan = plan_of(
        lambda: queries.list_applications(
            busy.id, columns=JOBAPP, limit=200, cursor=far.next_cursor
        )
    )
    assert "Index Cond: ((user_id = " in plan
    assert "ROW(a.apply_date, a.id) < ROW(" in plan.replace(
        "ROW(apply_date, id)", "ROW(a.apply_date, a.id)"
    )


def test_words_are_found_among_them_soon(busy: User) -> None:
    with soon():
        page = queries.list_applications(
            busy.id, columns=JOBAPP, limit=50, only=ListFilter(words="title 1999")
        )
    assert len(read(page.data)) == 50


def test_the_list_of_another_user_does_not_look_at_them(
    apply: Apply, busy: User, stranger: User
) -> None:
    apply(user=stranger)
    plan = plan_of(lambda: queries.list_all_applications(stranger.id, columns=JOBAPP))
    assert "application_newest" in plan
    assert "Seq Scan on jobsearch_application" not in plan
