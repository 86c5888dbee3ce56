"""Charts: bars in the units of the drawing."""

from tenants.console.charts import HEIGHT, WIDTH, Point, draw_bars


def test_the_highest_bar_fills_the_chart_and_a_small_one_is_visible() -> None:
    drawn = draw_bars("Requests", [Point("1", 1), Point("2", 0), Point("3", 4000)], unit="requests")
    assert [bar.height for bar in drawn.bars] == [2, 0, HEIGHT]
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH for bar in drawn.bars)
    assert (drawn.total, drawn.bars[2].title) == ("4,001", "3: 4,000 requests")


def test_a_chart_of_nothing_is_empty() -> None:
    assert draw_bars("Errors", [], unit="errors").total == "0"
