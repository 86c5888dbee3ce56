"""The user of an access token: with this route a client checks its token, and whose token it is."""

from typing import Annotated, Final

from ninja import Router
from pydantic import BaseModel

from api_v1.fields import Text
from api_v1.request_context import ApiRequest
from api_v1.routing import route_options
from core.accounts.models import User
from core.accounts.profile import get_own_user, update_profile
from core.accounts.values import Caller, Scope, scopes_of
from providers.limits import MAX_NAME_CHARACTERS

router: Final = Router(tags=["Users"])

PersonName = Annotated[str, Text(MAX_NAME_CHARACTERS, blank=True)]


class Me(BaseModel):
    """The user of an access token; `id` is the `user` of job applications.

    `time_zone`: a name of the IANA database, like `Pacific/Auckland`, in which the metrics count months.
    """

    id: int
    email: str
    scopes: list[Scope]
    first_name: str
    last_name: str
    time_zone: str
    email_confirmed: bool


class MeIn(BaseModel):
    """What is left out stays."""

    first_name: PersonName | None = None
    last_name: PersonName | None = None
    time_zone: Annotated[str, Text(64)] | None = None


@router.get("/users/me", response=Me, summary="View the user of this token")
@route_options(since="v20261201")
def view_user_of_token(request: ApiRequest) -> Me:
    return _present(request.caller, get_own_user(request.caller))


@router.patch("/users/me", response=Me, summary="Change names and time zone")
@route_options(since="v20261201")
def update_user_of_token(request: ApiRequest, body: MeIn) -> Me:
    user = update_profile(
        request.caller,
        first_name=body.first_name,
        last_name=body.last_name,
        time_zone=body.time_zone,
    )
    return _present(request.caller, user)


def _present(caller: Caller, user: User) -> Me:
    return Me(
        id=user.id,
        email=user.email,
        scopes=scopes_of(caller),
        first_name=user.first_name,
        last_name=user.last_name,
        time_zone=user.time_zone,
        email_confirmed=user.email_confirmed_at is not None,
    )
