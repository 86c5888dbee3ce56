"""The code of this checkout serves an installation that earlier code made (`record.py` made the recordings)."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests

from tenants.database.embedded.cluster import wheel_programs
from tenants.database.embedded.server import Embedded
from tests.data_dirs import remove_data_dir
from tests.forking.processes import run_fork
from tests.memory import made_folder
from tests.processes import SECRETS
from tests.servers import free_port
from tests.upgrade.record import CHECKOUT, HEAD, KEPT, PASSWORD, RECORDINGS

pytestmark = pytest.mark.server

# The fields that may differ in a later answer to the same request: links of attachments are valid for minutes.
MOMENTARY = ("accessUrl", "accessExpiringAt")
# Renews what has expired since the recording.
RENEW = """
    UPDATE {schema}.traffic_storedreply SET created_at = now();
    UPDATE {schema}.oauth_accesstoken SET expires = now() + interval '1 hour';
"""

# Mail and a deleted application as the release of the recording stored them, for its only job seeker. Two mails are
# one, found in two folders; one has no HTML; one has no source; a plugin failed on one.
OLD_MAIL = """
    INSERT INTO {schema}.mail_storedmessage
        (user_id, mailbox, mailbox_key, message_id, thread_id, received_at, sender_name,
         sender_address, subject, headers, text, html, plugin, error, stored_at)
    SELECT a.user_id, 'gmail', m.key, m.message_id, 'thread', m.day::timestamptz, 'Indeed',
           'no-reply@indeed.example', 'Subject ' || m.key, '[]', 'Text ' || m.key, m.html,
           m.plugin, m.error, now()
      FROM {schema}.jobsearch_application a,
           (VALUES ('a', '<1@indeed.example>', '2026-11-03T08:00Z', '<p>HTML a</p>', 'indeed', ''),
                   ('b', '<1@indeed.example>', '2026-11-02T08:00Z', '', 'indeed', ''),
                   ('c', '', '2026-11-01T08:00Z', '', 'indeed', ''),
                   ('d', '<4@indeed.example>', '2026-11-01T07:00Z', '', '', ''),
                   ('e', '<5@indeed.example>', '2026-11-01T06:00Z', '', 'indeed', 'ValueError'))
           m (key, message_id, day, html, plugin, error);
    WITH old AS (
        INSERT INTO {schema}.jobsearch_application
            (job_title, company, apply_date, msg_id, source, is_rejected, created_at, deleted_at,
             user_id, status_id)
        SELECT 'Old', 'Acme', now(), '', '', true, now(), now(), user_id, 3
          FROM {schema}.jobsearch_application
        RETURNING id)
    INSERT INTO {schema}.jobsearch_statuschange (application_id, status_id, is_rejected, changed_at)
    SELECT old.id, step.status, false, now() FROM old, (VALUES (1), (3)) step (status);
"""
OLD_APPLICATION = """
    SELECT made_by, own_status, edited, rejected_at IS NOT NULL, started_by
      FROM {schema}.jobsearch_application WHERE job_title = 'Old'
