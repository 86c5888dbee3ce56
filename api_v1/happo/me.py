"""Who am I: what a client asks to see whether its key works, and what it may do."""

from typing import Final, Literal
from uuid import UUID

from ninja import Router
from pydantic import BaseModel

from api_v1.request_context import ApiRequest
from api_v1.routing import route_options

router: Final = Router(tags=["Key"])


class Me(BaseModel):
    """The user that an API key speaks for."""

    userId: UUID
    email: str
    scopes: list[Literal["read", "write"]]
    pinnedVersion: str | None = None


@router.get("/me", response=Me, summary="View the user of this key")
@route_options(since="v20261201")
def view_me(request: ApiRequest) -> Me:
    caller = request.caller
    scopes: list[Literal["read", "write"]] = ["read"] if caller.can_read else []
    if caller.can_write:
        scopes.append("write")
    return Me(
        userId=caller.user_uuid,
        email=caller.email,
        scopes=scopes,
        pinnedVersion=caller.pinned_version,
    )
