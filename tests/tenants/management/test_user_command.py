"""`manage.py user`: what operators do for the users of a tenant."""

import io
import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from core.accounts.invitations import invite_users
from core.accounts.models import User
from core.accounts.sessions.second_factors import has_second_factor
from core.recruiting.models import Collaborator
from tenants.context import TenantRef, public_scope
from tenants.models import AuditEntry
from tests.caches import clear_caller_caches
from tests.clients import JobHaxClient
from tests.core.accounts.sessions.test_second_factors import set_up
from tests.factories import PositionFactory
from tests.job_seekers import PASSWORD, client_of
from tests.recruiters import recruiter_for

EMAIL = "nina@new.test"


def manage(*arguments: str) -> Any:  # Any: JSON
    """Run a verb for Nina with --json; return what it printed."""
    out = io.StringIO()
    verb, *rest = arguments
    who = () if verb == "list" else ("--email", EMAIL)
    call_command("user", verb, "--tenant", "acme", *who, *rest, "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def nina(acme: TenantRef) -> Iterator[JobHaxClient]:
    """Registered and logged in, not confirmed."""
    api = client_of(acme)
    assert api.register(EMAIL).code == 0
    assert api.login(EMAIL, PASSWORD).code == 0
    return api


def status_of(email: str = EMAIL) -> str:
    [status] = [user["status"] for user in manage("list")["users"] if user["email"] == email]
    return str(status)


def test_users_are_listed_with_their_status(nina: JobHaxClient) -> None:
    invite_users(["guest@new.test"])
    assert status_of() == "unconfirmed"
    assert status_of("guest@new.test") == "invited"
    assert status_of("olga@acme.test") == "confirmed"
    assert "argon2" not in str(manage("list"))


def test_confirming_brings_the_invitations(
    nina: JobHaxClient, django_capture_on_commit_callbacks: Any
) -> None:
    user = User.objects.get(email=EMAIL)
    invited = Collaborator.objects.create(
        position=PositionFactory(),
        user=user,
        type="admin",
        status="awaiting_registration",
        ordinal=0,
    )
    with django_capture_on_commit_callbacks(execute=True):
        manage("confirm")
    invited.refresh_from_db()
    assert (status_of(), invited.status) == ("confirmed", "awaiting_approval")


def test_a_placeholder_is_not_confirmed(acme: TenantRef) -> None:
    invite_users([EMAIL])
    with pytest.raises(CommandError, match="has not registered yet"):
        manage("confirm")


def test_a_new_password_ends_the_sessions(
    nina: JobHaxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("entirely different\n"))
    assert "different" not in str(manage("set-password", "--password-stdin"))
    assert nina.get("jobapps/get_jobapps").status == 401
    assert nina.login(EMAIL, PASSWORD).code == 6
    assert nina.login(EMAIL, "entirely different").code == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO("123456\n"))
    with pytest.raises(CommandError, match="too short"):
        manage("set-password", "--password-stdin")


def test_a_deactivated_user_is_shut_out_until_activated(nina: JobHaxClient) -> None:
    key = recruiter_for(User.objects.get(email=EMAIL))
    manage("deactivate")
    clear_caller_caches()
    assert status_of() == "deactivated"
    assert nina.get("jobapps/get_jobapps").status == 401
    assert nina.login(EMAIL, PASSWORD).code == 6
    assert key.get("/positions").status == 401
    manage("activate")
    assert nina.login(EMAIL, PASSWORD).code == 0


def test_sessions_are_ended_and_new_ones_may_begin(nina: JobHaxClient) -> None:
    manage("end-sessions")
    assert nina.get("jobapps/get_jobapps").status == 401
    assert nina.login(EMAIL, PASSWORD).code == 0


def test_a_second_factor_that_was_lost_is_taken_away(nina: JobHaxClient) -> None:
    user = User.objects.get(email=EMAIL)
    with pytest.raises(CommandError, match="second factor"):
        manage("reset-totp")
    set_up(user)
    manage("reset-totp")
    assert not has_second_factor(user.id)
    assert nina.get("jobapps/get_jobapps").status == 401


def test_removing_asks_first(nina: JobHaxClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("no\n"))
    with pytest.raises(CommandError, match="nothing was changed"):
        manage("remove")
    assert User.objects.filter(email=EMAIL).exists()
    manage("remove", "--yes")
    assert not User.objects.filter(email=EMAIL).exists()
    assert nina.get("jobapps/get_jobapps").status == 401


@pytest.mark.parametrize("verb", ["confirm", "deactivate", "activate", "end-sessions", "remove"])
def test_an_unknown_user_is_an_error(acme: TenantRef, verb: str) -> None:
    with pytest.raises(CommandError, match=r"There is no user nina@new\.test"):
        manage(verb, *(["--yes"] if verb == "remove" else []))


def test_every_change_is_in_the_audit_log_without_the_address(nina: JobHaxClient) -> None:
    for verb in ("confirm", "deactivate", "activate", "end-sessions"):
        manage(verb)
    manage("remove", "--yes")
    with public_scope():
        entries = list(
            AuditEntry.objects.filter(action__startswith="user.", tenant="acme").order_by("id")
        )
    assert [entry.action for entry in entries][-5:] == [
        "user.confirm",
        "user.deactivate",
        "user.activate",
        "user.end_sessions",
        "user.remove",
    ]
    assert EMAIL not in str([entry.changes for entry in entries])
