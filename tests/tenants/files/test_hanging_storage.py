"""A storage that accepts connections and never answers costs a request one call of seconds, and others nothing."""

import logging
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from pytest_django import Settings

from config.storage import storages
from core.errors import ProviderDown
from core.ids import new_uuid
from core.recruiting.models import Attachment
from tenants.context import TenantRef
from tenants.files import s3
from tenants.files.tenant_files import TenantFiles
from tenants.provisioning.lifecycle import CreatedTenant
from tests.recruiters import Recruiter
from tests.servers import running_server


class HangingServer:
    """Accepts connections on a free port, reads what comes and answers nothing; counts the requests."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.requests = 0
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def storage_url(self) -> str:
        return (
            f"s3://{BUCKET}?endpoint=http://127.0.0.1:{self.port}"
            "&region=eu-north-1&access_key=K&secret_key=S"
        )

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                self._open.append(client)
                threading.Thread(target=self._read, args=(client,), daemon=True).start()

    def _read(self, client: socket.socket) -> None:
        with suppress(OSError):
            while text := client.recv(65536):
                self.requests += text.count(f" /{BUCKET}".encode())

    def close(self) -> None:
        self._listening.close()
        for client in self._open:
            client.close()


BUCKET = "papers"


@pytest.fixture
def hanging(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[HangingServer]:
    """The storage of this test, with less patience than in an installation."""
    monkeypatch.setattr(s3, "SILENCE_LIMIT", 1)
    with closing(HangingServer()) as server:
        settings.STORAGES = storages(server.storage_url)
        yield server


def test_an_upload_makes_one_call_and_is_a_503(
    anna: Recruiter, hanging: HangingServer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.CRITICAL, "happo"):
        answer = anna.upload()
    assert answer.status == 503
    assert hanging.requests == 1
    assert Attachment.objects.count() == 0


@pytest.mark.parametrize("use", ["delete", "ids", "open"])
def test_every_other_use_makes_one_call(
    acme: TenantRef, hanging: HangingServer, caplog: pytest.LogCaptureFixture, use: str
) -> None:
    files, id = TenantFiles(acme), new_uuid()
    call = {
        "delete": lambda: files.delete([id]),
        "ids": files.ids,
        "open": lambda: files.open(id),
    }[use]
    with caplog.at_level(logging.CRITICAL, "happo"), pytest.raises(ProviderDown):
        call()
    assert hanging.requests == 1


def test_a_request_waits_for_seconds_not_for_minutes() -> None:
    assert timedelta(seconds=s3.CONNECT_LIMIT + s3.SILENCE_LIMIT) <= timedelta(seconds=10)


@pytest.mark.server
def test_another_tenant_is_served_while_uploads_wait(
    committed_tenant: CreatedTenant, created_acme: CreatedTenant, tmp_path: Path
) -> None:
    def known(tenant: CreatedTenant) -> dict[str, str]:
        version = {"x-happo-api-version": "v20261201"}
        return version | {"authorization": f"Bearer {tenant.api_key}"}

    with (
        closing(HangingServer()) as storage,
        running_server(tmp_path, WEB_THREADS="4", STORAGE_URL=storage.storage_url) as server,
        ThreadPoolExecutor(8) as pool,
    ):

        def upload() -> requests.Response:
            return requests.post(
                f"{server.url}/v1/attachments",
                files={"attachment": ("cv.pdf", b"%PDF")},
                headers=known(committed_tenant),
                timeout=60,
            )

        uploads = [pool.submit(upload) for _ in range(8)]
        done, waiting = wait(uploads, timeout=60, return_when=FIRST_COMPLETED)
        # Half of the threads wait for the storage. This one was refused, and never waited for it.
        refused = next(iter(done)).result()
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        assert refused.json()["code"] in ("unavailable", "busy")
        other = requests.get(f"{server.url}/v1/me", headers=known(created_acme), timeout=60)
        assert other.status_code == 200
        assert not all(upload.done() for upload in waiting)
        assert {upload.result().status_code for upload in uploads} == {503}
        assert storage.requests == 2
