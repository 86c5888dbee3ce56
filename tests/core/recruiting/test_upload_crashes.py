"""Nothing half-written: an upload that fails takes its file along, and what a crash leaves is swept away."""

import json
import signal
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
import time_machine
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import IntegrityError, OperationalError
from pytest_django import DjangoDbBlocker

from core.accounts.models import User
from core.ids import new_uuid
from core.recruiting.models import Attachment
from core.recruiting.services.uploads import Upload, remove_orphans, upload_attachment
from tenants.context import TenantRef, current_tenant, tenant_scope
from tenants.files.tenant_files import TenantFiles, delete_all_files, delete_files, file_names
from tenants.provisioning.lifecycle import CreatedTenant
from tests.database import login_of
from tests.forking.processes import run_fork
from tests.recruiters import Recruiter, recruiter


def pdf() -> Upload:
    return Upload("a.pdf", "application/pdf", ContentFile(b"%PDF"), 4)


def upload(who: Recruiter) -> UUID:
    return upload_attachment(who.caller, pdf(), files=TenantFiles(current_tenant())).id


def orphan(*, age: timedelta) -> UUID:
    """Leave a file as a crash between file and row does."""
    made_at = round((datetime.now(UTC) - age).timestamp() * 1000)
    # The first 48 bits of a UUIDv7 are the milliseconds of its making.
    id = UUID(int=made_at << 80 | new_uuid().int & (1 << 80) - 1)
    TenantFiles(current_tenant()).write(id, ContentFile(b"half"))
    return id


def test_a_refused_row_takes_its_file_along(
    anna: Recruiter, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Attachment, **options: object) -> None:
        assert len(file_names(current_tenant())) == 1
        raise IntegrityError

    monkeypatch.setattr(Attachment, "save", refuse)
    with pytest.raises(IntegrityError):
        upload(anna)
    assert file_names(current_tenant()) == []


def test_the_file_stays_where_it_is_unknown_whether_the_row_was_committed(
    anna: Recruiter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose_connection(self: Attachment, **options: object) -> None:
        raise OperationalError

    monkeypatch.setattr(Attachment, "save", lose_connection)
    with pytest.raises(OperationalError):
        upload(anna)
    assert len(file_names(current_tenant())) == 1


def test_the_sweep_removes_old_files_without_a_row(anna: Recruiter) -> None:
    orphan(age=timedelta(hours=2))
    kept = {upload(anna), orphan(age=timedelta(minutes=50))}
    with time_machine.travel(datetime.now(UTC) - timedelta(days=1)):
        kept.add(upload(anna))
    files = TenantFiles(current_tenant())
    assert remove_orphans(files) == 1
    assert set(files.ids()) == kept
    assert remove_orphans(files) == 0


def test_the_sweep_leaves_alone_what_is_not_ours(acme: TenantRef, files: Path) -> None:
    orphan(age=timedelta(hours=2))
    others = [
        files / str(acme.id) / name for name in ("README", "00000000-0000-4000-8000-000000000000")
    ]
    for other in others:
        other.write_text("mine")
    assert remove_orphans(TenantFiles(acme)) == 1
    assert all(other.exists() for other in others)


def test_the_command_sweeps_every_tenant(acme: TenantRef, globex: TenantRef) -> None:
    orphan(age=timedelta(hours=2))
    with tenant_scope(globex):
        orphan(age=timedelta(hours=3))
        gina = recruiter("gina@globex.test")
        kept = upload(gina)
    output = StringIO()
    call_command("files", "sweep", "--json", stdout=output)
    assert json.loads(output.getvalue()) == {"deleted": 2}
    assert (TenantFiles(acme).ids(), TenantFiles(globex).ids()) == ([], [kept])


def test_many_files_are_deleted_and_absent_ones_are_fine(acme: TenantRef) -> None:
    files = TenantFiles(acme)
    ids = [new_uuid() for _ in range(30)]
    for id in ids:
        files.write(id, ContentFile(b"x"))
    names = file_names(acme)
    assert sorted(names) == sorted(f"{acme.id}/{id}" for id in ids)
    delete_files([*names, f"{acme.id}/{new_uuid()}"])
    assert file_names(acme) == []


def test_a_deleted_tenant_leaves_no_files_and_no_folder(acme: TenantRef, files: Path) -> None:
    TenantFiles(acme).write(new_uuid(), ContentFile(b"x"))
    [folder] = files.iterdir()
    delete_all_files(acme)
    assert not folder.exists()
    delete_all_files(acme)


# What a worker does that is killed when the file is written and the row is not.
DYING_UPLOAD = """
import os, signal, sys
import django
django.setup()
from django.core.files.base import ContentFile
from core.recruiting.services.uploads import Upload, upload_attachment
from core.recruiting.models import Attachment
from tenants.context import tenant_scope
from tenants.registry import require_tenant
from tenants.files.tenant_files import TenantFiles
from tests.recruiters import caller_for
from core.accounts.models import User

Attachment.save = lambda self, **options: os.kill(os.getpid(), signal.SIGKILL)
with tenant_scope(require_tenant(sys.argv[1])) as tenant:
    upload = Upload("a.pdf", "application/pdf", ContentFile(b"%PDF"), 4)
    upload_attachment(caller_for(User.objects.get()), upload, files=TenantFiles(tenant))
"""


def test_a_killed_upload_is_nowhere_to_be_seen_and_swept_away(
    committed_tenant: CreatedTenant, files: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    environment = {
        "DATABASE_URL": login_of(settings.DATABASES["default"]),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "HAPPO_DATA_DIR": str(files.parent),
        "SECRET_KEY": "of one test " * 5,
        "PYTHONPATH": str(settings.BASE_DIR),
    }
    slug = committed_tenant.ref.slug
    dying = run_fork(["-c", DYING_UPLOAD, slug], environment=environment, timeout=60)
    assert dying.returncode == -signal.SIGKILL
    with django_db_blocker.unblock(), tenant_scope(committed_tenant.ref) as tenant:
        assert (len(file_names(tenant)), Attachment.objects.count(), User.objects.count()) == (
            1,
            0,
            1,
        )
        assert remove_orphans(TenantFiles(tenant)) == 0
        with time_machine.travel(datetime.now(UTC) + timedelta(hours=1, minutes=1)):
            assert remove_orphans(TenantFiles(tenant)) == 1
        assert file_names(tenant) == []
