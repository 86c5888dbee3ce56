"""The blocks for nginx and Caddy of `docs/operating.md`, run with Debian's packages before a real server."""

import os
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.db import connections

from tenants.context import public_scope
from tenants.models import AuditEntry
from tenants.provisioning import lifecycle
from tenants.provisioning.lifecycle import CreatedTenant
from tests.docs.operating_page import blocks_of
from tests.processes import eventually
from tests.programs import required_program
from tests.servers import free_port, running_server

pytestmark = pytest.mark.server

CERTIFICATES = "/etc/ssl/happo/"
NGINX = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx-errors.log;
{user}
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/answers;
    fastcgi_temp_path {folder}/unused1;
    uwsgi_temp_path {folder}/unused2;
    scgi_temp_path {folder}/unused3;
    include {folder}/happo.conf;
}}
"""


@dataclass(frozen=True)
class Proxied:
    """A proxy before a server with one thread, and a tenant there."""

    port: int
    # With the certificate.
    folder: Path
    tenant: CreatedTenant

    def url(self, path: str) -> str:
        return f"https://localhost:{self.port}{path}"


def make_certificate(folder: Path) -> None:
    """Write a key and a certificate of its own for localhost."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


@contextmanager
def running(command: list[str], *, port: int, environment: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(command, env=os.environ | environment)
    try:
        assert eventually(lambda: process.poll() is not None or _listens(port), within=30)
        assert process.poll() is None, command
        yield
    finally:
        process.terminate()
        process.wait(60)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def replaced(block: str, changes: dict[str, str]) -> str:
    """Return a block with what differs here; each must be in it."""
    for shown, here in changes.items():
        assert shown in block, shown
        block = block.replace(shown, here)
    return block


@contextmanager
def nginx(folder: Path, *, port: int, upstream: int) -> Iterator[None]:
    program = required_program("nginx", package="nginx-light")
    [block] = blocks_of("nginx")
    changes = {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "127.0.0.1:8000": f"127.0.0.1:{upstream}",
        CERTIFICATES: f"{folder}/",
    }
    (folder / "happo.conf").write_text(replaced(block, changes))
    main = folder / "nginx.conf"
    # Its workers may write into the folders of this test.
    user = "user root;" if os.getuid() == 0 else ""
    main.write_text(NGINX.format(folder=folder, user=user))
    command = [program, "-c", str(main), "-p", str(folder), "-e", str(folder / "nginx-errors.log")]
    tested = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    assert "[warn]" not in tested.stderr
    with running(command, port=port, environment={}):
        yield


@contextmanager
def caddy(folder: Path, *, port: int, upstream: int) -> Iterator[None]:
    program = required_program("caddy", package="caddy")
    [block] = blocks_of("caddy")
    changes = {
        # No other ports of this machine, and nothing in its account's folders.
        "{\n    servers {": "{\n    admin off\n    auto_https disable_redirects\n    servers {",
        "https:// {": f"https://localhost:{port} {{\n    bind 127.0.0.1",
        "127.0.0.1:8000": f"127.0.0.1:{upstream}",
        CERTIFICATES: f"{folder}/",
    }
    path = folder / "Caddyfile"
    path.write_text(replaced(block, changes))
    environment = {
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }
    command = [program, "run", "--adapter", "caddyfile", "--config", str(path)]
    with running(command, port=port, environment=environment):
        yield


@pytest.fixture(scope="module", params=[nginx, caddy], ids=["nginx", "caddy"])
def proxied(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Proxied]:
    """One of the proxies, for all tests of this file."""
    port, folder = free_port(), tmp_path_factory.mktemp("proxied")
    make_certificate(folder)
    proxy: Callable[..., AbstractContextManager[None]] = request.param
    environment = {"WEB_THREADS": "1", "TRUSTED_PROXIES": "1"}
    with django_db_blocker.unblock():
        tenant = lifecycle.create_tenant("proxied", name="Proxied", owner_email="o@proxied.test")
        connections.close_all()
    with (
        running_server(folder, **environment) as server,
        proxy(folder, port=port, upstream=server.port),
    ):
        yield Proxied(port, folder, tenant)
    with django_db_blocker.unblock():
        lifecycle.delete_tenant("proxied")


@pytest.fixture
def session(proxied: Proxied) -> Iterator[requests.Session]:
    with requests.Session() as session:
        # Otherwise a variable of the environment wins over the certificate.
        session.trust_env = False
        session.verify = str(proxied.folder / "fullchain.pem")
        yield session


def known(tenant: CreatedTenant) -> dict[str, str]:
    return {"authorization": f"Bearer {tenant.api_key}", "x-happo-api-version": "v20261201"}


def test_requests_pass_with_their_host_and_scheme(
    proxied: Proxied, session: requests.Session
) -> None:
    assert (
        session.get(proxied.url("/v1/me"), headers=known(proxied.tenant), timeout=30).status_code
        == 200
    )
    form = {"attachment": ("cv.pdf", b"%PDF-1.7")}
    sent = session.post(
        proxied.url("/v1/attachments"), files=form, headers=known(proxied.tenant), timeout=30
    )
    shown = session.get(
        proxied.url(f"/v1/attachments/{sent.json()['data']['id']}"),
        headers=known(proxied.tenant),
        timeout=30,
    )
    assert shown.json()["data"]["accessUrl"].startswith(proxied.url("/v1/files/"))
    assert session.get(shown.json()["data"]["accessUrl"], timeout=30).content == b"%PDF-1.7"


def test_a_browser_may_log_in_to_the_admin(proxied: Proxied, session: requests.Session) -> None:
    page = proxied.url("/admin/login/")
    session.get(page, timeout=30)
    form = {
        "csrfmiddlewaretoken": session.cookies["__Host-happo-csrf"],
        "username": "nobody@example.com",
        "password": "wrong",
    }
    origin = {"origin": proxied.url(""), "referer": page}
    answer = session.post(page, data=form, headers=origin, timeout=30)
    # The form again, with an error; a refused origin were 403.
    assert answer.status_code == 200
    assert "csrfmiddlewaretoken" in answer.text


def test_a_body_that_no_route_takes_is_refused(proxied: Proxied, session: requests.Session) -> None:
    answer = session.post(
        proxied.url("/v1/positions"),
        data=b" " * (7 * 1024 * 1024),
        headers=known(proxied.tenant) | {"content-type": "application/json"},
        timeout=30,
    )
    assert answer.status_code == 413


def test_a_proxy_refuses_a_length_that_it_does_not_pass_on(proxied: Proxied) -> None:
    context = ssl.create_default_context(cafile=str(proxied.folder / "fullchain.pem"))
    for length in (16_000_000, 20_000_000, 100_000_000, 10**12):
        head = f"POST /v1/positions HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n"
        plain = socket.create_connection(("127.0.0.1", proxied.port), timeout=30)
        with context.wrap_socket(plain, server_hostname="localhost") as client:
            client.sendall(head.encode())
            assert client.recv(12) == b"HTTP/1.1 413"


# Larger than the route takes and smaller than the proxy's limit; without a key; where there is no such route or method.
REFUSED = {
    "too long": ("POST", "/v1/positions", "application/json", True, 413),
    "unsupported": ("POST", "/v1/attachments", "text/plain", True, 415),
    "no key": ("POST", "/v1/attachments", "multipart/form-data; boundary=x", False, 401),
    "no route": ("POST", "/v1/nowhere", "application/json", True, 404),
    "no method": ("PATCH", "/v1/positions", "application/json", True, 405),
    "no page": ("POST", "/nowhere", "application/json", False, 404),
}


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "chunked"])
def test_a_refused_body_gets_the_answer_of_the_api(
    proxied: Proxied, session: requests.Session, declared: bool
) -> None:
    body = bytes(4_900_000)
    answered = {}
    for name, (method, path, content_type, has_key, _) in REFUSED.items():
        headers = {"content-type": content_type, "x-happo-api-version": "v20261201"}
        answered[name] = session.request(
            method,
            proxied.url(path),
            data=body if declared else iter([body]),
            headers=headers | (known(proxied.tenant) if has_key else {}),
            timeout=30,
        ).status_code
    # A page's body is refused by its declared size: nginx declares those that come in chunks.
    assert answered.pop("no page") in (404, 413)
    assert answered == {name: status for name, (*_, status) in REFUSED.items() if name != "no page"}


