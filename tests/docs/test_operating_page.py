"""`docs/operating.md`: its variables are read, its commands exist, and its shell blocks are run as they are."""

import json
import os
import re
import secrets
import shlex
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
from django.core.management import call_command, get_commands, load_command_class

from tenants.context import TenantRef
from tenants.database.embedded.cluster import wheel_programs
from tenants.mail_retention import read_mail_days
from tests.config.test_env import run_python
from tests.docs.bare_servers import BareServer, bare_server
from tests.docs.operating_page import LANGUAGES, PAGE, all_languages, blocks_of, commands, variables
from tests.forking.processes import inherit_template, link_manage, run_fork
from tests.processes import CHECKOUT, SECRETS, eventually
from tests.servers import free_port, shell_environment

# Each variable: a value as the page shows it, a value of the settings that it changes, and what that is then.
VARIABLES: dict[str, tuple[str, str, Any]] = {
    "DATABASE_URL": (
        "postgresql://happo_app:pw@db.example/happo?sslmode=verify-full",
        "DATABASES['default']['OPTIONS']['sslmode']",
        "verify-full",
    ),
    "DATABASE_OWNER_URL": (
        "postgresql://happo_owner:pw@db.example/happo",
        "OWNER_DATABASE['USER']",
        "happo_owner",
    ),
    "SECRET_KEY": ("k" * 50, "SECRET_KEY", "k" * 50),
    "SECRET_KEY_FALLBACKS": ("former,older", "SECRET_KEY_FALLBACKS", ["former", "older"]),
    "ALLOWED_HOSTS": ("api.example.com,.jobs.example.com", "ALLOWED_HOSTS[1]", ".jobs.example.com"),
    "BASE_DOMAIN": ("jobs.example.com", "BASE_DOMAIN", "jobs.example.com"),
    "PUBLIC_URL": (
        "https://api.example.com",
        "CSRF_TRUSTED_ORIGINS",
        ["https://api.example.com"],
    ),
    "STORAGE_URL": (
        "s3://bucket?region=eu-north-1",
        "STORAGES['default']['OPTIONS']['bucket_name']",
        "bucket",
    ),
    "EMAIL_URL": (
        "smtp+tls://user:password@host?_default_from_email=hiring@example.com",
        "[EMAIL_PORT, EMAIL_USE_TLS, DEFAULT_FROM_EMAIL]",
        [587, True, "hiring@example.com"],
    ),
    "HAPPO_DATA_DIR": ("{data_dir}", "str(HAPPO_DATA_DIR)", "{data_dir}"),
    "HAPPO_HOST": ("0.0.0.0", "HOST", "0.0.0.0"),  # noqa: S104 - never listened on
    "PORT": ("9000", "PORT", 9000),
    "HEALTH_PORT": ("8001", "HEALTH_PORT", 8001),
    "LOG_FORMAT": ("json", "LOGGING['formatters']['line']['kind']", "json"),
    "DEBUG": ("true", "DEBUG", True),
    "PLUGINS_OFF": ("google,acme", "PLUGINS_OFF", ["google", "acme"]),
    "WEB_PROCESSES": ("3", "WEB_PROCESSES", 3),
    "WEB_THREADS": ("5", "WEB_THREADS", 5),
    "WEB_THREAD_IDLE_SECONDS": ("60", "WEB_THREAD_IDLE_SECONDS", 60),
    "HTTPS": ("false", "[SECURE_SSL_REDIRECT, SESSION_COOKIE_SECURE]", [False, False]),
    "RATE_LIMIT_PER_SECOND": ("7", "RATE_LIMIT_PER_SECOND", 7),
    "AUDIT_RETENTION_DAYS": ("90", "AUDIT_RETENTION_DAYS", 90),
    "RATE_LIMIT_BURST": ("70", "RATE_LIMIT_BURST", 70),
    "ADMIN_HOSTS": ("admin.example.com", "ADMIN_HOSTS", ["admin.example.com"]),
    "ANONYMOUS_RATE_PER_SECOND": ("8", "ANONYMOUS_RATE_PER_SECOND", 8),
    "ANONYMOUS_RATE_BURST": ("80", "ANONYMOUS_RATE_BURST", 80),
    "CLIENT_RATE_PER_SECOND": ("9", "CLIENT_RATE_PER_SECOND", 9),
    "CLIENT_RATE_BURST": ("90", "CLIENT_RATE_BURST", 90),
    "PASSWORD_HASHES_AT_ONCE": ("2", "PASSWORD_HASHES_AT_ONCE", 2),
    "TRUSTED_PROXIES": ("1", "TRUSTED_PROXIES", 1),
    "CORS_ORIGINS": (
        "https://app.example.com",
        "CORS_ALLOWED_ORIGINS",
        ["https://app.example.com"],
    ),
    "CORS_ALLOW_HEADERS": ("X-Mine, x-also", "CORS_ALLOW_HEADERS[-2:]", ["x-mine", "x-also"]),
    "HAPPO_DEFAULT_TENANT": ("acme", "HAPPO_DEFAULT_TENANT", "acme"),
    "IMAP_ALLOWED_NETWORKS": (
        "10.1.0.0/16, fd00::/8",
        "[str(one) for one in IMAP_ALLOWED_NETWORKS]",
        ["10.1.0.0/16", "fd00::/8"],
    ),
    "OIDC_ALLOWED_NETWORKS": (
        "10.2.0.0/16, fd00::/8",
        "[str(one) for one in OIDC_ALLOWED_NETWORKS]",
        ["10.2.0.0/16", "fd00::/8"],
    ),
    "INBOUND_DOMAIN": ("in.example.com", "INBOUND_DOMAIN", "in.example.com"),
    "INBOUND_PORT": ("8025", "INBOUND_PORT", 8025),
    "INBOUND_AUTHSERV_ID": ("mx.example.com", "INBOUND_AUTHSERV_ID", "mx.example.com"),
    "INBOUND_WEBHOOKS": (
        "postmark, mailgun",
        "INBOUND_WEBHOOKS",
        ["postmark", "mailgun/mime"],
    ),
    "INBOUND_WEBHOOK_SECRET": ("user:password", "ANYMAIL['WEBHOOK_SECRET']", "user:password"),
    "MAILGUN_WEBHOOK_SIGNING_KEY": ("key", "ANYMAIL['MAILGUN_WEBHOOK_SIGNING_KEY']", "key"),
    "GOOGLE_API_BASE": ("http://127.0.0.1:1", "GOOGLE_API_BASE", "http://127.0.0.1:1"),
    "LINKEDIN_API_BASE": ("http://127.0.0.1:2", "LINKEDIN_API_BASE", "http://127.0.0.1:2"),
    "MICROSOFT_API_BASE": ("http://127.0.0.1:3", "MICROSOFT_API_BASE", "http://127.0.0.1:3"),
}
BASH = "/bin/bash"
CONTENT = b"%PDF-1.7 a page"
PASSWORDS = {"happo_owner": "choose one", "happo_app": "choose another"}


