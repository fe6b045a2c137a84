"""The control chart: month by month, with its mean and limits, gaps as gaps and unusual months marked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import altair as alt

from evenhand.reports.charts.drawing import FONT, GREY, INK, LINE, Frame, svg

COMMON, HIGHER, LOWER, OTHER = "#a6a6a6", "#e46c0a", "#00b0f0", "#490092"
"""Making Data Count's colours (NHS England): usual variation, and the kinds of unusual."""


@dataclass(frozen=True)
class Point:
    """One month of a control chart. `side` is `above`, `below` or `other` where it is unusual, else empty.

    A month without a value is a gap, and `gap` says why.
    """

    label: str
    value: float | None
    side: str = ""
    gap: str = ""


@dataclass(frozen=True)
class Line:
    """A level drawn across a control chart, with its words."""

    words: str
    value: float
    dashed: bool


def control_chart(points: list[Point], lines: list[Line], frame: Frame) -> str:
    """Month by month: a gap where a month was not supplied, levels labelled, unusual months marked."""
    data = _segments(points)
    x = alt.X(
        "at:Q", scale=alt.Scale(domain=[-0.5, len(points) - 0.5], nice=False), axis=_months(points, frame)
    )
    y = alt.Y("value:Q", scale=alt.Scale(zero=False, nice=True), axis=_numbers(frame))
    path = alt.Chart(data).mark_line(color=GREY, strokeWidth=1.5).encode(x=x, y=y, detail="segment:N")
    marks = (
        alt.Chart(data)
        .mark_point(filled=True, opacity=1, stroke=INK, strokeWidth=0.7)
        .encode(
            x=x,
            y=y,
            shape=alt.Shape(
                "kind:N", scale=_scale("circle", "triangle-up", "triangle-down", "diamond"), legend=None
            ),
            color=alt.Color("kind:N", scale=_scale(COMMON, HIGHER, LOWER, OTHER), legend=None),
            size=alt.Size("kind:N", scale=_scale(34, 95, 95, 95), legend=None),
        )
    )
    return svg(alt.layer(*_gaps(points, frame), *_levels(lines, len(points), frame), path, marks), frame)


def _segments(points: list[Point]) -> alt.Data:
    """The points that have a value; a new segment after each gap, so that no line crosses it."""
    rows, segment = [], 0
    for at, point in enumerate(points):
        if point.value is None:
            segment += 1
        else:
            kind = point.side or "common"
            rows.append({"at": at, "value": point.value, "kind": kind, "segment": str(segment)})
    return alt.Data(values=rows)


def _gaps(points: list[Point], frame: Frame) -> list[alt.Chart]:
    """A pale band for each month that has no value, with the words that say why."""
    rows = [
        {"from": at - 0.5, "to": at + 0.5, "at": at, "words": point.gap}
        for at, point in enumerate(points)
        if point.value is None
    ]
    if not rows:
        return []
    base = alt.Chart(alt.Data(values=rows))
    words = base.mark_text(angle=270, align="right", dx=-6, fontSize=frame.text, font=FONT, color=INK)
    return [
        base.mark_rect(color="#eef1f3").encode(x=alt.X("from:Q"), x2="to:Q"),
        words.encode(x=alt.X("at:Q"), y=alt.value(0), text="words:N"),
    ]


def _levels(lines: list[Line], months: int, frame: Frame) -> list[alt.Chart]:
    """The mean and the limits, each with its words at its right end."""
    layers: list[alt.Chart] = []
    for line in lines:
        row = {"at": months - 0.5, "level": line.value, "words": line.words}
        base = alt.Chart(alt.Data(values=[row]))
        dash = [5, 4] if line.dashed else [1, 0]
        layers.append(base.mark_rule(color=INK, strokeDash=dash, strokeWidth=1.2).encode(y="level:Q"))
        text = base.mark_text(
            align="left", dx=6, dy=-4, fontSize=frame.text, font=FONT, color=INK, lineBreak="\n"
        )
        layers.append(text.encode(x=alt.X("at:Q"), y="level:Q", text="words:N"))
    return layers


def _scale(common: Any, above: Any, below: Any, other: Any) -> alt.Scale:
    return alt.Scale(domain=["common", "above", "below", "other"], range=[common, above, below, other])


def _months(points: list[Point], frame: Frame) -> alt.Axis:
    """Labels at each January, or every sixth month where there are few; the first month always."""
    step = 12 if frame.narrow or len(points) > 60 else 6
    shown = [at for at in range(len(points)) if at % step == 0]
    words = json.dumps([point.label for point in points])
    return alt.Axis(
        values=shown,
        labelExpr=f"{words}[datum.value]",
        title=None,
        grid=False,
        domainColor=GREY,
        tickColor=GREY,
        labelFontSize=frame.text,
        labelColor=INK,
        labelAlign="left" if frame.narrow else "center",
        labelOverlap=False,
        labelFlush=False,
        labelBound=False,
    )


def _numbers(frame: Frame) -> alt.Axis:
    return alt.Axis(
        title=None,
        tickCount=5,
        format=",.0f",
        gridColor=LINE,
        domain=False,
        ticks=False,
        labelPadding=6,
        labelFontSize=frame.text,
        labelColor=INK,
        labelOverlap=False,
    )
