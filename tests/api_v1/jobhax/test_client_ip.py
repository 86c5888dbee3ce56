"""Which log-ins count against the same limit."""

import pytest
from django.test import RequestFactory

from api_v1.client_ip import client_ip
from core.accounts.logins import limits
from core.accounts.models import User
from core.errors import RateLimited
from tenants.context import TenantRef
from tests.clients import JobHaxClient
from tests.job_seekers import PASSWORD


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, "127.0.0.1"),
        (0, "1.2.3.4", "127.0.0.1"),
        (1, "1.2.3.4", "1.2.3.4"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.1", "1.2.3.4"),
        (2, "1.2.3.4", "127.0.0.1"),
        (1, None, "127.0.0.1"),
    ],
)
def test_only_our_own_proxies_are_believed(
    settings: pytest.FixtureRequest, proxies: int, forwarded: str | None, address: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert client_ip(RequestFactory().get("/", headers=headers)) == address


def test_an_address_may_fail_a_hundred_times(
    api: JobHaxClient, joe: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PER_IP", 5)
    for number in range(5):
        assert api.login(f"nobody{number}", "wrong").status == 401
    reply = api.login("joesmith", PASSWORD)
    assert (reply.status, reply.code) == (429, 10)


def test_successes_are_not_counted(acme: TenantRef, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PER_IP", 2)
    for number in range(6):
        with limits.limit_attempts(f"a{number}", client_ip="1.2.3.4") as attempt:
            attempt.succeeded = True


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("1.2.3.4", "1.2.3.5", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:1.2.3.4", "1.2.3.4", True),
        ("", "nonsense", False),
    ],
)
def test_an_ipv6_network_is_one_address(
    acme: TenantRef, monkeypatch: pytest.MonkeyPatch, first: str, second: str, same: bool
) -> None:
    monkeypatch.setattr(limits, "PER_IP", 1)
    with limits.limit_attempts("a", client_ip=first):
        pass
    try:
        with limits.limit_attempts("b", client_ip=second):
            pass
    except RateLimited:
        assert same
    else:
        assert not same
