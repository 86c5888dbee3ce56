"""Recruiters: users of the active tenant with an API key, who make the rows that a test works on."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import pytest
from pytest_django import Settings

from api_v1.versions import HEAD
from core.accounts.models import User
from core.accounts.services import issue_api_key
from core.accounts.values import Caller
from core.recruiting.models import Candidate, Collaborator, Position
from tenants.context import TenantRef, current_tenant
from tenants.credentials import key_prefix
from tests.clients import HappoClient, Reply
from tests.factories import (
    AttachmentFactory,
    CandidateFactory,
    CollaboratorFactory,
    PositionFactory,
    UserFactory,
)


@dataclass(frozen=True)
class _WithUser:
    user: User


@dataclass(frozen=True)
class Recruiter(HappoClient, _WithUser):
    """A user with a key: `Recruiter(user, key)`."""

    @property
    def id(self) -> str:
        """Return the id that replies show."""
        return str(self.user.uuid)

    @property
    def in_head(self) -> Self:
        """Return the same recruiter, speaking the head's version."""
        return replace(self, version=HEAD)

    @property
    def caller(self) -> Caller:
        """Return what a key of this user with both scopes makes of a request."""
        return caller_for(self.user)

    def view(self, attachment_id: UUID | str) -> Reply:
        return self.get(f"/attachments/{attachment_id}")

    def attachments(self, count: int = 1) -> list[UUID]:
        """Return ids of new attachments, which belong to nothing; there are no files behind them."""
        return [
            AttachmentFactory(created_by=self.user, file_name=f"{at}.pdf").id for at in range(count)
        ]

    def uploads(self, count: int = 1) -> list[str]:
        """Return the same, as JSON has them; each is called sample.pdf."""
        return [str(AttachmentFactory(created_by=self.user).id) for _ in range(count)]

    def position(self, **columns: Any) -> Position:  # Any: columns of Position
        """Make a position that this recruiter has created."""
        return PositionFactory(created_by=self.user, **columns)

    def candidate(self, position: Position | None = None) -> Candidate:
        """Make a candidate that this recruiter has created."""
        return CandidateFactory(position=position or self.position(), created_by=self.user)

    def joins(self, position: Position, *, as_: str, status: str = "accepted") -> Collaborator:
        """Make this recruiter a collaborator."""
        return CollaboratorFactory(position=position, user=self.user, type=as_, status=status)


def recruiter(email: str) -> Recruiter:
    """Return a new, registered user of the active tenant, with a key."""
    return recruiter_for(UserFactory(email=email))


def recruiter_for(user: User) -> Recruiter:
    """Return this user with a new key."""
    return Recruiter(user, issue_api_key(user, prefix=key_prefix(current_tenant())).key)


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


def candidates_of(position: Position | str | UUID) -> str:
    """Return the path of a position's candidates."""
    return f"/positions/{getattr(position, 'id', position)}/candidates"


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> Path:
    """The folder that this test's files are in."""
    settings.MEDIA_ROOT = str(tmp_path / "files")
    return tmp_path / "files"


@pytest.fixture
def anna(acme: TenantRef) -> Recruiter:
    """Creates positions."""
    return recruiter("anna@acme.test")


@pytest.fixture
def ben(acme: TenantRef) -> Recruiter:
    """Has nothing to do with Anna's positions."""
    return recruiter("ben@other.test")
