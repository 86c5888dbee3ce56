"""`manage.py` as operators use it: executable, with one sentence for what is wrong, and the web server by itself."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
import requests

from tests.forking.processes import run_fork
from tests.processes import CHECKOUT, SECRETS, eventually
from tests.servers import running_server

BROKEN_PLUGINS = {
    "import": "import nosuchmodule",
    "raise": "raise RuntimeError('no\\nlicence')",
    "exit": "import sys\nsys.exit(3)",
    "nothing": "",
}
COMMANDS = (
    ("migrate_tenants",),
    ("tenant", "list"),
    ("check",),
    ("serve",),
    ("worker",),
    ("shell", "-c", "pass"),
)


def run_manage(
    *arguments: str, data_dir: Path, **environment: str
) -> "subprocess.CompletedProcess[str]":
    """Run it as a fork."""
    variables = environment_with(data_dir, **environment)
    return run_fork(["manage.py", *arguments], environment=variables, timeout=100)


def start_manage(
    *arguments: str, data_dir: Path, python: tuple[str, ...] = (sys.executable,), **environment: str
) -> "subprocess.CompletedProcess[str]":
    """Run it as a user does, to its end."""
    return subprocess.run(
        [*python, str(CHECKOUT / "manage.py"), *arguments],
        env=environment_with(data_dir, **environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def environment_with(data_dir: Path, **variables: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in SECRETS}
    return inherited | {"HAPPO_DATA_DIR": str(data_dir)} | variables


def assert_one_sentence(ended: "subprocess.CompletedProcess[str]", sentence: str) -> None:
    assert ended.returncode == 1
    assert ended.stdout == ""
    [line] = ended.stderr.splitlines()
    assert line.startswith("Happo can't run: ")
    assert sentence in line


def test_manage_is_executable_and_finds_its_virtual_environment(tmp_path: Path) -> None:
    done = start_manage("help", "tenant", data_dir=tmp_path, python=())
    assert done.returncode == 0, done.stderr
    assert "usage: manage.py tenant" in done.stdout


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_an_error_of_the_settings_is_one_sentence_in_every_command(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    ended = start_manage(*command, data_dir=tmp_path, EMAIL_URL="gopher://user:passw0rd@mail.test")
    assert_one_sentence(ended, "EMAIL_URL must begin with submission://")
    assert "passw0rd" not in ended.stderr


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("WEB_PROCESSES", "0", "WEB_PROCESSES must be between 1 and"),
        ("WEB_THREADS", "-2", "WEB_THREADS must be between 1 and"),
        ("WEB_THREADS", "many", '"WEB_THREADS" invalid'),
        ("DEBUG", "perhaps", '"DEBUG" invalid'),
        ("HTTPS", "perhaps", '"HTTPS" invalid'),
        ("TRUSTED_PROXIES", "-1", "TRUSTED_PROXIES must be between 0 and"),
        ("RATE_LIMIT_BURST", "0", "RATE_LIMIT_BURST must be between 1 and"),
        ("CORS_ORIGINS", "app.example.com", "CORS_ORIGINS: app.example.com is no origin"),
        ("CORS_ORIGINS", "*", "CORS_ORIGINS: * is no origin"),
        ("CORS_ORIGINS", "https://*.example.com", "CORS_ORIGINS: https://*.example.com is no"),
        ("CORS_ALLOW_HEADERS", "x-ok,x bad", "CORS_ALLOW_HEADERS: x bad is no name of an HTTP"),
        ("CORS_ALLOW_HEADERS", "*", "CORS_ALLOW_HEADERS: * is no name of an HTTP header"),
        ("PUBLIC_URL", "example.com", "PUBLIC_URL must look like https://host"),
        ("GOOGLE_API_BASE", "http://[half", "GOOGLE_API_BASE must look like https://host"),
        ("BASE_DOMAIN", "https://example.com", "BASE_DOMAIN must be a host name"),
        ("ADMIN_HOSTS", "https://ops.example.com", "ADMIN_HOSTS: https://ops.example.com is no"),
        ("ADMIN_HOSTS", "*", "ADMIN_HOSTS: * is no host name"),
        ("ALLOWED_HOSTS", "example.com:443", "ALLOWED_HOSTS: example.com:443 is no host name"),
        ("STORAGE_URL", "s3://b?endpoint=s3.test", "The endpoint in STORAGE_URL must look like"),
        (
            "STORAGE_URL",
            "s3://b?endpoint=https://key:secret@s3.test",
            "The endpoint in STORAGE_URL must look like",
        ),
        ("HAPPO_DATA_DIR", "/proc/nowhere", "HAPPO_DATA_DIR: /proc/nowhere"),
    ],
)
def test_a_variable_that_is_wrong_is_named(
    tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    ended = run_manage("check", data_dir=tmp_path, **{name: value})
    assert_one_sentence(ended, sentence)


@pytest.fixture
def broken_plugin(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder for PYTHONPATH with an installed plugin that can't be used."""
    (tmp_path / "happo_acme.py").write_text(BROKEN_PLUGINS[request.param])
    metadata = tmp_path / "happo_acme-1.2.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: happo-acme\nVersion: 1.2\n")
    (metadata / "entry_points.txt").write_text("[happo.plugins]\nacme = happo_acme\n")
    return tmp_path


