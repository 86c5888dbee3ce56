"""People of a tenant, what they work on, and files they have uploaded."""

from dataclasses import dataclass
from uuid import UUID

import pytest

from core.accounts.models import User
from core.accounts.services import register_confirmed_user
from core.accounts.values import Caller
from core.recruiting.models import Attachment, Candidate, Position
from tenants.context import TenantRef


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
class Recruiter:
    """Somebody with an API key, who makes things as tests need them."""

    user: User
    caller: Caller

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
    return Recruiter(user, caller_for(user))


@pytest.fixture
def anna(acme: TenantRef) -> Recruiter:
    return recruiter("anna@acme.test")


@pytest.fixture
def ben(acme: TenantRef) -> Recruiter:
    return recruiter("ben@other.test")
