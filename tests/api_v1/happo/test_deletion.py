"""The head: archive, restore and delete positions; delete candidates so that no trace of the person is left."""

import subprocess
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from api_v1.versions import HEAD
from core.recruiting.models import Attachment, Candidate, Position
from tenants.context import TenantRef
from tenants.database.embedded.cluster import wheel_programs
from tenants.files.tenant_files import file_names
from tenants.provisioning.lifecycle import CreatedTenant
from tests.clients import HappoClient, Reply
from tests.database import login_of
from tests.factories import CandidateFactory
from tests.recruiters import Recruiter, candidates_of


def test_archive_and_restore(anna: Recruiter, position: Position) -> None:
    archived = anna.in_head.post(f"/positions/{position.id}/archive").data
    assert archived["archivedAt"] == archived["updatedAt"]
    assert anna.in_head.post(f"/positions/{position.id}/archive").data == archived
    restored = anna.in_head.post(f"/positions/{position.id}/restore").data
    assert "archivedAt" not in restored
    assert restored["updatedAt"] > archived["updatedAt"]
    assert anna.in_head.post(f"/positions/{position.id}/restore").data == restored
    assert len(anna.get("/positions").data) == 1


def test_an_archived_position_can_be_deleted(anna: Recruiter, position: Position) -> None:
    anna.in_head.post(f"/positions/{position.id}/archive")
    assert anna.in_head.delete(f"/positions/{position.id}").data["id"] == str(position.id)


def test_a_deleted_position_is_gone_for_good(anna: Recruiter, position: Position) -> None:
    candidate = CandidateFactory(position=position)
    assert anna.in_head.delete(f"/positions/{position.id}").status == 200
    for path in ("", "/archive", "/restore"):
        assert anna.in_head.post(f"/positions/{position.id}{path}", {"title": "T"}).status == 404
    assert anna.in_head.delete(f"/positions/{position.id}").status == 404
    assert anna.in_head.get(f"/positions/{position.id}").status == 404
    assert not Candidate.objects.filter(id=candidate.id).exists()
    position.refresh_from_db()
    assert position.title == ""


def test_a_deleted_candidate_is_gone_for_good(anna: Recruiter, position: Position) -> None:
    one = f"{candidates_of(position)}/{CandidateFactory(position=position).id}"
    assert anna.in_head.delete(one).status == 200
    for answer in (
        anna.get(one),
        anna.post(one, {"name": "N"}),
        anna.in_head.delete(one),
        anna.in_head.get(f"{one}/history"),
        anna.in_head.post(f"{one}/reject"),
    ):
        assert answer.status == 404
    assert anna.get(candidates_of(position)).data == []
    assert anna.in_head.get(f"{candidates_of(position)}?q=riya").data == []


@pytest.fixture
def olga(committed_tenant: CreatedTenant) -> HappoClient:
    """The owner of a tenant of its own."""
    return HappoClient(committed_tenant.api_key, HEAD)


def upload(someone: HappoClient, content: bytes, idempotency_key: str) -> str:
    reply = someone.upload(content, "Zebulon.pdf", idempotency_key=idempotency_key)
    id: str = reply.data["id"]
    return id