def test_every_variable_of_the_page_has_its_effect(tmp_path: Path) -> None:
    assert variables() == VARIABLES.keys()
    environment = {
        name: value.format(data_dir=tmp_path) for name, (value, _, _) in VARIABLES.items()
    }
    expressions = [expression for _, expression, _ in VARIABLES.values()]
    program = (
        f"import json; from config.settings import *; print(json.dumps([{', '.join(expressions)}]))"
    )
    del environment["HAPPO_DATA_DIR"]
    printed = run_python("-c", program, data_dir=tmp_path, **environment)
    assert printed.returncode == 0, printed.stderr
    wanted = json.loads(json.dumps([one[2] for one in VARIABLES.values()]))
    found = json.loads(printed.stdout)
    assert dict(zip(VARIABLES, found, strict=True)) == dict(
        zip(
            VARIABLES,
            [str(tmp_path) if one == "{data_dir}" else one for one in wanted],
            strict=True,
        )
    )


def test_every_variable_that_is_read_is_on_the_page() -> None:
    read = re.compile(
        r"\b(?:env\.\w+|secret|number|choice|origins|networks|header_names|base_url|host_names?"
        r"|mail_services)"
        r"\(\s*\"([A-Z_]+)\""
    )
    texts = [path.read_text() for path in sorted((CHECKOUT / "config").glob("*.py"))]
    assert {name for text in texts for name in read.findall(text)} == variables()


def test_every_block_is_in_a_language_that_a_test_runs() -> None:
    assert set(all_languages()) == set(LANGUAGES)
    text = re.sub(r"^```.*?^```$", "", PAGE.read_text(), flags=re.MULTILINE | re.DOTALL)
    assert re.findall(r"^    \S.*", text, re.MULTILINE) == []


@pytest.mark.parametrize("command", sorted(set(commands())))
def test_every_command_of_the_page_exists(command: str) -> None:
    name, *arguments = shlex.split(command.replace("ID", str(uuid4())))
    parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
    parser.parse_args(arguments)


@pytest.fixture(scope="module")
def servers(django_db_setup: None) -> Iterator[tuple[BareServer, BareServer]]:
    with bare_server() as first, bare_server() as second:
        yield first, second


def environment_on(server: BareServer, data_dir: Path, **more: str) -> dict[str, str]:
    """Return what the page asks for, with the programs of PostgreSQL on PATH."""
    shell = {name: value for name, value in shell_environment().items() if name not in SECRETS}
    path = os.pathsep.join([str(wheel_programs() / "bin"), shell["PATH"]])
    data_dir.mkdir(exist_ok=True)
    return shell | {
        "PATH": path,
        "DATABASE_URL": server.url("happo_app", PASSWORDS["happo_app"]),
        "DATABASE_OWNER_URL": server.url("happo_owner", PASSWORDS["happo_owner"]),
        "SECRET_KEY": "the same on both machines " * 3,
        "BASE_DOMAIN": "example.com",
        "HAPPO_DATA_DIR": str(data_dir),
        "OPERATOR_PASSWORD": secrets.token_urlsafe(20),
        "HTTPS": "false",
        **more,
    }


