"""JobHax: "User related API endpoints": log-ins, and a user's linked accounts."""

import re
from typing import Annotated, Final

from django.http import HttpRequest
from ninja import Router
from pydantic import BaseModel, Field
from pydantic.functional_validators import AfterValidator

from api_v1.account_pages.confirm import make_confirm_url
from api_v1.client_ip import client_ip
from api_v1.fields import Email, Text
from api_v1.jobhax.auth import tenant_of_client, tenant_of_host
from api_v1.jobhax.columns import JOB_MAIL_WITH_JOBAPPS
from api_v1.request_context import ApiRequest
from api_v1.routing import route_options
from core.accounts.logins.passwords import log_in_with_password
from core.accounts.logins.provider_access import fetch_profile
from core.accounts.logins.registration import Registration, register
from core.accounts.logins.social import log_in_with_token
from core.accounts.models import User
from core.accounts.oauth.clients import authenticate_client
from core.accounts.oauth.models import Client
from core.accounts.oauth.tokens import IssuedTokens, issue_tokens, revoke_pair, rotate_tokens
from core.jobsearch.matching.values import QuestionReason
from core.mail.mailboxes.linked import renew_linked_mailbox
from core.mail.queries import list_job_mail
from core.mail.sync import request_sync
from core.sql import Json
from providers.limits import MAX_EMAIL_CHARACTERS, MAX_NAME_CHARACTERS, MAX_PASSWORD_CHARACTERS
from providers.messages import EventKind
from tenants.context import TenantRef
from tenants.credentials import token_prefixes
from tenants.revocations import note_revocation
from tenants.routing import refuse_suspended, request_scope

GOOGLE: Final = "google-oauth2"
LINKEDIN: Final = "linkedin-oauth2"
router: Final = Router(tags=["Users"])

_SCHEME: Final = re.compile("^bearer +", re.IGNORECASE)
Credential = Annotated[str, Text(200)]
ProviderToken = Annotated[str, Text(8192)]
# Four times what a password may have: between the two, a log-in is answered as for any wrong password, and a
# registration with the limit itself.
Secret = Annotated[str, Text(4 * MAX_PASSWORD_CHARACTERS, blank=True), Field(repr=False)]


def _drop_scheme(sent: str) -> str:
    # The JobHax web client sends what it puts into the header `Authorization`.
    return _SCHEME.sub("", sent, count=1)


class ClientIn(BaseModel):
    """The OAuth client that sends the request."""

    client_id: Credential
    client_secret: Annotated[Credential, Field(repr=False)]


class LoginIn(ClientIn):
    """`username` may be the e-mail address."""

    username: Annotated[str, Text(MAX_EMAIL_CHARACTERS)]
    password: Secret


class SocialLoginIn(ClientIn):
    """`provider`: `google-oauth2` or `linkedin-oauth2`; `token`: an access token of it for the tenant's client."""

    provider: Annotated[str, Text(50)]
    token: Annotated[ProviderToken, Field(repr=False)]


class RefreshIn(ClientIn):
    refresh_token: Annotated[Credential, Field(repr=False)]


class LogoutIn(ClientIn):
    """`token`: the access token, the refresh token, or one from before a refresh; `Bearer ` may stand before it."""

    token: Annotated[Credential, AfterValidator(_drop_scheme), Field(repr=False)]


class RegisterIn(BaseModel):
    """Existing clients also send their client's id and secret: on a shared host these name the new user's tenant."""

    username: Annotated[str, Text(MAX_NAME_CHARACTERS)]
    email: Email
    password: Secret
    password2: Secret
    first_name: Annotated[str, Text(MAX_NAME_CHARACTERS, blank=True)] = ""
    last_name: Annotated[str, Text(MAX_NAME_CHARACTERS, blank=True)] = ""
    client_id: Credential | None = None
    client_secret: Annotated[Credential | None, Field(repr=False)] = None


class GmailTokenIn(BaseModel):
    token: Annotated[ProviderToken, Field(repr=False)]


class Tokens(BaseModel):
    """`expires_in` in seconds."""

    access_token: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105 - the kind of token
    scope: str
    refresh_token: str


class GoogleMail(BaseModel):
    """`date` as in `2018-11-14 06:08:19+00:00`."""

    subject: str
    body: str
    date: str


class JobMail(GoogleMail):
    """A mail about applications. `kinds`: what it says. `jobapps`: the ids of the applications that it belongs to.

    `candidates`: the ids of the applications that it may mean, where that isn't certain: it changed none of them, and
    the user can (`update_jobapp`), or dismiss the mail for one of them. `question`: `several` may be meant, or
    `unproven`: nothing proves who sent it. Both are empty once the user has done either.
    """

    id: int
    sender: str
    kinds: list[EventKind]
    jobapps: list[int]
    candidates: list[int]
    question: QuestionReason | None


