from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError

from providers.contracts import (
    Evidence,
    Grant,
    Identity,
    MailEvent,
    Message,
    PasswordCredentials,
    Sender,
    TokenCredentials,
)

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def a_message(**changes: object) -> Message:
    return Message.model_validate(
        {"id": "m1", "received_at": NOON, "sender": Sender(address="a@b.test")} | changes
    )


def test_values_are_frozen() -> None:
    identity = Identity(provider="acme", subject="1")
    with pytest.raises(ValidationError):
        identity.subject = "2"  # type: ignore[misc]


def test_values_know_no_other_fields() -> None:
    with pytest.raises(ValidationError):
        Identity.model_validate({"provider": "acme", "subject": "1", "is_admin": True})


def test_secrets_stay_out_of_reprs_and_errors() -> None:
    secret = "ya29.s3cret"
    values = (
        TokenCredentials(token=secret),
        PasswordCredentials(username="joe", password=secret),
        Grant(access_token=secret, refresh_token=secret, client_id="c"),
    )
    assert secret not in repr(values)
    with pytest.raises(ValidationError) as invalid:
        Grant.model_validate({"access_token": secret, "client_id": secret, "expires_at": secret})
    assert secret not in str(invalid.value)


def test_only_an_email_can_be_verified() -> None:
    with pytest.raises(ValidationError, match="email_verified without an email"):
        Identity(provider="acme", subject="1", email_verified=True)


@pytest.mark.parametrize("field", ["subject", "email", "first_name", "last_name", "picture"])
def test_an_identity_holds_nothing_that_no_database_takes(field: str) -> None:
    with pytest.raises(ValidationError):
        Identity.model_validate({"provider": "acme", "subject": "1", field: "a\x00b"})
    with pytest.raises(ValidationError):
        Identity.model_validate({"provider": "acme", "subject": "1", field: "\ud800"})


@pytest.mark.parametrize(
    "moment",
    [NOON.replace(tzinfo=None), datetime(2026, 1, 2, 12, tzinfo=timezone(timedelta(hours=-8)))],
)
def test_times_are_in_utc(moment: datetime) -> None:
    with pytest.raises(ValidationError):
        a_message(received_at=moment)


def test_headers_are_found_in_any_case() -> None:
    message = a_message(headers=(("Message-ID", "<1>"), ("Received", "b"), ("received", "a")))
    assert message.header("message-id") == "<1>"
    assert message.header_values("RECEIVED") == ("b", "a")
    assert message.header("X-None") is None


@pytest.mark.parametrize(
    ("address", "claim", "covered"),
    [
        ("jobs@linkedin.com", "linkedin.com", True),
        ("Jobs@E.LinkedIn.com", "linkedin.com", True),
        ("jobs@linkedin.com.evil.test", "linkedin.com", False),
        ("jobs@notlinkedin.com", "linkedin.com", False),
        ("linkedin.com", "linkedin.com", True),
        ("linkedin.com@evil.test", "linkedin.com", False),
        ("indeedapply@indeed.com", "indeedapply@indeed.com", True),
        ("x-indeedapply@indeed.com", "indeedapply@indeed.com", False),
    ],
)
def test_a_claim_covers_a_domain_and_below_or_one_address(
    address: str, claim: str, covered: bool
) -> None:
    assert Sender(address=address).belongs_to(claim) is covered


def the_evidence(*fields: str) -> tuple[Evidence, ...]:
    return tuple(
        Evidence.model_validate({"field": field, "place": "subject", "quote": "words"})
        for field in fields
    )


def test_an_event_shows_where_it_read_each_field() -> None:
    event = MailEvent(kind="applied", title="Cook", evidence=the_evidence("kind", "title", "title"))
    assert len(event.evidence_for("title")) == 2
    assert event.evidence_for("company") == ()


@pytest.mark.parametrize("shown", [("kind",), ("kind", "title", "company"), ()])
def test_an_event_has_evidence_for_exactly_its_fields(
    shown: tuple[str, ...],
) -> None:
    with pytest.raises(ValidationError, match="fields and evidence differ"):
        MailEvent(kind="applied", title="Cook", evidence=the_evidence(*shown))


def test_an_event_leaves_out_what_the_mail_does_not_say() -> None:
    with pytest.raises(ValidationError, match="at least 1 character"):
        MailEvent(kind="applied", title="", evidence=the_evidence("kind", "title"))


def test_an_event_is_of_a_known_kind() -> None:
    with pytest.raises(ValidationError):
        MailEvent.model_validate({"kind": "Applied", "evidence": the_evidence("kind")})
    assert MailEvent(kind="withdrawn", evidence=the_evidence("kind")).kind == "withdrawn"


def test_an_event_has_a_day_and_a_start_beside_its_moment() -> None:
    event = MailEvent(
        kind="interview",
        occurred_on=NOON.date(),
        scheduled_at=NOON,
        requisition="R-1",
        evidence=the_evidence("kind", "occurred_on", "scheduled_at", "requisition"),
    )
    assert (event.occurred_on, event.scheduled_at, event.occurred_at) == (NOON.date(), NOON, None)
    with pytest.raises(ValidationError):
        MailEvent(
            kind="interview",
            scheduled_at=NOON.replace(tzinfo=None),
            evidence=the_evidence("kind", "scheduled_at"),
        )


@pytest.mark.parametrize("field", ["subject", "text", "html", "visible_text", "message_id", "id"])
@pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
def test_a_message_holds_nothing_that_no_database_takes(field: str, text: str) -> None:
    with pytest.raises(ValidationError):
        a_message(**{field: text})
    with pytest.raises(ValidationError):
        a_message(headers=(("Subject", text),))
    with pytest.raises(ValidationError):
        Sender(name=text, address="a@b.test")


@pytest.mark.parametrize("field", ["text", "html", "visible_text"])
def test_a_body_has_a_mebibyte_at_most(field: str) -> None:
    whole = "é" * (512 * 1024)
    assert getattr(a_message(**{field: whole}), field) == whole
    with pytest.raises(ValidationError, match="above 1 MiB"):
        a_message(**{field: whole + "x"})


def test_headers_have_64_kibibytes_at_most() -> None:
    with pytest.raises(ValidationError, match="headers above 64 KiB"):
        a_message(headers=(("X", "é" * 40_000),))
