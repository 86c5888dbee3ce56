"""A supplier's candidates are found without reading the users of the tenant."""

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from api_v1.happo.shapes import CANDIDATE
from core.accounts.models import User
from core.recruiting.queries.candidates import list_candidates, page_candidates
from core.recruiting.values import CandidateFilter
from tenants.context import TenantRef
from tests.factories import CandidateFactory, PositionFactory
from tests.recruiters import recruiter


def test_a_list_for_a_supplier_reads_creators_by_their_index(acme: TenantRef) -> None:
    position = PositionFactory()
    supplier = recruiter("sue@agency.test")
    supplier.joins(position, as_="supplier")
    CandidateFactory.create_batch(50, position=position, created_by=supplier.user)
    strangers = [
        User(email=f"u{number}@firm{number}.test", is_registered=True) for number in range(3_000)
    ]
    User.objects.bulk_create(strangers)
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as sent:
        list_candidates(supplier.caller, position.id, shape=CANDIDATE)
        page_candidates(
            supplier.caller, position.id, CandidateFilter(), shape=CANDIDATE, limit=9, cursor=None
        )
        plans = []
        for statement in [query["sql"] for query in sent.captured_queries]:
            cursor.execute(f"EXPLAIN {statement}")
            plans.append("\n".join(line for (line,) in cursor.fetchall()))
    assert len(plans) == 2
    for plan in plans:
        # Each creator is looked up by its unique id. Whether the index pays is the planner's choice, by what it knows
        # of tables that tests before this one have filled and emptied.
        assert re.search(r"accounts_user colleague .*\n +(Index Cond|Filter): \(uuid = ", plan), (
            plan
        )
