"""Where `accessUrl` leads when files are on our own disk. The link alone is the permission: no header is needed."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Router

from api_v1.happo.auth import bearer
from api_v1.routing import route_options
from core.errors import Unauthenticated
from core.recruiting.queries.attachments import file_name_of
from tenants.context import TenantRef
from tenants.credentials import slug_of_key
from tenants.files.backends import DOWNLOAD_TYPE
from tenants.files.links import new_token, read_token
from tenants.files.tenant_files import TenantFiles
from tenants.routing import request_scope

router: Final = Router(tags=["Attachments"])

# Whatever somebody has uploaded, no browser shows it or runs it on this host.
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def path_of_download(tenant: TenantRef, attachment_id: UUID, *, expires_at: datetime) -> str:
    """Return the path that serves one file of one tenant until `expires_at`."""
    return f"/v1/files/{new_token(tenant, attachment_id, expires_at=expires_at)}"


# Not in the documents: nobody builds such an address, it is the `accessUrl` of an attachment.
@router.get("/files/{token}", include_in_schema=False)
@route_options(public=True, versionless=True)
def download_file(request: HttpRequest, token: str) -> HttpResponseBase:
    tenant, attachment_id = read_token(token, host=request.get_host())
    _refuse_foreign_key(request, tenant)
    with request_scope(tenant):
        file_name = file_name_of(attachment_id)
    response = FileResponse(
        TenantFiles(tenant).open(attachment_id),
        as_attachment=True,
        filename=file_name,
        content_type=DOWNLOAD_TYPE,
        headers=_HEADERS,
    )
    return _without_body(response) if request.method == "HEAD" else response


def _refuse_foreign_key(request: HttpRequest, tenant: TenantRef) -> None:
    # No key is asked for. But one of another tenant means that somebody has mixed up two customers.
    try:
        slug = slug_of_key(bearer(request))
    except Unauthenticated:
        return
    if slug is not None and slug != tenant.slug:
        raise Unauthenticated("wrong")


def _without_body(response: FileResponse) -> HttpResponse:
    response.close()
    return HttpResponse(headers=dict(response.items()))
