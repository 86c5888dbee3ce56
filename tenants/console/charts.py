"""Small charts, drawn on the server as SVG: no script, and nothing that the Content-Security-Policy refuses."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

# The unit square of the drawing; the page stretches it.
WIDTH: Final = 600
HEIGHT: Final = 120
_SPACE_BETWEEN: Final = 0.25


@dataclass(frozen=True, slots=True)
class Point:
    """A value of a chart with the label that is read out and shown beneath the pointer."""

    label: str
    value: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar, from its left upper corner, in the units of the drawing."""

    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as its template draws it. `tone`: `bad` for what should be 0, such as errors."""

    title: str
    total: str
    bars: Sequence[Bar]
    first: str
    last: str
    summary: str
    tone: Literal["", "bad"] = ""
    width: int = WIDTH
    height: int = HEIGHT


def draw_bars(
    title: str, points: Sequence[Point], *, unit: str, tone: Literal["", "bad"] = ""
) -> Chart:
    """Return a chart with a bar for each point; a value above 0 is always visible."""
    highest = max((point.value for point in points), default=0) or 1
    step = WIDTH / max(len(points), 1)
    bars = []
    for number, point in enumerate(points):
        height = max(point.value / highest * HEIGHT, 2 if point.value else 0)
        bars.append(
            Bar(
                x=round(number * step + step * _SPACE_BETWEEN / 2, 1),
                y=round(HEIGHT - height, 1),
                width=round(step * (1 - _SPACE_BETWEEN), 1),
                height=round(height, 1),
                title=f"{point.label}: {point.value:,.0f} {unit}",
            )
        )
    values = [point.value for point in points] or [0]
    return Chart(
        title=title,
        total=f"{sum(values):,.0f}",
        bars=bars,
        first=points[0].label if points else "",
        last=points[-1].label if points else "",
        summary=f"{title}: {len(points)} values, the highest {max(values):,.0f} {unit}",
        tone=tone,
    )
