"""Mail domains of which the tenant says whether they are a public provider's: suppliers there are no colleagues."""

from typing import Final

from django import forms
from django.http import HttpResponse

from api_v1.console.page import Action, ConsoleRequest, Page, draw
from core.domain_names import show_domain
from core.recruiting.queries.mail_domains import list_mail_domains
from core.recruiting.services.mail_domains import state_mail_domain, withdraw_mail_domain
from providers.limits import MAX_EMAIL_CHARACTERS
from tenants.console.forms import ConsoleForm


class DomainForm(ConsoleForm):
    """What a domain is."""

    domain = forms.CharField(label="Mail domain", max_length=MAX_EMAIL_CHARACTERS)
    kind = forms.ChoiceField(
        label="It belongs to",
        choices=(("company", "one company"), ("public", "a public provider")),
        help_text="Suppliers with addresses of one company see each other's candidates.",
    )


def show_domains(request: ConsoleRequest) -> HttpResponse:
    """List what the tenant has said."""
    return _draw(request, DomainForm())


def state(request: ConsoleRequest) -> HttpResponse | str:
    """Say what a domain is."""
    form = DomainForm(request.POST)
    if form.is_valid():
        with form.showing_refusals():
            kind = form.cleaned_data["kind"]
            stated = state_mail_domain(form.cleaned_data["domain"], is_public=kind == "public")
            word = "a public provider's" if stated.is_public else "a company's"
            return f"{show_domain(stated.domain)} is {word} from now on."
    return _draw(request, form, status=400)


def withdraw(request: ConsoleRequest) -> str:
    """Let the maintained lists decide again."""
    listed = withdraw_mail_domain(request.POST.get("domain", ""))
    word = "a public provider's" if listed.is_public else "a company's"
    return f"{show_domain(listed.domain)} is {word}, as the maintained lists have it."


def _draw(request: ConsoleRequest, form: DomainForm, *, status: int = 200) -> HttpResponse:
    return draw(
        request,
        "mail_domains.html",
        title="Mail domains",
        status=status,
        form=form,
        domains=list_mail_domains(),
    )


PAGES: Final = (
    Page(
        "mail-domains",
        "admin/mail-domains/",
        "staff",
        show_domains,
        {"state": Action(state), "withdraw": Action(withdraw)},
    ),
)
