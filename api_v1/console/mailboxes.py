"""A job seeker's mailboxes: connecting, pausing and removing them, and what came of their mail."""

import hmac
from dataclasses import dataclass
from typing import Final

from django import forms
from django.http import HttpResponse
from django.utils import timezone

from api_v1.console.cookies import LoginInBrowser, forget_login, read_login, set_login
from api_v1.console.page import Action, ConsoleRequest, Page, draw, go, person_of
from api_v1.console.sign_in import CLIENT
from api_v1.jobhax.mailboxes import MAX_FOLDERS, Mailbox, present_mailbox
from api_v1.throttling import throttle_client
from core.errors import NotFound, TokenRefused
from core.mail.inbound.forwarding import renew_address
from core.mail.inbound.setup import inbound_setup
from core.mail.mailboxes import services
from core.mail.mailboxes.consents import (
    begin_consent,
    finish_consent,
    list_consents,
    list_login_kinds,
)
from core.mail.mailboxes.kinds import MailboxRequest
from core.mail.origins import FORWARD
from providers.limits import MAX_EMAIL_CHARACTERS
from tenants.console.forms import ConsoleForm
from tenants.console.row_numbers import read_row_number

MAILBOXES: Final = "/app/mailboxes/"
IMAP_PORT: Final = 993
_MOST_FOLDERS_TEXT: Final = 10_000


@dataclass(frozen=True, slots=True)
class ShownMailbox:
    """A mailbox as the page shows it. `is_fetched`: False where its mail comes in by itself."""

    facts: Mailbox
    is_fetched: bool

    @property
    def is_due(self) -> bool:
        """Whether it is being read, or waits for its turn."""
        return self.facts.next_sync is not None and self.facts.next_sync <= timezone.now()


