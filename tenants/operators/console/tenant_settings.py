"""The tab of a tenant's quotas, statuses of job applications, and mail domains."""

import re
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from core.domain_names import show_domain
from core.errors import DomainError
from core.jobsearch.limits import MAX_STATUS_CHARACTERS
from core.quotas.values import MOST, QUOTAS, QuotaName
from tenants.console.forms import ConsoleForm
from tenants.models import Tenant
from tenants.operators.console.page import TENANT, Page, draw_tenant
from tenants.operators.mail_domains import (
    list_mail_domains_of,
    state_mail_domain,
    withdraw_mail_domain,
)
from tenants.operators.statuses import add_status_to, list_statuses_of
from tenants.quotas.settings import QuotaState, read_quotas, recount_of, set_quotas

_UNITS: Final = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3, "t": 1024**4}
_LIMIT: Final = re.compile(r"(\d{1,19})\s*(?:([kmgt])b?)?", re.IGNORECASE)


class LimitField(forms.CharField):
    """A limit: an integer, also as `20 GB`; empty for the default."""

    def clean(self, value: Any) -> int | None:  # Any: as in Django
        """Return the limit, or None for the default."""
        text = super().clean(value)
        if not text:
            return None
        found = _LIMIT.fullmatch(text)
        number = int(found[1]) * _UNITS[(found[2] or "").lower()] if found else MOST + 1
        if number > MOST:
            raise ValidationError("Write a number, such as 5000 or 20 GB.")
        return number


class QuotaForm(ConsoleForm):
    """The limits of a tenant."""

    def __init__(
        self, states: Mapping[QuotaName, QuotaState], *arguments: Any
    ) -> None:  # Any: as in Django
        super().__init__(*arguments)
        for name, state in states.items():
            self.fields[name] = LimitField(
                label=name.capitalize(),
                required=False,
                max_length=30,
                initial="" if state.is_default else _write(name, state.limit),
                help_text=(
                    f"At most this many {QUOTAS[name].counts};"
                    f" empty: {_write(name, QUOTAS[name].default)}."
                ),
            )


class StatusForm(ConsoleForm):
    """One more status."""

    value = forms.CharField(
        label="Another status", max_length=MAX_STATUS_CHARACTERS, help_text="It can't be removed."
    )


class MailDomainForm(ConsoleForm):
    """What a mail domain is for the tenant."""

    domain = forms.CharField(max_length=253, help_text="The part of an address after the @.")
    kind = forms.ChoiceField(
        choices=[("public", "A public provider's"), ("company", "A company's")]
    )


def _write(name: QuotaName, limit: int) -> str:
    """Return a limit as `LimitField` reads it: bytes in the largest unit of which they are a whole number."""
    if name != "storage" or not limit:
        return str(limit)
    unit = max((one for one in _UNITS if limit % _UNITS[one] == 0), key=_UNITS.__getitem__)
    return f"{limit // _UNITS[unit]} {unit.upper()}B" if unit else f"{limit}"


def show_settings(
    request: HttpRequest,
    tenant: Tenant,
    *,
    quota_form: QuotaForm | None = None,
    status_form: StatusForm | None = None,
    domain_form: MailDomainForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the limits with what is used of them, the statuses and the mail domains."""
    ref = tenant.ref()
    states = read_quotas(ref)
    return draw_tenant(
        request,
        tenant,
        "settings.html",
        status=status,
        quotas=[(name, state, QUOTAS[name].counts) for name, state in states.items()],
        statuses=list_statuses_of(ref),
        mail_domains=list_mail_domains_of(ref),
        quota_form=quota_form or QuotaForm(states),
        status_form=status_form or StatusForm(auto_id="status_%s"),
        domain_form=domain_form or MailDomainForm(auto_id="domain_%s"),
    )


def change_quotas(request: HttpRequest, tenant: Tenant) -> HttpResponse | str:
    """Set the limits that differ from those that hold."""
    states = read_quotas(tenant.ref())
    form = QuotaForm(states, request.POST)
    if not form.is_valid():
        return show_settings(request, tenant, quota_form=form, status=400)
    before = {name: None if one.is_default else one.limit for name, one in states.items()}
    changed: dict[QuotaName, int | None] = {
        name: form.cleaned_data[name] for name in states if form.cleaned_data[name] != before[name]
    }
    if not changed:
        return "Nothing was changed."
    set_quotas(tenant.ref(), changed)
    return f"Set: {', '.join(changed)}. It holds from now on."


def count_again(request: HttpRequest, tenant: Tenant) -> str:
    """Count anew what the tenant has; its writers wait meanwhile."""
    recount_of(tenant.ref())
    return "What the tenant has is counted anew."


def add_status(request: HttpRequest, tenant: Tenant) -> HttpResponse | str:
    """Add a status for job applications."""
    form = StatusForm(request.POST, auto_id="status_%s")
    if form.is_valid():
        try:
            added = add_status_to(tenant.ref(), form.cleaned_data["value"])
        except DomainError as error:
            form.add_refusal_to("value", error)
        else:
            return f"{added.value} has the id {added.id}."
    return show_settings(request, tenant, status_form=form, status=400)


def set_mail_domain(request: HttpRequest, tenant: Tenant) -> HttpResponse | str:
    """Say of a mail domain whether it is a public provider's."""
    form = MailDomainForm(request.POST, auto_id="domain_%s")
    if form.is_valid():
        given = form.cleaned_data
        try:
            stated = state_mail_domain(
                tenant.ref(), given["domain"], is_public=given["kind"] == "public"
            )
        except DomainError as error:
            form.add_refusal_to("domain", error)
        else:
            owner = "a public provider" if stated.is_public else "a company"
            return f"{show_domain(stated.domain)} is {owner}'s."
    return show_settings(request, tenant, domain_form=form, status=400)


def reset_mail_domain(request: HttpRequest, tenant: Tenant) -> str:
    """Let Happo's lists decide about a mail domain again."""
    listed = withdraw_mail_domain(tenant.ref(), request.POST.get("domain", ""))
    return f"Happo's lists decide about {show_domain(listed.domain)} again."


PAGE = Page(
    "tenant-settings",
    f"{TENANT}settings/",
    show_settings,
    {
        "change_quotas": change_quotas,
        "count_again": count_again,
        "add_status": add_status,
        "set_mail_domain": set_mail_domain,
        "reset_mail_domain": reset_mail_domain,
    },
)
