from __future__ import annotations

from collections.abc import Iterator

import pytest

from config.network.http_client import Limits, RequestsClient
from providers.contracts import HttpClient
from tests.standins.identity import IdentityStandin


@pytest.fixture
def standin() -> Iterator[IdentityStandin]:
    """Google and LinkedIn on loopback; the test fails if a request was sent that they don't know."""
    with IdentityStandin() as standin:
        yield standin


@pytest.fixture
def http() -> HttpClient:
    return RequestsClient(limits=Limits(connect=0.5, read=0.3, total=0.6, answer_bytes=64 * 1024))
