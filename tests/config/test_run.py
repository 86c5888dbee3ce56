"""`make run` as its user sees it: a process that starts, answers requests, and stops."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import psutil
import pytest

from config.run import handle_stops
from tests.config.registration import confirm_address, register
from tests.data_dirs import remove_data_dir
from tests.forking.processes import run_fork
from tests.memory import made_folder
from tests.processes import CHECKOUT, SECRETS, eventually, postmaster_of, processes_of
from tests.servers import free_port
from tests.tenants.inbound.talking import Talk

pytestmark = pytest.mark.server

# The variables that the shell of the tests may have set for another server.
OURS = (
    *SECRETS,
    *(f"{name}_FILE" for name in SECRETS),
    "HAPPO_HOST",
    "HAPPO_DEFAULT_TENANT",
)

COMMAND = (sys.executable, "-m", "config.run")
# Seconds after which a process counts as hanging; `make bench` measures how long it takes.
LIMIT = 100
BARE = ("/v1", "/api", "/v1/positions")


class Running:
    """A `make run` without make."""

    def __init__(
        self, data_dir: Path, port: int, *, command: Sequence[str] = COMMAND, **environment: str
    ) -> None:
        self.data_dir = data_dir
        self.port = port
        inherited = {name: value for name, value in os.environ.items() if name not in OURS}
        self.process = subprocess.Popen(
            command,
            cwd=CHECKOUT,
            env=inherited | {"HAPPO_DATA_DIR": str(data_dir), "PORT": str(port)} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # Also where the tests themselves run under nohup, which these programs would inherit.
            preexec_fn=partial(signal.signal, signal.SIGHUP, signal.SIG_DFL),
        )

    def await_banner(self) -> str:
        """Return what was printed until everything answered."""
        assert self.process.stdout is not None
        printed = ""
        for line in self.process.stdout:
            printed += line
            if "x-happo-api-version" in line:
                return printed
        raise AssertionError(f"it ended before it ran:\n{printed}")

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def answers(self, path: str) -> bool:
        try:
            return self.get(path)[0] == 200
        except OSError:
            return False

    def stop(self, sent: signal.Signals) -> tuple[int, str]:
        """Return exit status and the rest of what was printed."""
        self.process.send_signal(sent)
        printed, _ = self.process.communicate(timeout=LIMIT)
        return self.process.returncode, printed


@contextmanager
def running(
    data_dir: Path, port: int, *, command: Sequence[str] = COMMAND, **environment: str
) -> Iterator[Running]:
    server = Running(data_dir, port, command=command, **environment)
    try:
        yield server
    finally:
        server.process.kill()
        server.process.communicate()
        assert eventually(lambda: processes_of(data_dir) == []), processes_of(data_dir)


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """One for all tests: nothing was ever started in it before the first."""
    data_dir = made_folder()
    yield data_dir
    remove_data_dir(data_dir)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.mark.timeout(300)
def test_the_first_start_says_how_to_use_it_registers_people_and_leaves_no_process(
    data_dir: Path, port: int
) -> None:
    with running(data_dir, port) as server:
        printed = server.await_banner()
        demo = json.loads((data_dir / "demo.json").read_text())
        addresses = re.findall(rf"http://localhost:{port}(\S*)", printed)
        assert "/v1/docs" in addresses
        for address in addresses:
            # The APIs' own bare prefixes are no page; the others are for a browser.
            assert server.get(address or "/")[0] in (
                (400, 404) if address in BARE else (200, 302)
            ), address
        assert demo["api_key"] in printed
        assert server.get("/healthz", Host="somewhere.example")[0] == 200
        assert server.get("/readyz", Host="somewhere.example")[0] == 200
        first_request = {
            "Authorization": f"Bearer {demo['api_key']}",
            "x-happo-api-version": "v20180701",
        }
        status, listing = server.get("/v1/positions", **first_request)
        assert status == 200
        assert b"Backend engineer" in listing
        register(port)
        confirm_address(port, mail=data_dir / "mail")
        assert tenants_as_manage_sees_them(data_dir) == ["demo"]
        status, printed = server.stop(signal.SIGTERM)
        assert status == 0
        assert "Stopping." in printed
        assert "Traceback" not in printed
        assert processes_of(data_dir) == []
    assert tenants_as_manage_sees_them(data_dir) == ["demo"]
    assert processes_of(data_dir) == []


def tenants_as_manage_sees_them(data_dir: Path) -> list[str]:
    environment = os.environ | {"HAPPO_DATA_DIR": str(data_dir)}
    listed = run_fork(
        ["manage.py", "tenant", "list", "--json"], environment=environment, timeout=LIMIT
    )
    return [tenant["slug"] for tenant in json.loads(listed.stdout)["tenants"]]


def test_a_second_start_migrates_nothing_and_keeps_the_key(data_dir: Path, port: int) -> None:
    before = (data_dir / "demo.json").read_text()
    mail_port = free_port()
    takes_mail = {"INBOUND_DOMAIN": "in.happo.test", "INBOUND_PORT": str(mail_port)}
    with running(data_dir, port, **takes_mail) as server:
        printed = server.await_banner()
        assert json.loads(before)["api_key"] in printed
        assert "Migrated" not in printed
        assert (data_dir / "demo.json").read_text() == before
        assert eventually(lambda: asks_its_tenants(mail_port), within=60)
        assert server.stop(signal.SIGINT)[0] == 0
        assert processes_of(data_dir) == []


def asks_its_tenants(mail_port: int) -> bool:
    """Return whether mail is taken there, and an address of the demo tenant looked up."""
    try:
        talk = Talk(mail_port)
    except ConnectionRefusedError:
        return False
    with talk:
        talk.greet()
        talk.ask("MAIL FROM:<a@mail.example>")
        return talk.ask("RCPT TO:<demo-nothing@in.happo.test>").startswith("550 5.1.1")


def test_a_web_process_and_a_database_that_are_killed_are_replaced(
    data_dir: Path, port: int
) -> None:
    with running(data_dir, port) as server:
        server.await_banner()
        first_database, first_web = postmaster_of(data_dir), web_server(server).children()[0]
        first_database.kill()
        first_web.kill()
        assert eventually(
            lambda: server.answers("/healthz") and postmaster_of(data_dir) != first_database
        )
        assert eventually(lambda: len(web_server(server).children()) == 2)
        assert first_web not in web_server(server).children()
        assert server.stop(signal.SIGTERM)[0] == 0


def test_a_killed_start_takes_everything_along(data_dir: Path, port: int) -> None:
    with running(data_dir, port) as server:
        server.await_banner()
        server.process.kill()
        assert eventually(lambda: processes_of(data_dir) == [])


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_to_make_alone_stops_everything(
    data_dir: Path, port: int, tmp_path: Path, sent: signal.Signals
) -> None:
    makefile = tmp_path / "Makefile"
    makefile.write_text(f"run:\n\t@exec {sys.executable} -m config.run --end-with-parent\n")
    with running(data_dir, port, command=("make", "-f", str(makefile))) as make:
        make.await_banner()
        make.stop(sent)
        assert eventually(lambda: processes_of(data_dir) == [])


def test_under_nohup_the_end_of_the_terminal_stops_nothing() -> None:
    before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    stopped: list[int] = []
    try:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        handle_stops(lambda sent, _: stopped.append(sent))
        for sent in (signal.SIGHUP, signal.SIGTERM):
            os.kill(os.getpid(), sent)
        assert stopped == [signal.SIGTERM]
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def test_it_starts_again_after_all_of_it_was_killed(data_dir: Path, port: int) -> None:
    with running(data_dir, port) as server:
        server.await_banner()
        for process in processes_of(data_dir):
            # Some end by themselves when those before them are gone.
            with suppress(psutil.NoSuchProcess):
                process.kill()
        assert eventually(lambda: processes_of(data_dir) == [])
    with running(data_dir, port) as server:
        server.await_banner()
        assert server.get("/readyz")[0] == 200
        web_server(server).kill()
        printed, _ = server.process.communicate(timeout=LIMIT)
        assert server.process.returncode == 1
        assert "the web process was killed by SIGKILL" in printed
        assert processes_of(data_dir) == []


def web_server(server: Running) -> psutil.Process:
    """Return the one child that has children which serve: the worker has none, the keeper is another program."""
    own = psutil.Process(server.process.pid)
    return next(
        child for child in own.children() if child.cmdline() == own.cmdline() and child.children()
    )


def test_a_port_of_mail_in_use_is_reported(tmp_path: Path, port: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        takes_mail = {"INBOUND_DOMAIN": "in.happo.test", "INBOUND_PORT": str(taken)}
        with running(tmp_path, port, **takes_mail) as server:
            printed, _ = server.process.communicate(timeout=LIMIT)
    assert server.process.returncode == 1
    assert printed.endswith(f"port {taken} is in use. Choose another: INBOUND_PORT={taken + 1}\n")


def test_a_port_in_use_is_reported_before_anything_starts(tmp_path: Path, port: int) -> None:
    with socket.socket() as other, running(tmp_path, port) as server:
        other.bind(("127.0.0.1", port))
        other.listen()
        printed, _ = server.process.communicate(timeout=LIMIT)
        assert server.process.returncode == 1
        assert (
            printed
            == f"Happo can't run: port {port} is in use. Choose another: make run PORT={port + 1}\n"
        )
        assert not (tmp_path / "postgres" / "cluster").exists()


def test_a_database_that_does_not_answer_is_reported_in_one_line(tmp_path: Path, port: int) -> None:
    production = {
        "DATABASE_URL": "postgresql://happo_app@127.0.0.1:1/happo",
        "DATABASE_OWNER_URL": "postgresql://happo_owner@127.0.0.1:1/happo",
        "SECRET_KEY": "long and never used " * 3,
    }
    with running(tmp_path, port, **production) as server:
        printed, _ = server.process.communicate(timeout=LIMIT)
        assert server.process.returncode == 1
        assert printed.startswith("Happo can't run: ")
        assert "the database does not answer" in printed.splitlines()[0]
