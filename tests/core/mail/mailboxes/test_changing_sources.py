"""A mail source is switched on or off, or looks for other mail: what the mailbox had passed over comes too."""

import pytest

from core.jobsearch.models import Application
from core.mail.models import UserMailbox
from core.plugins import plugins
from plugins.indeed.source import IndeedSource
from tenants.context import current_tenant
from tenants.plugins import forget_plugins, switch_plugin
from tests.core.mail.mailboxes.gmail import GmailUser
from tests.core.mail.mailboxes.scripted import Scripted


def titles() -> list[str]:
    return sorted(Application.objects.values_list("job_title", flat=True))


def switch_indeed(*, on: bool) -> None:
    switch_plugin(current_tenant(), "indeed", on=on, known=plugins().installed())
    forget_plugins()


def test_older_mail_of_a_source_that_is_switched_on_comes_too(ann: GmailUser) -> None:
    switch_indeed(on=False)
    ann.deliver("Cook")
    for _ in range(2):
        assert ann.sync() == "0 mails; mailboxes: 1 done"
    switch_indeed(on=True)
    assert ann.sync() == "1 mails; mailboxes: 1 done"
    ann.standin.calls.clear()
    assert ann.sync() == "0 mails; mailboxes: 1 done"
    assert [call.path for call in ann.standin.calls] == ["/gmail/v1/users/me/history"]


def release_indeed(
    monkeypatch: pytest.MonkeyPatch, attribute: str, value: tuple[object, ...]
) -> None:
    """Have another release of the source, which looks for other mail."""
    monkeypatch.setattr(IndeedSource, attribute, value)
    forget_plugins()


def test_older_mail_that_a_new_release_of_a_source_looks_for_comes_too(
    ann: GmailUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = IndeedSource.senders
    release_indeed(monkeypatch, "senders", ("indeedemail.com",))
    monkeypatch.setattr(IndeedSource, "search", ())
    ann.deliver("Cook")
    assert ann.sync() == "0 mails; mailboxes: 1 done"
    release_indeed(monkeypatch, "senders", now)
    assert ann.sync() == "1 mails; mailboxes: 1 done"
    ann.standin.calls.clear()
    assert ann.sync() == "0 mails; mailboxes: 1 done"
    assert [call.path for call in ann.standin.calls] == ["/gmail/v1/users/me/history"]


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("senders", (*IndeedSource.senders, "indeed.example")),
        ("headers", (("X-Indeed", "yes"),)),
        ("search", (*IndeedSource.search, "Your application at Indeed")),
    ],
    ids=["senders", "headers", "phrases"],
)
def test_a_source_that_looks_for_more_has_a_mailbox_fetched_from_the_start_once(
    ann: GmailUser,
    script: Scripted,
    monkeypatch: pytest.MonkeyPatch,
    attribute: str,
    value: tuple[object, ...],
) -> None:
    ann.sync()
    monkeypatch.setattr(IndeedSource, "senders", IndeedSource.senders[::-1])
    forget_plugins()
    ann.sync()
    release_indeed(monkeypatch, attribute, value)
    for _ in range(2):
        assert ann.sync() == "0 mails; mailboxes: 1 done"
    assert script.cursors == [None, "3", None, "3"]
    assert titles() == ["Cook", "Porter", "Waiter"]


def test_a_mailbox_of_an_earlier_release_that_kept_names_alone_goes_on(
    ann: GmailUser, script: Scripted
) -> None:
    ann.sync()
    names = sorted(source.name for source in plugins().registry().mail_sources)
    for sources in (names, names[1:]):
        UserMailbox.objects.update(settings={"sources": sources})
        ann.sync()
    assert script.cursors == [None, "3", None]


def test_a_source_that_is_switched_off_in_the_middle_gets_that_mail_once_it_is_on(
    ann: GmailUser, script: Scripted
) -> None:
    script.at = {1: lambda: switch_indeed(on=False)}
    assert ann.sync() == "1 mails; mailboxes: 1 done"
    script.at = {}
    switch_indeed(on=True)
    assert ann.sync() == "2 mails; mailboxes: 1 done"
    assert titles() == ["Cook", "Porter", "Waiter"]
