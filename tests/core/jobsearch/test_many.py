"""100,000 applications of one user are handled quickly, and don't slow down other users."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from api_v1.jobhax.columns import JOBAPP
from core.accounts.models import User
from core.jobsearch import metrics, queries
from core.jobsearch.queries import ListFilter
from core.json_spool import JsonSpool
from core.json_text import JsonText
from core.pages import Page
from tenants.context import TenantRef, tenant_scope
from tenants.provisioning.lifecycle import CreatedTenant
from tests.core.jobsearch.applications import Apply, read, store_many
from tests.core.jobsearch.test_metrics import MATRIX, every_metric
from tests.statements import statements

MANY = 100_000
# Each statement reads every application in a few steps. A comparison of each with each would be 10,000 times as much.
ROWS_PER_APPLICATION = 25


@pytest.fixture(scope="module")
def busy_id(created_acme: CreatedTenant, django_db_blocker: pytest.FixtureRequest) -> Iterator[int]:
    """The number of a user with many applications; a transaction round this file's tests holds them."""
    with django_db_blocker.unblock(), transaction.atomic():
        with tenant_scope(created_acme.ref):
            user = User.objects.create(email="busy@jobs.test", is_registered=True)
            store_many(user, MANY)
            # Check the foreign keys here once; otherwise each test would check them at its end.
            connection.check_constraints()
        yield user.id
        transaction.set_rollback(True)


@pytest.fixture
def busy(busy_id: int, acme: TenantRef) -> User:
    return User.objects.get(id=busy_id)


def statements_of(run: Callable[[], object]) -> list[str]:
    """Return what `run` executes: one statement, and where its answer is large, a second one that reads it."""
    with statements() as captured:
        found = run()
    if isinstance(found, JsonSpool):
        found.close()
    return [statement["sql"] for statement in captured.captured_queries]


def plan_of(run: Callable[[], object]) -> str:
    """Return how the server carries out the one statement of `run`."""
    with connection.cursor() as cursor:
        (statement,) = statements_of(run)
        cursor.execute(f"EXPLAIN {statement}")
        return "\n".join(line for (line,) in cursor.fetchall())


def rows_read_by(run: Callable[[], object]) -> int:
    """Return how many rows all nodes of a statement's plan pass on or discard; of several, the largest number."""
    rows = 0
    for statement in statements_of(run):
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}")
            ((explained,),) = cursor.fetchall()
        rows = max(rows, _rows_read(explained[0]["Plan"]))
    return rows


def _rows_read(node: dict[str, Any]) -> int:  # Any: JSON
    discarded = ("Rows Removed by Filter", "Rows Removed by Join Filter")
    rows = node["Actual Rows"] + sum(node.get(name, 0) for name in discarded)
    return round(rows * node["Actual Loops"]) + sum(map(_rows_read, node.get("Plans", ())))


def test_the_list_returns_them_all(busy: User) -> None:
    found = read(queries.list_all_applications(busy.id, columns=JOBAPP))
    assert len({application["id"] for application in found}) == MANY
    dates = [application["applyDate"] for application in found]
    assert dates == sorted(dates, reverse=True)


def test_the_list_reads_each_application_a_few_times(busy: User) -> None:
    rows = rows_read_by(lambda: queries.list_all_applications(busy.id, columns=JOBAPP))
    assert rows < ROWS_PER_APPLICATION * MANY


@every_metric
def test_a_metric_reads_each_application_a_few_times(
    busy: User, metric: Callable[[int], JsonText]
) -> None:
    assert rows_read_by(lambda: metric(busy.id)) < ROWS_PER_APPLICATION * MANY


def test_a_matrix_of_titles_that_are_all_different_compares_no_title_with_each(
    seeker: User,
) -> None:
    store_many(seeker, MANY, titles=MANY)

    def count() -> JsonText:
        return metrics.count_by_title_and_status(seeker.id, **MATRIX)

    assert rows_read_by(count) < ROWS_PER_APPLICATION * MANY
    matrix = read(count())
    assert len(matrix["jobs"]) == MANY
    assert [sum(row["data"]) for row in matrix["data"]] == [MANY // 5] * 5


def test_a_page_is_read_from_the_index(busy: User) -> None:
    plan = plan_of(
        lambda: queries.list_applications(busy.id, user_uuid=busy.uuid, columns=JOBAPP, limit=50)
    )
    assert "Index Scan using application_newest" in plan
    assert "Seq Scan on jobsearch_application" not in plan


def test_a_page_far_behind_costs_what_the_first_one_costs(busy: User) -> None:
    first = queries.list_applications(busy.id, user_uuid=busy.uuid, columns=JOBAPP, limit=200)
    far = first
    for _ in range(100):
        far = queries.list_applications(
            busy.id, user_uuid=busy.uuid, columns=JOBAPP, limit=200, cursor=far.next_cursor
        )
    plan = plan_of(
        lambda: queries.list_applications(
            busy.id, user_uuid=busy.uuid, columns=JOBAPP, limit=200, cursor=far.next_cursor
        )
    )
    assert "Index Cond: ((user_id = " in plan
    assert "ROW(a.apply_date, a.id) < ROW(" in plan.replace(
        "ROW(apply_date, id)", "ROW(a.apply_date, a.id)"
    )


def test_words_are_found_among_them_in_one_pass(busy: User) -> None:
    def find() -> Page[Any]:
        only = ListFilter(words="title 1999")
        return queries.list_applications(
            busy.id, user_uuid=busy.uuid, columns=JOBAPP, limit=50, only=only
        )

    assert len(read(find().data)) == 50
    assert rows_read_by(find) < 2 * MANY


def test_the_list_of_another_user_does_not_look_at_them(
    apply: Apply, busy: User, stranger: User
) -> None:
    apply(user=stranger)
    plan = plan_of(lambda: queries.list_all_applications(stranger.id, columns=JOBAPP))
    assert "application_newest" in plan
    assert "Seq Scan on jobsearch_application" not in plan
