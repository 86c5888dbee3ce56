"""A storage that accepts connections and never answers costs a request one call of a few seconds."""

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from pytest_django import Settings

from config.storage import storages
from core.errors import ProviderDown
from core.ids import new_uuid
from core.recruiting.models import Attachment
from tenants.context import TenantRef
from tenants.files import s3
from tenants.files.tenant_files import TenantFiles
from tests.recruiters import Recruiter


class HangingServer:
    """Accepts connections on a free port, reads what comes and answers nothing; counts the requests."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.requests = 0
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

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
    server = HangingServer()
    settings.STORAGES = storages(
        f"s3://{BUCKET}?endpoint=http://127.0.0.1:{server.port}"
        "&region=eu-north-1&access_key=K&secret_key=S"
    )
    yield server
    server.close()


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
