"""A personal forwarding address among a user's mailboxes."""

from collections.abc import Iterator
from typing import Any

import pytest

from core.accounts.models import User
from core.mail.inbound.incoming import InboundMail
from core.mail.inbound.receiving import find_recipient, receive_mail
from core.mail.models import StoredMessage
from providers.conformance.mail_writer import Mail, write_mail
from tests.clients import JobHaxClient
from tests.core.mail.inbound.test_receiving import COOK, GMAIL, at
from tests.tenants.inbound.serving import DOMAIN, taking_mail


@pytest.fixture
def address(ann: User) -> Iterator[None]:
    with taking_mail():
        yield


def add(client: JobHaxClient) -> Any:  # Any: JSON
    return client.post("mailboxes/add_mailbox", plugin="forward").data


def listed(client: JobHaxClient) -> Any:  # Any: JSON
    return client.get("mailboxes/get_mailboxes").data


def update(client: JobHaxClient, **changes: object) -> Any:  # Any: a reply
    return client.post("mailboxes/update_mailbox", **changes)


def mail_to(mailbox: Any, mail: Mail) -> None:  # Any: JSON
    receive_mail(at(mailbox["address"]), InboundMail(write_mail(mail)))


def test_an_address_is_given_and_listed(head: JobHaxClient, address: None) -> None:
    mailbox = add(head)
    assert (mailbox["plugin"], mailbox["state"]) == ("forward", "active")
    assert mailbox["address"].startswith("acme-")
    assert mailbox["address"].endswith(f"@{DOMAIN}")
    assert (mailbox["next_sync"], mailbox["confirmation"]) == (None, None)
    assert listed(head) == [mailbox]
    assert add(head)["address"] == mailbox["address"]


def test_mail_is_counted_and_a_question_of_gmail_is_shown(
    head: JobHaxClient, address: None
) -> None:
    mailbox = add(head)
    for mail in (COOK, GMAIL):
        mail_to(mailbox, mail)
    [mailbox] = listed(head)
    assert mailbox["found"] == {
        "messages": 2,
        "mails": 1,
        "applications": 1,
        "updates": 0,
        "failed": 0,
    }
    assert mailbox["last_sync"]
    question = mailbox["confirmation"]
    assert (question["provider"], question["account"], question["code"], question["link"]) == (
        "Gmail",
        "joe@gmail.com",
        "520412342",
        "https://mail-settings.google.com/mail/vf-abc",
    )
    # The same address again keeps the question.
    assert add(head)["confirmation"] == question


def test_an_address_is_renewed_paused_and_removed(head: JobHaxClient, address: None) -> None:
    mailbox = add(head)
    renewed = update(head, mailbox_id=mailbox["id"], renew=True).data
    assert (renewed["id"], renewed["address"] != mailbox["address"]) == (mailbox["id"], True)
    assert find_recipient(mailbox["address"].partition("@")[0].rpartition("-")[2]) is None
    assert update(head, mailbox_id=mailbox["id"], paused=True).data["state"] == "paused"
    mail_to(renewed, COOK)
    assert head.get("jobapps/get_jobapps").data == []
    assert update(head, mailbox_id=mailbox["id"], paused=False).data["state"] == "active"
    mail_to(renewed, COOK)
    assert len(head.get("jobapps/get_jobapps").data) == 1
    assert head.post("mailboxes/sync_mailbox", mailbox_id=mailbox["id"]).status == 409
    removal = {"mailbox_id": mailbox["id"], "delete_mail": True}
    assert head.post("mailboxes/delete_mailbox", **removal).status == 200
    assert listed(head) == []
    assert not StoredMessage.objects.exists()


def test_a_change_that_changes_nothing_is_refused(head: JobHaxClient, address: None) -> None:
    mailbox = add(head)
    for changes in ({}, {"renew": False}, {"paused": None}):
        refused = update(head, mailbox_id=mailbox["id"], **changes)
        assert (refused.status, refused.message) == (
            400,
            "The body needs at least one of [paused, renew]",
        )


def test_an_installation_that_takes_no_mail_gives_no_address(head: JobHaxClient) -> None:
    refused = head.post("mailboxes/add_mailbox", plugin="forward")
    assert refused.status == 400
    assert listed(head) == []
