from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from config.network.http_client import Limits, RequestsClient
from tests.standins.identity import IdentityStandin

PATIENT = Limits(connect=60.0, read=60.0, total=60.0, answer_bytes=64 * 1024)
HURRIED = replace(PATIENT, read=0.3, total=0.6)
# Ways in which a service fails that time alone ends.
SLOW = frozenset({"slow", "drip"})


class PatientClient:
    """An `HttpClient` that waits for a service for as long as a busy machine may take, and briefly while it hangs."""

    def __init__(self) -> None:
        self._patient = RequestsClient(limits=PATIENT)
        self._hurried = RequestsClient(limits=HURRIED)
        self.request = self._patient.request

    @contextmanager
    def hurrying(self, mode: str) -> Iterator[None]:
        """Wait briefly until the block ends where `mode` is a way to fail that takes for ever."""
        if mode in SLOW:
            self.request = self._hurried.request
        yield
        self.request = self._patient.request


@pytest.fixture
def standin() -> Iterator[IdentityStandin]:
    """Google and LinkedIn on loopback; the test fails if a request was sent that they don't know."""
    with IdentityStandin() as standin:
        yield standin


@pytest.fixture
def http() -> PatientClient:
    return PatientClient()
