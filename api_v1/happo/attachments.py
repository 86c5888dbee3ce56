"""Happo: "Attachments". A file is uploaded first, and linked when a position or a candidate names its id."""

from datetime import UTC, datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile as DjangoUploadedFile
from django.http import HttpRequest
from ninja import File, Router
from ninja.files import UploadedFile
from pydantic import BaseModel

from api_v1.fields import BodyId
from api_v1.happo.downloads import make_download_path
from api_v1.links import absolute_url
from api_v1.request_context import ApiRequest
from core.errors import Invalid
from core.recruiting.limits import MAX_ATTACHMENT_MB
from core.recruiting.queries.attachments import AttachmentView, visible_attachment
from core.recruiting.services.uploads import Upload, upload_attachment
from tenants.context import current_tenant
from tenants.files.tenant_files import TenantFiles

router: Final = Router(tags=["Attachments"])

ACCESS_WINDOW: Final = timedelta(minutes=5)
FIELD: Final = "attachment"
# Optional for the parser: the view distinguishes a missing file from text sent in its place.
_FORM: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "required": [FIELD],
                    "properties": {
                        FIELD: {
                            "description": f"One file, 1 byte to {MAX_ATTACHMENT_MB} MB.",
                            "minLength": 1,
                        }
                    },
                }
            }
        },
    }
}


class Attachment(BaseModel):
    """Happo: "Attachment Object". `parentModelId` and `parentModelType` are set once it is linked."""

    id: UUID
    fileName: str
    parentModelId: UUID | None = None
    parentModelType: Literal["position", "candidate"] | None = None
    createdBy: UUID


class AccessibleAttachment(Attachment):
    """An attachment with `accessUrl`, which downloads the file without any header until `accessExpiringAt`."""

    accessUrl: str
    accessExpiringAt: datetime


@router.post(
    "/attachments", response=Attachment, summary="Upload an attachment", openapi_extra=_FORM
)
def create_attachment(request: ApiRequest, attachment: UploadedFile = File(None)) -> Attachment:  # type: ignore[type-arg]
    file = _take_only_file(request)
    name = _decode_file_name(file.name or "")
    upload = Upload(name, file.content_type or "", content=file, size=file.size or 0)
    made = upload_attachment(request.caller, upload, files=TenantFiles(current_tenant()))
    return Attachment(id=made.id, fileName=made.file_name, createdBy=made.created_by_id)


def _decode_file_name(written: str) -> str:
    # HTML, "multipart form data": browsers and curl escape these three characters, but not the percent sign.
    return written.replace("%22", '"').replace("%0D", " ").replace("%0A", " ")


def _take_only_file(request: ApiRequest) -> DjangoUploadedFile:
    files = request.FILES.getlist(FIELD)
    if FIELD in request.POST:
        # With curl: -F attachment=sample.pdf instead of -F attachment=@sample.pdf.
        raise Invalid.one(FIELD, "not_file")
    if not files:
        raise Invalid.one(FIELD, "required")
    if len(files) > 1:
        raise Invalid.one(FIELD, "not_one_file")
    return files[0]


@router.get(
    "/attachments/{attachment_id}", response=AccessibleAttachment, summary="View an attachment"
)
def view_attachment(request: ApiRequest, attachment_id: BodyId) -> AccessibleAttachment:
    return present_accessible(
        request, visible_attachment(request.caller, attachment_id, archived=True)
    )


def present_accessible(request: ApiRequest, attachment: AttachmentView) -> AccessibleAttachment:
    """Return an attachment that the caller may see, with a URL to download it from."""
    url, expires_at = make_access_url(request, attachment)
    return AccessibleAttachment(
        id=attachment.id,
        fileName=attachment.file_name,
        parentModelId=attachment.parent_id,
        parentModelType=attachment.parent_type,
        accessUrl=url,
        accessExpiringAt=expires_at,
        createdBy=attachment.created_by,
    )


def make_access_url(request: HttpRequest, attachment: AttachmentView) -> tuple[str, datetime]:
    """Return a URL that downloads the file without any header, and when it ends."""
    tenant = current_tenant()
    presigned = TenantFiles(tenant).presign(
        attachment.id, shown_as=attachment.file_name, life=ACCESS_WINDOW
    )
    if presigned is not None:
        return presigned.url, presigned.expires_at
    expires_at = datetime.now(UTC) + ACCESS_WINDOW
    path = make_download_path(tenant, attachment.id, expires_at=expires_at)
    return absolute_url(request, path), expires_at
