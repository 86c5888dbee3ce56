"""`accessUrl`: works without a header for 300 s, serves one file of one tenant, and no browser shows what is in it."""

from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from core.recruiting.models import Attachment, Position
from core.recruiting.services.attachment_links import link_attachments
from tenants import registry
from tenants.context import TenantRef, public_scope, tenant_scope
from tenants.models import Tenant
from tests.clients import PDF
from tests.recruiters import Recruiter, recruiter


def fetch(url: str, *, method: str = "GET", **request: str) -> HttpResponse:
    return Client().generic(method, urlsplit(url).path, **request)


def refused(response: HttpResponse, status: int) -> str:
    assert response.status_code == status
    body = response.json()
    assert set(body) == {"statusCode", "error", "message"}
    assert response["Content-Type"] == "application/json; charset=utf-8"
    return body["message"]


def body(response: HttpResponse) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content)


@pytest.fixture
def url(anna: Recruiter) -> str:
    """The address of an uploaded file."""
    return anna.view(anna.upload().data["id"]).data["accessUrl"]


def test_serves_the_bytes_to_any_holder_of_the_link(url: str) -> None:
    response = fetch(url)
    assert body(response) == PDF
    assert response["Content-Length"] == str(len(PDF))
    assert response["x-request-id"]


def test_a_megabyte_of_any_bytes_comes_back_as_it_was(anna: Recruiter) -> None:
    content = bytes(range(256)) * 4096
    assert body(fetch(anna.view(anna.upload(content).data["id"]).data["accessUrl"])) == content


def test_no_browser_shows_or_runs_it(anna: Recruiter) -> None:
    id = anna.upload(b"<script>alert(1)</script>", "page.html").data["id"]
    response = fetch(anna.view(id).data["accessUrl"])
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="page.html"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"
    response.close()


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Jürgen 履歴.pdf", "attachment; filename*=utf-8''J%C3%BCrgen%20%E5%B1%A5%E6%AD%B4.pdf"),
        ('a"b.pdf', 'attachment; filename="a\\"b.pdf"'),
        ("a;b.pdf", 'attachment; filename="a;b.pdf"'),
    ],
)
def test_names_the_file_as_it_was_uploaded(anna: Recruiter, name: str, header: str) -> None:
    id = anna.upload().data["id"]
    Attachment.objects.update(file_name=name)
    response = fetch(anna.view(id).data["accessUrl"])
    assert response["Content-Disposition"] == header
    response.close()


def test_answers_head_without_the_bytes(url: str) -> None:
    response = fetch(url, method="HEAD")
    assert (response.status_code, response.content) == (200, b"")
    assert response["Content-Length"] == str(len(PDF))
    assert response["Content-Disposition"] == 'attachment; filename="sample.pdf"'


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_answers_no_other_method(url: str, method: str) -> None:
    response = Client().generic(
        method, urlsplit(url).path, headers={"x-happo-api-version": "v20180701"}
    )
    refused(response, 405)


def test_works_for_three_hundred_seconds(anna: Recruiter) -> None:
    id = anna.upload().data["id"]
    with time_machine.travel("2026-01-01T12:00:00.250Z", tick=False) as clock:
        data = anna.view(id).data
        assert data["accessExpiringAt"] == "2026-01-01T12:05:00.250Z"
        clock.shift(timedelta(seconds=299, milliseconds=999))
        assert body(fetch(data["accessUrl"])) == PDF
        clock.shift(timedelta(milliseconds=1))
        assert refused(fetch(data["accessUrl"]), 403) == "You may not use this expired link"


def test_a_link_that_was_given_out_outlives_the_archiving(anna: Recruiter, ben: Recruiter) -> None:
    position, id = anna.position(), anna.upload().data["id"]
    position.collaborators.create(user=ben.user, type="admin", status="accepted", ordinal=0)
    link_attachments(anna.caller, parent=position, ids=[UUID(id)])
    data = ben.view(id).data
    Position.objects.update(archived_at=timezone.now())
    assert ben.view(id).status == 404
    assert body(fetch(data["accessUrl"])) == PDF
    with time_machine.travel(datetime.fromisoformat(data["accessExpiringAt"]), tick=False):
        assert refused(fetch(data["accessUrl"]), 403) == "You may not use this expired link"


