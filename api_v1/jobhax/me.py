"""The user of an access token: with this route a client checks its token, and whose token it is."""

from typing import Final

from ninja import Router
from pydantic import BaseModel

from api_v1.request_context import ApiRequest
from api_v1.routing import route_options
from core.accounts.values import Scope, scopes_of

router: Final = Router(tags=["Users"])


class Me(BaseModel):
    """The user of an access token; `id` is the `user` of job applications."""

    id: int
    email: str
    scopes: list[Scope]


@router.get("/users/me", response=Me, summary="View the user of this token")
@route_options(since="v20261201")
def view_user_of_token(request: ApiRequest) -> Me:
    caller = request.caller
    return Me(id=caller.user_id, email=caller.email, scopes=scopes_of(caller))
