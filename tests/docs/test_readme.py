"""The README's table of how far mail is read is true."""

from __future__ import annotations

import re

import pytest

from config.wiring import SHIPPED_PLUGINS
from providers.conformance.mail_sources.golden import GOLDEN_FOLDER, GoldenMail, facts_of
from providers.loading import load_registry
from providers.reading.phrases import LANGUAGES
from tests.plugins.notices import load_notices
from tests.servers import CHECKOUT

README = (CHECKOUT / "README.md").read_text("utf-8")
SECTION = README.partition("## How far mail is read\n")[2].partition("\n## ")[0]
ROWS = {
    names: [kind.split(" (")[0] for kind in kinds.partition(":")[0].split(", ")]
    for names, kinds in re.findall(r"^\| (\w.*?) \| (.*?) \|$", SECTION, re.MULTILINE)
    if names != "mail of"
}
CODES = {
    "English": "en", "German": "de", "French": "fr", "Spanish": "es", "Italian": "it",
    "Dutch": "nl", "Portuguese": "pt", "Swedish": "sv",
    "Turkish": "tr", "Chinese": "zh", "Polish": "pl", "Danish": "da", "Norwegian": "nb",
    "Finnish": "fi", "Japanese": "ja",
}  # fmt: skip
SOURCES = {
    getattr(source, "label", source.name): source.name
    for source in load_registry(SHIPPED_PLUGINS, installed=False).mail_sources
}
SYSTEMS = next(names for names in ROWS if "Greenhouse" in names)


def kinds_in_golden_mail(names: str) -> set[str]:
    folders = [GOLDEN_FOLDER / SOURCES[name] for name in names.split(", ")]
    mails = [mail for folder in folders for mail in GoldenMail.from_folder(folder)]
    return {str(facts_of(event)["kind"]) for mail in mails for event in mail.events}


def test_each_source_stands_in_one_row() -> None:
    named = [name for names in ROWS for name in names.split(", ")]
    assert sorted(named) == sorted(SOURCES)


@pytest.mark.parametrize("names", [names for names in ROWS if names != SYSTEMS])
def test_a_board_is_read_as_its_golden_mail_shows(names: str) -> None:
    assert set(ROWS[names]) == kinds_in_golden_mail(names)


def test_letters_are_read_as_the_notices_of_the_tests_show() -> None:
    shown = {notice.kind for language in LANGUAGES for notice in load_notices(language)}
    assert set(ROWS[SYSTEMS]) == shown
    assert kinds_in_golden_mail(SYSTEMS) <= shown


def test_the_languages_are_those_of_the_phrases() -> None:
    named = SECTION.partition("are read in ")[2].partition(".")[0]
    assert {CODES[name] for name in re.findall(r"[A-Z]\w+", named)} == set(LANGUAGES)
