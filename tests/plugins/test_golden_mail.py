"""All golden mail of all shipped sources, through the reader and the registry, as `mail parse` reads it."""

from __future__ import annotations

import json

import pytest

from config.wiring import SHIPPED_PLUGINS
from providers.conformance.mail_sources.variants import describe_mail
from providers.conformance.mail_writer import WHOLE_SHAPES, WRAPPINGS, write_mail
from providers.event_facts import NAMES
from providers.loading import load_registry
from providers.mime.origin import A_FILE
from providers.mime.read import read_mail
from providers.reading import is_there
from providers.registry import Registry
from tests.plugins.golden import Pair, all_pairs, read_events

PAIRS = all_pairs()
# Each mail is wrapped in a quarter of them, and each of them wraps a quarter of the mails.
WAYS = [(shape, WRAPPINGS[0]) for shape in WHOLE_SHAPES] + [
    ("alternative", wrapping) for wrapping in WRAPPINGS
]


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry(SHIPPED_PLUGINS, installed=False)


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_golden_mail_says_exactly_what_is_written_down(pair: Pair, registry: Registry) -> None:
    events, answer = read_events(pair.raw, registry)
    assert answer.error is None
    assert events == pair.events
    assert answer.reason == pair.reason
    if events:
        assert answer.source
        plugin = registry.plugin_of(answer.source)
        assert plugin
        assert plugin.name == pair.plugin


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_evidence_of_golden_mail_is_in_the_mail(pair: Pair, registry: Registry) -> None:
    message = read_mail(pair.raw, A_FILE).message
    assert message
    _, answer = read_events(pair.raw, registry)
    for event in answer.events:
        for evidence in event.evidence:
            assert is_there(evidence, message), evidence


@pytest.mark.parametrize(
    ("number", "pair"),
    [pytest.param(*one, id=str(one[1])) for one in enumerate(PAIRS) if one[1].reason is None],
)
def test_golden_mail_says_the_same_however_it_is_wrapped(
    number: int, pair: Pair, registry: Registry
) -> None:
    message = read_mail(pair.raw, A_FILE).message
    assert message
    if message.forwarded:
        return
    mail = describe_mail(message)
    for shape, wrapping in WAYS[number % 4 :: 4]:
        events, answer = read_events(write_mail(mail, shape=shape, wrapping=wrapping), registry)
        assert (events, answer.error) == (pair.events, None), (shape, wrapping)


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_a_golden_file_has_known_keys_and_says_why_where_nothing_is_said(pair: Pair) -> None:
    written = json.loads(pair.path.with_suffix(".json").read_text(encoding="utf-8"))
    assert set(written) <= {"events", "why", "reason"}
    for event in written["events"]:
        assert set(event) <= {*NAMES, "evidence"}
    assert pair.events or pair.why


def test_no_golden_file_stands_alone() -> None:
    from tests.plugins.golden import FOLDER

    mails = {path.with_suffix("") for path in FOLDER.glob("*/*.eml")}
    said = {path.with_suffix("") for path in FOLDER.glob("*/*.json")}
    assert mails == said
