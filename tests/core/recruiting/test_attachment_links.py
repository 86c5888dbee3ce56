"""`attachmentIds`: whose files may be linked to what, in which order, and what becomes of those left out."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core.errors import Invalid
from core.ids import new_uuid
from core.recruiting.models import Attachment, Candidate, Position
from core.recruiting.services.attachment_links import (
    WantedAttachments,
    link_attachments,
    link_attachments_of_many,
)
from tenants.context import TenantRef, tenant_scope
from tenants.provisioning.lifecycle import CreatedTenant
from tests.recruiters import Recruiter, recruiter


def on(parent: Position | Candidate) -> list[UUID]:
    return list(parent.attachments.order_by("ordinal").values_list("id", flat=True))


@contextmanager
def refused(*problems: tuple[str, str]) -> Iterator[None]:
    before = list(Attachment.objects.order_by("id").values())
    with pytest.raises(Invalid) as caught:
        yield
    assert [(problem.field, problem.code) for problem in caught.value.problems] == list(problems)
    assert list(Attachment.objects.order_by("id").values()) == before


def test_links_in_the_order_sent(anna: Recruiter) -> None:
    one, two, three = anna.attachments(3)
    position = anna.position()
    link_attachments(anna.caller, parent=position, ids=[three, one, two])
    assert on(position) == [three, one, two]


def test_a_new_list_reorders_adds_and_frees(anna: Recruiter) -> None:
    one, two, three = anna.attachments(3)
    candidate = anna.candidate()
    link_attachments(anna.caller, parent=candidate, ids=[one, two])
    link_attachments(anna.caller, parent=candidate, ids=[three, two])
    assert on(candidate) == [three, two]
    left_out = Attachment.objects.get(id=one)
    assert (left_out.position_id, left_out.candidate_id, left_out.ordinal) == (None, None, 0)


def test_remembers_the_candidate_that_a_file_was_on_until_it_is_linked_again(
    anna: Recruiter,
) -> None:
    [id], candidate, position = anna.attachments(1), anna.candidate(), anna.position()
    remembered = []
    for parent in (candidate, position):
        for ids in ([id], []):
            link_attachments(anna.caller, parent=parent, ids=ids)
            remembered.append(Attachment.objects.get(id=id).unlinked_from)
    assert remembered == [None, candidate, None, None]


def test_an_empty_list_frees_all(anna: Recruiter) -> None:
    position = anna.position()
    link_attachments(anna.caller, parent=position, ids=anna.attachments(2))
    link_attachments(anna.caller, parent=position, ids=[])
    assert on(position) == []


def test_what_was_left_out_may_be_linked_again_by_its_uploader(anna: Recruiter) -> None:
    ids = anna.attachments(1)
    first, second = anna.position(), anna.candidate()
    link_attachments(anna.caller, parent=first, ids=ids)
    link_attachments(anna.caller, parent=first, ids=[])
    link_attachments(anna.caller, parent=second, ids=ids)
    assert on(second) == ids


def test_a_colleague_may_keep_what_is_already_there(anna: Recruiter, ben: Recruiter) -> None:
    position, [hers], [his] = anna.position(), anna.attachments(1), ben.attachments(1)
    link_attachments(anna.caller, parent=position, ids=[hers])
    link_attachments(ben.caller, parent=position, ids=[his, hers])
    assert on(position) == [his, hers]


def test_refuses_the_upload_of_another_user(anna: Recruiter, ben: Recruiter) -> None:
    position, [hers], [his] = anna.position(), anna.attachments(1), ben.attachments(1)
    with refused(("attachment_ids[1]", "unknown_attachment")):
        link_attachments(anna.caller, parent=position, ids=[hers, his])


def test_refuses_what_was_freed_by_a_colleague(anna: Recruiter, ben: Recruiter) -> None:
    position, ids = anna.position(), anna.attachments(1)
    link_attachments(anna.caller, parent=position, ids=ids)
    link_attachments(ben.caller, parent=position, ids=[])
    with refused(("attachment_ids[0]", "unknown_attachment")):
        link_attachments(ben.caller, parent=position, ids=ids)


@pytest.mark.parametrize("make", [Recruiter.position, Recruiter.candidate])
def test_refuses_what_is_on_another_object(anna: Recruiter, make) -> None:
    ids = anna.attachments(1)
    link_attachments(anna.caller, parent=make(anna), ids=ids)
    with refused(("attachment_ids[0]", "unknown_attachment")):
        link_attachments(anna.caller, parent=anna.position(), ids=ids)
    with refused(("attachment_ids[0]", "unknown_attachment")):
        link_attachments(anna.caller, parent=anna.candidate(), ids=ids)


def test_refuses_an_id_that_does_not_exist(anna: Recruiter) -> None:
    [known] = anna.attachments(1)
    with refused(
        ("attachment_ids[0]", "unknown_attachment"), ("attachment_ids[2]", "unknown_attachment")
    ):
        link_attachments(anna.caller, parent=anna.position(), ids=[new_uuid(), known, new_uuid()])


def test_refuses_an_upload_of_another_tenant(anna: Recruiter, globex: TenantRef) -> None:
    with tenant_scope(globex):
        ids = recruiter("anna@acme.test").attachments(1)
    with refused(("attachment_ids[0]", "unknown_attachment")):
        link_attachments(anna.caller, parent=anna.position(), ids=ids)


def test_refuses_the_same_id_twice(anna: Recruiter) -> None:
    [one] = anna.attachments(1)
    with refused(("attachment_ids[1]", "duplicate_id")):
        link_attachments(anna.caller, parent=anna.position(), ids=[one, one])


def test_refuses_the_same_id_for_two_candidates(anna: Recruiter) -> None:
    ids, position = anna.attachments(1), anna.position()
    wanted = [
        WantedAttachments(anna.candidate(position), ids, f"candidates[{at}].attachment_ids")
        for at in range(2)
    ]
    with refused(("candidates[1].attachment_ids[0]", "duplicate_id")):
        link_attachments_of_many(anna.caller, wanted)


def test_takes_fifty_and_refuses_one_more(anna: Recruiter) -> None:
    position, ids = anna.position(), anna.attachments(51)
    with refused(("attachment_ids", "too_many")):
        link_attachments(anna.caller, parent=position, ids=ids)
    link_attachments(anna.caller, parent=position, ids=ids[:50])
    assert on(position) == ids[:50]


@pytest.mark.parametrize("count", [1, 50])
def test_two_statements_for_any_number_of_candidates(anna: Recruiter, count: int) -> None:
    position = anna.position()
    wanted = [
        WantedAttachments(
            anna.candidate(position), anna.attachments(2), f"candidates[{at}].attachment_ids"
        )
        for at in range(count)
    ]
    with CaptureQueriesContext(connection) as queries:
        link_attachments_of_many(anna.caller, wanted)
    assert len(queries) == 2
    assert [on(one.parent) for one in wanted] == [one.ids for one in wanted]


def test_one_statement_where_nothing_changes_and_none_for_no_ids(
    anna: Recruiter,
) -> None:
    position, ids = anna.position(), anna.attachments(2)
    link_attachments(anna.caller, parent=position, ids=ids)
    with CaptureQueriesContext(connection) as queries:
        link_attachments(anna.caller, parent=position, ids=ids)
        link_attachments_of_many(anna.caller, [])
    assert len(queries) == 1


def test_of_two_requests_at_once_only_one_gets_the_file(
    committed_tenant: CreatedTenant, django_db_blocker
) -> None:
    with django_db_blocker.unblock():
        with tenant_scope(committed_tenant.ref):
            anna = recruiter("anna@one.test")
            ids, parents = (
                anna.attachments(5),
                [anna.position(), anna.position(), anna.candidate(), anna.candidate()],
            )
        start = Barrier(len(parents))

        def link(at: int) -> bool:
            start.wait(60)
            try:
                with tenant_scope(committed_tenant.ref), transaction.atomic():
                    # Each in another order: locks taken in the order sent would end in a deadlock.
                    link_attachments(anna.caller, parent=parents[at], ids=ids[at:] + ids[:at])
            except Invalid:
                return False
            finally:
                connection.close()
            return True

        with ThreadPoolExecutor(len(parents)) as threads:
            outcomes = list(threads.map(link, range(len(parents))))
        with tenant_scope(committed_tenant.ref):
            assert sorted(outcomes) == [False, False, False, True]
            assert [len(on(parent)) for parent in parents] == [5 if won else 0 for won in outcomes]
