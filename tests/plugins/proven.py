"""What a mail says, field by field, with the evidence of each looked up in the mail."""

from __future__ import annotations

from providers.conformance.mail_writer import Mail, write_mail
from providers.mime.read import A_FILE, read_mail
from providers.reading import is_there
from providers.registry import Registry
from tests.plugins.golden import read_events


def said(
    registry: Registry, mail: Mail, *fields: str, shape: str = "alternative"
) -> list[tuple[object, ...]]:
    """Return these fields of each event, by their names in JSON."""
    raw = write_mail(mail, shape=shape)
    events, answer = read_events(raw, registry)
    assert answer.error is None
    message = read_mail(raw, A_FILE).message
    for event in answer.events:
        for evidence in event.evidence:
            assert message is not None
            assert is_there(evidence, message), evidence
    return [tuple(event[field] for field in fields) for event in events]
