"""The kit is held against a sound mailbox, and against one faulty for each thing it looks at."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest

from providers.contracts import (
    CredentialsRefused,
    Fetched,
    FetchedMail,
    Grant,
    HttpAnswer,
    HttpFailure,
    MailboxContext,
    ProviderUnavailable,
)
from providers.testing import (
    GoodMailbox,
    MailboxContract,
    SentRequest,
    json_answer,
)

MAIL = b"From: jobs@acme.example\r\nSubject: You applied for Cook\r\n\r\nHello"


class SoundMailbox:
    """Two pages of one message each; the cursor is the number of fetched messages."""

    name = "acme-mail"

    def fetch(self, cursor: str | None, context: MailboxContext) -> Iterator[Fetched]:
        place = int(cursor or 0)
        while ids := self.page(place, context):
            place += len(ids)
            yield Fetched(mails=tuple(self.mail(one) for one in ids), cursor=str(place))
        yield Fetched(mails=(), cursor=str(place))

    def page(self, place: int, context: MailboxContext) -> list[str]:
        assert context.grant
        headers = {"Authorization": f"Bearer {context.grant.access_token}"}
        try:
            answer = context.http.request(
                "GET", "https://acme.test/mail", params={"after": str(place)}, headers=headers
            )
        except HttpFailure as failure:
            raise ProviderUnavailable(self.name, failure.reason) from None
        return self.read(answer)

    def read(self, answer: HttpAnswer) -> list[str]:
        if answer.status in (401, 403):
            raise CredentialsRefused(self.name)
        if answer.status != 200:
            raise ProviderUnavailable(self.name, "status", status=answer.status)
        try:
            payload = answer.json()
        except ValueError:
            raise ProviderUnavailable(self.name, "malformed") from None
        if not isinstance(payload, dict):
            raise ProviderUnavailable(self.name, "malformed")
        return list(payload["ids"])

    def mail(self, key: str) -> FetchedMail:
        return FetchedMail(key=key, raw=MAIL)


class SpacedMailbox(SoundMailbox):
    name = "Acme Mail"


class BringsTwice(SoundMailbox):
    def fetch(self, cursor: str | None, context: MailboxContext) -> Iterator[Fetched]:
        yield from super().fetch(cursor, context)
        yield from super().fetch(cursor, context)


class ForgetsItsPlace(SoundMailbox):
    def fetch(self, cursor: str | None, context: MailboxContext) -> Iterator[Fetched]:
        yield from super().fetch(None, context)


class MovesOnAnyway(SoundMailbox):
    """The bug of 2019: an error counts as "no mail", and the cursor moves on."""

    def page(self, place: int, context: MailboxContext) -> list[str]:
        try:
            return super().page(place, context)
        except ProviderUnavailable:
            return []


class BringsReasonsAlone(SoundMailbox):
    def mail(self, key: str) -> FetchedMail:
        return FetchedMail(key=key, reason="Acme is slow today")


class TrustsTheShape(SoundMailbox):
    def read(self, answer: HttpAnswer) -> list[str]:
        if answer.status >= 500 or answer.status == 429:
            raise ProviderUnavailable(self.name, "status")
        payload = answer.json()
        assert isinstance(payload, dict)
        return list(payload["ids"])


class LogsTheToken(SoundMailbox):
    def page(self, place: int, context: MailboxContext) -> list[str]:
        logging.getLogger("acme").info(
            "asking with %s", context.grant and context.grant.access_token
        )
        return super().page(place, context)


def two_pages(request: SentRequest) -> HttpAnswer:
    place = int(request.params["after"])
    return json_answer({"ids": ["m1", "m2"][place : place + 1]})


def mailbox_contract(mailbox_under_test: SoundMailbox) -> MailboxContract:
    class Contract(MailboxContract):
        mailbox = mailbox_under_test
        good = GoodMailbox(
            keys=("m1", "m2"),
            grant=Grant(access_token="acme-token-1", client_id="ours"),
            answers={"GET https://acme.test/mail": two_pages},
        )

    return Contract()


@pytest.mark.parametrize(
    "check", [name for name in vars(MailboxContract) if name.startswith("test_")]
)
def test_a_sound_mailbox_passes(check: str) -> None:
    getattr(mailbox_contract(SoundMailbox()), check)()


@pytest.mark.parametrize(
    ("faulty", "check"),
    [
        (SpacedMailbox, "test_is_a_mailbox_with_a_usable_name"),
        (BringsTwice, "test_a_first_fetch_brings_everything_once"),
        (ForgetsItsPlace, "test_the_last_cursor_brings_nothing_twice"),
        (BringsReasonsAlone, "test_a_first_fetch_brings_everything_once"),
        (MovesOnAnyway, "test_an_outage_keeps_what_came_before_and_loses_nothing"),
        (MovesOnAnyway, "test_an_outage_that_lasts_ends_the_fetch_and_loses_nothing"),
        (TrustsTheShape, "test_garbage_and_refusals_are_errors_of_the_contract"),
        (LogsTheToken, "test_secrets_are_neither_logged_nor_shown"),
    ],
)
def test_a_faulty_mailbox_is_caught(faulty: Callable[[], SoundMailbox], check: str) -> None:
    with pytest.raises(AssertionError):
        getattr(mailbox_contract(faulty()), check)()