def test_the_days_for_which_mail_is_kept_are_set_by_the_page(acme: TenantRef) -> None:
    [block] = blocks_of("sh", heading="Stored mail")
    for line in block.splitlines():
        program, *arguments = shlex.split(line, comments=True)
        assert program == "./manage.py"
        call_command(*arguments)
    assert read_mail_days(acme) == 100


class Shell:
    """Runs blocks of the page in a directory that stands for the checkout, where dumps are written too."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        link_manage(folder)

    def run(self, block: str, environment: dict[str, str]) -> str:
        variables, descriptors = inherit_template()
        done = subprocess.run(
            [BASH, "-e", "-u", "-o", "pipefail", "-c", block],
            env=environment | variables,
            pass_fds=descriptors,
            cwd=self._folder,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout


def manage(environment: dict[str, str], arguments: str) -> Any:  # Any: JSON
    """Run a command that the page doesn't have at this place."""
    command = ["manage.py", *shlex.split(arguments), "--json"]
    done = run_fork(command, environment=environment, timeout=100)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.server
@pytest.mark.timeout(900)
def test_an_installation_is_made_backed_up_and_restored_by_the_page(
    servers: tuple[BareServer, BareServer], tmp_path: Path
) -> None:
    first, second = servers
    shell = Shell(tmp_path)
    before = environment_on(first, tmp_path / "first")
    once, then = blocks_of("sql", heading="The database")
    first.run_sql(once, dbname="postgres")
    first.run_sql(then, dbname="happo")
    [first_day, start] = blocks_of("sh", heading="The first day")
    shell.run(first_day, before)
    [checking] = blocks_of("sh", heading="The database")
    shell.run(checking, before)
    [acme] = manage(before, "tenant list")["tenants"]
    assert (acme["host"], acme["status"]) == ("jobs.acme.com", "active")
    key = manage(before, "apikey create --tenant acme --email olga@acme.com")["apiKey"]
    with serving(before, start) as url:
        path = upload(url, key)
        assert download(url, key, path) == CONTENT

    [quotas] = blocks_of("sh", heading="Quotas of a tenant")
    shell.run(quotas, before)
    dump, files = blocks_of("sh", heading="Backups")
    shell.run(dump, before)
    shell.run(files, before)

    superuser, unpack = blocks_of("sh", heading="Restoring everything")
    after = environment_on(second, tmp_path / "second") | second.environment()
    shell.run(superuser, after)
    second.run_sql(then, dbname="happo")
    for name in second.environment():
        del after[name]
    shell.run(unpack, after)
    with serving(after, start) as url:
        assert download(url, key, path) == CONTENT
        manage(after, "user create --tenant acme --email later@acme.com")
        [block] = blocks_of("sh", heading="Restoring one tenant in place")
        schema = manage(after, "tenant list")["tenants"][0]["schema"]
        shell.run(block.replace("SCHEMA=t_...", f"SCHEMA={schema}"), after)
        # Were the user still there, this would fail.
        manage(after, "user create --tenant acme --email later@acme.com")
        assert manage(after, "migrate_tenants --check")["outdated"] == []
        assert download(url, key, path) == CONTENT
    manage(after, "tenant delete acme --yes")


def known(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}", "x-happo-api-version": "v20261201"}


def upload(url: str, key: str) -> str:
    """Upload a file; return the path of its attachment."""
    form = {"attachment": ("cv.pdf", CONTENT)}
    answer = requests.post(f"{url}/v1/attachments", files=form, headers=known(key), timeout=30)
    assert answer.status_code == 200, answer.text
    return f"/v1/attachments/{answer.json()['data']['id']}"


def download(url: str, key: str, path: str) -> bytes:
    """Return the file of an attachment."""
    answer = requests.get(url + path, headers=known(key), timeout=30)
    assert answer.status_code == 200, answer.text
    return requests.get(answer.json()["data"]["accessUrl"], timeout=30).content


@contextmanager
def serving(environment: dict[str, str], start: str) -> Iterator[str]:
    """Run each line of the block that starts Happo as a process; yield the server's URL. All stop on SIGTERM."""
    port = free_port()
    processes = [
        subprocess.Popen(
            [BASH, "-c", f"exec {line}"],
            env=environment | {"PORT": str(port)},
            cwd=CHECKOUT,
        )
        for line in start.splitlines()
    ]
    assert len(processes) == 2
    url = f"http://127.0.0.1:{port}"

    def is_ready() -> bool:
        with suppress(requests.ConnectionError):
            return requests.get(f"{url}/readyz", timeout=30).status_code == 200
        return False

    try:
        assert eventually(is_ready, within=60)
        yield url
        for process in processes:
            process.send_signal(signal.SIGTERM)
        server, worker = (process.wait(60) for process in processes)
        # The server is ready, but the worker may still be starting: the signal ends it then.
        assert (server, worker) in ((0, 0), (0, -signal.SIGTERM))
    finally:
        for process in processes:
            process.kill()
            process.wait()
