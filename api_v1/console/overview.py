"""The first page for owner and staff: who is there, and how much of the quota is used."""

from typing import Final

from django.http import HttpResponse

from api_v1.console.page import ConsoleRequest, Page, draw
from core.accounts.roles import Role
from core.people import count_people
from tenants.quotas.settings import read_quotas

_LABELS: Final = {
    "storage": "Attachments",
    "positions": "Positions",
    "candidates": "Candidates of the largest position",
    "invitations": "New people invited within an hour",
    "jobs": "Jobs that wait",
}
_ROLES: Final = {Role.OWNER: "Owner", Role.STAFF: "Staff", Role.USER: "Users"}


def show_overview(request: ConsoleRequest) -> HttpResponse:
    """Show the numbers of people, and the quotas."""
    quotas = [
        (name, _LABELS.get(name, name), state)
        for name, state in read_quotas(request.tenant).items()
    ]
    people = [(_ROLES[role], number) for role, number in count_people().items()]
    title = request.tenant.name
    return draw(request, "overview.html", title=title, quotas=quotas, people=people)


PAGES: Final = (Page("overview", "admin/", "staff", show_overview),)
