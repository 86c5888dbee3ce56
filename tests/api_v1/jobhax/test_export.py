"""`GET /api/users/export`: all that is stored about a user, and nothing about another one."""

from typing import Any

import orjson
import pytest
from django.db import models

from api_v1.jobhax.columns import EXPORT
from api_v1.versions import HEAD
from core import sql
from core.accounts.logins.models import LinkedIdentity
from core.accounts.models import User
from core.jobsearch.models import Application
from tests.clients import JobHaxClient
from tests.core.jobsearch.applications import store_many
from tests.core.mail.received import receive
from tests.mail.indeed import receipt
from tests.recruiters import recruiter_for

EMAIL = "seeker@jobs.test"


@pytest.fixture
def seeker_in_head(seeker: JobHaxClient) -> JobHaxClient:
    seeker.version = HEAD
    return seeker


def exported(client: JobHaxClient) -> dict[str, Any]:  # Any: JSON
    reply = client.get("users/export")
    assert (reply.status, reply.code) == (200, 0)
    return dict(reply.data)


def test_it_has_every_part(seeker_in_head: JobHaxClient) -> None:
    user = User.objects.get(email=EMAIL)
    maker = recruiter_for(user)
    candidate = maker.candidate()
    store_many(user, 2)
    application = Application.objects.filter(user=user).earliest("id")
    added = seeker_in_head.post(
        "jobapps/add_jobapp_note", jobapp_id=application.id, description="Ask for Ann"
    )
    assert added.code == 0
    receive(user, receipt("Cook", "Acme"))
    data = exported(seeker_in_head)
    assert set(data) == set(EXPORT) - {"status_changes", "notes", "mail_events"}
    assert (data["user"]["id"], data["user"]["email"]) == (user.id, EMAIL)
    titles = [one["jobTitle"] for one in data["applications"]]
    assert titles == ["Title 1", "Title 2", "Cook"]
    assert data["applications"][0]["notes"][0]["description"] == "Ask for Ann"
    [mail] = data["mails"]
    assert "Cook" in mail["body"]
    assert [(event["kind"], event["title"]) for event in mail["events"]] == [("applied", "Cook")]
    assert data["candidates"][0]["id"] == str(candidate.id)
    assert [len(data[part]) for part in ("sessions", "api_keys", "positions")] == [1, 1, 1]


def test_a_linked_account_has_the_address_that_it_showed(seeker_in_head: JobHaxClient) -> None:
    user = User.objects.get(email=EMAIL)
    shown = {"provider": "google-oauth2", "subject": "g1", "email": "seeker@gmail.test"}
    LinkedIdentity.objects.create(user=user, **shown)
    [linked] = exported(seeker_in_head)["linked_accounts"]
    assert shown.items() <= linked.items()


def test_it_has_no_secret_and_nothing_of_others(
    seeker_in_head: JobHaxClient, stranger: JobHaxClient
) -> None:
    store_many(User.objects.exclude(email=EMAIL).latest("id"), 3)
    data = exported(seeker_in_head)
    assert data["applications"] == []
    text = orjson.dumps(data).decode()
    assert "checksum" not in text
    assert "secret" not in text
    assert "password" not in text


def test_a_large_one_is_complete(seeker_in_head: JobHaxClient) -> None:
    store_many(User.objects.get(email=EMAIL), 10_000)
    assert len(exported(seeker_in_head)["applications"]) == 10_000


def test_every_table_of_a_user_has_a_part() -> None:
    """A new table that refers to users is exported too, or named here with the reason."""
    tables = {
        relation.related_model._meta.model_name  # type: ignore[union-attr]
        for relation in User._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel)
    }
    exported_tables = {
        "linkedidentity",
        "usermailbox",
        "accesstoken",
        "apikey",
        "application",
        "storedmessage",
        "position",
        "candidate",
        "collaborator",
        "attachment",
    }
    # Operators', OAuth clients' and renewals of the sessions above; what others did to a position or candidate.
    others = {"logentry", "refreshtoken", "client", "positiontombstone", "candidatemove"}
    others |= {"operatorsession", "operatorsecondfactor"}
    # Secrets alone, and when a browser was signed in: the console shows both.
    others |= {"consolesession", "secondfactor"}
    assert tables - others == exported_tables


def test_mail_that_is_too_large_for_one_value_is_exported_row_by_row(
    seeker_in_head: JobHaxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(User.objects.get(email=EMAIL), receipt("Cook", "Acme"), receipt("Waiter", "Globex"))
    small = exported(seeker_in_head)
    # Every part is large now: no statement gives a whole list, and all goes through files.
    monkeypatch.setattr(sql, "SMALL_BYTES", 0)
    large = exported(seeker_in_head)
    assert large == small
    assert list(large) == list(small)
    assert len(large["mails"]) == len(large["applications"]) == 2
