"""`docs/changelog-api.md` says what the change classes and the routes say."""

from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from api_v1.apis import APIS
from api_v1.documentation.changelog import CHANGELOG, write_changelog
from api_v1.management.commands import changelog_api
from api_v1.versioning.timeline import Timeline
from api_v1.versioning.versioned_api import build_versioned_apis
from api_v1.versions import HEAD, TIMELINE


def page(timeline: Timeline = TIMELINE) -> str:
    return write_changelog(
        timeline, {api.name: build_versioned_apis(api, timeline) for api in APIS}
    )


def test_the_page_that_is_checked_in_is_current() -> None:
    assert CHANGELOG.read_text() == page(), "Run: make changelog"


def test_each_change_is_in_it_under_its_api() -> None:
    happo, jobhax = page().split(f"## {HEAD}")[1].split("### JobHax API")
    for change in TIMELINE.versions[-1].changes:
        assert " ".join(change.text.split()) in (happo if change.api == "happo" else jobhax)


def test_routes_that_only_newer_versions_have_are_in_it() -> None:
    assert "- `PATCH /v1/positions/{position_id}`: Change fields of a position." in page()
    assert "`POST /v1/positions`" not in page()


def test_a_removed_change_leaves_the_page() -> None:
    *older, head = TIMELINE.versions
    first, *others = head.changes
    assert first.text not in page(Timeline(*older, replace(head, changes=tuple(others))))


def test_a_deprecated_version_shows_its_sunset() -> None:
    old, *newer = TIMELINE.versions
    going = replace(
        old, state="deprecated", deprecated_on=date(2027, 1, 15), sunset_on=date(2028, 1, 31)
    )
    words = "2018-07-01, deprecated. Deprecated since 2027-01-15. Answers until 2028-01-31."
    assert words in page(Timeline(going, *newer))


def test_the_command_writes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changelog_api, "CHANGELOG", tmp_path / "changelog-api.md")
    call_command("changelog_api", stdout=StringIO())
    assert (tmp_path / "changelog-api.md").read_text() == page()
