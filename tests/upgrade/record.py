"""Record an installation of today's code, for `test_upgrade.py` to open with later code.

    .venv/bin/python -m tests.upgrade.record NAME

`make run` of this checkout fills a new data directory; requests of both APIs add what clients keep: tokens, stored
replies, attachments, tombstones. The folder `recordings/NAME` gets the database as SQL with the roles of its tenant,
the other files of the data directory, and `replies.json`: requests with the answers that the recorded code gave. All
secrets in it were made for the recording.
"""

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tenants.database.embedded.cluster import wheel_programs
from tenants.database.embedded.server import Embedded

CHECKOUT = Path(__file__).resolve().parents[2]
RECORDINGS = Path(__file__).resolve().parent / "recordings"
OLD, HEAD = "v20180701", "v20261201"
PASSWORD = "correct horse battery staple"
# Of the data directory, beside the database.
KEPT = ("demo.json", "secret_key", "files")
# What would differ in each dump, or can be made by psql alone.
_NOT_SQL = ("\\restrict", "\\unrestrict", "\\connect", "--")


class Client:
    """One caller of the recorded installation; it can keep its requests with their answers."""

    def __init__(self, port: int, **headers: str) -> None:
        self._port = port
        self._headers = headers
        self.kept: list[dict[str, Any]] = []

    def send(
        self, method: str, path: str, sent: Any = None, *, keep: str = "", **headers: str
    ) -> Any:
        """Return the decoded answer; `keep` is its name in the recording."""
        headers = {"Content-Type": "application/json"} | self._headers | headers
        body = sent if isinstance(sent, bytes) or sent is None else json.dumps(sent).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        answer = response.read().decode()
        connection.close()
        if response.status != 200:
            raise RuntimeError(f"{method} {path} was answered with {response.status}: {answer}")
        if keep:
            request = {"method": method, "path": path, "headers": headers}
            request["body"] = body.decode() if body is not None else None
            self.kept.append({"name": keep} | request | {"answer": answer})
        return json.loads(answer)


def record(folder: Path) -> None:
    """Write a recording into `folder`, in place of the one that is there."""
    # The account that runs the server for root must be able to enter.
    data_dir = Path(tempfile.mkdtemp(prefix="happo-recording-"))
    data_dir.chmod(0o711)
    try:
        with _running(data_dir) as port:
            replies = _talk(port, data_dir)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "replies.json").write_text(
            json.dumps(replies, indent=1, ensure_ascii=False) + "\n"
        )
        for name in KEPT:
            copy = shutil.copytree if (data_dir / name).is_dir() else shutil.copyfile
            copy(data_dir / name, folder / name)
        _dump(data_dir, folder)
    finally:
        cluster = data_dir / "postgres" / "cluster"
        if cluster.is_symlink():
            shutil.rmtree(cluster.readlink().parent)
        shutil.rmtree(data_dir)


def _talk(port: int, data_dir: Path) -> list[dict[str, Any]]:
    demo = json.loads((data_dir / "demo.json").read_text())
    key = {"Authorization": f"Bearer {demo['api_key']}"}
    happo = Client(port, **key, **{"x-happo-api-version": OLD})
    head = Client(port, **key, **{"x-happo-api-version": HEAD})
    _happo_talk(happo, head)
    _manage(
        data_dir,
        "user",
        "create",
        "--tenant",
        "demo",
        "--email",
        "jo@demo.example",
        "--username",
        "jo",
    )
    _manage(data_dir, "operator", "create", "--email", "ops@happo.example")
    _manage(data_dir, "provider", "set", "google-oauth2", "client.example", "--tenant", "demo")
    jobhax = _jobhax_talk(port, demo)
    return [*happo.kept, *head.kept, *jobhax.kept]