def test_is_refused_when_anything_in_it_is_changed(url: str, anna: Recruiter) -> None:
    other = anna.upload().data["id"]
    token = url.rpartition("/")[2]
    slug, id, expiry, signature = token.split(".")
    altered = [
        f"{slug}.{other.replace('-', '')}.{expiry}.{signature}",
        f"{slug}.{id}.{int(expiry) + 1}.{signature}",
        f"globex.{id}.{expiry}.{signature}",
        f"nobody.{id}.{expiry}.{signature}",
        f"{slug}.{id}.{expiry}.{signature[:-1]}",
        f"{slug}.{id}.{expiry}.",
        f"{slug}.{id}.{expiry}",
        f"{slug}.{id}.{expiry}.{signature}.{signature}",
        f"{token}A",
        token.upper(),
        "x",
        "...",
        "%ff",
        "a" * 5000,
        "履歴",
    ]
    for one in altered:
        refused(fetch(f"/v1/files/{one}"), 403)


def test_every_character_of_the_signature_counts(url: str) -> None:
    start, _, signature = url.rpartition(".")
    for at, character in enumerate(signature):
        changed = signature[:at] + ("A" if character != "A" else "B") + signature[at + 1 :]
        refused(fetch(f"{start}.{changed}"), 403)


def test_on_the_host_of_another_tenant_it_is_refused_like_a_wrong_key(
    url: str, globex: TenantRef
) -> None:
    assert body(fetch(url, HTTP_HOST="acme.localhost")) == PDF
    assert refused(fetch(url, HTTP_HOST="globex.localhost"), 401) == "The credential is not valid"


def test_with_the_key_of_another_tenant_it_is_refused_like_a_wrong_key(
    url: str, globex: TenantRef
) -> None:
    with tenant_scope(globex):
        gina = recruiter("gina@globex.test")
    refused(fetch(url, HTTP_AUTHORIZATION=f"Bearer {gina.key}"), 401)


def test_a_key_or_version_beside_it_does_no_harm(url: str, anna: Recruiter) -> None:
    for headers in (
        {"HTTP_AUTHORIZATION": f"Bearer {anna.key}"},
        {"HTTP_AUTHORIZATION": "Basic Zm9vOmJhcg=="},
        {"HTTP_X_HAPPO_API_VERSION": "v20261201"},
    ):
        assert body(fetch(url, **headers)) == PDF


def test_a_suspended_tenant_serves_no_files(url: str, acme: TenantRef) -> None:
    with public_scope():
        Tenant.objects.filter(id=acme.id).update(status="suspended")
    registry.forget_tenants()
    assert refused(fetch(url), 403) == "This account is suspended"


def test_a_signature_of_another_secret_is_refused(url: str, settings: Settings) -> None:
    settings.SECRET_KEY = "another one"
    refused(fetch(url), 403)


def test_is_not_found_once_the_attachment_is_gone(url: str, files: Path) -> None:
    for path in files.rglob("*-*-*-*-*"):
        if path.is_file():
            path.unlink()
    assert refused(fetch(url), 404) == "Attachment not found"
    Attachment.objects.all().delete()
    assert refused(fetch(url), 404) == "Attachment not found"


def test_a_linked_file_is_served_to_those_allowed_to_view_it(
    anna: Recruiter, ben: Recruiter
) -> None:
    position = ben.position()
    id = ben.upload(b"of ben").data["id"]
    link_attachments(ben.caller, parent=position, ids=[Attachment.objects.get().id])
    assert anna.view(id).status == 404
    assert body(fetch(ben.view(id).data["accessUrl"])) == b"of ben"
