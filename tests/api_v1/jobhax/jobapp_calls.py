"""Job applications as a client of the API handles them."""

from typing import Any

from core.jobsearch.models import Application
from tests.clients import JobHaxClient, Reply

NEW = {
    "job_title": "job_title",
    "status_id": "1",
    "company": "company_test",
    "application_date": "2019-01-31",
    "source": "Vettery",
}
OK = (200, 0, "")


def outcome(reply: Reply) -> tuple[int, int, str]:
    return reply.status, reply.code, reply.message


def add_jobapp(api: JobHaxClient, **said: object) -> Any:  # Any: JSON
    """Add an application and return it as it is listed."""
    assert outcome(api.post("jobapps/add_jobapp", **{**NEW, **said})) == OK
    newest = max(application.id for application in Application.objects.all())
    return next(found for found in list_jobapps(api) if found["id"] == newest)


def list_jobapps(api: JobHaxClient, **query: str) -> Any:  # Any: JSON
    reply = api.get("jobapps/get_jobapps", **query)
    assert outcome(reply) == OK
    return reply.data


def add_note(api: JobHaxClient, jobapp_id: int, text: str = "test note") -> Any:  # Any: JSON
    reply = api.post("jobapps/add_jobapp_note", jobapp_id=jobapp_id, description=text)
    assert outcome(reply) == OK
    return reply.data


# How each route is called, with the id of an application and of a note that it is about.
READING = ("get_status_history", "get_jobapp_detail", "get_jobapp_notes")
WRITING: dict[str, dict[str, object]] = {
    "update_jobapp": {"status_id": 5},
    "delete_jobapp": {},
    "add_jobapp_note": {"description": "mine"},
}
ON_NOTES: dict[str, dict[str, object]] = {
    "update_jobapp_note": {"description": "mine"},
    "delete_jobapp_note": {},
}


def call(api: JobHaxClient, route: str, *, id: object) -> Reply:
    """Call a route that is about one application or note."""
    if route.startswith("get_"):
        return api.get(f"jobapps/{route}", **({} if id is None else {"jobapp_id": str(id)}))
    name = "jobapp_note_id" if route in ON_NOTES else "jobapp_id"
    return api.post(
        f"jobapps/{route}", **{name: id, **WRITING.get(route, {}), **ON_NOTES.get(route, {})}
    )
