"""The target of `accessUrl` when files are stored on local disk. The link is the permission: no header is needed."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Router

from api_v1.happo.auth import api_keys
from api_v1.routing import route_options
from core.recruiting.queries.attachments import file_name_of
from tenants.context import TenantRef
from tenants.files.backends import DOWNLOAD_TYPE
from tenants.files.links import new_token, read_token
from tenants.files.tenant_files import TenantFiles
from tenants.routing import request_scope

router: Final = Router(tags=["Attachments"])

# Browsers must neither display nor execute an uploaded file on this host.
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def make_download_path(tenant: TenantRef, attachment_id: UUID, *, expires_at: datetime) -> str:
    """Return the path that serves one file of one tenant until `expires_at`."""
    return f"/v1/files/{new_token(tenant, attachment_id, expires_at=expires_at)}"


# Not in the documents: clients don't build this URL, it is the `accessUrl` of an attachment.
@router.get("/files/{token}", include_in_schema=False)
@route_options(public=True, versionless=True)
def download_file(request: HttpRequest, token: str) -> HttpResponseBase:
    tenant, attachment_id = read_token(token, host=request.get_host())
    # No key is required. But a key of another tenant means that the client has confused two customers.
    api_keys.reject_other_tenant(request, tenant)
    with request_scope(tenant):
        file_name = file_name_of(attachment_id)
    response = FileResponse(
        TenantFiles(tenant).open(attachment_id),
        as_attachment=True,
        filename=file_name,
        content_type=DOWNLOAD_TYPE,
        headers=_HEADERS,
    )
    return _drop_body(response) if request.method == "HEAD" else response


def _drop_body(response: FileResponse) -> HttpResponse:
    response.close()
    return HttpResponse(headers=dict(response.items()))
