"""One-time passwords: RFC 6238's own examples, a code that is good once, recovery codes."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from core.accounts import attempt_limits
from core.accounts.models import User
from core.accounts.services import register_confirmed_user
from core.accounts.sessions import services
from core.accounts.sessions.models import ConsoleSession, SecondFactor
from core.accounts.sessions.queries import find_session
from core.accounts.sessions.second_factors import (
    begin_second_factor,
    confirm_second_factor,
    count_recovery_codes,
    has_second_factor,
    reencrypt_second_factors,
    remove_second_factor,
)
from core.accounts.sessions.services import pass_second_factor, start_session
from core.accounts.sessions.values import SignedIn
from core.encryption import decrypt, encrypt
from core.errors import Conflict, NotFound, RateLimited, WrongPassword
from tenants.context import TenantRef
from tests.time_steps import into_this_step


@pytest.fixture
def joe(acme: TenantRef) -> User:
    return register_confirmed_user("joe@smith.test")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with into_this_step(tick=False) as traveller:
        yield traveller


def code_of(user: User, *, steps: int = 0) -> str:
    """Return what the user's app shows, so many steps of 30 s from now."""
    key = bytes.fromhex(decrypt(SecondFactor.objects.get(user=user).secret))
    at = int(datetime.now(UTC).timestamp()) + 30 * steps
    return TOTP(key, 6, SHA1(), 30).generate(at).decode()  # noqa: S303


def set_up(user: User) -> list[str]:
    """Set up an app with the code of the step before this one, and leave this one's for later."""
    begin_second_factor(user, issuer="Acme")
    with into_this_step(tick=False):
        return confirm_second_factor(user, code=code_of(user, steps=-1), client_ip="192.0.2.7")


def wait(user: User) -> SignedIn:
    """Type the right password: the session waits for the second factor."""
    started = start_session(user, client_ip="192.0.2.7", user_agent="")
    person = find_session(started.token)
    assert person is not None
    assert not started.is_complete
    assert not person.is_complete
    return person


def passes(user: User, code: str) -> bool:
    try:
        started = pass_second_factor(wait(user), code=code, client_ip="192.0.2.7")
    except WrongPassword:
        return False
    return started.is_complete and find_session(started.token) is not None


def test_a_code_of_the_app_completes_the_session_with_a_new_cookie(
    joe: User, clock: time_machine.Traveller
) -> None:
    set_up(joe)
    waiting = wait(joe)
    started = pass_second_factor(waiting, code=code_of(joe), client_ip="192.0.2.7")
    assert started.is_complete
    assert [bytes(row.id_hash).hex() for row in ConsoleSession.objects.all()] != [waiting.reference]
    assert ConsoleSession.objects.count() == 1


def test_a_code_is_good_once(joe: User, clock: time_machine.Traveller) -> None:
    set_up(joe)
    code = code_of(joe)
    assert passes(joe, code)
    assert not passes(joe, code)


def test_an_older_code_than_the_last_is_refused(joe: User, clock: time_machine.Traveller) -> None:
    set_up(joe)
    older, newer = code_of(joe), code_of(joe, steps=1)
    assert passes(joe, newer)
    assert not passes(joe, older)


@pytest.mark.parametrize("steps", [-3, -2, 2, 3])
def test_a_code_of_another_time_is_refused(
    joe: User, clock: time_machine.Traveller, steps: int
) -> None:
    set_up(joe)
    assert not passes(joe, code_of(joe, steps=steps))


@pytest.mark.parametrize("code", ["", "0", "abcdef", "1234567", "é" * 6, "\0" * 6])
def test_another_text_is_refused(joe: User, clock: time_machine.Traveller, code: str) -> None:
    set_up(joe)
    assert not passes(joe, code)


def test_a_recovery_code_is_good_once_however_it_is_typed(
    joe: User, clock: time_machine.Traveller
) -> None:
    codes = set_up(joe)
    assert len(set(codes)) == 10
    assert passes(joe, f" {codes[0].upper()} ")
    assert not passes(joe, codes[0])
    assert passes(joe, codes[1].replace("-", ""))
    assert count_recovery_codes(joe.id) == 8


def test_codes_are_not_stored(joe: User, clock: time_machine.Traveller) -> None:
    codes = set_up(joe)
    factor = SecondFactor.objects.get()
    stored = b"".join(map(bytes, factor.recovery_codes)) + bytes(factor.secret)
    assert not any(code.replace("-", "").encode() in stored for code in codes)


def test_it_is_asked_for_only_once_a_first_code_was_right(
    joe: User, clock: time_machine.Traveller
) -> None:
    begin_second_factor(joe, issuer="Acme")
    with pytest.raises(WrongPassword):
        confirm_second_factor(joe, code="000000", client_ip="192.0.2.7")
    assert not has_second_factor(joe.id)
    assert start_session(joe, client_ip="", user_agent="").is_complete
    set_up(joe)
    assert has_second_factor(joe.id)
    with pytest.raises(Conflict):
        begin_second_factor(joe, issuer="Acme")


def test_sessions_without_a_code_sign_no_one_out(
    joe: User, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MAX_SESSIONS", 2)
    signed_in = start_session(joe, client_ip="192.0.2.7", user_agent="").token
    set_up(joe)
    waiting = [start_session(joe, client_ip="192.0.2.8", user_agent="").token for _ in range(3)]
    assert find_session(signed_in)
    assert sum(find_session(token) is not None for token in waiting) == 2


def test_guessing_is_limited(joe: User, clock: time_machine.Traveller) -> None:
    set_up(joe)
    waiting = wait(joe)
    for guess in range(attempt_limits.PER_ACCOUNT):
        with pytest.raises(WrongPassword):
            pass_second_factor(waiting, code=f"{guess:06}", client_ip="198.51.100.9")
    with pytest.raises(RateLimited):
        pass_second_factor(waiting, code=code_of(joe), client_ip="198.51.100.9")


def test_it_can_be_removed(joe: User, clock: time_machine.Traveller) -> None:
    set_up(joe)
    remove_second_factor(joe)
    assert start_session(joe, client_ip="", user_agent="").is_complete
    with pytest.raises(NotFound):
        remove_second_factor(joe)


def test_its_secret_can_be_encrypted_anew(joe: User, clock: time_machine.Traveller) -> None:
    set_up(joe)
    assert reencrypt_second_factors() == 1
    assert passes(joe, code_of(joe))


@pytest.mark.parametrize(
    ("at", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")]
)
def test_codes_are_those_of_the_standard(joe: User, at: int, code: str) -> None:
    """RFC 6238, appendix B: its codes have eight digits, of which these are the last six."""
    begin_second_factor(joe, issuer="Acme")
    SecondFactor.objects.update(secret=encrypt(b"12345678901234567890".hex()))
    with time_machine.travel(at, tick=False):
        assert len(confirm_second_factor(joe, code=code, client_ip="192.0.2.7")) == 10
