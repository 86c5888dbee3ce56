"""Who am I: what a client asks to see whether its token works, and whose it is."""

from typing import Final, Literal

from ninja import Router
from pydantic import BaseModel

from api_v1.request_context import ApiRequest
from api_v1.routing import route_options

router: Final = Router(tags=["Users"])


class Me(BaseModel):
    """The user that an access token speaks for; `id` is the `user` of job applications."""

    id: int
    email: str
    scopes: list[Literal["read", "write"]]


@router.get("/users/me", response=Me, summary="View the user of this token")
@route_options(since="v20261201")
def view_user_of_token(request: ApiRequest) -> Me:
    caller = request.caller
    scopes: list[Literal["read", "write"]] = ["read"] if caller.can_read else []
    if caller.can_write:
        scopes.append("write")
    return Me(id=caller.user_id, email=caller.email, scopes=scopes)
