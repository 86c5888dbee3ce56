"""API keys: stored as hashes, checked before any query, valid until they expire, with the time of their last use."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.postgres.functions import TransactionNow
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.accounts.models import ApiKey
from core.accounts.services import issue_api_key
from tenants.context import current_tenant
from tenants.credentials import key_prefix
from tests.caches import clear_caller_caches
from tests.factories import UserFactory
from tests.recruiters import Recruiter


def status(key: str, anna: Recruiter) -> int:
    return Recruiter(anna.user, key).get("/positions").status


def test_a_key_is_kept_as_a_hash_alone(anna: Recruiter) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(k::text, '') FROM accounts_apikey k")
        [(stored,)] = cursor.fetchall()
    secret = anna.key.rpartition("_")[2]
    assert secret[:8] not in stored
    assert secret[-6:] not in stored
    assert secret.encode().hex() not in stored


def test_a_mistyped_key_is_refused_without_a_query(anna: Recruiter) -> None:
    typed_wrong = [
        anna.key[:at] + ("x" if letter != "x" else "y") + anna.key[at + 1 :]
        for at, letter in enumerate(anna.key)
    ]
    for wrong in [
        *typed_wrong,
        anna.key[:-1],
        anna.key + "0",
        anna.key.upper(),
        "ö" * 50,
        "hpk_live_acme_",
    ]:
        with CaptureQueriesContext(connection) as queries:
            assert status(wrong, anna) == 401
        assert len(queries) == 0


def test_a_well_formed_key_that_was_never_issued_is_refused_in_the_same_words(
    anna: Recruiter,
) -> None:
    [row] = ApiKey.objects.filter(user=anna.user)
    row.delete()
    refused = Recruiter(anna.user, anna.key).get("/positions")
    assert (refused.status, refused.body) == (
        401,
        Recruiter(anna.user, "wrong").get("/positions").body,
    )


def test_a_key_of_a_live_tenant_is_invalid_in_a_sandbox(anna: Recruiter) -> None:
    made_up = issue_api_key(UserFactory(), prefix=key_prefix(current_tenant())).key
    assert made_up.startswith("hpk_live_acme_")
    assert status(made_up.replace("_live_", "_test_"), anna) == 401


def test_an_expired_key_is_refused_at_once(anna: Recruiter) -> None:
    key = issue_api_key(
        anna.user, prefix=key_prefix(current_tenant()), expires_in=timedelta(seconds=100)
    ).key
    now = datetime.now(UTC)
    assert status(key, anna) == 200
    # Cached, but not longer than it is valid.
    with time_machine.travel(now + timedelta(seconds=101)):
        assert status(key, anna) == 401


def last_used(anna: Recruiter) -> datetime | None:
    return ApiKey.objects.get(user=anna.user).last_used_at


@pytest.mark.parametrize(("ago", "written"), [(None, True), (59, False), (61, True)])
def test_the_last_use_is_written_at_most_once_a_minute(
    anna: Recruiter, ago: int | None, written: bool
) -> None:
    # The database compares with the beginning of its transaction, which is that of the test.
    before = None if ago is None else TransactionNow() - timedelta(seconds=ago)
    ApiKey.objects.filter(user=anna.user).update(last_used_at=before)
    before = last_used(anna)
    assert status(anna.key, anna) == 200
    assert (last_used(anna) != before) == written
    used = last_used(anna)
    clear_caller_caches()
    assert status(anna.key, anna) == 200
    assert last_used(anna) == used
