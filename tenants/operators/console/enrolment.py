"""An operator's second factor: set up an authenticator, get recovery codes."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from tenants.client_ip import client_ip
from tenants.console.answers import show_once
from tenants.console.forms import CodeForm
from tenants.console.qr_codes import draw_qr_code
from tenants.operators import second_factor
from tenants.operators.console.page import Page, draw
from tenants.operators.console.serving import ENROLMENT
from tenants.operators.console.sign_in import draw_narrow
from tenants.operators.console.signed_in import key_hash_of, must_enrol, operator_of
from tenants.operators.session_store import SECOND_FACTOR
from tenants.operators.sessions import end_sessions

_TITLE = "Second factor"


def show_enrolment(
    request: HttpRequest, *, form: CodeForm | None = None, status: int = 200
) -> HttpResponse:
    """Show whether the operator has an authenticator, and begin with one."""
    operator = operator_of(request)
    is_enrolled = second_factor.is_enrolled(operator)
    return _draw(
        request,
        "enrolment.html",
        is_enrolled=is_enrolled,
        left=second_factor.count_recovery_codes(operator) if is_enrolled else 0,
        form=form or CodeForm(),
        status=status,
    )


def begin(request: HttpRequest) -> HttpResponse:
    """Show a new secret as a QR code. An operator who has an authenticator enters its code first."""
    operator, form = operator_of(request), CodeForm(request.POST)
    if second_factor.is_enrolled(operator) and not _is_proven(request, form):
        return show_enrolment(request, form=form, status=400)
    return _show_secret(request, second_factor.begin_enrolment(operator))


def finish(request: HttpRequest) -> HttpResponse:
    """Use the new authenticator from now on, if its first code is right; show the recovery codes, once."""
    operator, form = operator_of(request), CodeForm(request.POST)
    codes = None
    if form.is_valid():
        code = form.cleaned_data["code"]
        codes = second_factor.enrol(operator, code, ip=client_ip(request))
        if codes is None:
            form.add_error("code", "This is not the code that the new authenticator shows.")
    if codes is None:
        return _draw(request, "secret.html", form=form, status=400)
    request.session[SECOND_FACTOR] = True
    request.session.cycle_key()
    # They were started without this authenticator.
    end_sessions(operator, except_for=key_hash_of(request))
    return _show_codes(request, codes)


def renew_codes(request: HttpRequest) -> HttpResponse:
    """Show new recovery codes, once."""
    form = CodeForm(request.POST)
    if not _is_proven(request, form):
        return show_enrolment(request, form=form, status=400)
    return _show_codes(request, second_factor.renew_recovery_codes(operator_of(request)))


def go_on(request: HttpRequest) -> HttpResponse:
    """Leave the page with the recovery codes."""
    messages.success(request, "Your second factor is set up.")
    return redirect("admin:index")


def _is_proven(request: HttpRequest, form: CodeForm) -> bool:
    """Return whether the form has the code of the present authenticator; otherwise the form says so."""
    if not form.is_valid():
        return False
    code, ip = form.cleaned_data["code"], client_ip(request)
    if second_factor.check_code(operator_of(request), code, ip=ip):
        return True
    form.add_error("code", "This code is wrong, or was used already.")
    return False


def _show_secret(request: HttpRequest, uri: str) -> HttpResponse:
    secret = uri.partition("secret=")[2].partition("&")[0]
    grouped = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    qr = draw_qr_code(uri)
    page = _draw(request, "secret.html", qr=qr, secret=grouped, form=CodeForm(), status=200)
    return show_once(request, page)


def _show_codes(request: HttpRequest, codes: tuple[str, ...]) -> HttpResponse:
    text = "\n".join(codes)
    return show_once(
        request, draw_narrow(request, "recovery_codes.html", title="Recovery codes", codes=text)
    )


def _draw(request: HttpRequest, template: str, *, status: int, **context: object) -> HttpResponse:
    # Who has to enrol can go nowhere else: no bar leads there.
    page = draw_narrow if must_enrol(request) else draw
    base = "console/narrow.html" if must_enrol(request) else "console/base.html"
    return page(request, template, title=_TITLE, status=status, base=base, **context)


PAGE = Page(
    ENROLMENT,
    "account/second-factor/",
    show_enrolment,
    {"begin": begin, "finish": finish, "renew_codes": renew_codes, "go_on": go_on},
    is_own=True,
)