def _happo_talk(happo: Client, head: Client) -> None:
    boundary = "recording"
    upload = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="attachment"; filename="cv.txt"\r\n'
        f"Content-Type: text/plain\r\n\r\nTen years of engines.\r\n--{boundary}--\r\n"
    ).encode()
    attachment = happo.send(
        "POST",
        "/v1/attachments",
        upload,
        **{"Content-Type": f"multipart/form-data; boundary={boundary}"},
    )["data"]["id"]
    new = {"title": "Software Tester", "type": "part-time", "attachmentIds": [attachment]}
    new["collaborators"] = [{"email": "neo@client.example", "type": "supplier"}]
    repeated = {"Idempotency-Key": "recorded"}
    position = head.send("POST", "/v1/positions", new, keep="a stored reply", **repeated)["data"][
        "id"
    ]
    candidates = f"/v1/positions/{position}/candidates"
    kept = happo.send("POST", candidates, {"name": "Ada Byron", "email": "ada@people.example"})[
        "data"
    ]["id"]
    gone = happo.send("POST", candidates, {"name": "Gone Soon"})["data"]["id"]
    head.send("POST", f"{candidates}/{kept}/stack", {"stack": "interviewing"})
    head.send("PATCH", f"{candidates}/{kept}", {"phoneNumber": "+31 20 555 0101"})
    head.send("DELETE", f"{candidates}/{gone}")
    for client, what in ((happo, OLD), (head, HEAD)):
        client.send("GET", "/v1/positions", keep=f"positions, {what}")
        client.send("GET", candidates, keep=f"candidates, {what}")
        client.send("GET", f"{candidates}/{kept}", keep=f"one candidate, {what}")
        client.send("GET", f"/v1/attachments/{attachment}", keep=f"an attachment, {what}")
    head.send("GET", f"{candidates}?includeDeleted=true", keep="changes with a tombstone")
    head.send("GET", f"{candidates}/{kept}/history", keep="the history of a candidate")


def _jobhax_talk(port: int, demo: dict[str, str]) -> Client:
    client = {"client_id": demo["client_id"], "client_secret": demo["client_secret"]}
    credentials = client | {"username": "jo", "password": PASSWORD}
    tokens = Client(port).send("POST", "/api/users/login", credentials)["data"]
    jobhax = Client(port, Authorization=f"Bearer {tokens['access_token']}")
    new = {"job_title": "Tester", "status_id": "1", "company": "Acme", "source": "Vettery"}
    new["application_date"] = "2026-11-01"
    jobhax.send("POST", "/api/jobapps/add_jobapp", new)
    [jobapp] = [one["id"] for one in jobhax.send("GET", "/api/jobapps/get_jobapps")["data"]]
    note = {"jobapp_id": jobapp, "description": "Call back"}
    jobhax.send("POST", "/api/jobapps/add_jobapp_note", note)
    jobhax.send("GET", "/api/jobapps/get_jobapps", keep="job applications")
    jobhax.send("GET", "/api/jobapps/get_statuses", keep="statuses")
    jobhax.send("GET", f"/api/jobapps/get_jobapp_notes?jobapp_id={jobapp}", keep="notes")
    jobhax.send("GET", "/api/metrics/get_count_by_statuses", keep="metrics")
    return jobhax


def _manage(data_dir: Path, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", *arguments, *_stdin_flag(arguments)],
        cwd=CHECKOUT,
        env=os.environ | {"HAPPO_DATA_DIR": str(data_dir)},
        input=f"{PASSWORD}\n",
        text=True,
        check=True,
    )


def _stdin_flag(arguments: tuple[str, ...]) -> tuple[str, ...]:
    return ("--secret-stdin",) if arguments[0] == "provider" else ("--password-stdin",)


@contextmanager
def _running(data_dir: Path) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-m", "config.run"],
        cwd=CHECKOUT,
        env=os.environ | {"HAPPO_DATA_DIR": str(data_dir), "PORT": str(port)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    while "x-happo-api-version" not in (line := process.stdout.readline()):
        if not line:
            raise RuntimeError("make run ended before it served")
    # The server is kept for the dump by this process.
    Embedded(data_dir).ensure_running()
    try:
        yield port
    finally:
        process.terminate()
        process.communicate()


def _dump(data_dir: Path, folder: Path) -> None:
    server = Embedded(data_dir)
    server.ensure_running()
    programs = wheel_programs() / "bin"
    try:
        whole = _read(
            programs / "pg_dump",
            "--inserts",
            "--rows-per-insert=100",
            f"--dbname={server.admin_url}",
        )
        roles = _read(
            programs / "pg_dumpall",
            "--roles-only",
            "--no-role-passwords",
            f"--dbname={server.admin_url}",
        )
    finally:
        server.release()
    (folder / "database.sql").write_text(_sql(whole))
    # The roles of the installation itself come with each cluster.
    tenants = [line for line in roles.splitlines() if " t_" in line]
    (folder / "roles.sql").write_text("\n".join(tenants) + "\n")


def _read(program: Path, *arguments: str) -> str:
    done = subprocess.run([str(program), *arguments], capture_output=True, text=True, check=True)
    return done.stdout


def _sql(dump: str) -> str:
    kept: list[str] = []
    for line in dump.splitlines():
        # The lines between two statements' comments leave several empty ones.
        if not line.startswith(_NOT_SQL) and (line or (kept and kept[-1])):
            kept.append(line)
    return "\n".join(kept) + "\n"


if __name__ == "__main__":
    record(RECORDINGS / sys.argv[1])
