"""A user's own account: routes of the head alone."""

from typing import Annotated, Final

from ninja import Router
from pydantic import BaseModel, Field

from api_v1.fields import Text
from api_v1.request_context import ApiRequest
from api_v1.routing import route_options
from core.accounts.logins.confirmation import confirm_mailbox_of_caller

router: Final = Router(tags=["Users"])

MailedToken = Annotated[str, Text(500), Field(repr=False)]


class ConfirmIn(BaseModel):
    """`token`: that of the link in the mail, which its page shows to a user without a password."""

    token: MailedToken


@router.post(
    "/users/confirm_email", response=None, summary="Confirm the e-mail address with a mailed token"
)
@route_options(since="v20261201")
def confirm_email(request: ApiRequest, body: ConfirmIn) -> None:
    confirm_mailbox_of_caller(request.caller, token=body.token)
