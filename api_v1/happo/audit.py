"""The audit log of the tenant, for keys of its owner and staff."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final

from ninja import Query, Router
from pydantic import BaseModel, Field

from api_v1.fields import IsoDate, Text
from api_v1.happo.schemas import Listing
from api_v1.request_context import ApiRequest
from api_v1.routing import route_options
from core.accounts.roles import require_staff
from core.audit import ActorKind
from core.audit_actions import Action, ObjectKind
from core.pages import Page
from tenants.audit.presenting import present_entry
from tenants.audit.queries import EntryFilter, list_entries

router: Final = Router(tags=["Audit log"])


class AuditListing(Listing):
    """The filters of the audit log."""

    since: IsoDate | None = Field(default=None, description="Only entries from this time on.")
    until: IsoDate | None = Field(default=None, description="Only entries before this time.")
    actor: Annotated[str, Text(100)] | None = Field(
        default=None, description="Only what the actor with this id did."
    )
    action: Action | None = Field(default=None, description="Only this action.")
    objectId: Annotated[str, Text(100)] | None = Field(
        default=None, description="Only what was done to the object with this id."
    )


class Actor(BaseModel):
    """Who acted. `id`: a UUID of an operator, user or key, the name of a job, or of a system account."""

    kind: ActorKind
    id: str | None = None


class AuditedObject(BaseModel):
    """What an action was about. `id`: as the APIs show it; null for a log-in of an unknown name."""

    kind: ObjectKind
    id: str | None = None


class AuditEntry(BaseModel):
    """One action. `changes`: the names of the fields that changed, and values that tell nothing about a person."""

    id: int
    time: datetime
    actor: Actor
    action: Action
    object: AuditedObject
    changes: dict[str, bool | int | str | list[str] | None]
    address: str | None = None
    requestId: str | None = None


@router.get("/audit", response=Page[AuditEntry], summary="List who did what")
@route_options(since="v20261201")
def list_audit_entries(
    request: ApiRequest, query: Query[AuditListing]
) -> Page[Mapping[str, object]]:
    require_staff(request.caller, "read", kind="audit log")
    wanted = EntryFilter(
        since=query.since,
        until=query.until,
        actor=query.actor,
        action=query.action,
        object_id=query.objectId,
    )
    found = list_entries(wanted, limit=query.limit, cursor=query.cursor)
    return Page([present_entry(entry) for entry in found.data], found.next_cursor)
