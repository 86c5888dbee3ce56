"""`GET /v1/attachments/{id}`. Happo: "View Attachment"; DECISIONS: who sees a position, and which candidates."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from core.ids import new_uuid
from core.recruiting.models import Attachment, Candidate, Collaborator, Position
from core.recruiting.services.attachment_links import link_attachments
from tenants.context import TenantRef, tenant_scope
from tests.clients import in_process
from tests.recruiters import Recruiter, recruiter


@pytest.fixture
def position(anna: Recruiter) -> Position:
    """Anna's, with one attachment of hers."""
    position = anna.position()
    link_attachments(anna.caller, parent=position, ids=anna.attachments(1))
    return position


@pytest.fixture
def candidate(anna: Recruiter, position: Position) -> Candidate:
    """Anna's, with one attachment of hers."""
    candidate = anna.candidate(position)
    link_attachments(anna.caller, parent=candidate, ids=anna.attachments(1))
    return candidate


def invite(who: Recruiter, position: Position, type: str, status: str = "accepted") -> None:
    Collaborator.objects.create(
        position=position, user=who.user, type=type, status=status, ordinal=0
    )


def sees(who: Recruiter, thing: Position | Candidate, *, version: str = "v20180701") -> bool:
    [attachment] = thing.attachments.all()
    answer = replace(who, version=version).view(attachment.id)
    if answer.status == 404:
        assert answer.body["message"] == "Attachment not found"
    else:
        assert answer.data["id"] == str(attachment.id)
    return answer.status == 200


def test_its_uploader_views_it_before_it_is_linked(anna: Recruiter) -> None:
    [id] = anna.attachments(1)
    before = datetime.now(UTC)
    data = anna.view(id).data
    assert set(data) == {"id", "fileName", "accessUrl", "accessExpiringAt", "createdBy"}
    assert (data["id"], data["fileName"], data["createdBy"]) == (
        str(id),
        "0.pdf",
        str(anna.user.uuid),
    )
    assert data["accessUrl"].startswith("http://testserver/")
    expires_at = datetime.fromisoformat(data["accessExpiringAt"])
    assert data["accessExpiringAt"] == expires_at.isoformat(timespec="milliseconds").replace(
        "+00:00", "Z"
    )
    window = timedelta(seconds=300)
    assert before + window - timedelta(milliseconds=1) <= expires_at <= datetime.now(UTC) + window


def test_only_its_uploader_views_it_before_it_is_linked(anna: Recruiter, ben: Recruiter) -> None:
    [id] = anna.attachments(1)
    assert ben.view(id).status == 404


def test_names_its_parent(anna: Recruiter, position: Position, candidate: Candidate) -> None:
    for thing, type in ((position, "position"), (candidate, "candidate")):
        data = anna.view(thing.attachments.get().id).data
        assert (data["parentModelId"], data["parentModelType"]) == (str(thing.id), type)


def test_its_uploader_views_it_when_it_is_no_longer_linked(
    anna: Recruiter, ben: Recruiter, position: Position
) -> None:
    invite(ben, position, "admin")
    [attachment] = position.attachments.all()
    link_attachments(ben.caller, parent=position, ids=[])
    assert "parentModelId" not in anna.view(attachment.id).data
    assert ben.view(attachment.id).status == 404


@pytest.mark.parametrize("type", ["admin", "client", "supplier"])
@pytest.mark.parametrize("status", ["awaiting_approval", "awaiting_registration", "accepted"])
def test_collaborators_see_what_is_on_the_position(
    ben: Recruiter, position: Position, type: str, status: str
) -> None:
    assert not sees(ben, position)
    invite(ben, position, type, status)
    assert sees(ben, position)


@pytest.mark.parametrize(
    ("type", "expected"), [("admin", True), ("client", True), ("supplier", False)]
)
def test_who_sees_what_is_on_another_users_candidate(
    ben: Recruiter, position: Position, candidate: Candidate, type: str, expected: bool
) -> None:
    assert not sees(ben, candidate)
    invite(ben, position, type)
    assert sees(ben, candidate) is expected


def test_a_supplier_sees_what_is_on_a_colleagues_candidate(
    anna: Recruiter, position: Position, candidate: Candidate
) -> None:
    colleague = recruiter("carl@acme.test")
    invite(colleague, position, "supplier")
    assert sees(colleague, candidate)


