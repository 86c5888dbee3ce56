"""Codes of authenticators, by the samples of RFC 6238, and recovery codes."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from core.accounts.one_time_codes import (
    RECOVERY_CODES,
    find_time_step,
    hash_recovery_code,
    new_recovery_codes,
    new_totp_secret,
    totp_uri,
)

# RFC 6238, appendix B: the last six of its eight digits.
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    assert find_time_step(RFC_SECRET, code, now=now, after=0) == seconds // 30
    assert find_time_step(RFC_SECRET, f"{code[:3]} {code[3:]}", now=now, after=0) is not None


def test_a_code_holds_for_the_neighbouring_steps_and_once() -> None:
    made = datetime.fromtimestamp(1111111109, UTC)
    step = 1111111109 // 30

    def find(*, late: int, after: int = 0) -> int | None:
        now = made + timedelta(seconds=late)
        return find_time_step(RFC_SECRET, "081804", now=now, after=after)

    assert [find(late=30), find(late=-30)] == [step, step]
    assert [find(late=90), find(late=-90)] == [None, None]
    assert [find(late=0, after=step - 1), find(late=0, after=step)] == [step, None]


@pytest.mark.parametrize(
    "code", ["", "28708", "2870822", "२८७०८२", "abcdef", "-28708", "287083", "\0" * 6]
)
def test_what_is_no_code_is_refused(code: str) -> None:
    now = datetime.fromtimestamp(59, UTC)
    assert find_time_step(RFC_SECRET, code, now=now, after=-1) is None


def test_an_authenticator_reads_the_address_of_a_secret() -> None:
    secret = new_totp_secret()
    uri = urlsplit(totp_uri(secret, account="ops@happo.test", issuer="Happo (api.example)"))
    given = parse_qs(uri.query)
    assert (uri.scheme, uri.netloc, given["secret"]) == ("otpauth", "totp", [secret])
    assert given["issuer"] == ["Happo (api.example)"]
    assert new_totp_secret() != secret


def test_recovery_codes_differ_and_are_read_however_they_are_written() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == RECOVERY_CODES
    assert len({hash_recovery_code(code) for code in codes}) == RECOVERY_CODES
    written = f" {codes[0].replace('-', ' ').lower()} "
    assert hash_recovery_code(written) == hash_recovery_code(codes[0])
