"""`Idempotency-Key` on the writes of the JobHax API, in its own envelope."""

import pytest

from api_v1.documentation.frozen import document_of
from core.accounts.models import User
from core.idempotency.models import StoredReply
from core.jobsearch.models import Application, Note
from core.mail.models import UserMailbox
from tests.api_v1.golden.scripts import VERSIONED_APIS
from tests.api_v1.jobhax.jobapp_calls import NEW, call
from tests.clients import JobHaxClient
from tests.core.mail.received import receive
from tests.job_seekers import PASSWORD
from tests.mail.linkedin import Job, confirmation
from tests.tenants.inbound.serving import taking_mail

# Tokens of Google and of mail; test_mail_sync.py, test_social_login.py and test_confirmation.py have them.
NEED_A_TOKEN = {
    "POST /users/update_gmail_token",
    "GET /users/sync_user_emails",
    "POST /users/confirm_email",
}
# `test_every_write_of_the_head_is_done_once` sends these.
IN_THE_HEAD = {
    "PATCH /users/me",
    "POST /jobapps/dismiss_mail",
    "POST /mailboxes/sync_mailbox",
    "POST /mailboxes/delete_mailbox",
}


def test_every_write_is_done_once(seeker: JobHaxClient) -> None:
    seeker.headers["idempotency-key"] = "once"
    tried = {"POST /jobapps/add_jobapp"}
    assert [seeker.post("jobapps/add_jobapp", **NEW).is_replayed for _ in range(3)] == [
        False,
        True,
        True,
    ]
    assert Application.objects.count() == 1
    application = Application.objects.get().id

    def call_twice(route: str, id: int) -> None:
        first, again = (call(seeker, route, id=id) for _ in range(2))
        assert (first.code, first.is_replayed, again.is_replayed) == (0, False, True), route
        assert again.content == first.content
        tried.add(f"POST /jobapps/{route}")

    call_twice("update_jobapp", application)
    call_twice("add_jobapp_note", application)
    assert Note.objects.count() == 1
    note = Note.objects.get().id
    call_twice("update_jobapp_note", note)
    call_twice("delete_jobapp_note", note)
    call_twice("delete_jobapp", application)
    routes = VERSIONED_APIS["jobhax"]["v20261201"].table.routes
    assert tried | IN_THE_HEAD | NEED_A_TOKEN == {
        route.name for route in routes if route.stores_replies
    }


def test_every_write_of_the_head_is_done_once(head: JobHaxClient) -> None:
    user = User.objects.get(email=head.get("users/me").data["email"])
    receive(user, confirmation(Job(title="Cook", company="Acme", number=7)))
    [jobapp] = head.get("jobapps/get_jobapps").data
    [mail] = head.get("users/get_user_google_mails").data
    of_mail = {"jobapp_id": jobapp["id"], "mail_id": mail["id"]}
    mailbox = UserMailbox.objects.create(user=user, plugin="imap", account="1", address="a@b.test")
    of_mailbox = {"mailbox_id": mailbox.id}
    head.headers["idempotency-key"] = "once"
    calls = {
        "PATCH /users/me": lambda: head.call("PATCH", "users/me", {"first_name": "Jo"}),
        "POST /jobapps/dismiss_mail": lambda: head.post("jobapps/dismiss_mail", **of_mail),
        "POST /mailboxes/sync_mailbox": lambda: head.post("mailboxes/sync_mailbox", **of_mailbox),
        "POST /mailboxes/delete_mailbox": lambda: head.post(
            "mailboxes/delete_mailbox", **of_mailbox
        ),
    }
    assert set(calls) == IN_THE_HEAD
    for route, send in calls.items():
        first, again = send(), send()
        assert (first.code, first.is_replayed, again.is_replayed) == (0, False, True), route
        assert again.content == first.content


def test_no_answer_with_a_forwarding_address_is_kept(head: JobHaxClient) -> None:
    """The address is a secret, which the database holds only encrypted."""
    head.headers["idempotency-key"] = "k"
    with taking_mail():
        added = head.post("mailboxes/add_mailbox", plugin="forward").data
        renewed = head.post("mailboxes/update_mailbox", mailbox_id=added["id"], renew=True).data
    assert "@" in renewed["address"] != added["address"]
    assert not StoredReply.objects.exists()


def test_a_different_body_is_a_conflict(seeker: JobHaxClient) -> None:
    seeker.headers["idempotency-key"] = "k"
    seeker.post("jobapps/add_jobapp", **NEW)
    reply = seeker.post("jobapps/add_jobapp", **{**NEW, "company": "another"})
    assert (reply.status, reply.code, reply.data) == (409, 10, None)
    assert Application.objects.count() == 1


def test_keys_are_each_users_own(seeker: JobHaxClient, stranger: JobHaxClient) -> None:
    for someone in (seeker, stranger):
        someone.headers["idempotency-key"] = "k"
        assert not someone.post("jobapps/add_jobapp", **NEW).is_replayed
    assert Application.objects.count() == 2


def test_a_key_that_is_too_long_is_refused(seeker: JobHaxClient) -> None:
    seeker.headers["idempotency-key"] = "k" * 256
    reply = seeker.post("jobapps/add_jobapp", **NEW)
    assert (reply.status, reply.code) == (400, 10)
    assert not Application.objects.exists()


def test_no_answer_with_tokens_is_kept(joe_api: JobHaxClient) -> None:
    """Not even with a token: a key belongs to a credential, and a log-in needs none."""
    joe_api.headers["idempotency-key"] = "k"
    for _ in range(2):
        reply = joe_api.login("joesmith", PASSWORD)
        assert (reply.code, reply.is_replayed) == (0, False)
        assert "RateLimit-Remaining" in reply.headers
    assert not StoredReply.objects.exists()


@pytest.mark.parametrize("version", VERSIONED_APIS["jobhax"])
def test_the_documents_offer_the_header_where_it_works_and_nowhere_else(version: str) -> None:
    versioned_api = VERSIONED_APIS["jobhax"][version]
    paths = document_of(versioned_api)["paths"]
    offered = {
        f"{method.upper()} {path.removeprefix('/api')}"
        for path, methods in paths.items()
        for method, operation in methods.items()
        if "Idempotency-Key" in {parameter["name"] for parameter in operation.get("parameters", ())}
    }
    assert offered == {route.name for route in versioned_api.table.routes if route.stores_replies}
    assert "POST /users/login" not in offered
