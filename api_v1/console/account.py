"""A user's own account in the console: password, second factor, and the browsers that are signed in."""

from typing import Final

from django.http import HttpResponse

from api_v1.client_ip import client_ip
from api_v1.console.cookies import forget_session
from api_v1.console.page import SIGN_IN, Action, ConsoleRequest, Page, draw, go, person_of
from api_v1.console.sign_in import CLIENT
from core.accounts.logins.password_changes import change_password
from core.accounts.logins.passwords import require_password
from core.accounts.models import User
from core.accounts.profile import get_own_user
from core.accounts.sessions.queries import list_sessions
from core.accounts.sessions.second_factors import (
    NewFactor,
    begin_second_factor,
    check_code,
    confirm_second_factor,
    count_recovery_codes,
    has_second_factor,
    remove_second_factor,
)
from core.accounts.sessions.services import (
    end_other_sessions,
    end_session,
    end_sessions_by_choice,
)
from core.errors import WrongPassword
from tenants.console.forms import CodeForm, ConsoleForm, password_field
from tenants.console.frame import Link
from tenants.console.qr_codes import draw_qr_code
from tenants.revocations import note_revocation

ACCOUNT: Final = "/app/account/"


class PasswordForm(ConsoleForm):
    """The old password, and twice the new one."""

    old_password = password_field("Password until now", "current-password")
    password = password_field("New password", "new-password")
    password2 = password_field("The new password again", "new-password")


class ProofForm(CodeForm):
    """What proves the user beside the session: the password; where the account has none, a code of its app, if any."""

    password = password_field("Your password", "current-password")

    def __init__(self, *arguments: object, user: User, **options: object) -> None:
        super().__init__(*arguments, **options)
        has_password = user.has_usable_password()
        if not has_password:
            del self.fields["password"]
        if has_password or not has_second_factor(user.id):
            del self.fields["code"]


def show_account(request: ConsoleRequest) -> HttpResponse:
    """Show what the user may change, and the sessions."""
    return _draw(request, PasswordForm())


def change_own_password(request: ConsoleRequest) -> HttpResponse:
    """Replace the password, which ends all sessions, this one too."""
    form = PasswordForm(request.POST)
    if form.is_valid():
        with form.showing_refusals():
            change_password(
                person_of(request).as_caller(),
                old_password=form.cleaned_data["old_password"],
                password=form.cleaned_data["password"],
                repeated_password=form.cleaned_data["password2"],
                client_ip=client_ip(request),
            )
            note_revocation(request.tenant)
            return _leave()
    return _draw(request, form, status=400)


def end_one(request: ConsoleRequest) -> HttpResponse | str:
    """End one session of the user."""
    person, reference = person_of(request), request.POST.get("session", "")
    end_session(person, reference)
    return _leave() if reference == person.reference else "The session has ended."


def end_all(request: ConsoleRequest) -> HttpResponse:
    """End all sessions of the user, in applications too."""
    end_sessions_by_choice(get_own_user(person_of(request).as_caller()))
    note_revocation(request.tenant)
    return _leave()


def show_factor(request: ConsoleRequest) -> HttpResponse:
    """Say whether there is a second factor; the secret itself is only in the answer to a POST."""
    return _draw_factor(request)


def begin_factor(request: ConsoleRequest) -> HttpResponse:
    """Make a secret, and show it once: with the password, so that a stolen session can't lock its user out."""
    user = get_own_user(person_of(request).as_caller())
    form = ProofForm(request.POST, user=user)
    if form.is_valid():
        with form.showing_refusals():
            if _is_proven(request, user, form):
                factor = begin_second_factor(user, issuer=request.tenant.name)
                return _draw_secret(request, CodeForm(), factor=factor)
    return _draw_factor(request, form=form, status=400)


def confirm_factor(request: ConsoleRequest) -> HttpResponse:
    """Ask for codes from now on, once a first one was right; show the recovery codes once.

    The user's other sessions end: they were started without a code.
    """
    person = person_of(request)
    user = get_own_user(person.as_caller())
    form = CodeForm(request.POST)
    if form.is_valid():
        with form.showing_refusals():
            codes = confirm_second_factor(
                user, code=form.cleaned_data["code"], client_ip=client_ip(request)
            )
            end_other_sessions(person)
            return _draw_factor(request, codes=codes)
    return _draw_secret(request, form, status=400)


def remove_factor(request: ConsoleRequest) -> HttpResponse | str:
    """Ask for no second factor any more, with the password or a code: a session alone doesn't suffice."""
    person = person_of(request)
    user = get_own_user(person.as_caller())
    form = ProofForm(request.POST, user=user)
    if form.is_valid():
        with form.showing_refusals():
            if _is_proven(request, user, form):
                remove_second_factor(user)
                return "Signing in asks for no code any more."
    return _draw_factor(request, form=form, status=400)


def _is_proven(request: ConsoleRequest, user: User, form: ProofForm) -> bool:
    """Return whether what the form asks for is right, a code used up. Raises as `require_password`, `RateLimited`."""
    ip = client_ip(request)
    given = form.cleaned_data
    if "password" in given:
        require_password(user, password=given["password"], client_ip=ip, client=CLIENT)
        return True
    if "code" not in given:
        return True
    try:
        check_code(user.id, given["code"], account=str(user.uuid), client_ip=ip)
    except WrongPassword:
        form.add_error("code", "This code is wrong, or was used before.")
        return False
    return True


def _leave() -> HttpResponse:
    response = go(SIGN_IN)
    forget_session(response)
    return response


def _draw(request: ConsoleRequest, form: PasswordForm, *, status: int = 200) -> HttpResponse:
    person = person_of(request)
    return draw(
        request,
        "account.html",
        title="Your account",
        status=status,
        form=form,
        user=get_own_user(person.as_caller()),
        sessions=list_sessions(person.user_id),
        has_factor=has_second_factor(person.user_id),
    )


def _draw_factor(
    request: ConsoleRequest,
    *,
    form: ProofForm | None = None,
    codes: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    person = person_of(request)
    user = get_own_user(person.as_caller())
    return draw(
        request,
        "second_factor.html",
        title="Second factor",
        status=status,
        crumbs=[Link("Your account", ACCOUNT)],
        form=form or ProofForm(user=user),
        has_factor=has_second_factor(person.user_id),
        codes_left=count_recovery_codes(person.user_id),
        codes="\n".join(codes) if codes else "",
    )


def _draw_secret(
    request: ConsoleRequest, form: CodeForm, *, factor: NewFactor | None = None, status: int = 200
) -> HttpResponse:
    """Return the page that takes the first code; with the secret, when it was made just now."""
    return draw(
        request,
        "second_factor_secret.html",
        title="Second factor",
        status=status,
        crumbs=[Link("Your account", ACCOUNT)],
        form=form,
        factor=factor,
        qr=draw_qr_code(factor.uri) if factor else "",
    )


PAGES: Final = (
    Page(
        "account",
        "app/account/",
        "user",
        show_account,
        {
            "change-password": Action(change_own_password),
            "end": Action(end_one),
            "end-all": Action(end_all),
        },
    ),
    Page(
        "second-factor",
        "app/account/second-factor/",
        "user",
        show_factor,
        {
            "begin": Action(begin_factor),
            "confirm": Action(confirm_factor),
            "remove": Action(remove_factor),
        },
    ),
)