@router.post("/users/register", response=None, summary="Register a user")
@route_options(public=True)
def register_user(request: HttpRequest, body: RegisterIn) -> None:
    tenant = (
        tenant_of_client(request, body.client_id) if body.client_id else tenant_of_host(request)
    )
    with request_scope(tenant):
        if body.client_id and body.client_secret:
            authenticate_client(body.client_id, secret=body.client_secret)
        refuse_suspended(tenant)
        form = Registration(
            email=body.email,
            username=body.username,
            password=body.password,
            repeated_password=body.password2,
            first_name=body.first_name,
            last_name=body.last_name,
        )
        register(form, confirm_at=make_confirm_url(tenant), client_ip=client_ip(request))


@router.post("/users/login", response=Tokens, summary="Log in with user name and password")
@route_options(public=True)
def login(request: HttpRequest, body: LoginIn) -> Tokens:
    tenant = tenant_of_client(request, body.client_id)
    with request_scope(tenant):
        client = _authenticate_client(tenant, body)
        user = log_in_with_password(
            body.username,
            password=body.password,
            client_ip=client_ip(request),
            client=body.client_id,
        )
        return _issue_to_user(user, client=client, tenant=tenant)


@router.post(
    "/users/auth_social_user", response=Tokens, summary="Log in with a token of Google or LinkedIn"
)
@route_options(public=True)
def auth_social_user(request: HttpRequest, body: SocialLoginIn) -> Tokens:
    tenant = tenant_of_client(request, body.client_id)
    with request_scope(tenant):
        client = _authenticate_client(tenant, body)
        try:
            user = log_in_with_token(
                body.provider, token=body.token, confirm_at=make_confirm_url(tenant)
            )
        finally:
            # The tokens of an account that another person had made with the user's address were revoked.
            note_revocation(tenant)
        return _issue_to_user(user, client=client, tenant=tenant)


@router.post(
    "/users/refresh_token", response=Tokens, summary="Exchange a refresh token for new tokens"
)
@route_options(public=True)
def refresh_token(request: HttpRequest, body: RefreshIn) -> Tokens:
    tenant = tenant_of_client(request, body.client_id)
    with request_scope(tenant):
        client = _authenticate_client(tenant, body)
        try:
            prefixes = token_prefixes(tenant)
            return _present(
                rotate_tokens(client, refresh_token=body.refresh_token, prefixes=prefixes)
            )
        finally:
            # The old access token was revoked, or a whole token family, where a refresh token was used twice.
            note_revocation(tenant)


@router.post("/users/logout", response=None, summary="Log out: revoke both tokens")
@route_options(public=True)
def logout(request: HttpRequest, body: LogoutIn) -> None:
    tenant = tenant_of_client(request, body.client_id)
    with request_scope(tenant):
        revoke_pair(_authenticate_client(tenant, body), token=body.token)
        note_revocation(tenant)


@router.post(
    "/users/update_gmail_token",
    response=None,
    summary="Renew the Google token that reads the user's mail",
)
def update_gmail_token(request: ApiRequest, body: GmailTokenIn) -> None:
    renew_linked_mailbox(request.caller, provider=GOOGLE, token=body.token)


@router.get("/users/get_linkedin_profile", response=dict, summary="View the LinkedIn profile")
def get_linkedin_profile(request: ApiRequest) -> dict[str, object]:
    return dict(fetch_profile(request.caller, provider=LINKEDIN))


@router.get("/users/sync_user_emails", response=None, summary="Read new mail in the background")
@route_options(write=True)
def sync_user_emails(request: ApiRequest) -> None:
    request_sync(request.caller)


@router.get(
    "/users/get_user_google_mails",
    response=list[JobMail],
    summary="List the mails about applications",
)
def get_user_google_mails(request: ApiRequest) -> Json:
    return list_job_mail(request.caller.user_id, columns=JOB_MAIL_WITH_JOBAPPS)


def _authenticate_client(tenant: TenantRef, body: ClientIn) -> Client:
    client = authenticate_client(body.client_id, secret=body.client_secret)
    refuse_suspended(tenant)
    return client


def _issue_to_user(user: User, *, client: Client, tenant: TenantRef) -> Tokens:
    return _present(issue_tokens(client, user=user, prefixes=token_prefixes(tenant)))


def _present(issued: IssuedTokens) -> Tokens:
    return Tokens(
        access_token=issued.access_token,
        expires_in=issued.expires_in,
        scope=issued.scope,
        refresh_token=issued.refresh_token,
    )
