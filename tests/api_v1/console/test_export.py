"""The owner exports all data of the tenant: made by a job, downloaded, and deleted with its file."""

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from zipfile import ZipFile

import pytest
from django.core.files.storage import default_storage
from django.db import connection, connections
from django.utils import timezone

from core.accounts.models import ApiKey, User
from core.accounts.services import issue_api_key
from core.jobs import GiveUp
from core.mail.models import UserMailbox
from tenants.audit.models import Entry
from tenants.context import TenantRef, tenant_scope
from tenants.credentials import key_prefix
from tenants.exports import jobs
from tenants.exports.contents import CONTENTS
from tenants.exports.jobs import LIFE, make_export, sweep_exports
from tenants.exports.models import Export
from tenants.exports.services import (
    MOST_EXPORTS,
    remove_export,
    request_export,
)
from tenants.files.sweep import sweep_files
from tenants.provisioning import lifecycle
from tests.api_v1.console.browser import Browser, signed_in
from tests.api_v1.console.conftest import register
from tests.factories import CandidateFactory, PositionFactory
from tests.tenants.jobs.queue import empty_queue, jobs_of, work_until_empty

EXPORTS = "/admin/export/"
# What no export holds: secrets, limits, sessions, and users' mail.
LEFT_OUT_TABLES = {
    "consolesessions_consolesession",
    "consolesessions_secondfactor",
    "django_migrations",
    "exports_export",
    "logins_failedlogins",
    "logins_provideroptions",
    "mail_storedevent",
    "mail_storedmessage",
    "oauth_accesstoken",
    "oauth_refreshtoken",
    "quotas_quotausage",
    "recruiting_lostposition",
    "traffic_bucket",
    "traffic_storedreply",
}
LEFT_OUT_COLUMNS = {
    "accounts_apikey": {"secret_hash"},
    "accounts_user": {"password"},
    "audit_entry": {"mac"},
    "jobsearch_application": {"logo_expires_at", "own_status", "started_by"},
    "logins_linkedidentity": {"grant", "grant_dead_since", "grant_expires_at"},
    "logins_providerclient": {"secret"},
    "mail_mailbox": {
        "account",
        "attempts",
        "credentials",
        "cursor",
        "failed_at",
        "failed_mails",
        "failure",
        "next_sync_at",
        "not_before",
        "notified_at",
        "settings",
    },
    "oauth_client": {"secret_hash"},
    "recruiting_collaborator": {"mail_number"},
}


@pytest.fixture(scope="module")
def tenant(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[TenantRef]:
    """A tenant of this module alone, without a transaction round a test: its jobs are a worker's."""
    with django_db_blocker.unblock():
        made = lifecycle.create_tenant("taken-out", name="Taken Out", owner_email="o@taken.test")
        with tenant_scope(made.ref):
            register("owner@taken.test", rights="owner")
            register("staff@taken.test", rights="staff")
            register("joe@taken.test")
        yield made.ref
        connections.close_all()
        lifecycle.delete_tenant("taken-out")


@pytest.fixture(autouse=True)
def _in_tenant(tenant: TenantRef) -> Iterator[None]:
    """In the tenant's scope, without exports and jobs of the test before."""
    empty_queue()
    with tenant_scope(tenant):
        for export in Export.objects.all():
            remove_export(export.id)
        yield


@pytest.fixture
def browser(_in_tenant: None) -> Browser:
    """The owner's browser."""
    return browser_of("owner")


def user(name: str) -> User:
    return User.objects.get(email=f"{name}@taken.test")


def browser_of(name: str) -> Browser:
    return signed_in(user(name), host="taken-out.localhost")


def make(browser: Browser, tenant: TenantRef) -> Export:
    """Ask for an export, and have a worker make it."""
    assert browser.act(EXPORTS, "make").status_code == 303
    work_until_empty()
    [*_, job] = [one for one in jobs_of(tenant) if one.task == "exports.make"]
    assert (job.status, (job.outcome or "").endswith(" bytes")) == ("succeeded", True), job
    return Export.objects.order_by("-requested_at")[0]


def actions_on(export: Export) -> list[str]:
    entries = Entry.objects.filter(object_id=str(export.id)).order_by("id")
    return [entry.action for entry in entries]


def files_of(tenant: TenantRef) -> list[str]:
    folder = str(tenant.id)
    return default_storage.listdir(folder)[1] if default_storage.exists(folder) else []


def test_every_column_is_exported_or_left_out_for_a_reason(tenant: TenantRef) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, array_agg(column_name::text) FROM information_schema.columns"
            " WHERE table_schema = %s GROUP BY 1",
            [tenant.schema_name],
        )
        stored = {table: set(columns) for table, columns in cursor.fetchall()}
    exported = {table: set(columns.split(", ")) for table, columns in CONTENTS.values()}
    assert set(stored) - LEFT_OUT_TABLES == set(exported)
    for table, columns in exported.items():
        assert stored[table] - columns == LEFT_OUT_COLUMNS.get(table, set()), table


