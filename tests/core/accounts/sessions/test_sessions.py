"""Sessions of the console: found by the cookie alone, ended by all that ends tokens."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.accounts.logins.password_changes import set_password
from core.accounts.models import User
from core.accounts.services import deactivate_user, register_confirmed_user
from core.accounts.sessions import services
from core.accounts.sessions.browsers import describe_browser
from core.accounts.sessions.models import ConsoleSession
from core.accounts.sessions.queries import find_session, list_sessions
from core.accounts.sessions.services import end_session, start_session
from core.accounts.sessions.sweep import sweep_sessions
from core.errors import NotFound
from core.user_removal import remove_user
from tenants.context import TenantRef, tenant_scope
from tenants.files.tenant_files import TenantFiles
from tests.statements import statements

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def joe(acme: TenantRef) -> User:
    return register_confirmed_user("joe@smith.test", username="joesmith")


def start(user: User) -> str:
    return start_session(user, client_ip="192.0.2.7", user_agent=FIREFOX).token


def test_the_cookie_finds_its_user_in_one_statement(joe: User) -> None:
    token = start(joe)
    with statements() as run:
        person = find_session(token)
    assert person is not None
    assert (person.user_id, person.email, person.is_complete) == (joe.id, "joe@smith.test", True)
    assert not person.is_owner
    assert len(run) == 1


def test_only_a_hash_is_stored_and_little_of_the_person(joe: User) -> None:
    token = start(joe)
    row = ConsoleSession.objects.get()
    assert token.encode() not in bytes(row.id_hash)
    assert (row.network, row.browser) == ("192.0.2.7", "Firefox on Linux")


def test_another_tenant_does_not_know_the_cookie(joe: User, globex: TenantRef) -> None:
    token = start(joe)
    with tenant_scope(globex):
        assert find_session(token) is None


@pytest.mark.parametrize("token", ["", "x", "\0", "é" * 50, "x" * 10_000])
def test_another_text_is_no_cookie(joe: User, token: str) -> None:
    start(joe)
    assert find_session(token) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"expires_at": timezone.now() - timedelta(seconds=1)},
        {"seen_at": timezone.now() - timedelta(hours=12, minutes=1)},
    ],
    ids=["expired", "idle"],
)
def test_a_session_ends_with_time(joe: User, changes: dict[str, object]) -> None:
    token = start(joe)
    ConsoleSession.objects.update(**changes)
    assert find_session(token) is None
    assert list_sessions(joe.id) == []


def test_the_last_use_is_written_down_coarsely(joe: User) -> None:
    token = start(joe)
    recently, before = (timezone.now() - timedelta(minutes=minutes) for minutes in (4, 6))
    ConsoleSession.objects.update(seen_at=recently)
    find_session(token)
    assert ConsoleSession.objects.get().seen_at == recently
    ConsoleSession.objects.update(seen_at=before)
    find_session(token)
    assert ConsoleSession.objects.get().seen_at > recently


def test_a_new_password_ends_all(joe: User) -> None:
    token = start(joe)
    set_password(joe, password="correct horse battery staple")
    assert find_session(token) is None


def test_a_deactivated_user_is_not_found(joe: User) -> None:
    token = start(joe)
    deactivate_user(joe)
    assert find_session(token) is None


def test_a_removed_user_leaves_no_session(joe: User, acme: TenantRef) -> None:
    start(joe)
    remove_user(joe.id, files=TenantFiles(acme))
    assert not ConsoleSession.objects.exists()


def test_a_user_ends_own_sessions_and_no_others(joe: User) -> None:
    ann = register_confirmed_user("ann@smith.test")
    token, of_ann = start(joe), start(ann)
    person, other = find_session(of_ann), find_session(token)
    assert person is not None
    assert other is not None
    with pytest.raises(NotFound):
        end_session(other, person.reference)
    with pytest.raises(NotFound):
        end_session(other, "no reference")
    end_session(person, person.reference)
    assert find_session(of_ann) is None
    assert find_session(token) is not None


def test_the_oldest_of_too_many_sessions_ends(joe: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_SESSIONS", 2)
    first, second, third = start(joe), start(joe), start(joe)
    assert find_session(first) is None
    assert find_session(second)
    assert find_session(third)


def test_ended_sessions_are_deleted(joe: User) -> None:
    start(joe)
    kept = start(joe)
    oldest = ConsoleSession.objects.order_by("created_at").first()
    assert oldest is not None
    ConsoleSession.objects.filter(id_hash=oldest.id_hash).update(expires_at=timezone.now())
    assert sweep_sessions.run() == "1 sessions"
    assert find_session(kept)


@pytest.mark.parametrize(
    ("user_agent", "said"),
    [
        (FIREFOX, "Firefox on Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0 Safari/537.36 Edg/140.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        ("", "Another browser"),
    ],
    ids=["firefox", "edge", "safari", "none"],
)
def test_a_browser_is_described_by_its_family(user_agent: str, said: str) -> None:
    assert describe_browser(user_agent) == said
