"""The control chart: month by month, with its mean and limits, gaps as gaps and unusual months marked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import ceil, floor, log10
from typing import Any

import altair as alt

from evenhand.reports.charts.drawing import FONT, GREY, INK, LINE, Frame, svg
from evenhand.reports.charts.marks import COLOURS, SHAPES, SIZES, Mark

STEPS = 5
"""About as many steps as the scale has."""
LABEL = 2.5
"""Heights of text that the two lines of words at a level take, with the space between two of them."""


@dataclass(frozen=True)
class Point:
    """One month of a control chart and its mark. A month without a value is a gap, and `gap` says why."""

    label: str
    value: float | None
    mark: Mark = Mark.USUAL
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
    lowest, highest, step = axis(points, lines)
    # Every layer has the whole scale: what one leaves open would be drawn in, 0 first.
    scale = alt.Scale(domain=[lowest, highest], nice=False, zero=False)
    y = alt.Y("value:Q", scale=scale, axis=_numbers(frame, [*range(lowest, highest + 1, step)]))
    path = alt.Chart(data).mark_line(color=GREY, strokeWidth=1.5).encode(x=x, y=y, detail="segment:N")
    marks = (
        alt.Chart(data)
        .mark_point(filled=True, opacity=1, stroke=INK, strokeWidth=0.7)
        .encode(
            x=x,
            y=y,
            shape=alt.Shape("mark:N", scale=_scale(SHAPES), legend=None),
            color=alt.Color("mark:N", scale=_scale(COLOURS), legend=None),
            size=alt.Size("mark:N", scale=_scale(SIZES), legend=None),
        )
    )
    gaps = _gaps(points, _clear(points, lines), scale, frame)
    return svg(alt.layer(*gaps, *_levels(_labelled(points, lines, frame), scale, frame), path, marks), frame)


def axis(points: list[Point], lines: list[Line]) -> tuple[int, int, int]:
    """Lowest, highest and step of the scale, in whole numbers: from 0 unless that would waste half of it."""
    values = [point.value for point in points if point.value is not None] + [line.value for line in lines]
    lowest, highest = min(values, default=0), max(values, default=1)
    if lowest < highest / 2:
        lowest = 0
    rough = max(highest - lowest, 1) / STEPS
    size = 10 ** floor(log10(rough))
    step = max(ceil(next(size * by for by in (1, 2, 5, 10) if size * by >= rough)), 1)
    return floor(lowest / step) * step, max(ceil(highest / step), floor(lowest / step) + 1) * step, step


def _clear(points: list[Point], lines: list[Line]) -> float:
    """The height furthest from the levels drawn: where words in a gap overprint none of them."""
    lowest, highest, _ = axis(points, lines)
    heights = sorted([lowest, highest, *(line.value for line in lines)])
    below, above = max(pairwise(heights), key=lambda pair: pair[1] - pair[0])
    return (below + above) / 2


def _labelled(points: list[Point], lines: list[Line], frame: Frame) -> list[dict[str, Any]]:
    """Each level with the height of its words: moved up where they would overprint those below."""
    lowest, highest, _ = axis(points, lines)
    apart = LABEL * frame.text * (highest - lowest) / frame.height
    rows: list[dict[str, Any]] = []
    for line in sorted(lines, key=lambda line: line.value):
        height = max(line.value, rows[-1]["height"] + apart) if rows else line.value
        rows.append(vars(line) | {"level": line.value, "height": height, "at": len(points) - 0.5})
    return rows


def _segments(points: list[Point]) -> alt.Data:
    """The points that have a value; a new segment after each gap, so that no line crosses it."""
    rows, segment = [], 0
    for at, point in enumerate(points):
        if point.value is None:
            segment += 1
        else:
            row = {"at": at, "value": point.value, "mark": point.mark.value, "segment": str(segment)}
            rows.append(row)
    return alt.Data(values=rows)


def _gaps(points: list[Point], height: float, scale: alt.Scale, frame: Frame) -> list[alt.Chart]:
    """A pale band for each run of months without a value for one reason, with its words once."""
    rows, at = [], 0
    for why, run in groupby(points, key=lambda point: point.gap if point.value is None else None):
        months = len(list(run))
        if why is not None:
            middle = at + (months - 1) / 2
            rows.append({"from": at - 0.5, "to": at + months - 0.5, "at": middle, "words": why, "y": height})
        at += months
    if not rows:
        return []
    base = alt.Chart(alt.Data(values=rows))
    words = base.mark_text(angle=270, fontSize=frame.text, font=FONT, color=INK)
    return [
        base.mark_rect(color="#eef1f3").encode(x=alt.X("from:Q"), x2="to:Q"),
        words.encode(x=alt.X("at:Q"), y=alt.Y("y:Q", scale=scale), text="words:N"),
    ]


def _levels(rows: list[dict[str, Any]], scale: alt.Scale, frame: Frame) -> list[alt.Chart]:
    """The mean and the limits, each with its words at its right end."""
    layers: list[alt.Chart] = []
    for row in rows:
        base = alt.Chart(alt.Data(values=[row]))
        dash = [5, 4] if row["dashed"] else [1, 0]
        layers.append(
            base.mark_rule(color=INK, strokeDash=dash, strokeWidth=1.2).encode(
                y=alt.Y("level:Q", scale=scale)
            )
        )
        text = base.mark_text(
            align="left", dx=6, dy=-4, fontSize=frame.text, font=FONT, color=INK, lineBreak="\n"
        )
        layers.append(text.encode(x=alt.X("at:Q"), y=alt.Y("height:Q", scale=scale), text="words:N"))
    return layers


def _scale(ranged: Mapping[Mark, Any]) -> alt.Scale:
    return alt.Scale(domain=[mark.value for mark in Mark], range=[ranged[mark] for mark in Mark])


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


def _numbers(frame: Frame, values: list[int]) -> alt.Axis:
    return alt.Axis(
        title=None,
        values=values,
        format=",.0f",
        gridColor=LINE,
        domain=False,
        ticks=False,
        labelPadding=6,
        labelFontSize=frame.text,
        labelColor=INK,
        labelOverlap=False,
    )