def test_slow_bodies_and_silent_sockets_do_not_reach_the_only_thread(
    proxied: Proxied, session: requests.Session
) -> None:
    context = ssl.create_default_context(cafile=str(proxied.folder / "fullchain.pem"))
    lines = [
        "POST /v1/positions HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/json",
        "Content-Length: 1000",
        *(f"{name}: {value}" for name, value in known(proxied.tenant).items()),
        "",
        '{"title": ',
    ]
    slow = []
    try:
        for number in range(16):
            plain = socket.create_connection(("127.0.0.1", proxied.port))
            one = context.wrap_socket(plain, server_hostname="localhost")
            slow.append(one)
            if number % 2:
                one.sendall("\r\n".join(lines).encode())
        answer = session.get(proxied.url("/v1/me"), headers=known(proxied.tenant), timeout=60)
        assert answer.status_code == 200
    finally:
        for one in slow:
            one.close()


def test_a_client_does_not_choose_its_address(proxied: Proxied, session: requests.Session) -> None:
    """Whatever it writes into headers: the audit log has the address that the proxy saw."""
    page = proxied.url("/admin/login/")
    session.get(page, timeout=30)
    form = {
        "csrfmiddlewaretoken": session.cookies["__Host-happo-csrf"],
        "username": "chosen-address@example.com",
        "password": "wrong",
    }
    chosen = dict.fromkeys(
        ("X_Forwarded_For", "X-Forwarded-For", "x_forwarded-FOR", "X-Forwarded_For"), "203.0.113.7"
    )
    origin = {"origin": proxied.url(""), "referer": page}
    assert session.post(page, data=form, headers=origin | chosen, timeout=30).status_code == 200
    with public_scope():
        entry = AuditEntry.objects.filter(action="operator.login_failed").latest("id")
    assert entry.address == "127.0.0.1"


def test_a_chunked_body_that_breaks_off_changes_nothing(
    proxied: Proxied, session: requests.Session
) -> None:
    context = ssl.create_default_context(cafile=str(proxied.folder / "fullchain.pem"))
    body = '{"title": "Half"}'
    lines = [
        "POST /v1/positions HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/json",
        "Transfer-Encoding: chunked",
        *(f"{name}: {value}" for name, value in known(proxied.tenant).items()),
        "",
        f"{len(body):x}",
        body,
        "",
    ]
    for _ in range(3):
        plain = socket.create_connection(("127.0.0.1", proxied.port))
        with context.wrap_socket(plain, server_hostname="localhost") as broken:
            broken.sendall("\r\n".join(lines).encode())
            # Long enough for a proxy that doesn't wait for the end to pass it on.
            time.sleep(0.3)
    url = proxied.url("/v1/positions")
    json_of_client = known(proxied.tenant) | {"content-type": "application/json"}
    whole = session.post(
        url, data=iter([b'{"title": "Whole"}']), headers=json_of_client, timeout=30
    )
    assert whole.status_code == 200
    listed = session.get(url, headers=json_of_client, timeout=30).json()["data"]
    assert [position["title"] for position in listed] == ["Whole"]
