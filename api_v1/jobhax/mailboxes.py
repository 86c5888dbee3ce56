"""A user's mailboxes: connecting, pausing and removing them, and what came of their mail. Routes of the head alone."""

from datetime import datetime
from typing import Annotated, Final, Literal

from ninja import Router
from pydantic import BaseModel, Field, StrictBool

from api_v1.fields import Port, RowId, Text
from api_v1.request_context import ApiRequest
from api_v1.routing import route_options
from core.mail.inbound.forwarding import (
    MailboxChanges,
    show_address,
    show_confirmation,
)
from core.mail.inbound.forwarding import (
    update_mailbox as update,
)
from core.mail.mailboxes import services
from core.mail.mailboxes.failures import describe_failure
from core.mail.mailboxes.found import read_found
from core.mail.mailboxes.kinds import MailboxRequest
from core.mail.models import UserMailbox
from providers.limits import MAX_EMAIL_CHARACTERS

HEAD: Final = "v20261201"
MAX_FOLDERS: Final = 100
router: Final = Router(tags=["Mailboxes"])

FolderName = Annotated[str, Text(250)]
State = Literal["active", "paused", "refused"]


class MailboxIn(BaseModel):
    """`plugin`: the kind; the other fields are those that it needs.

    `gmail`: `code`, an authorization code of Google for one of the tenant's clients (with `access_type=offline`), and
    the `redirect_uri` that it was issued for. `imap`: the log-in at a server, with a password, or at a server of
    Microsoft or Google with `code` and `redirect_uri`; `folders`: those to read, all but sent, drafts, spam and trash
    where it is left out.
    """

    plugin: Annotated[str, Text(100)]
    # Codes of Microsoft have some 2,000 characters.
    code: Annotated[Annotated[str, Text(4096)] | None, Field(repr=False)] = None
    redirect_uri: Annotated[str, Text(2048)] | None = None
    host: Annotated[str, Text(253)] | None = None
    port: Port | None = None
    username: Annotated[str, Text(MAX_EMAIL_CHARACTERS)] | None = None
    password: Annotated[Annotated[str, Text(1000)] | None, Field(repr=False)] = None
    folders: Annotated[list[FolderName], Field(max_length=MAX_FOLDERS)] | None = None

    def request(self) -> MailboxRequest:
        """Return what is to be connected."""
        return MailboxRequest(
            plugin=self.plugin,
            code=self.code,
            redirect_uri=self.redirect_uri,
            host=self.host,
            port=self.port,
            username=self.username,
            password=self.password,
            folders=tuple(self.folders or ()),
        )


class OfMailbox(BaseModel):
    """The id of a mailbox."""

    mailbox_id: RowId


class MailboxUpdate(OfMailbox):
    """At least one change.

    `paused`: mail about applications that comes to a forwarding address meanwhile is kept, and read once it goes on.
    `renew`: a forwarding address is replaced by a new one; mail to the old one is refused.
    """

    paused: StrictBool | None = None
    renew: StrictBool | None = None


class MailboxRemoval(OfMailbox):
    """Mail that came while a forwarding address was paused goes in any case.

    `delete_mail`: the mail that it alone brought goes too, and applications that nothing but that mail made.
    """

    delete_mail: StrictBool = False


class MailboxFailure(BaseModel):
    """Why the last attempt to fetch a mailbox failed. `code` is stable, for machines; `message` is for its user."""

    code: str
    message: str
    at: datetime | None


class FailedMail(BaseModel):
    """A mail that could not be fetched or read, and why.

    `id`: in the mailbox; of a forwarding address its Message-ID, "" where it has none.
    """

    id: str
    reason: str
    at: datetime


class MailboxConfirmation(BaseModel):
    """A mail provider asks whether mail may be forwarded to this address, which the user confirms there.

    `account`: whose mail it is, where the question says so; it may be a stranger's. `code`: what the user enters.
    `link`: what the user opens; an address of the provider.
    """

    provider: str
    account: str | None
    code: str | None
    link: str | None
    at: datetime


class FoundMail(BaseModel):
    """What came of a mailbox since it was connected.

    `messages`: all that were fetched. `mails`: those that say something of an application. `applications`: that they
    started. `updates`: what they said of applications that were there. `failed`: mails that could not be read.
    """

    messages: int
    mails: int
    applications: int
    updates: int
    failed: int


