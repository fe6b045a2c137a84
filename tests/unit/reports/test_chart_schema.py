"""Every kind of chart keeps to Vega-Lite's schema: `drawing` does not look at each again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import altair as alt
import pytest
from jsonschema import ValidationError

from evenhand.reports.charts import drawing
from evenhand.reports.charts.bars import Bar, bar_chart, outcome_bars
from evenhand.reports.charts.control import Line, Point, control_chart
from evenhand.reports.charts.drawing import Frame
from evenhand.reports.charts.marks import Mark
from evenhand.reports.sections.trend import NARROW, WIDE

POINTS = [Point("Jan 2020", None, gap="not supplied"), *(Point(f"{mark}", 4.5, mark) for mark in Mark)]
LINES = [Line("Average\n90", 90, dashed=False), Line("Highest usual\n92.5", 92.5, dashed=True)]
BARS = [Bar("one", 3, 2.5, 4, "3 of 9"), Bar("none", None, None, None, "not known")]


@pytest.fixture
def described(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What is given to be drawn, as it is given."""
    given: list[dict[str, Any]] = []

    def drawn(description: dict[str, Any], vl_version: str) -> str:
        assert alt.SCHEMA_VERSION.startswith(f"v{vl_version}.")
        given.append(description)
        return ""

    monkeypatch.setattr(drawing.vl_convert, "vegalite_to_svg", drawn)
    return given


CHARTS: dict[str, Callable[[Frame], str]] = {
    "by month, with a gap and levels": lambda frame: control_chart(POINTS, LINES, frame),
    "by month, without": lambda frame: control_chart(POINTS[1:3], [], frame),
    "bars with limits": lambda frame: bar_chart(BARS, frame),
    "bars without": lambda frame: bar_chart(BARS[1:], frame),
    "bars with long labels": lambda frame: outcome_bars(BARS, frame),
}


@pytest.mark.parametrize("frame", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
def test_a_chart_keeps_to_the_schema(
    chart: Callable[[Frame], str], frame: Frame, described: list[dict[str, Any]]
):
    chart(frame)
    (description,) = described
    assert description["layer"]
    alt.LayerChart.validate(description)


def test_a_chart_that_does_not_keep_to_it_is_found(described: list[dict[str, Any]]):
    control_chart(POINTS, LINES, WIDE)
    (description,) = described
    description["layer"][0]["encoding"]["x"]["axis"] = {"no such setting": 1}
    with pytest.raises(ValidationError):
        alt.LayerChart.validate(description)
