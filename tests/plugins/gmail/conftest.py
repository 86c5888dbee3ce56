from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from config.network.http_client import Limits, RequestsClient
from tests.plugins.gmail.mailboxes import Clock, User
from tests.standins.identity import IdentityStandin


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def user(standin: IdentityStandin, clock: Clock) -> Iterator[User]:
    """Joe, whose mailbox is empty, and who may be fetched for an hour."""
    standin.gmail.clock = lambda: clock.now().timestamp()
    limits = Limits(connect=60.0, read=60.0, total=60.0, answer_bytes=44 * 1024 * 1024)
    http = RequestsClient(limits=limits, keeps_connections=True)
    yield User(standin, http, clock, deadline=clock.now() + timedelta(hours=1))
    http.close()
