"""Ask for an export, read it, remove it: what the owner does."""

from collections.abc import Sequence
from typing import IO, Final
from uuid import UUID

from django.db import IntegrityError, transaction

from core.audit import record
from core.errors import Conflict, NotFound
from core.jobs import enqueue
from tenants.context import current_tenant
from tenants.exports.jobs import make_export
from tenants.exports.models import Export
from tenants.exports.storing import export_files
from tenants.jobs.queries import has_open_job

MOST_EXPORTS: Final = 3


def list_exports() -> Sequence[Export]:
    """Return the exports, the newest first: `MOST_EXPORTS` at most."""
    return list(Export.objects.order_by("-requested_at", "-id"))


def has_failed(export: Export) -> bool:
    """Tell whether the export will never be made: no job of it waits or runs."""
    if export.made_at is not None:
        return False
    if has_open_job(make_export, key=str(export.id), tenant=current_tenant()):
        return False
    # The job may have made it since the caller read the row.
    return Export.objects.filter(id=export.id, made_at=None).exists()


@transaction.atomic
def request_export(user_uuid: UUID) -> Export:
    """Have an export made; raise `Conflict` while one is being made, and beyond `MOST_EXPORTS`."""
    if Export.objects.count() >= MOST_EXPORTS:
        raise Conflict(
            "export", f"can't be made: there are {MOST_EXPORTS} already, of which one has to go"
        )
    try:
        with transaction.atomic():
            export = Export.objects.create(requested_by=user_uuid)
    except IntegrityError:
        raise Conflict("export", "is being made already") from None
    enqueue(make_export, key=str(export.id), export_id=str(export.id))
    record("export.request", export.id)
    return export


def open_export(export_id: UUID) -> IO[bytes]:
    """Return the file of an export, which the caller closes; raise `NotFound`, also while it is being made."""
    with transaction.atomic():
        if not Export.objects.filter(id=export_id).exclude(made_at=None).exists():
            raise NotFound("export", export_id)
        record("export.download", export_id)
    return export_files(current_tenant()).open(export_id)


def remove_export(export_id: UUID) -> None:
    """Delete an export with its file, or don't make it; raise `NotFound`."""
    with transaction.atomic():
        export = Export.objects.select_for_update().filter(id=export_id).first()
        if export is None:
            raise NotFound("export", export_id)
        # A file that is left without its row would stay for ever.
        export_files(current_tenant()).delete([export_id])
        export.delete()
        record("export.remove", export_id)
