"""`manage.py operator`: people who run the installation are created, disabled, enabled and removed."""

import io
import json
import sys
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.test import Client

from core.accounts.models import User
from tenants.context import public_scope
from tenants.models import AuditEntry
from tests.tenants.operators.conftest import PASSWORD

EMAIL = "ops@happo.test"
NEW = "what a lovely new one"


def run(*arguments: str) -> Any:  # Any: JSON
    out = io.StringIO()
    call_command("operator", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def new_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard input has another password."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{NEW}\n"))


def is_logged_in(browser: Client) -> bool:
    return browser.get("/admin/").status_code == 200


def actions() -> list[str]:
    with public_scope():
        return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))


def test_operators_are_listed_with_their_last_log_in(browser: Client) -> None:
    [listed] = run("list")["operators"]
    assert (listed["email"], listed["status"]) == (EMAIL, "active")
    assert listed["lastLoginAt"] >= listed["createdAt"]
    out = io.StringIO()
    call_command("operator", "list", stdout=out)
    assert EMAIL in out.getvalue()


def test_a_new_password_ends_the_sessions(browser: Client, new_password: None) -> None:
    assert is_logged_in(browser)
    assert run("set-password", "--email", "OPS@happo.test", "--password-stdin") == {"email": EMAIL}
    assert not is_logged_in(browser)
    assert not Client().login(username=EMAIL, password=PASSWORD)
    assert Client().login(username=EMAIL, password=NEW)
    assert "operator.set_password" in actions()


def test_a_weak_password_changes_nothing(operator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("12345\n"))
    with pytest.raises(CommandError):
        run("set-password", "--email", EMAIL, "--password-stdin")
    assert Client().login(username=EMAIL, password=PASSWORD)
    assert "operator.set_password" not in actions()


def test_a_disabled_operator_is_out_until_it_is_enabled(browser: Client) -> None:
    assert run("disable", "--email", EMAIL)["status"] == "disabled"
    assert not is_logged_in(browser)
    assert not Client().login(username=EMAIL, password=PASSWORD)
    assert run("enable", "--email", EMAIL)["status"] == "active"
    assert Client().login(username=EMAIL, password=PASSWORD)
    assert [action for action in actions() if action.endswith("able")] == [
        "operator.disable",
        "operator.enable",
    ]


def test_a_removed_operator_is_gone_and_its_log_stays(browser: Client, operator: User) -> None:
    with public_scope():
        LogEntry.objects.create(user_id=operator.pk, action_flag=2, object_repr="x")
    assert run("remove", "--email", EMAIL, "--yes") == {"email": EMAIL, "removed": True}
    assert not is_logged_in(browser)
    assert run("list") == {"operators": []}
    assert actions()[-1] == "operator.remove"
    assert "operator.create" in actions()


def test_a_removal_is_confirmed(operator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("no\n"))
    with pytest.raises(CommandError):
        run("remove", "--email", EMAIL)
    assert len(run("list")["operators"]) == 1


@pytest.mark.parametrize("verb", ["set-password", "disable", "enable", "remove"])
def test_an_unknown_operator_is_an_error(operator: User, new_password: None, verb: str) -> None:
    more = {"set-password": ["--password-stdin"], "remove": ["--yes"]}.get(verb, [])
    with pytest.raises(CommandError, match="There is no operator nobody@"):
        run(verb, "--email", "nobody@happo.test", *more)
