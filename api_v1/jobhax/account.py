"""A user's own account: its mails, password, profile, and end. Routes of the head alone."""

from typing import Annotated, Final

from django.http import HttpRequest
from ninja import Router
from pydantic import BaseModel, Field

from api_v1.account_pages.confirm import make_confirm_url
from api_v1.account_pages.reset import make_reset_url, tenant_of_mailed_token
from api_v1.client_ip import client_ip
from api_v1.fields import Email, Text
from api_v1.jobhax.auth import tenant_of_client, tenant_of_host
from api_v1.jobhax.columns import EXPORT
from api_v1.jobhax.users import Credential, ProviderToken, Secret
from api_v1.request_context import ApiRequest
from api_v1.routing import route_options
from api_v1.throttling import throttle_client
from core.account_export import export_account
from core.accounts.logins.confirmation import confirm_mailbox_of_caller, request_confirmation
from core.accounts.logins.password_changes import (
    change_password,
    request_password_reset,
    reset_password,
)
from core.sql import Json
from core.user_removal import delete_own_account
from providers.limits import MAX_PASSWORD_CHARACTERS
from tenants.context import TenantRef, current_tenant
from tenants.files.tenant_files import TenantFiles
from tenants.revocations import note_revocation
from tenants.routing import refuse_suspended, request_scope

HEAD: Final = "v20261201"
router: Final = Router(tags=["Users"])

MailedToken = Annotated[str, Text(500), Field(repr=False)]


class MailIn(BaseModel):
    """`client_id` names the tenant on a host that tenants share, as in `register`."""

    email: Email
    client_id: Credential | None = None


class ConfirmIn(BaseModel):
    """`token`: that of the link in the mail, which its page shows to a user without a password."""

    token: MailedToken


class ResetIn(BaseModel):
    """`token`: that of the link in the mail, which also names the tenant."""

    token: MailedToken
    password: Secret
    password2: Secret


class ChangePasswordIn(BaseModel):
    old_password: Secret
    password: Secret
    password2: Secret


class DeleteIn(BaseModel):
    """The password; or a `token` of a linked account at `provider`."""

    password: Annotated[
        Annotated[str, Text(4 * MAX_PASSWORD_CHARACTERS, blank=True)] | None, Field(repr=False)
    ] = None
    provider: Annotated[str, Text(50)] | None = None
    token: Annotated[ProviderToken | None, Field(repr=False)] = None


@router.post(
    "/users/resend_confirmation", response=None, summary="Send the confirmation mail again"
)
@route_options(public=True, since=HEAD)
def resend_confirmation(request: HttpRequest, body: MailIn) -> None:
    tenant = _tenant_of(request, body)
    with request_scope(tenant):
        refuse_suspended(tenant)
        request_confirmation(
            body.email, client_ip=client_ip(request), confirm_at=make_confirm_url(tenant)
        )


@router.post("/users/forgot_password", response=None, summary="Send a link for a new password")
@route_options(public=True, since=HEAD)
def forgot_password(request: HttpRequest, body: MailIn) -> None:
    tenant = _tenant_of(request, body)
    with request_scope(tenant):
        refuse_suspended(tenant)
        request_password_reset(
            body.email,
            client_ip=client_ip(request),
            reset_at=make_reset_url(tenant),
            token_prefix=f"{tenant.slug}.",
        )


@router.post(
    "/users/reset_password", response=None, summary="Choose a password with a mailed token"
)
@route_options(public=True, since=HEAD)
def reset_forgotten_password(request: HttpRequest, body: ResetIn) -> None:
    throttle_client(request, "")
    tenant, token = tenant_of_mailed_token(body.token, host=request.get_host())
    with request_scope(tenant):
        refuse_suspended(tenant)
        reset_password(token, password=body.password, repeated_password=body.password2)
        note_revocation(tenant)


@router.post(
    "/users/confirm_email", response=None, summary="Confirm the e-mail address with a mailed token"
)
@route_options(since=HEAD)
def confirm_email(request: ApiRequest, body: ConfirmIn) -> None:
    confirm_mailbox_of_caller(request.caller, token=body.token)


@router.post(
    "/users/change_password",
    response=None,
    summary="Change the password, which ends all sessions",
)
@route_options(since=HEAD, stores_replies=False)
def change_own_password(request: ApiRequest, body: ChangePasswordIn) -> None:
    change_password(
        request.caller,
        old_password=body.old_password,
        password=body.password,
        repeated_password=body.password2,
        client_ip=client_ip(request),
    )
    note_revocation(current_tenant())


@router.post("/users/delete_account", response=None, summary="Delete the account for good")
@route_options(since=HEAD, stores_replies=False)
def delete_account(request: ApiRequest, body: DeleteIn) -> None:
    tenant = current_tenant()
    delete_own_account(
        request.caller,
        password=body.password,
        provider=body.provider,
        token=body.token,
        client_ip=client_ip(request),
        files=TenantFiles(tenant),
    )
    note_revocation(tenant)


@router.get("/users/export", response=dict, summary="Export all that is stored about the user")
@route_options(since=HEAD)
def export_user(request: ApiRequest) -> Json:
    return export_account(request.caller, columns=EXPORT)


def _tenant_of(request: HttpRequest, body: MailIn) -> TenantRef:
    return tenant_of_client(request, body.client_id) if body.client_id else tenant_of_host(request)
