"""The jobs that make exports and delete old ones."""

from datetime import timedelta
from tempfile import TemporaryFile
from typing import Final
from uuid import UUID

from django.core.files import File
from django.utils import timezone

from core.jobs import every, task
from tenants.context import current_tenant
from tenants.exports.contents import write_export
from tenants.exports.models import Export
from tenants.exports.storing import export_files

LIFE: Final = timedelta(days=7)


@task("exports.make", attempts=4, in_transaction=False)
def make_export(*, export_id: str) -> str:
    """Make the export's file, unless that was done, or its row is gone; a run that was interrupted is made anew."""
    id = UUID(export_id)
    wanted = Export.objects.filter(id=id, made_at=None)
    if not wanted.exists():
        return "nothing to make"
    tenant = current_tenant()
    files = export_files(tenant)
    with TemporaryFile() as target:
        write_export(target, name=tenant.name, at=timezone.now())
        size = target.tell()
        target.seek(0)
        files.delete([id])
        files.write(id, File(target))
    if not wanted.update(made_at=timezone.now(), size=size):
        files.delete([id])
        return "it was removed meanwhile"
    return f"{size} bytes"


@every(timedelta(hours=1))
@task("exports.sweep", in_transaction=False)
def sweep_exports() -> str:
    """Delete the exports that are a week old, each file before its row; return their number."""
    old = Export.objects.filter(requested_at__lt=timezone.now() - LIFE)
    ids = list(old.values_list("id", flat=True))
    if ids:
        export_files(current_tenant()).delete(ids)
        Export.objects.filter(id__in=ids).delete()
    return f"{len(ids)} exports"
