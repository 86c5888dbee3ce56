"""Exports of all data of the tenant, for its owner."""

from typing import Final
from uuid import UUID

from django.http import FileResponse, HttpResponse

from api_v1.console.page import ADMIN_HOME, Action, ConsoleRequest, Page, draw, person_of
from core.errors import NotFound
from tenants.console.frame import Link
from tenants.exports.jobs import LIFE
from tenants.exports.services import (
    MOST_EXPORTS,
    has_failed,
    list_exports,
    open_export,
    remove_export,
    request_export,
)
from tenants.files.backends import DOWNLOAD_TYPE


def show_exports(request: ConsoleRequest) -> HttpResponse:
    """List the exports, and what can be done with each."""
    exports = [(one, one.requested_at + LIFE, has_failed(one)) for one in list_exports()]
    return draw(
        request,
        "export.html",
        title="Export",
        crumbs=[Link("Overview", ADMIN_HOME)],
        exports=exports,
        is_waiting=any(one.made_at is None and not is_failed for one, _, is_failed in exports),
        has_room=len(exports) < MOST_EXPORTS,
        days=LIFE.days,
    )


def make(request: ConsoleRequest) -> str:
    """Have an export made in the background."""
    request_export(person_of(request).user_uuid)
    return "The export is being made."


def download(request: ConsoleRequest) -> FileResponse:
    """Send the file of an export. By POST, as the audit log says who has it."""
    export_id = _read_export(request)
    name = f"{request.tenant.slug}-{export_id}.zip"
    return FileResponse(
        open_export(export_id), as_attachment=True, filename=name, content_type=DOWNLOAD_TYPE
    )


def remove(request: ConsoleRequest) -> str:
    """Delete an export, or don't make it."""
    remove_export(_read_export(request))
    return "The export is deleted."


def _read_export(request: ConsoleRequest) -> UUID:
    try:
        return UUID(request.POST.get("export", ""))
    except ValueError:
        raise NotFound("export") from None


PAGES: Final = (
    Page(
        "export",
        "admin/export/",
        "owner",
        show_exports,
        {"make": Action(make), "download": Action(download), "remove": Action(remove)},
    ),
)
