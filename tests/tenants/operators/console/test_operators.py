"""Operators in the console: links to choose a password, sessions, and what the provisioning worker is asked for."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from core.accounts.models import User
from tenants.models import AuditEntry
from tenants.operators.accounts import create_operator, disable_operator
from tenants.operators.models import OperatorSession
from tenants.provisioning.models import ProvisioningRequest
from tests.tenants.operators.conftest import PASSWORD
from tests.tenants.operators.console.acting import act, messages_after

NEW = "a very good one indeed"


@pytest.fixture
def other(operator: User) -> User:
    """Another operator, who has no password yet and may only read."""
    return create_operator("other@happo.test", password=None, may_change=False)


def page_of(operator: User) -> str:
    return f"/admin/operators/{operator.pk}/"


def make_link(browser: Client, other: User) -> str:
    answer = act(browser, page_of(other), "make_link")
    assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (200, True)
    found = re.search(
        r'<code id="link">http://testserver(/admin/welcome/[^<]+)</code>', str(answer.content)
    )
    assert found is not None
    return found[1]


def test_a_new_operator_chooses_a_password_by_a_link_that_works_once(
    operator: User, browser: Client, other: User
) -> None:
    link, visitor = make_link(browser, other), Client()
    # A mail scanner that opens it changes nothing.
    assert visitor.get(link).status_code == visitor.get(link).status_code == 200
    for sent in (("short", "short"), (NEW, "another")):
        answer = visitor.post(link, {"new_password1": sent[0], "new_password2": sent[1]})
        assert answer.status_code == 400
    both = {"new_password1": NEW, "new_password2": NEW}
    assert "Your password is set" in visitor.post(link, both).content.decode()
    assert visitor.post(link, both).status_code == 400
    signing_in = {"username": other.email, "password": NEW}
    assert visitor.post("/admin/login/", signing_in).status_code == 302
    assert visitor.get("/admin/operators/").status_code == 200
    assert act(visitor, "/admin/operators/", "create", email="x@y.test").status_code == 403
    entries = AuditEntry.objects.filter(action__in=("operator.make_link", "operator.set_password"))
    made, chosen = entries.order_by("id")
    assert (made.actor_id, made.object_id) == (str(operator.uuid), str(other.uuid))
    assert (chosen.actor_id, chosen.object_id) == (str(other.uuid), str(other.uuid))


def test_a_link_of_an_operator_who_was_disabled_is_worth_nothing(
    browser: Client, other: User
) -> None:
    link = make_link(browser, other)
    disable_operator(other.email)
    assert Client().get(link).status_code == 400
    assert messages_after(browser, page_of(other), "make_link") == ["The operator is disabled."]
    assert Client().get(f"/admin/welcome/{other.pk}/no-token/").status_code == 400


@pytest.mark.parametrize(
    ("action", "verb"),
    [
        ("disable", "operator.disable"),
        ("enable", "operator.enable"),
        ("remove", "operator.remove"),
        ("reset_second_factor", "operator.reset_totp"),
        ("allow_everything", "operator.set_role"),
        ("allow_reading", "operator.set_role"),
    ],
)
def test_the_worker_is_asked_for_what_needs_the_owner_role(
    browser: Client, operator: User, other: User, action: str, verb: str
) -> None:
    before = ProvisioningRequest.objects.count()
    assert act(browser, page_of(other), action)["Location"].startswith("/admin/requests/")
    asked = ProvisioningRequest.objects.order_by("-id")[0]
    assert (asked.verb, asked.arguments["email"]) == (verb, other.email)
    # Nor does an operator lock itself out.
    said = messages_after(browser, page_of(operator), action)
    assert said == ["The operator is you: another operator has to do that."]
    assert ProvisioningRequest.objects.count() == before + 1


def test_an_operator_ends_the_sessions_of_another_one(browser: Client, other: User) -> None:
    other.set_password(PASSWORD)
    other.save(update_fields=["password"])
    sessions: Callable[[], int] = OperatorSession.objects.filter(operator=other).count
    for _ in range(3):
        Client().post("/admin/login/", {"username": other.email, "password": PASSWORD})
    name = OperatorSession.objects.filter(operator=other)[0].name
    messages_after(browser, page_of(other), "end_session", session=name)
    assert sessions() == 2
    messages_after(browser, page_of(other), "end_all")
    assert sessions() == 0
    assert browser.get("/admin/").status_code == 200
