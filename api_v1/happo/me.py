"""The user of an API key: with this route a client checks its key, and what the key permits."""

from typing import Final
from uuid import UUID

from ninja import Router
from pydantic import BaseModel

from api_v1.request_context import ApiRequest
from api_v1.routing import route_options
from core.accounts.values import Scope, scopes_of

router: Final = Router(tags=["Key"])


class Me(BaseModel):
    """The user of an API key."""

    userId: UUID
    email: str
    scopes: list[Scope]
    pinnedVersion: str | None = None


@router.get("/me", response=Me, summary="View the user of this key")
@route_options(since="v20261201")
def view_me(request: ApiRequest) -> Me:
    caller = request.caller
    return Me(
        userId=caller.user_uuid,
        email=caller.email,
        scopes=scopes_of(caller),
        pinnedVersion=caller.pinned_version,
    )
