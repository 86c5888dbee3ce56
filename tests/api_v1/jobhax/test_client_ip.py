"""The IP addresses for which failed log-ins share a limit."""

import pytest
from django.test import RequestFactory
from django.utils import timezone

from api_v1.client_ip import client_ip
from core.accounts import attempt_limits
from core.accounts.logins import limits
from core.accounts.logins.models import AttemptCounter
from core.accounts.models import User
from core.errors import RateLimited
from core.limits.local_buckets import LocalBuckets
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
        (1, "1.2.3.4:5678", "1.2.3.4"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "[2001:DB8::1]:5678", "2001:db8::1"),
        (1, '"[2001:db8::1]"', "2001:db8::1"),
        (1, "fe80::1%eth0", "fe80::1"),
        (1, "::ffff:1.2.3.4", "1.2.3.4"),
        (1, "unknown", ""),
        (1, "_hidden", ""),
        (1, "1.2.3.4:port", ""),
        (1, "1.2.3", ""),
        (1, "1.2.3.4:5678:9", ""),
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
    monkeypatch.setattr(attempt_limits, "PER_IP", 5)
    for number in range(5):
        assert api.login(f"nobody{number}", "wrong").status == 401
    reply = api.login("joesmith", PASSWORD)
    assert (reply.status, reply.code) == (429, 10)


def test_successes_are_not_counted(acme: TenantRef, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempt_limits, "PER_IP", 2)
    for number in range(6):
        with attempt_limits.limit_attempts(f"a{number}", client_ip="1.2.3.4") as attempt:
            attempt.succeeded = True


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("1.2.3.4", "1.2.3.5", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:1.2.3.4", "1.2.3.4", True),
        ("", "nonsense", True),
        ("more", "nonsense", True),
        ("1.2.3.4:1", "1.2.3.4:2", True),
        ("[2001:db8:1:2::1]:80", "2001:db8:1:2::2", True),
    ],
)
def test_an_ipv6_network_is_one_address(
    acme: TenantRef, monkeypatch: pytest.MonkeyPatch, first: str, second: str, same: bool
) -> None:
    monkeypatch.setattr(attempt_limits, "PER_IP", 1)
    with attempt_limits.limit_attempts("a", client_ip=first):
        pass
    try:
        with attempt_limits.limit_attempts("b", client_ip=second):
            pass
    except RateLimited:
        assert same
    else:
        assert not same


def test_an_address_at_its_limit_locks_no_account(
    acme: TenantRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempt_limits, "PER_IP", 2)
    for number in range(2):
        with attempt_limits.limit_attempts(f"other{number}", client_ip="6.6.6.6"):
            pass
    for _ in range(attempt_limits.PER_ACCOUNT):
        with pytest.raises(RateLimited), attempt_limits.limit_attempts("joe", client_ip="6.6.6.6"):
            pass
    with attempt_limits.limit_attempts("joe", client_ip="1.2.3.4"):
        pass


def fail(account: str, *, client_ip: str, client: str = "app", times: int) -> None:
    for _ in range(times):
        with attempt_limits.limit_attempts(account, client_ip=client_ip, client=client):
            pass


@pytest.fixture
def joe_logged_in(acme: TenantRef) -> None:
    with attempt_limits.limit_attempts("joe", client_ip="1.2.3.4", client="app") as attempt:
        attempt.succeeded = True


def test_who_logged_in_recently_is_not_locked_out_by_others(joe_logged_in: None) -> None:
    fail("joe", client_ip="6.6.6.6", times=attempt_limits.PER_ACCOUNT)
    with attempt_limits.limit_attempts("joe", client_ip="1.2.3.4", client="app") as attempt:
        attempt.succeeded = True
    # And the others gain no further guesses by it.
    with pytest.raises(RateLimited):
        fail("joe", client_ip="6.6.6.6", times=1)


def test_who_logged_in_recently_has_a_limit_too(joe_logged_in: None) -> None:
    fail("joe", client_ip="6.6.6.6", times=attempt_limits.PER_ACCOUNT)
    fail("joe", client_ip="1.2.3.4", times=attempt_limits.PER_ACCOUNT)
    with pytest.raises(RateLimited):
        fail("joe", client_ip="1.2.3.4", times=1)


@pytest.mark.parametrize(
    ("account", "client_ip", "client"),
    [("joe", "1.2.3.5", "app"), ("joe", "1.2.3.4", "other app"), ("jane", "1.2.3.4", "app")],
)
def test_another_address_client_or_account_is_not_known(
    joe_logged_in: None, account: str, client_ip: str, client: str
) -> None:
    fail(account, client_ip="6.6.6.6", times=attempt_limits.PER_ACCOUNT)
    with pytest.raises(RateLimited):
        fail(account, client_ip=client_ip, client=client, times=1)


def test_an_address_is_known_for_a_month(joe_logged_in: None) -> None:
    AttemptCounter.objects.update(expires_at=timezone.now())
    fail("joe", client_ip="6.6.6.6", times=attempt_limits.PER_ACCOUNT)
    with pytest.raises(RateLimited):
        fail("joe", client_ip="1.2.3.4", times=1)


def test_right_passwords_are_limited_before_the_hash(
    api: JobHaxClient, joe: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "logins", LocalBuckets(rate=0.001, burst=3))
    statuses = [api.login("joesmith", PASSWORD).status for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]


def test_registrations_from_what_is_no_address_are_counted(
    acme: TenantRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "REGISTRATIONS_PER_IP", 2)
    limits.count_registration("")
    limits.count_registration("nonsense")
    with pytest.raises(RateLimited):
        limits.count_registration("unknown")