class Mailbox(BaseModel):
    """A mailbox of the user.

    `state`: `refused`: its log-in is no longer accepted, and the user has to connect it again. `last_sync`: when it was
    last fetched to its end; null before. `next_sync`: when it is due; null where it is not fetched. `failure`: why the
    last attempt failed; null where it didn't. `failed_mails`: the newest 20. `confirmation`: of a forwarding address,
    for 30 days; null else.
    """

    id: int
    plugin: str
    address: str
    state: State
    host: str | None
    port: int | None
    username: str | None
    folders: list[str] | None
    connected: datetime
    last_sync: datetime | None
    next_sync: datetime | None
    found: FoundMail
    failure: MailboxFailure | None
    failed_mails: list[FailedMail]
    confirmation: MailboxConfirmation | None


@router.get("/mailboxes/get_mailboxes", response=list[Mailbox], summary="List the mailboxes")
@route_options(since=HEAD)
def get_mailboxes(request: ApiRequest) -> list[Mailbox]:
    return [present_mailbox(one) for one in services.list_mailboxes(request.caller.user_id)]


@router.post("/mailboxes/add_mailbox", response=Mailbox, summary="Connect a mailbox")
@route_options(since=HEAD, stores_replies=False)
def add_mailbox(request: ApiRequest, body: MailboxIn) -> Mailbox:
    return present_mailbox(services.add_mailbox(request.caller, body.request()))


@router.post(
    "/mailboxes/update_mailbox",
    response=Mailbox,
    summary="Pause a mailbox, or go on; replace a forwarding address",
)
@route_options(since=HEAD, stores_replies=False)
def update_mailbox(request: ApiRequest, body: MailboxUpdate) -> Mailbox:
    changes = MailboxChanges(paused=body.paused, renew=bool(body.renew))
    return present_mailbox(update(request.caller.user_id, body.mailbox_id, changes))


@router.post(
    "/mailboxes/delete_mailbox",
    response=None,
    summary="Remove a mailbox, with or without what it brought",
)
@route_options(since=HEAD)
def delete_mailbox(request: ApiRequest, body: MailboxRemoval) -> None:
    services.remove_mailbox(request.caller.user_id, body.mailbox_id, delete_mail=body.delete_mail)


@router.post(
    "/mailboxes/sync_mailbox", response=Mailbox, summary="Fetch a mailbox now, in the background"
)
@route_options(since=HEAD)
def sync_mailbox(request: ApiRequest, body: OfMailbox) -> Mailbox:
    """Where its server asked for a pause, `next_sync` is the end of it."""
    mailbox = services.request_mailbox_sync(request.caller.user_id, body.mailbox_id)
    return present_mailbox(mailbox)


def present_mailbox(mailbox: UserMailbox) -> Mailbox:
    """Return a mailbox as its user sees it."""
    found = read_found(mailbox.found)
    return Mailbox(
        id=mailbox.id,
        plugin=mailbox.plugin,
        address=show_address(mailbox),
        state=_state_of(mailbox),
        host=mailbox.settings.get("host"),
        port=mailbox.settings.get("port"),
        username=mailbox.settings.get("username"),
        folders=mailbox.settings.get("folders"),
        connected=mailbox.connected_at,
        last_sync=mailbox.synced_at,
        next_sync=mailbox.next_sync_at,
        found=FoundMail(
            messages=found.messages,
            mails=found.mails,
            applications=found.applications,
            updates=found.updates,
            failed=found.failed,
        ),
        failure=_present_failure(mailbox),
        failed_mails=[FailedMail(**one) for one in mailbox.failed_mails],
        confirmation=_present_confirmation(mailbox),
    )


def _state_of(mailbox: UserMailbox) -> State:
    if mailbox.refused_at is not None:
        return "refused"
    return "paused" if mailbox.paused else "active"


def _present_confirmation(mailbox: UserMailbox) -> MailboxConfirmation | None:
    shown = show_confirmation(mailbox)
    if shown is None:
        return None
    asked = shown.confirmation
    return MailboxConfirmation(
        provider=asked.provider,
        account=asked.account,
        code=asked.code,
        link=asked.link,
        at=shown.at,
    )


def _present_failure(mailbox: UserMailbox) -> MailboxFailure | None:
    if not mailbox.failure:
        return None
    return MailboxFailure(
        code=mailbox.failure, message=describe_failure(mailbox.failure), at=mailbox.failed_at
    )
