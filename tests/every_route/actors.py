"""Actors of a tenant, each with a position, a candidate, a file, an application and a note."""

from typing import Final

from django.contrib.auth.hashers import make_password

from core.accounts.logins.mailed_tokens import CONFIRMATION
from core.accounts.models import User
from core.jobsearch.models import Application
from core.jobsearch.services import add_note
from core.mail.models import StoredMessage, UserMailbox
from core.recruiting.models import Position
from tenants.context import TenantRef, tenant_scope
from tests.core.jobsearch.applications import store_many
from tests.core.mail.received import receive
from tests.every_route.routes import Actor, VersionedRoute
from tests.factories import CandidateFactory, CollaboratorFactory, PositionFactory
from tests.job_seekers import PASSWORD, seeker_of
from tests.mail.indeed import receipt
from tests.recruiters import Recruiter, recruiter, recruiter_for

# The tenant has one owner, and so one actor for them.
FOR_THE_OWNER: Final = {"/mail_domains"}


def recruiter_with_all(email: str, *, rows: int = 1) -> Actor:
    """Return a recruiter of the active tenant, who has `rows` of everything."""
    anna = recruiter(email)
    # The audit log is for staff.
    User.objects.filter(id=anna.user.id).update(is_staff=True)
    for _ in range(rows - 1):
        fill(anna, PositionFactory(created_by=anna.user), rows)
    position = PositionFactory(created_by=anna.user)
    fill(anna, position, rows)
    # Invited too, so that there is an invitation to answer.
    anna.joins(position, as_="admin", status="awaiting_approval")
    candidate = CandidateFactory(position=position)
    [attachment] = anna.uploads(1)
    ids = {"position_id": position.id, "candidate_id": candidate.id, "attachment_id": attachment}
    return Actor(anna.key, {name: str(id) for name, id in ids.items()})


def fill(anna: Recruiter, position: Position, rows: int) -> None:
    for _ in range(rows):
        CollaboratorFactory(position=position)
        CandidateFactory(position=position)
    anna.uploads(rows)


def seeker_with_all(tenant: TenantRef, email: str, *, rows: int = 1) -> Actor:
    """Return a job seeker of `tenant`, who has `rows` of everything."""
    seeker = seeker_of(tenant, email)
    with tenant_scope(tenant):
        user = User.objects.get(email=email)
        User.objects.filter(id=user.id).update(password=make_password(PASSWORD))
        store_many(user, rows)
        ids: dict[str, object] = {}
        for number in range(rows):
            receive(user, receipt(f"Cook {number}", "Acme"))
        for message in StoredMessage.objects.filter(user=user):
            application = Application.objects.get(events__message=message)
            note = add_note(user.id, application.id, description="Before")
            ids = {
                "jobapp_id": application.id,
                "jopapp_id": application.id,
                "jobapp_note_id": note.id,
                "mail_id": message.id,
            }
        for number in range(rows):
            mailbox = UserMailbox.objects.create(
                user=user, plugin="imap", account=str(number), address="a@mail.test"
            )
            ids["mailbox_id"] = mailbox.id
        ids["token"] = CONFIRMATION.make(user)
    assert seeker.token is not None
    return Actor(seeker.token, ids)


def actor_for(
    tenant: TenantRef, where: VersionedRoute, *, rows: int = 1, name: str | None = None
) -> Actor:
    """Return an actor of `tenant` who may call the route; `name`: one that no other actor of the tenant has."""
    name = name or f"actor{rows}"
    if where.api == "jobhax":
        return seeker_with_all(tenant, f"{name}@jobs.test", rows=rows)
    with tenant_scope(tenant):
        if where.route.path in FOR_THE_OWNER:
            return Actor(recruiter_for(User.objects.get(is_superuser=True)).key)
        return recruiter_with_all(f"{name}@acme.test", rows=rows)