def test_users_of_a_public_mail_domain_are_no_colleagues(position: Position) -> None:
    one, other = recruiter("one@gmail.com"), recruiter("other@gmail.com")
    for supplier in (one, other):
        invite(supplier, position, "supplier")
    candidate = one.candidate(position)
    link_attachments(one.caller, parent=candidate, ids=one.attachments(1))
    assert (sees(one, candidate), sees(other, candidate)) == (True, False)


def test_who_has_declined_sees_nothing(
    ben: Recruiter, position: Position, candidate: Candidate
) -> None:
    invite(ben, position, "admin", "declined")
    assert (sees(ben, position), sees(ben, candidate)) == (False, False)


@pytest.mark.parametrize(
    ("version", "seen"),
    # Only the head lets its admins see what is archived.
    [("v20180701", [True, False, False]), ("v20261201", [True, True, False])],
    ids=["v20180701", "v20261201"],
)
def test_attachments_of_an_archived_position_are_for_those_who_see_the_position(
    anna: Recruiter,
    ben: Recruiter,
    position: Position,
    candidate: Candidate,
    version: str,
    seen: list[bool],
) -> None:
    admin = recruiter("admin@acme.test")
    invite(ben, position, "client")
    invite(admin, position, "admin")
    Position.objects.update(archived_at=timezone.now())
    # Anna has uploaded both.
    for parent in (position, candidate):
        assert [sees(who, parent, version=version) for who in (anna, admin, ben)] == seen


@pytest.mark.parametrize("version", ["v20180701", "v20261201"])
def test_what_is_on_a_restored_position_is_seen_as_before(
    ben: Recruiter, position: Position, candidate: Candidate, version: str
) -> None:
    invite(ben, position, "client")
    for archived_at in (timezone.now(), None):
        Position.objects.update(archived_at=archived_at)
    assert (sees(ben, position, version=version), sees(ben, candidate, version=version)) == (
        True,
        True,
    )


def test_what_is_on_something_deleted_is_its_uploaders_alone(
    anna: Recruiter, ben: Recruiter, position: Position, candidate: Candidate
) -> None:
    invite(ben, position, "admin")
    Candidate.objects.update(deleted_at=timezone.now())
    assert (sees(anna, candidate), sees(ben, candidate), sees(ben, position)) == (True, False, True)
    Position.objects.update(deleted_at=timezone.now())
    assert (sees(anna, position), sees(ben, position)) == (True, False)


def test_what_belongs_to_another_tenant_is_not_found(anna: Recruiter, globex: TenantRef) -> None:
    with tenant_scope(globex):
        [id] = recruiter("anna@acme.test").attachments(1)
    assert anna.view(id).status == 404


@pytest.mark.parametrize("id", [new_uuid(), "1", "z8a22718-a086-45ac-bfa7-2383a1b2f91e", "null"])
def test_an_unknown_and_a_malformed_id_are_answered_alike(anna: Recruiter, id: object) -> None:
    answer = anna.view(str(id))
    assert answer.body == {
        "statusCode": 404,
        "error": "Not Found",
        "message": "Attachment not found",
    }


def test_takes_a_fixed_number_of_statements(
    ben: Recruiter, position: Position, candidate: Candidate
) -> None:
    invite(ben, position, "admin")
    id = candidate.attachments.get().id
    ben.view(id)
    with CaptureQueriesContext(connection) as queries:
        assert ben.view(id).status == 200
    about_attachments = [query for query in queries if "recruiting_" in query["sql"]]
    assert len(about_attachments) == 2


def test_the_access_url_is_on_the_host_that_was_asked(anna: Recruiter) -> None:
    [id] = anna.attachments(1)
    secure = replace(anna, host="acme.localhost:8123", transport=in_process(secure=True))
    data = secure.view(id).data
    assert data["accessUrl"].startswith("https://acme.localhost:8123/")
    # No setting says to trust a proxy.
    data = anna.get(
        f"/attachments/{id}", x_forwarded_proto="https", x_forwarded_host="evil.test"
    ).data
    assert data["accessUrl"].startswith("http://testserver/")


def test_a_proxy_that_ends_tls_is_believed_where_it_is_configured(
    anna: Recruiter, settings: Settings
) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    [id] = anna.attachments(1)
    data = anna.get(f"/attachments/{id}", x_forwarded_proto="https", host="acme.localhost").data
    assert data["accessUrl"].startswith("https://acme.localhost/")


def test_rows_say_nothing_about_paths(anna: Recruiter) -> None:
    anna.upload(name="../../etc/cron.d/x")
    assert Attachment.objects.get().file_name == "x"
