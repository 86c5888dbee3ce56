"""`GET /v1/audit`: who did what, for keys of a tenant's owner and staff."""

from typing import Any

import pytest

from core.accounts.models import User
from core.accounts.roles import Role, set_role
from tenants.context import TenantRef
from tests.recruiters import Recruiter, recruiter


@pytest.fixture
def staff(acme: TenantRef) -> Recruiter:
    olga = recruiter("staff@acme.test").in_head
    set_role(olga.user, Role.STAFF)
    return olga


def entries(someone: Recruiter, **query: object) -> Any:  # Any: JSON
    written = "&".join(f"{name}={value}" for name, value in query.items())
    reply = someone.get(f"/audit?{written}")
    assert reply.status == 200, reply.body
    return reply.data


def test_staff_sees_who_did_what_to_which_object(staff: Recruiter, anna: Recruiter) -> None:
    position = anna.in_head.post("/positions", {"title": "Cook", "notes": "<p>x</p>"}).data["id"]
    [entry] = entries(staff, action="position.create", objectId=position)
    key = anna.user.api_keys.get()
    assert entry | {"id": 0, "time": "", "requestId": ""} == {
        "id": 0,
        "time": "",
        "actor": {"kind": "key", "id": str(key.id)},
        "action": "position.create",
        "object": {"kind": "position", "id": position},
        "changes": {"fields": ["notes", "title"]},
        "address": "127.0.0.1",
        "requestId": "",
    }


def test_only_the_owner_and_staff_see_the_log(
    staff: Recruiter, anna: Recruiter, acme: TenantRef
) -> None:
    assert anna.in_head.get("/audit").status == 403
    assert anna.get("/audit").status == 404
    set_role(staff.user, Role.USER)
    assert staff.get("/audit").status == 403
    User.objects.filter(is_superuser=True).update(is_superuser=False)
    User.objects.filter(id=staff.user.id).update(is_superuser=True, is_staff=True)
    assert staff.get("/audit").status == 200


def test_pages_follow_each_other_without_gaps(staff: Recruiter, anna: Recruiter) -> None:
    sent = {"candidates": [{"name": f"N{number}"} for number in range(5)]}
    bulk = f"/positions/{anna.position().id}/candidates/bulk"
    created = [candidate["id"] for candidate in anna.in_head.post(bulk, sent).data]
    seen, cursor = [], ""
    while cursor is not None:
        query = f"/audit?action=candidate.create&limit=2{cursor}"
        reply = staff.get(query)
        seen += [entry["object"]["id"] for entry in reply.data]
        cursor = None if reply.next_cursor is None else f"&cursor={reply.next_cursor}"
    assert seen == created[::-1]


def test_the_log_is_filtered_by_time_and_actor(staff: Recruiter, anna: Recruiter) -> None:
    anna.in_head.post("/positions", {"title": "Cook"})
    key = anna.user.api_keys.get()
    assert [entry["action"] for entry in entries(staff, actor=key.id)] == ["position.create"]
    [entry] = entries(staff, actor=key.id)
    assert entries(staff, actor=key.id, since=entry["time"], until="2199-01-01") == [entry]
    assert entries(staff, actor=key.id, until=entry["time"]) == []


@pytest.mark.parametrize(
    "query", ["cursor=x", "action=x", "limit=0", "since=x", "actor=", "user=1"]
)
def test_a_query_that_the_log_does_not_have_is_a_400(staff: Recruiter, query: str) -> None:
    assert staff.get(f"/audit?{query}").status == 400


def test_a_list_of_another_tenant_has_other_cursors(staff: Recruiter, anna: Recruiter) -> None:
    for _ in range(2):
        anna.in_head.post("/positions", {"title": "Cook"})
    positions = anna.in_head.get("/positions?limit=1").next_cursor
    assert staff.get(f"/audit?cursor={positions}").status == 400
