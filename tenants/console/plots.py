"""Figures that a script draws as a chart: the page has them as a table, which is all that the script reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class PlotRow:
    """A label with one number for each series."""

    label: str
    counts: Sequence[int]


@dataclass(frozen=True, slots=True)
class Plot:
    """A table of numbers, drawn as `kind`: `columns` and `bars` stand on each other, `lines` go from left to right.

    `name`: an id that the page has once. `head`: what the labels of the rows are. `note`: what the chart leaves out.
    """

    name: str
    title: str
    kind: Literal["columns", "bars", "lines"]
    head: str
    series: Sequence[str]
    rows: Sequence[PlotRow]
    note: str = ""

    @property
    def summary(self) -> str:
        """Return in one sentence what the chart shows, for those who don't see it."""
        if not self.rows:
            return f"{self.title}: no numbers"
        highest = max(self.rows, key=lambda row: sum(row.counts))
        most = f"{len(self.rows)} rows, most in {highest.label}"
        return f"{self.title}: {most}; the table has all numbers"
