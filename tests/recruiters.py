"""People of a tenant, what they work on, and files they have uploaded."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from core.accounts.models import User
from core.accounts.services import issue_api_key, register_confirmed_user
from core.accounts.values import Caller
from core.recruiting.models import Attachment, Candidate, Position
from tenants.context import TenantRef, current_tenant
from tenants.credentials import key_prefix

OLD = "v20180701"
VERSION = {"x-happo-api-version": OLD}
PDF = b"%PDF-1.7 a page"


def caller_for(user: User) -> Caller:
    """Return the caller that a key of `user` with both scopes makes."""
    return Caller(
        user_id=user.id,
        user_uuid=user.uuid,
        email=user.email,
        credential_id="key",
        can_read=True,
        can_write=True,
        pinned_version=None,
        rate_per_second=100,
        burst=1000,
    )


@dataclass(frozen=True)
class Answer:
    """A reply of the API."""

    status: int
    # Any: JSON.
    body: dict[str, Any]

    @property
    def data(self) -> Any:  # Any: JSON
        assert self.status == 200, self.body
        return self.body["data"]


@dataclass(frozen=True)
class Recruiter:
    """Somebody with an API key, who makes things as tests need them."""

    user: User
    caller: Caller
    key: str

    def post(
        self, path: str, form: dict[str, Any] | bytes, **request: Any
    ) -> Answer:  # Any: Client's own
        response = Client().post(path, form, headers=self._headers, **request)
        return Answer(response.status_code, response.json())

    def get(self, path: str, *, version: str = OLD, **request: Any) -> Answer:  # Any: Client's own
        headers = {**self._headers, "x-happo-api-version": version}
        response = Client().get(path, headers=headers, **request)
        return Answer(response.status_code, response.json())

    def upload(self, content: bytes = PDF, name: str = "sample.pdf") -> Answer:
        return self.post("/v1/attachments", {"attachment": SimpleUploadedFile(name, content)})

    def view(self, id: UUID | str, *, version: str = OLD) -> Answer:
        return self.get(f"/v1/attachments/{id}", version=version)

    @property
    def _headers(self) -> dict[str, str]:
        return {**VERSION, "authorization": f"Bearer {self.key}"}

    def position(self) -> Position:
        return Position.objects.create(title="Tester", created_by=self.user)

    def candidate(self, position: Position | None = None) -> Candidate:
        return Candidate.objects.create(
            name="Riya", position=position or self.position(), created_by=self.user
        )

    def uploads(self, count: int) -> list[UUID]:
        """Make rows of attachments that belong to nothing; there are no files behind them."""
        return [
            Attachment.objects.create(
                file_name=f"{at}.pdf", content_type="application/pdf", size=1, created_by=self.user
            ).id
            for at in range(count)
        ]


def recruiter(email: str) -> Recruiter:
    """Return a new, registered user of the active tenant."""
    user = register_confirmed_user(email)
    key = issue_api_key(user, prefix=key_prefix(current_tenant())).key
    return Recruiter(user, caller_for(user), key)


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> Path:
    """The folder that this test's files are in."""
    settings.MEDIA_ROOT = str(tmp_path / "files")
    return tmp_path / "files"


@pytest.fixture
def anna(acme: TenantRef) -> Recruiter:
    return recruiter("anna@acme.test")


@pytest.fixture
def ben(acme: TenantRef) -> Recruiter:
    return recruiter("ben@other.test")