def dump(tenant: TenantRef) -> str:
    database = settings.OWNER_DATABASE
    return subprocess.run(
        [
            str(wheel_programs() / "bin" / "pg_dump"),
            f"--schema={tenant.schema_name}",
            f"--dbname={login_of(database)}",
        ],
        env={"PGPASSWORD": database["PASSWORD"]},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def download(someone: HappoClient, id: str) -> int:
    """Return the status of the link to a file, or of the request for the link where there is none."""
    answer = someone.get(f"/attachments/{id}")
    if answer.status != 200:
        return answer.status
    response = Client().get(urlsplit(answer.data["accessUrl"]).path)
    response.close()
    return response.status_code


@pytest.mark.parametrize("target", ["candidate", "position"])
def test_a_dump_of_the_tenant_holds_no_trace(
    committed_tenant: CreatedTenant, olga: HappoClient, target: str
) -> None:
    position = olga.post("/positions", {"title": "Tester"}).data["id"]
    sent = {
        "name": "Zebulon Quill",
        "email": "zebulon@test.com",
        "phoneNumber": "0700-zebulon",
        "compensation": "zebulon's wage",
        "description": "<b>zebulon</b>",
        "attachmentIds": [replaced := upload(olga, b"zebulon's old CV", "zebulons-old-file")],
    }
    candidate = olga.post(candidates_of(position), sent, idempotency_key="zebulons-key").data["id"]
    one = f"{candidates_of(position)}/{candidate}"
    olga.patch(one, {"attachmentIds": [upload(olga, b"zebulon's CV", "zebulons-file")]})
    assert download(olga, replaced) == 200
    olga.post(f"{one}/stack", {"stack": "hired", "reason": "zebulon is good"})
    olga.post(f"{one}/reject", {"reason": "zebulon is gone"})
    other = olga.post(candidates_of(position), {"name": "Somebody else"}).data["id"]
    assert "zebulon" in dump(committed_tenant.ref).lower()
    assert len(file_names(committed_tenant.ref)) == 2

    assert olga.delete(one if target == "candidate" else f"/positions/{position}").status == 200

    left = dump(committed_tenant.ref).lower()
    assert "zebulon" not in left
    assert file_names(committed_tenant.ref) == []
    assert download(olga, replaced) == 404
    if target == "candidate":
        assert olga.get(f"{candidates_of(position)}/{other}").data["name"] == "Somebody else"


def test_who_was_removed_is_not_brought_back_by_a_request_sent_again(
    anna: Recruiter, position: Position
) -> None:
    def send_again() -> Reply:
        return anna.in_head.post(
            f"{candidates_of(position)}/bulk", body, idempotency_key="zebulon@test.com"
        )

    body = {"candidates": [{"name": "Zebulon"}, {"name": "Somebody else"}]}
    made = send_again().data
    assert send_again().data == made
    anna.in_head.delete(f"{candidates_of(position)}/{made[0]['id']}")
    assert send_again().status == 409
    assert [one["name"] for one in anna.get(candidates_of(position)).data] == ["Somebody else"]


def test_files_stay_where_the_deletion_does_not_happen(
    anna: Recruiter, client: Recruiter, position: Position
) -> None:
    candidate = CandidateFactory(position=position)
    anna.post(
        f"{candidates_of(position)}/{candidate.id}", {"name": "N", "attachmentIds": anna.uploads(1)}
    )
    assert client.in_head.delete(f"{candidates_of(position)}/{candidate.id}").status == 403
    assert Attachment.objects.filter(candidate=candidate).count() == 1


def test_a_replaced_file_that_has_found_another_object_stays_there(
    anna: Recruiter, position: Position
) -> None:
    first = CandidateFactory(position=position)
    on_other, on_position, on_bulk, _nowhere = files = anna.uploads(4)
    anna.post(f"{candidates_of(position)}/{first.id}", {"name": "N", "attachmentIds": files})
    anna.post(f"{candidates_of(position)}/{first.id}", {"name": "N", "attachmentIds": []})
    other = anna.post(candidates_of(position), {"name": "N", "attachmentIds": [on_other]}).data[
        "id"
    ]
    anna.post(f"/positions/{position.id}", {"title": "T", "attachmentIds": [on_position]})
    many = {"candidates": [{"name": "N", "attachmentIds": [on_bulk]}]}
    anna.post(f"{candidates_of(position)}/bulk", many)

    anna.in_head.delete(f"{candidates_of(position)}/{first.id}")

    assert [anna.get(f"/attachments/{id}").status for id in files] == [200, 200, 200, 404]
    assert anna.get(f"/attachments/{on_other}").data["parentModelId"] == other
    assert "parentModelId" in anna.get(f"/attachments/{on_bulk}").data


def test_a_replaced_file_goes_with_the_candidate_that_had_it_last(
    anna: Recruiter, position: Position
) -> None:
    [file] = anna.uploads()
    first, last = (
        f"{candidates_of(position)}/{CandidateFactory(position=position).id}" for _ in range(2)
    )
    for one in (first, last):
        for linked in ([file], []):
            anna.post(one, {"name": "N", "attachmentIds": linked})
    anna.in_head.delete(first)
    assert anna.get(f"/attachments/{file}").status == 200
    anna.in_head.delete(last)
    assert anna.get(f"/attachments/{file}").status == 404


def test_what_a_position_had_once_stays_its_uploaders(anna: Recruiter, position: Position) -> None:
    [file] = anna.uploads()
    for linked in ([file], []):
        anna.post(f"/positions/{position.id}", {"title": "T", "attachmentIds": linked})
    anna.in_head.delete(f"/positions/{position.id}")
    assert anna.get(f"/attachments/{file}").status == 200
