"""`manage.py mail import` and `reparse`: mail in files becomes a user's applications."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from core.accounts.models import User
from core.jobsearch.models import Application
from core.mail.models import StoredEvent, StoredMessage
from core.plugins import installed_plugins
from plugins.indeed.source import IndeedSource
from providers.conformance.mail_writer import Mail, write_mail
from providers.contracts import MailEvent, Message
from tenants.context import TenantRef, public_scope, tenant_scope
from tenants.models import AuditEntry
from tenants.provisioning.lifecycle import CreatedTenant
from tests.forking.processes import Forked, run_fork
from tests.mail.indeed import receipt, refusal
from tests.processes import eventually
from tests.servers import server_environment

LETTER = Mail(sender="Ann <ann@friends.test>", subject="Dinner?", text="On Friday?")
COOK, WAITER = receipt("Cook", "Acme"), receipt("Waiter", "Globex")
NO = replace(refusal("Cook", "Acme"), sent="Wed, 30 Sep 2026 09:30:00 +0000")


@pytest.fixture
def seeker(acme: TenantRef) -> User:
    return User.objects.create(email="joe@jobs.test", is_registered=True)


def write_mbox(path: Path, mails: Sequence[Mail]) -> Path:
    path.write_bytes(
        b"".join(
            b"From 1@xxx Tue Sep 08 09:30:00 +0000 2026\n" + write_mail(mail, newline=b"\n") + b"\n"
            for mail in mails
        )
    )
    return path


def manage(*arguments: object) -> Any:  # Any: JSON
    out = io.StringIO()
    call_command("mail", *map(str, arguments), "--json", stdout=out)
    return json.loads(out.getvalue())


def test_it_says_what_came_of_the_mail(acme: TenantRef, seeker: User, tmp_path: Path) -> None:
    box = write_mbox(tmp_path / "all.mbox", [COOK, LETTER, WAITER, NO])
    (tmp_path / "broken.eml").write_bytes(b"no mail")
    said = manage(
        "import", "--tenant", "acme", "--user", seeker.email, box, tmp_path / "broken.eml"
    )
    assert said == {"messages": 5, "applications": 2, "updates": 1, "ignored": 1, "failed": 1}
    found = Application.objects.filter(user=seeker).order_by("job_title")
    assert [(one.job_title, one.company, one.is_rejected) for one in found] == [
        ("Cook", "Acme", True),
        ("Waiter", "Globex", False),
    ]


def test_begun_again_it_doubles_nothing(acme: TenantRef, seeker: User, tmp_path: Path) -> None:
    box = write_mbox(tmp_path / "all.mbox", [COOK, WAITER, NO])
    for wanted in ((2, 1), (0, 0)):
        said = manage("import", "--tenant", "acme", "--user", str(seeker.id), box)
        assert (said["applications"], said["updates"]) == wanted
    assert Application.objects.filter(user=seeker).count() == 2


def test_people_see_a_row_for_each_board(acme: TenantRef, seeker: User, tmp_path: Path) -> None:
    box = write_mbox(tmp_path / "all.mbox", [COOK, LETTER])
    out = io.StringIO()
    call_command("mail", "import", "--tenant", "acme", "--user", seeker.email, box, stdout=out)
    assert [line.split() for line in out.getvalue().splitlines()] == [
        ["board", "mails", "applications", "updates", "ignored", "failed"],
        ["indeed", "1", "1", "0", "0", "0"],
        ["no", "board,", "or", "known", "1", "0", "0", "1", "0"],
        ["all", "2", "1", "0", "1", "0"],
    ]


def test_an_import_is_in_the_audit_log(acme: TenantRef, seeker: User, tmp_path: Path) -> None:
    manage("import", "--tenant", "acme", "--user", seeker.email, write_mbox(tmp_path / "a", [COOK]))
    with public_scope():
        entry = AuditEntry.objects.latest("id")
    assert (entry.action, entry.tenant, entry.changes) == (
        "mail.import",
        "acme",
        {"user": str(seeker.uuid)},
    )


@pytest.mark.parametrize("user", ["ghost@jobs.test", "ghost", "999999999", "-1"])
def test_an_unknown_user_is_an_error(acme: TenantRef, tmp_path: Path, user: str) -> None:
    with pytest.raises(CommandError, match="There is no "):
        manage("import", "--tenant", "acme", f"--user={user}", write_mbox(tmp_path / "a", [COOK]))


def test_a_path_that_is_not_there_is_an_error(acme: TenantRef, seeker: User) -> None:
    with pytest.raises(CommandError, match="There is no "):
        manage("import", "--tenant", "acme", "--user", seeker.email, "/nowhere.mbox")


@pytest.mark.server
def test_killed_in_the_middle_and_begun_again_it_loses_and_doubles_nothing(
    committed_tenant: CreatedTenant, tmp_path: Path
) -> None:
    jobs = [receipt(f"Cook {number}", f"Acme {number}") for number in range(250)]
    box = write_mbox(tmp_path / "all.mbox", [mail for job in jobs for mail in (job, LETTER)])
    command = ["manage.py", "mail", "import", "--json", str(box)]
    command += ["--tenant", committed_tenant.ref.slug, "--user", committed_tenant.owner_email]
    environment = server_environment(tmp_path)

    def has_begun() -> bool:
        with tenant_scope(committed_tenant.ref):
            return StoredMessage.objects.exists()

    cut = Forked(command, environment=environment, stdout=subprocess.PIPE)
    try:
        assert eventually(has_begun, within=100)
    finally:
        cut.kill()
        cut.communicate()
    again = run_fork(command, environment=environment, timeout=100)
    assert again.returncode == 0, again.stderr
    with tenant_scope(committed_tenant.ref):
        titles = Application.objects.values_list("job_title", flat=True)
        assert sorted(titles) == sorted(f"Cook {number}" for number in range(250))
        assert StoredMessage.objects.count() == 250


def raises(self: IndeedSource, message: Message) -> list[MailEvent]:
    raise ValueError("another template\x00")


def test_mail_that_a_plugin_failed_on_is_read_again(
    acme: TenantRef, seeker: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = write_mbox(tmp_path / "all.mbox", [COOK, WAITER])
    with monkeypatch.context() as patch:
        patch.setattr(IndeedSource, "parse", raises)
        said = manage("import", "--tenant", "acme", "--user", seeker.email, box)
    assert (said["applications"], said["failed"]) == (0, 2)
    stored = StoredMessage.objects.filter(user=seeker)
    assert {(one.state, one.error) for one in stored} == {
        ("failed", "ValueError: another template")
    }
    again = ("reparse", "--tenant", "acme", "--plugin", "indeed", "--failed")
    tried = manage(*again, "--dry-run")
    assert (tried["changed"], tried["applications"]["created"]) == (2, 2)
    assert not Application.objects.filter(user=seeker).exists()
    said = manage(*again)
    assert said == tried
    assert said["changes"][0]["after"][0]["title"] in ("Cook", "Waiter")
    assert Application.objects.filter(user=seeker).count() == 2
    assert manage("reparse", "--tenant", "acme")["changed"] == 0


def test_a_plugin_that_reads_better_changes_what_mail_said(
    acme: TenantRef, seeker: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manage("import", "--tenant", "acme", "--user", seeker.email, write_mbox(tmp_path / "a", [COOK]))
    parse = IndeedSource.parse

    def better(self: IndeedSource, message: Message) -> list[MailEvent]:
        return [one.model_copy(update={"title": "Head Cook"}) for one in parse(self, message)]

    monkeypatch.setattr(IndeedSource, "parse", better)
    said = manage("reparse", "--tenant", "acme")
    assert (said["messages"], said["changed"]) == (1, 1)
    assert said["applications"] == {"created": 0, "updated": 1, "removed": 0}
    assert Application.objects.get(user=seeker).job_title == "Head Cook"
    assert StoredEvent.objects.get().title == "Head Cook"


def test_mail_of_a_plugin_that_is_off_stays_as_it_is(
    acme: TenantRef, seeker: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manage("import", "--tenant", "acme", "--user", seeker.email, write_mbox(tmp_path / "a", [COOK]))
    off = installed_plugins().without({("indeed", "mail")})
    monkeypatch.setattr("tenants.plugins.TenantPlugins.registry", lambda plugins: off)
    said = manage("reparse", "--tenant", "acme")
    assert (said["skipped"], said["changed"]) == (1, 0)
    assert Application.objects.filter(user=seeker).count() == 1


@pytest.mark.parametrize("name", ["nobody", ""])
def test_an_unknown_plugin_is_an_error(acme: TenantRef, name: str) -> None:
    with pytest.raises(CommandError, match="There is no "):
        manage("reparse", f"--plugin={name}")
