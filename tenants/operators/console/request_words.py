"""What the page of a request to the provisioning worker says, and where it leads back to."""

from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from tenants.provisioning.requests import RequestStatus

# What the worker does, in its order; the last steps are passed over where nothing is to be done.
_STEPS: Final = {
    "tenant.create": (
        ("", "Checking the request"),
        ("schema", "Creating tables and role"),
        ("credentials", "Making owner, key and client"),
        ("settings", "Applying domain, quotas and plugins"),
    )
}
_TITLES: Final = {
    "tenant.create": "New tenant",
    "tenant.reset": "Reset",
    "tenant.schedule_deletion": "Deletion",
    "tenant.restore": "Undo the deletion",
    "tenant.migrate": "Migration",
    "domain.add": "New domain",
    "domain.verify": "Check of a domain",
    "domain.remove": "Removal of a domain",
    "domain.primary": "Primary domain",
    "operator.create": "New operator",
    "operator.disable": "Disable an operator",
    "operator.enable": "Enable an operator",
    "operator.set_role": "Role of an operator",
    "operator.reset_totp": "Reset of a second factor",
    "operator.remove": "Removal of an operator",
}


def title_of(status: RequestStatus) -> str:
    """Return what was asked for, with the tenant that it is about."""
    title = _TITLES.get(status.verb, "Request")
    return f"{title}: {status.tenant}" if status.tenant else title


def steps_of(status: RequestStatus) -> list[tuple[str, str]]:
    """Return (class, text) of each step: `done`, `now`, `failed`, or "" for what is to come."""
    steps = _STEPS.get(status.verb, (("", "At work"),))
    if status.state == "done":
        return [("done", text) for _, text in steps]
    names = [name for name, _ in steps]
    current = names.index(status.step) if status.step in names else 0
    mark = {"running": "now", "failed": "failed"}.get(status.state, "")
    return [
        ("done" if number < current else mark if number == current else "", text)
        for number, (_, text) in enumerate(steps)
    ]


def way_back_of(status: RequestStatus) -> tuple[str, str]:
    """Return (words, address) of the page on which the request was made, where what came of it is shown.

    A form whose request has failed is offered again with what was sent.
    """
    subject = status.verb.partition(".")[0]
    if status.state == "failed" and (form := _form_of(status)):
        return "To the form, with what was sent", f"{form}?{urlencode({'failed': status.id})}"
    if subject == "operator":
        return "To the operators", reverse("admin:operators")
    if subject == "domain":
        return "To the domains", reverse("admin:tenant-domains", args=[status.tenant])
    return "To the tenant", reverse("admin:tenant", args=[status.tenant])


def _form_of(status: RequestStatus) -> str:
    """Return the address of the form that the request was made with; "" for a mere button."""
    match status.verb:
        case "tenant.create":
            return reverse("admin:onboarding")
        case "operator.create":
            return reverse("admin:operators")
        case "domain.add":
            return reverse("admin:tenant-domains", args=[status.tenant])
    return ""