"""


def replies_of(recording: Path) -> list[dict[str, Any]]:
    replies: list[dict[str, Any]] = json.loads((recording / "replies.json").read_text())
    return replies


ALL = sorted(RECORDINGS.iterdir())
REPLIES = [
    pytest.param(recording, reply, id=f"{recording.name}: {reply['name']}")
    for recording in ALL
    for reply in replies_of(recording)
]


@dataclass(frozen=True)
class Installation:
    """A restored installation that the code of this checkout has migrated and serves at `url`."""

    recording: Path
    data_dir: Path
    url: str
    migrated: dict[str, Any]
    printed: str

    def send(self, reply: dict[str, Any]) -> requests.Response:
        """Repeat a recorded request."""
        url = self.url + reply["path"]
        return requests.request(
            reply["method"], url, data=reply["body"], headers=reply["headers"], timeout=30
        )

    def find(self, name: str) -> dict[str, Any]:
        return next(reply for reply in replies_of(self.recording) if reply["name"] == name)

    def manage(self, *arguments: str) -> dict[str, Any]:
        return manage(self.data_dir, *arguments)


@pytest.fixture(scope="module", params=ALL, ids=lambda recording: recording.name)
def installation(request: pytest.FixtureRequest) -> Iterator[Installation]:
    recording: Path = request.param
    data_dir = made_folder()
    server = Embedded(data_dir)
    server.ensure_running()
    try:
        restore(recording, data_dir, server)
        migrated = manage(data_dir, "migrate_tenants")
        with serving(data_dir) as (url, printed):
            yield Installation(recording, data_dir, url, migrated, printed)
    finally:
        server.release()
        remove_data_dir(data_dir)


def restore(recording: Path, data_dir: Path, server: Embedded) -> None:
    """Make the data directory what it was when the recording was made, but for what has expired."""
    for name in KEPT:
        copy = shutil.copytree if (recording / name).is_dir() else shutil.copyfile
        copy(recording / name, data_dir / name)
    for script in ("roles.sql", "database.sql"):
        run_sql(server, recording / script)
    with psycopg.connect(server.admin_url) as connection:
        [schema] = connection.execute("SELECT schema_name FROM public.tenants_tenant").fetchone()
        connection.execute(RENEW.format(schema=schema))
        connection.execute(OLD_MAIL.format(schema=schema))
        # A restored database is in another cluster; in the place of the old one it would be the same.
        [identifier] = connection.execute(
            "SELECT system_identifier::text FROM pg_control_system()"
        ).fetchone()
    demo = json.loads((data_dir / "demo.json").read_text()) | {"database": identifier}
    (data_dir / "demo.json").write_text(json.dumps(demo))


def run_sql(server: Embedded, script: Path) -> None:
    command = [str(wheel_programs() / "bin" / "psql"), "--quiet", "--no-psqlrc", server.admin_url]
    command += [
        "--set=ON_ERROR_STOP=1",
        "--single-transaction",
        f"--file={script}",
        "--output=/dev/null",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def manage(data_dir: Path, *arguments: str) -> dict[str, Any]:
    command = ["manage.py", *arguments, "--json"]
    done = run_fork(command, environment=environment(data_dir), timeout=100)
    assert done.returncode == 0, done.stderr
    facts: dict[str, Any] = json.loads(done.stdout)
    return facts


def environment(data_dir: Path) -> dict[str, str]:
    """Return this process's environment without what names another database, key or storage."""
    others = {*SECRETS, *(f"{name}_FILE" for name in SECRETS), "HAPPO_DEFAULT_TENANT"}
    inherited = {name: value for name, value in os.environ.items() if name not in others}
    return inherited | {"HAPPO_DATA_DIR": str(data_dir)}


