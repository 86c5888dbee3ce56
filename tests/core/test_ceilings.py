"""Lists that people fill and that pages show whole have an end; lists without one are read a page at a time."""

import json
from collections.abc import Callable

import pytest
from django.db import connection

from core.accounts.models import User
from core.accounts.oauth import clients
from core.accounts.oauth.models import Client
from core.errors import Conflict
from core.jobsearch import services as jobsearch
from core.jobsearch.models import Status
from core.recruiting.models import Candidate, Position
from core.recruiting.queries.overview import select_positions
from core.recruiting.services import mail_domains
from tenants.context import TenantRef


def add_statuses() -> None:
    jobsearch.add_status("Waiting")
    jobsearch.add_status("Accepted")


def add_clients() -> None:
    clients.issue_client("One", prefix="hpc_acme")
    clients.issue_client("Two", prefix="hpc_acme")


def add_mail_domains() -> None:
    mail_domains.state_mail_domain("one.example", is_public=True)
    # Said otherwise, it is no further one.
    mail_domains.state_mail_domain("one.example", is_public=False)
    mail_domains.state_mail_domain("two.example", is_public=True)


@pytest.mark.parametrize("add", [add_statuses, add_clients, add_mail_domains])
def test_a_list_that_a_page_shows_whole_has_an_end(
    acme: TenantRef, monkeypatch: pytest.MonkeyPatch, add: Callable[[], None]
) -> None:
    monkeypatch.setattr(jobsearch, "MAX_STATUSES", Status.objects.count() + 1)
    monkeypatch.setattr(clients, "MAX_CLIENTS", Client.objects.count() + 1)
    monkeypatch.setattr(mail_domains, "MAX_MAIL_DOMAINS", 1)
    with pytest.raises(Conflict, match="at most"):
        add()


def test_candidates_are_counted_for_the_positions_of_a_page_alone(acme: TenantRef) -> None:
    owner = User.objects.get(is_superuser=True)
    for number in range(9):
        position = Position.objects.create(title=f"Cook {number}", created_by=owner)
    # To count in a table without a page costs PostgreSQL nothing: it might then count for all positions.
    Candidate.objects.create(position=position, name="Ann", created_by=owner)
    query, parameters = (
        select_positions("").order_by("-created_at", "-id")[:3].query.sql_with_params()
    )
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}", parameters)
        (plan,) = cursor.fetchone()
    plan = json.loads(plan) if isinstance(plan, str) else plan
    counts = [node for node in nodes_of(plan) if node.get("Parent Relationship") == "SubPlan"]
    assert [node["Actual Loops"] for node in counts] == [3]


def nodes_of(plan: object) -> list[dict[str, object]]:
    """Return all nodes of a plan."""
    if isinstance(plan, list):
        return [node for one in plan for node in nodes_of(one)]
    if not isinstance(plan, dict):
        return []
    return [plan, *(node for value in plan.values() for node in nodes_of(value))]