def assert_plugin_refused(command: str, broken_plugin: Path) -> None:
    ended = run_manage(command, data_dir=broken_plugin, PYTHONPATH=str(broken_plugin))
    assert_one_sentence(ended, "plugin acme (happo-acme 1.2): ")
    assert ended.stderr.endswith("To start without it: PLUGINS_OFF=acme\n")


@pytest.mark.parametrize("broken_plugin", BROKEN_PLUGINS, indirect=True)
def test_a_plugin_that_cannot_be_used_is_one_sentence(broken_plugin: Path) -> None:
    assert_plugin_refused("check", broken_plugin)


@pytest.mark.parametrize("broken_plugin", ["exit"], indirect=True)
def test_a_plugin_that_cannot_be_used_is_one_sentence_in_every_command_and_can_be_left_out(
    broken_plugin: Path,
) -> None:
    for command in ("migrate_tenants", "serve"):
        assert_plugin_refused(command, broken_plugin)
    path = {"PYTHONPATH": str(broken_plugin), "PLUGINS_OFF": "acme"}
    assert run_manage("check", data_dir=broken_plugin, **path).returncode == 0


def test_a_process_without_an_object_store_imports_no_client_of_one(tmp_path: Path) -> None:
    """boto3 would be a tenth of everything that a process imports."""
    told = (sys.executable, "-X", "importtime")
    ended = start_manage("check", data_dir=tmp_path, python=told)
    assert "api_v1.inbound_webhooks.views" in ended.stderr
    assert "boto3" not in ended.stderr


def test_an_unknown_name_among_the_plugins_to_leave_out_is_said(tmp_path: Path) -> None:
    ended = run_manage("check", data_dir=tmp_path, PLUGINS_OFF="google,gogle,acme")
    assert ended.returncode == 0
    assert "happo.plugins PLUGINS_OFF: there is no plugin acme or gogle" in ended.stderr


@pytest.mark.server
def test_the_web_server_alone_replaces_its_processes_and_needs_no_worker(
    django_db_setup: None, tmp_path: Path
) -> None:
    with running_server(tmp_path, workers=2) as server:
        own = psutil.Process(server.process.pid)
        assert all("worker" not in child.cmdline() for child in own.children(recursive=True))
        first = own.children()[0]
        first.kill()
        assert eventually(lambda: len(own.children()) == 2 and first not in own.children())
        assert requests.get(f"{server.url}/readyz", timeout=60).status_code == 200
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(60) == 0


@pytest.mark.server
def test_a_port_in_use_is_one_sentence(django_db_setup: None, tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        ended = run_manage("serve", data_dir=tmp_path, PORT=str(server.port))
        assert_one_sentence(
            ended, f"port {server.port} is in use. Choose another: PORT={server.port + 1}"
        )