class LoginForm(ConsoleForm):
    """A log-in at a mail server that the user names; `plugin`: one of the kinds that need one."""

    host = forms.CharField(
        label="Mail server", max_length=253, help_text="Such as <code>imap.example.com</code>."
    )
    port = forms.IntegerField(label="Port", min_value=1, max_value=65_535, initial=IMAP_PORT)
    username = forms.CharField(label="User name", max_length=MAX_EMAIL_CHARACTERS)
    password = forms.CharField(
        label="Password",
        strip=False,
        max_length=1000,
        help_text="Many providers want an app password, which you make in their settings.",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    folders = forms.CharField(
        label="Folders",
        required=False,
        max_length=_MOST_FOLDERS_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One in a line; without any, all but sent mail, drafts, spam and trash.",
    )

    def __init__(self, *arguments: object, kinds: list[str], **options: object) -> None:
        super().__init__(*arguments, **options)
        plugin = forms.ChoiceField(label="Kind", choices=[(kind, kind) for kind in kinds])
        if len(kinds) == 1:
            plugin.widget, plugin.initial = forms.HiddenInput(), kinds[0]
        self.fields["plugin"] = plugin

    def clean_folders(self) -> tuple[str, ...]:
        """Return the names of the folders, which are lines of text."""
        lines = self.cleaned_data["folders"].splitlines()
        folders = tuple(line.strip() for line in lines if line.strip())
        if len(folders) > MAX_FOLDERS:
            raise forms.ValidationError(f"There may be at most {MAX_FOLDERS} folders.")
        return folders


def show_mailboxes(request: ConsoleRequest) -> HttpResponse:
    """List the mailboxes, with what was found and what failed, and the ways to connect one."""
    return _draw(request)


def connect_login(request: ConsoleRequest) -> HttpResponse | str:
    """Connect a mailbox at a mail server, once its log-in was tried."""
    form = LoginForm(request.POST, kinds=list_login_kinds())
    if form.is_valid():
        with form.showing_refusals():
            wanted = MailboxRequest(**form.cleaned_data)
            mailbox = services.add_mailbox(person_of(request).as_caller(), wanted)
            return f"The mailbox {mailbox.address} is connected, and is being read."
    return _draw(request, form=form, status=400)


def make_address(request: ConsoleRequest) -> str:
    """Make the user's forwarding address; one that is there stays."""
    services.add_mailbox(person_of(request).as_caller(), MailboxRequest(plugin=FORWARD))
    return "You have a forwarding address. Have your mail program forward mail of job boards to it."


def renew(request: ConsoleRequest) -> str:
    """Replace the forwarding address; mail to the old one is refused from then on."""
    renew_address(person_of(request).user_id, _read_mailbox(request))
    return "You have a new address. The old one takes no mail any more."


def pause(request: ConsoleRequest) -> str:
    """Stop fetching a mailbox."""
    services.pause_mailbox(person_of(request).user_id, _read_mailbox(request), paused=True)
    return "The mailbox is paused."


def resume(request: ConsoleRequest) -> str:
    """Go on with a paused mailbox."""
    services.pause_mailbox(person_of(request).user_id, _read_mailbox(request), paused=False)
    return "The mailbox is read again."


def sync(request: ConsoleRequest) -> str:
    """Have a mailbox fetched now."""
    mailbox_id = _read_mailbox(request)
    mailbox = services.request_mailbox_sync(person_of(request).user_id, mailbox_id)
    if mailbox.not_before is not None and mailbox.next_sync_at == mailbox.not_before:
        at = f"{mailbox.not_before:%H:%M} UTC on {mailbox.not_before:%Y-%m-%d}"
        return f"Its server asks for a pause: the mailbox is read after {at}."
    return "The mailbox is being read; this page shows what comes of it."


def remove(request: ConsoleRequest) -> str:
    """Remove a mailbox, with or without what it brought."""
    delete_mail = request.POST.get("delete_mail") == "on"
    user_id = person_of(request).user_id
    services.remove_mailbox(user_id, _read_mailbox(request), delete_mail=delete_mail)
    return f"The mailbox is removed{', and what it brought' if delete_mail else ''}."


def begin(request: ConsoleRequest, name: str) -> HttpResponse:
    """Send the browser to the page of the mailbox's provider, by a page, as log-ins do."""
    throttle_client(request, CLIENT)
    begun = begin_consent(name, redirect_uri=_address_of(request, name))
    response = draw(request, "leaving.html", title="One moment", url=begun.url)
    visit = LoginInBrowser(
        tenant=request.tenant.id,
        provider=name,
        request=begun.request,
        then=MAILBOXES,
        user=person_of(request).user_uuid,
    )
    set_login(response, visit)
    return response


def come_back(request: ConsoleRequest, name: str) -> HttpResponse:
    """Show the button that connects the mailbox, when the provider sends the browser back: a GET changes nothing.

    The script presses it.
    """
    if not request.GET:
        return go(MAILBOXES)
    if "code" not in request.GET:
        # The user did not consent (`error=access_denied`), or the provider failed.
        raise TokenRefused("social")
    return draw(request, "mailbox_consent.html", title="Connect a mailbox", name=name)


def finish(request: ConsoleRequest, name: str) -> HttpResponse:
    """Connect the mailbox that the code in the address opens, with the state that this browser left with, once."""
    visit = read_login(request)
    if (
        visit is None
        or visit.tenant != request.tenant.id
        or visit.provider != name
        or visit.user != person_of(request).user_uuid
        or not hmac.compare_digest(
            visit.request.state.encode(), request.GET.get("state", "").encode()
        )
    ):
        raise TokenRefused("social")
    caller = person_of(request).as_caller()
    finish_consent(caller, name, code=request.GET.get("code", ""), request=visit.request)
    response = go(MAILBOXES)
    forget_login(response)
    return response


def _address_of(request: ConsoleRequest, name: str) -> str:
    return request.build_absolute_uri(f"{MAILBOXES}with/{name}/")


def _read_mailbox(request: ConsoleRequest) -> int:
    number = read_row_number(request.POST.get("mailbox", ""))
    if number is None:
        raise NotFound("mailbox")
    return number


def _draw(
    request: ConsoleRequest, *, form: LoginForm | None = None, status: int = 200
) -> HttpResponse:
    mailboxes = services.list_mailboxes(person_of(request).user_id)
    login_kinds = list_login_kinds()
    has_address = any(one.plugin == FORWARD for one in mailboxes)
    return draw(
        request,
        "mailboxes.html",
        title="Mailboxes",
        status=status,
        mailboxes=[
            ShownMailbox(present_mailbox(one), services.is_fetched(one)) for one in mailboxes
        ],
        form=form or (LoginForm(kinds=login_kinds) if login_kinds else None),
        consents=list_consents(),
        offers_address=bool(inbound_setup().domain) and not has_address,
    )


PAGES: Final = (
    Page(
        "mailboxes",
        "app/mailboxes/",
        "user",
        show_mailboxes,
        {
            "connect-login": Action(connect_login),
            "make-address": Action(make_address),
            "renew": Action(renew),
            "pause": Action(pause),
            "resume": Action(resume),
            "sync": Action(sync),
            "remove": Action(remove),
        },
    ),
    Page(
        "mailbox-with",
        "app/mailboxes/with/<name>/",
        "user",
        come_back,
        {"begin": Action(begin), "connect": Action(finish)},
    ),
)