def test_the_owner_has_all_data_and_no_secret(browser: Browser, tenant: TenantRef) -> None:
    owner, joe = user("owner"), user("joe")
    key = issue_api_key(owner, prefix=key_prefix(tenant))
    CandidateFactory(position=PositionFactory(created_by=joe, title="Köchin\n\\"), name="Riya")
    UserMailbox.objects.create(
        user=joe, plugin="imap", account="a", address="jo@mail.test", credentials=b"hidden secret"
    )
    export = make(browser, tenant)
    answer = browser.act(EXPORTS, "download", export=export.id)
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="taken-out-')
    assert answer.headers["Cache-Control"] == "no-store"
    content = answer.getvalue()
    assert len(content) == export.size
    with ZipFile(io.BytesIO(content)) as archive:
        parts = {
            name.removesuffix(".jsonl"): archive.read(name).decode() for name in archive.namelist()
        }
    readme = parts.pop("README.txt")
    assert "Taken Out: all data of this tenant" in readme
    assert set(parts) == set(CONTENTS)
    rows = {name: [json.loads(line) for line in text.splitlines()] for name, text in parts.items()}
    assert {one["email"] for one in rows["users"]} == {
        "o@taken.test", "owner@taken.test", "staff@taken.test", "joe@taken.test",
    }  # fmt: skip
    assert [one["title"] for one in rows["positions"]] == ["Köchin\n\\"]
    assert [one["name"] for one in rows["candidates"]] == ["Riya"]
    assert [one["address"] for one in rows["mailboxes"]] == ["jo@mail.test"]
    whole = "".join(parts.values())
    stored = ApiKey.objects.get(user=owner)
    for secret in (key.key, bytes(stored.secret_hash).hex(), owner.password, b"hidden".hex()):
        assert secret not in whole
    assert browser.cookie not in whole
    assert actions_on(export) == ["export.request", "export.download"]


def test_one_is_made_at_a_time_and_few_are_kept(browser: Browser, tenant: TenantRef) -> None:
    assert browser.act(EXPORTS, "make").status_code == 303
    browser.follow()
    assert "waiting" in browser.text
    assert "Make an export" not in browser.text
    again = browser.act(EXPORTS, "make")
    assert (again.status_code, "is being made already" in browser.text) == (409, True)
    work_until_empty()
    for _ in range(MOST_EXPORTS - 1):
        make(browser, tenant)
    assert browser.act(EXPORTS, "make").status_code == 409
    assert len(files_of(tenant)) == MOST_EXPORTS


def test_an_export_goes_with_its_file(browser: Browser, tenant: TenantRef) -> None:
    export = make(browser, tenant)
    sweep_files()
    assert len(files_of(tenant)) == 1, "a sweep of attachments leaves it"
    assert browser.act(EXPORTS, "remove", export=export.id).status_code == 303
    assert files_of(tenant) == []
    assert browser.act(EXPORTS, "download", export=export.id).status_code == 404
    assert browser.act(EXPORTS, "remove", export=export.id).status_code == 404
    assert actions_on(export) == ["export.request", "export.remove"]


def test_an_export_that_is_removed_while_it_waits_is_not_made(
    browser: Browser, tenant: TenantRef
) -> None:
    browser.act(EXPORTS, "make")
    export = Export.objects.get()
    assert browser.act(EXPORTS, "download", export=export.id).status_code == 404
    assert browser.act(EXPORTS, "remove", export=export.id).status_code == 303
    work_until_empty()
    assert files_of(tenant) == []


def test_a_run_that_was_interrupted_is_made_anew(tenant: TenantRef) -> None:
    export = request_export(user("owner").uuid)
    make_export.run(export_id=str(export.id))
    Export.objects.update(made_at=None, size=None)
    make_export.run(export_id=str(export.id))
    assert Export.objects.get().size
    assert make_export.run(export_id=str(export.id)) == "nothing to make"
    assert files_of(tenant) == [f"export-{export.id}"]


def test_exports_are_deleted_after_a_week(browser: Browser, tenant: TenantRef) -> None:
    make(browser, tenant)
    assert sweep_exports.run() == "0 exports"
    Export.objects.update(requested_at=timezone.now() - LIFE - timedelta(minutes=1))
    assert sweep_exports.run() == "1 exports"
    assert not Export.objects.exists()
    assert files_of(tenant) == []


def test_an_export_whose_job_has_failed_is_called_so_at_once(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def give_up(*arguments: object, **more: object) -> None:
        raise GiveUp("the disk is full")

    browser.act(EXPORTS, "make")
    browser.follow()
    assert ("waiting" in browser.text, "failed" in browser.text) == (True, False)
    monkeypatch.setattr(jobs, "write_export", give_up)
    work_until_empty()
    browser.get(EXPORTS)
    assert ("waiting" in browser.text, "failed" in browser.text) == (False, True)


@pytest.mark.parametrize("export", ["", "x", "01a21af8-51b1-7486-b7bc-de2333c31e45"])
def test_an_export_that_is_none_is_not_found(browser: Browser, export: str) -> None:
    for action in ("download", "remove"):
        assert browser.act(EXPORTS, action, export=export).status_code == 404


def test_staff_and_users_have_no_export(browser: Browser, tenant: TenantRef) -> None:
    export = make(browser, tenant)
    for name in ("staff", "joe"):
        other = browser_of(name)
        assert other.get(EXPORTS).status_code == 403
        for action in ("make", "download", "remove"):
            assert other.act(EXPORTS, action, export=export.id).status_code == 403
    assert Export.objects.count() == 1
