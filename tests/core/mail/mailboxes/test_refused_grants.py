"""A refused grant is that which was read: a token that its user sends meanwhile stays."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.accounts.logins.grants import keep_grant
from core.accounts.logins.models import LinkedIdentity
from core.mail.mailboxes import grants
from core.mail.models import UserMailbox
from providers.contracts import AuthContext, Grant
from tenants.context import TenantRef
from tenants.quotas.settings import set_quotas
from tests.core.mail.mailboxes.gmail import GmailUser
from tests.tenants.jobs.queue import jobs_of


@pytest.fixture
def linked(ann: GmailUser) -> LinkedIdentity:
    """The account that Ann logs in with, whose token has expired and can no longer be refreshed."""
    ann.standin.google.revoke(token=ann.token)
    UserMailbox.objects.filter(user=ann.user).update(credentials=None)
    identity = LinkedIdentity.objects.create(
        user=ann.user, provider="google-oauth2", subject=ann.mailbox.account
    )
    past = timezone.now() - timedelta(hours=1)
    keep_grant(
        identity,
        Grant(
            access_token="old", client_id="ours", expires_at=past, refresh_token=f"1//{ann.token}"
        ),
    )
    return identity


def test_a_grant_whose_refresh_is_refused_is_dead(ann: GmailUser, linked: LinkedIdentity) -> None:
    assert ann.sync() == "0 mails; mailboxes: 1 refused"
    linked.refresh_from_db()
    assert linked.grant_dead_since is not None


def test_a_token_that_is_sent_while_the_one_before_is_refused_stays_alive(
    ann: GmailUser, linked: LinkedIdentity, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = grants.build_auth_context

    def send_token(provider: str) -> AuthContext:
        keep_grant(linked, Grant(access_token="new", client_id="ours"))
        return build(provider)

    monkeypatch.setattr(grants, "build_auth_context", send_token)
    assert ann.sync() == "0 mails; mailboxes: 1 failed"
    linked.refresh_from_db()
    assert linked.grant_dead_since is None
    assert ann.mailbox.refused_at is None


def test_a_refusal_is_kept_where_no_further_job_may_wait(
    ann: GmailUser, acme: TenantRef, caplog: pytest.LogCaptureFixture
) -> None:
    ann.standin.google.revoke(token=ann.token)
    set_quotas(acme, {"jobs": 0})
    assert ann.sync() == "0 mails; mailboxes: 1 refused"
    assert ann.mailbox.refused_at is not None
    assert jobs_of(acme) == []
    assert "No mail tells of refused mailbox" in caplog.text
