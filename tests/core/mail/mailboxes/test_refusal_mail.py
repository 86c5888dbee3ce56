"""The mail about a mailbox that refuses its log-in: to its user, who has proven the address, with one line of text."""

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone

from core.accounts.models import User
from core.accounts.services import register_confirmed_user
from core.mail.mailboxes.refusal import send_refusal
from core.mail.models import UserMailbox
from tenants.context import TenantRef

# As the user name at a mail server, which may be that the user runs.
WRITTEN = "you\r\nhttps://evil.test\u202e@mail.test"


@pytest.fixture
def refused(acme: TenantRef) -> UserMailbox:
    return UserMailbox.objects.create(
        user=register_confirmed_user("joe@smith.test"),
        plugin="imap",
        account=WRITTEN,
        address=WRITTEN,
        refused_at=timezone.now(),
    )


def test_it_names_the_mailbox_in_one_line(
    refused: UserMailbox, mailoutbox: list[EmailMessage]
) -> None:
    assert send_refusal.run(mailbox_id=refused.id) == "told"
    [mail] = mailoutbox
    assert mail.to == ["joe@smith.test"]
    assert "Your mailbox you https://evil.test@mail.test has to be" in mail.subject
    assert "\nhttps" not in mail.body


def test_an_address_that_was_never_confirmed_gets_none(
    refused: UserMailbox, mailoutbox: list[EmailMessage]
) -> None:
    User.objects.filter(id=refused.user_id).update(email_confirmed_at=None)
    assert send_refusal.run(mailbox_id=refused.id) == "the user has not confirmed the address"
    assert mailoutbox == []
    assert send_refusal.run(mailbox_id=refused.id) == "nothing to tell"
