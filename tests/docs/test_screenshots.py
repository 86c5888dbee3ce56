"""The pictures of the consoles: those of the tour, each of them small and shown."""

import re

from tests.architecture.source import ROOT
from tests.browser.tour import FOLDER, MOST_BYTES, STOPS

SHOWN = re.compile(r"screenshots/([a-z-]+)\.png\)")


def test_each_stop_of_the_tour_has_a_small_picture_that_the_tour_shows() -> None:
    pictures = {one.stem: one.stat().st_size for one in FOLDER.iterdir()}
    assert set(pictures) == {stop.name for stop in STOPS}
    assert max(pictures.values()) <= MOST_BYTES
    assert set(SHOWN.findall((ROOT / "docs" / "consoles.md").read_text())) == set(pictures)


def test_four_pictures_stand_in_the_readme() -> None:
    shown = SHOWN.findall((ROOT / "README.md").read_text())
    assert len(set(shown)) == 4
    assert set(shown) <= {stop.name for stop in STOPS}