@contextmanager
def serving(data_dir: Path) -> Iterator[tuple[str, str]]:
    """Run `make run` without make on a free port; yield its address and what it printed."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "config.run"],
        cwd=CHECKOUT,
        env=environment(data_dir) | {"PORT": str(port)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    printed = ""
    try:
        while "x-happo-api-version" not in printed:
            line = process.stdout.readline()
            assert line, f"it ended before it served: {printed}"
            printed += line
        yield f"http://127.0.0.1:{port}", printed
    finally:
        process.terminate()
        process.communicate()


def test_its_tenant_is_at_the_newest_schema(installation: Installation) -> None:
    assert installation.migrated["failed"] == []
    assert installation.migrated["migrated"] == ["demo"] or installation.migrated["current"] == 1
    assert installation.manage("migrate_tenants") == {"current": 1, "migrated": [], "failed": []}
    assert requests.get(f"{installation.url}/readyz", timeout=30).status_code == 200


def test_its_demo_tenant_is_remembered(installation: Installation) -> None:
    key = json.loads((installation.recording / "demo.json").read_text())["api_key"]
    assert key in installation.printed


@pytest.mark.parametrize(("installation", "reply"), REPLIES, indirect=["installation"])
def test_its_clients_get_the_answers_that_they_got(
    installation: Installation, reply: dict[str, Any]
) -> None:
    answer = installation.send(reply)
    assert answer.status_code == 200, answer.text
    before, now = json.loads(reply["answer"]), answer.json()
    if reply["headers"].get("x-happo-api-version") == HEAD:
        assert_still_there(before, now)
    else:
        assert without_links(now) == without_links(before)


def without_links(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_links(of) for name, of in value.items() if name not in MOMENTARY}
    return [without_links(one) for one in value] if isinstance(value, list) else value


def assert_still_there(before: Any, now: Any) -> None:
    """The newest version may have got further fields since."""
    if isinstance(before, dict):
        for name in before.keys() - set(MOMENTARY):
            assert_still_there(before[name], now[name])
    elif isinstance(before, list):
        assert len(now) == len(before)
        for old, new in zip(before, now, strict=True):
            assert_still_there(old, new)
    else:
        assert now == before


def test_a_stored_reply_is_given_again(installation: Installation) -> None:
    reply = installation.find("a stored reply")
    answer = installation.send(reply)
    assert answer.headers["Idempotent-Replayed"] == "true"
    assert answer.text == reply["answer"]


def test_an_attachment_is_downloaded(installation: Installation) -> None:
    link = installation.send(installation.find("an attachment, v20180701")).json()["data"][
        "accessUrl"
    ]
    assert requests.get(link, timeout=30).content == b"Ten years of engines."


def test_a_user_logs_in_with_the_old_password(installation: Installation) -> None:
    demo = json.loads((installation.recording / "demo.json").read_text())
    credentials = {name: demo[name] for name in ("client_id", "client_secret")}
    credentials |= {"username": "jo", "password": PASSWORD}
    answer = requests.post(f"{installation.url}/api/users/login", json=credentials, timeout=30)
    token = answer.json()["data"]["access_token"]
    asked = installation.find("job applications")
    fresh = asked | {"headers": {"Authorization": f"Bearer {token}"}}
    assert installation.send(fresh).json() == json.loads(asked["answer"])


def test_mail_that_was_stored_is_still_shown(installation: Installation) -> None:
    asked = installation.find("job applications") | {"path": "/api/users/get_user_google_mails"}
    mails = installation.send(asked).json()["data"]
    assert [(mail["subject"], mail["body"]) for mail in mails] == [
        ("Subject a", "<p>HTML a</p>"),
        ("Subject b", "Text b"),
        ("Subject c", "Text c"),
    ]


def test_what_the_user_did_to_an_application_is_known_to_matching(
    installation: Installation,
) -> None:
    with psycopg.connect(Embedded(installation.data_dir).admin_url) as connection:
        [schema] = connection.execute("SELECT schema_name FROM public.tenants_tenant").fetchone()
        found = connection.execute(OLD_APPLICATION.format(schema=schema)).fetchone()
    assert found == ("user", 1, ["status", "rejected"], True, "")


def test_mail_that_has_no_bytes_is_skipped_when_mail_is_read_again(
    installation: Installation,
) -> None:
    said = installation.manage("mail", "reparse", "--tenant", "demo")
    assert (said["messages"], said["skipped"], said["changed"]) == (5, 5, 0)


def test_an_operator_logs_in(installation: Installation) -> None:
    with requests.Session() as browser:
        page = f"{installation.url}/admin/login/"
        browser.get(page, timeout=30)
        form = {
            "username": "ops@happo.example",
            "password": PASSWORD,
            "next": "/admin/tenants/",
        }
        form["csrfmiddlewaretoken"] = browser.cookies["happo-csrf"]
        shown = browser.post(page, data=form, timeout=30).text
    assert "demo.localhost" in shown


def test_entries_of_the_audit_log_are_as_they_were(installation: Installation) -> None:
    installation.manage("audit", "seal")
    assert installation.manage("audit", "verify")["broken"] == []
    with psycopg.connect(Embedded(installation.data_dir).admin_url) as connection:
        rows = connection.execute(
            "SELECT actor, action, tenant, facts FROM public.tenants_auditentry WHERE id < 5"
        ).fetchall()
    assert rows[0] == (
        "os:root",
        "tenant.create",
        "demo",
        {"host": "demo.localhost", "name": "Demo", "owner": "owner@demo.example"},
    )
    assert [action for _, action, *_ in rows][1:] == [
        "user.create",
        "operator.create",
        "provider.set",
    ]


def test_encrypted_secrets_are_read(installation: Installation) -> None:
    assert installation.manage("provider", "reencrypt") == {"secrets": 1}


def test_a_new_tenant_is_created_beside_the_old_one(installation: Installation) -> None:
    made = installation.manage(
        "tenant", "create", "later", "--name", "Later", "--owner-email", "lea@later.example"
    )
    headers = {"Authorization": f"Bearer {made['apiKey']}", "x-happo-api-version": HEAD}
    answer = requests.get(f"{installation.url}/v1/positions", headers=headers, timeout=30)
    assert answer.json()["data"] == []
