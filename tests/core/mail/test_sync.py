"""The jobs that fetch mailboxes, in real workers, which are killed."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

import pytest
from django.db import transaction

from core.jobsearch.models import Application
from core.mail.mailboxes.refusal import send_refusal
from core.mail.models import StoredEvent, StoredMessage
from core.mail.retrying import retry_stopped_mail
from core.mail.sync import enqueue_due_mailboxes, start_sync
from plugins.gmail.bringing import AT_ONCE
from tenants.provisioning.lifecycle import CreatedTenant
from tests.core.mail.mailboxes.conftest import committed_ann, google
from tests.core.mail.mailboxes.gmail import GmailUser
from tests.standins.gmail.service import Gmail
from tests.standins.server import Call, Reply
from tests.tenants.jobs.queue import jobs_of, work_until_empty, worker_process
from tests.waiting import wait_until

__all__ = ["committed_ann", "google"]
MAILS = 4 * AT_ONCE


def is_idle(tenant: CreatedTenant) -> bool:
    return all(job.status not in ("todo", "doing") for job in jobs_of(tenant.ref))


@contextmanager
def giving(gmail: Gmail, *, mails: int, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have Gmail give so many mails at most until the block ends, however late a busy machine ends it."""
    asked, has_ended, answer = set[str](), Event(), gmail.answer

    def hold_back(call: Call) -> Reply:
        if "/messages/" in call.path:
            asked.add(call.path)
            if len(asked) > mails:
                has_ended.wait()
        return answer(call)

    try:
        with patch.context() as patched:
            patched.setattr(gmail, "answer", hold_back)
            yield
    finally:
        has_ended.set()


@pytest.mark.server
@pytest.mark.timeout(900)
def test_a_worker_that_is_killed_again_and_again_loses_and_doubles_nothing(
    committed_tenant: CreatedTenant, committed_ann: GmailUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = committed_ann
    for number in range(MAILS):
        ann.deliver(f"Cook {number}", company=f"Company {number}")
    ann.standin.gmail.latency = 0.05
    start_sync(ann.user.id)
    moments = random.Random(5)  # noqa: S311 - no secret
    for _ in range(3):
        known = StoredMessage.objects.count()
        with (
            giving(ann.standin.gmail, mails=AT_ONCE + AT_ONCE // 2, patch=monkeypatch),
            worker_process(GOOGLE_API_BASE=ann.standin.url),
        ):
            wait_until(lambda: StoredMessage.objects.count() > known, seconds=200)  # noqa: B023
            time.sleep(moments.uniform(0.0, 0.2))
        # Killed.
    assert 0 < StoredMessage.objects.count() < MAILS
    with worker_process(GOOGLE_API_BASE=ann.standin.url):
        wait_until(lambda: is_idle(committed_tenant), seconds=200)
    # On a busy machine a mail source may be stopped; a job reads such mail again.
    retry_stopped_mail.run()
    assert list(StoredMessage.objects.exclude(state="read").values_list("error")) == []
    assert StoredMessage.objects.count() == StoredEvent.objects.count() == MAILS
    titles = list(Application.objects.values_list("job_title", flat=True))
    assert sorted(titles) == sorted(f"Cook {number}" for number in range(MAILS))
    assert ann.mailbox.found["mails"] == MAILS


@pytest.mark.server
def test_workers_fetch_what_is_due_and_tell_of_what_is_refused(
    committed_tenant: CreatedTenant, committed_ann: GmailUser
) -> None:
    ann = committed_ann
    ann.deliver("Cook")
    assert enqueue_due_mailboxes.run() == "1 of 1 users"
    work_until_empty()
    assert StoredMessage.objects.count() == 1
    ann.standin.google.revoke(token=ann.token)
    ann.make_due()
    enqueue_due_mailboxes.run()
    work_until_empty()
    assert ann.mailbox.refused_at is not None
    work_until_empty()
    assert ann.mailbox.notified_at is not None
    [told] = [job for job in jobs_of(committed_tenant.ref) if job.task == send_refusal.name]
    assert told.outcome == "told"
    # A second job has nothing to tell.
    with transaction.atomic():
        assert send_refusal.run(mailbox_id=ann.mailbox.id) == "nothing to tell"
    assert enqueue_due_mailboxes.run() == "0 users"
