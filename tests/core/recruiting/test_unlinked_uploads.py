"""An upload that no position and no candidate has ever named is deleted after a day, with its file."""

from datetime import timedelta
from importlib import import_module
from uuid import UUID

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from core.recruiting.models import Attachment
from core.recruiting.queries.attachments import visible_attachment
from core.recruiting.services import uploads
from core.recruiting.services.attachment_links import link_attachments
from core.recruiting.services.uploads import Upload, remove_unlinked, upload_attachment
from tenants.context import current_tenant
from tenants.files.tenant_files import TenantFiles
from tests.recruiters import Recruiter

DAY = timedelta(hours=24)


def upload(who: Recruiter) -> UUID:
    content = Upload("a.pdf", "application/pdf", ContentFile(b"%PDF"), 4)
    return upload_attachment(who.caller, content, files=TenantFiles(current_tenant())).id


def let_pass(time: timedelta) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE recruiting_attachment SET created_at = created_at - %(time)s::interval,"
            " unlinked_at = unlinked_at - %(time)s::interval",
            {"time": time},
        )


def sweep() -> int:
    return remove_unlinked(TenantFiles(current_tenant()))


def test_it_goes_with_its_file_after_a_day_and_not_before(anna: Recruiter) -> None:
    id = upload(anna)
    let_pass(DAY - timedelta(minutes=1))
    assert sweep() == 0
    assert TenantFiles(current_tenant()).ids() == [id]
    let_pass(timedelta(minutes=2))
    assert sweep() == 1
    assert not Attachment.objects.exists()
    assert TenantFiles(current_tenant()).ids() == []


@pytest.mark.parametrize("kind", ["position", "candidate"])
def test_what_was_linked_stays_with_its_uploader(anna: Recruiter, kind: str) -> None:
    id = upload(anna)
    parent = anna.position() if kind == "position" else anna.candidate()
    link_attachments(anna.caller, parent=parent, ids=[id])
    let_pass(30 * DAY)
    assert sweep() == 0
    link_attachments(anna.caller, parent=parent, ids=[])
    let_pass(30 * DAY)
    assert sweep() == 0
    assert visible_attachment(anna.caller, id).id == id
    assert TenantFiles(current_tenant()).ids() == [id]


def test_a_run_deletes_a_limited_number(anna: Recruiter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "SWEPT_AT_ONCE", 2)
    for _ in range(3):
        upload(anna)
    let_pass(2 * DAY)
    assert [sweep(), sweep(), sweep()] == [2, 1, 0]


def test_the_migration_keeps_what_has_no_parent(anna: Recruiter) -> None:
    upload(anna)
    let_pass(30 * DAY)
    migration = import_module("core.recruiting.migrations.0005_unlinked_at").Migration
    [statement] = migration.operations[-1].sql
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert sweep() == 0
