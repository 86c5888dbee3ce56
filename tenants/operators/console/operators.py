"""The operators of the installation, and the page of one of them."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from core.accounts.models import User
from core.errors import Conflict, DomainError, NotFound
from providers.limits import MAX_EMAIL_CHARACTERS
from tenants.console.answers import show_once
from tenants.console.forms import ConsoleForm
from tenants.console.frame import Link
from tenants.operators import second_factor
from tenants.operators.console.page import Page, draw
from tenants.operators.console.requests import ask_worker, read_failed
from tenants.operators.console.signed_in import operator_of
from tenants.operators.password_links import make_token
from tenants.operators.sessions import end_session, end_sessions, list_sessions, read_key_hash
from tenants.provisioning.requests import is_worker_running
from tenants.provisioning.verbs import (
    CreateOperator,
    DisableOperator,
    EnableOperator,
    RemoveOperator,
    ResetSecondFactor,
    SetOperatorRole,
)


class NewOperatorForm(ConsoleForm):
    """A colleague who runs the installation too."""

    email = forms.CharField(
        label="E-mail address",
        max_length=MAX_EMAIL_CHARACTERS,
        widget=forms.TextInput({"type": "email", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(choices=[("all", "All rights"), ("read", "Read only")])


def show_operators(
    request: HttpRequest, *, form: NewOperatorForm | None = None, status: int = 200
) -> HttpResponse:
    """Show the operators, by address."""
    enrolled = second_factor.list_enrolled()
    people = [(one, one.pk in enrolled) for one in User.objects.order_by("email")]
    failed = read_failed(request, CreateOperator) if form is None else None
    return draw(
        request,
        "operators.html",
        title="Operators",
        status=status,
        people=people,
        is_running=is_worker_running(),
        form=form or NewOperatorForm(initial=_fill_in(failed[0]) if failed else None),
        failure=failed[1] if failed else "",
    )


def create(request: HttpRequest) -> HttpResponse:
    """Ask for a new operator."""
    form = NewOperatorForm(request.POST)
    if form.is_valid():
        email, may_change = form.cleaned_data["email"], form.cleaned_data["role"] == "all"
        try:
            return ask_worker(request, CreateOperator(email=email, may_change=may_change))
        except DomainError as error:
            form.add_refusal_to("email", error)
    return show_operators(request, form=form, status=400)


def show_operator(request: HttpRequest, *, id: int) -> HttpResponse:
    """Show one operator and its sessions."""
    operator = _find(id)
    return draw(
        request,
        "operator.html",
        title=operator.email,
        crumbs=[Link("Operators", reverse("admin:operators"))],
        operator=operator,
        is_self=operator.pk == operator_of(request).pk,
        is_enrolled=second_factor.is_enrolled(operator),
        sessions=list_sessions(operator),
        is_running=is_worker_running(),
    )


def make_link(request: HttpRequest, *, id: int) -> HttpResponse:
    """Show, once, a link with which the operator chooses a password."""
    operator = _find(id)
    if not operator.is_active:
        raise Conflict("operator", "is disabled")
    path = reverse("admin:welcome", kwargs={"id": operator.pk, "token": make_token(operator)})
    page = draw(
        request,
        "password_link.html",
        title="A link to choose a password",
        operator=operator,
        link=request.build_absolute_uri(path),
    )
    return show_once(request, page)


def disable(request: HttpRequest, *, id: int) -> HttpResponse:
    """Ask to end the operator's sessions and refuse its log-ins."""
    return ask_worker(request, DisableOperator(email=_find_other(request, id).email))


def enable(request: HttpRequest, *, id: int) -> HttpResponse:
    """Ask to accept the log-ins of the operator again."""
    return ask_worker(request, EnableOperator(email=_find_other(request, id).email))


def remove(request: HttpRequest, *, id: int) -> HttpResponse:
    """Ask to delete the operator."""
    return ask_worker(request, RemoveOperator(email=_find_other(request, id).email))


def reset_second_factor(request: HttpRequest, *, id: int) -> HttpResponse:
    """Ask to take the operator's authenticator, so that it sets up another one."""
    return ask_worker(request, ResetSecondFactor(email=_find_other(request, id).email))


def allow_everything(request: HttpRequest, *, id: int) -> HttpResponse:
    """Ask to give the operator all rights."""
    email = _find_other(request, id).email
    return ask_worker(request, SetOperatorRole(email=email, may_change=True))


def allow_reading(request: HttpRequest, *, id: int) -> HttpResponse:
    """Ask to leave the operator nothing but reading."""
    email = _find_other(request, id).email
    return ask_worker(request, SetOperatorRole(email=email, may_change=False))


def end_one(request: HttpRequest, *, id: int) -> str:
    """End one session of the operator."""
    end_session(_find(id), read_key_hash(request.POST.get("session", "")))
    return "The session has ended."


def end_all(request: HttpRequest, *, id: int) -> str:
    """End all sessions of the operator."""
    return f"{end_sessions(_find_other(request, id))} sessions have ended."


def _fill_in(sent: CreateOperator) -> dict[str, str]:
    return {"email": sent.email, "role": "all" if sent.may_change else "read"}


def _find(id: int) -> User:
    operator = User.objects.filter(pk=id).first()
    if operator is None:
        raise NotFound("operator", id)
    return operator


def _find_other(request: HttpRequest, id: int) -> User:
    """Return the operator; raise `Conflict` for the one who is signed in, so that one with all rights always stays."""
    operator = _find(id)
    if operator.pk == operator_of(request).pk:
        raise Conflict("operator", "is you: another operator has to do that")
    return operator


PAGE = Page("operators", "operators/", show_operators, {"create": create})
OPERATOR = Page(
    "operator",
    "operators/<int:id>/",
    show_operator,
    {
        "make_link": make_link,
        "disable": disable,
        "enable": enable,
        "remove": remove,
        "reset_second_factor": reset_second_factor,
        "allow_everything": allow_everything,
        "allow_reading": allow_reading,
        "end_session": end_one,
        "end_all": end_all,
    },
)
