"""Charts, drawn as SVG without a browser: described with Altair, drawn by vl-convert.

Every size is given, none measured from a font, so the same figures make the same bytes on any
machine. Text stays text, in the reader's own plain typeface.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import altair as alt
import vl_convert

FONT = "arial, helvetica, sans-serif"
INK, GREY, LINE = "#0b0c0c", "#505a5f", "#d5dbde"
BAR = "#2f7fb8"
COMMON, HIGHER, LOWER, OTHER = "#a6a6a6", "#e46c0a", "#00b0f0", "#490092"
"""Making Data Count's colours (NHS England): usual variation, and the kinds of unusual."""


@dataclass(frozen=True)
class Frame:
    """Inner size, margins and text size of one rendering, in pixels."""

    width: int
    height: int
    left: int
    right: int
    text: int
    narrow: bool


@dataclass(frozen=True)
class Point:
    """One month of a control chart. `side` is `above`, `below` or `other` where it is unusual, else empty."""

    label: str
    value: float | None
    side: str = ""


@dataclass(frozen=True)
class Line:
    """A level drawn across a control chart, with its words."""

    words: str
    value: float
    dashed: bool


@dataclass(frozen=True)
class Bar:
    """One bar: its label, its value, its limits and its value in words (said also where there is none)."""

    label: str
    value: float | None
    lower: float | None
    upper: float | None
    words: str


def control_chart(points: list[Point], lines: list[Line], frame: Frame) -> str:
    """A month-by-month chart: a gap where a month was not supplied, levels labelled, unusual months marked."""
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
    return _svg(alt.layer(*_gaps(points, frame), *_levels(lines, len(points), frame), path, marks), frame)


def bar_chart(bars: list[Bar], frame: Frame) -> str:
    """Bars with their limits as whiskers and their values in words beside them."""
    rows = [
        {
            "label": bar.label,
            "value": bar.value,
            "lower": bar.lower,
            "upper": bar.upper,
            "words": bar.words,
            "end": bar.upper or bar.value or 0,
        }
        for bar in bars
    ]
    base = alt.Chart(alt.Data(values=rows))
    y = alt.Y("label:N", sort=None, scale=alt.Scale(paddingInner=0.3, paddingOuter=0.15), axis=_labels(frame))
    top = max([row["end"] for row in rows], default=0) or 1
    x = alt.X("value:Q", scale=alt.Scale(domain=[0, top], nice=False), axis=None)
    layers = [
        base.mark_bar(color=BAR).encode(x=x, y=y),
        base.mark_text(align="left", dx=6, fontSize=frame.text, font=FONT, color=INK).encode(
            x=alt.X("end:Q", axis=None), y=y, text="words:N"
        ),
    ]
    if any(bar.lower is not None for bar in bars):
        layers.insert(
            1,
            base.mark_rule(color=INK, strokeWidth=1.5).encode(
                x=alt.X("lower:Q", axis=None), x2="upper:Q", y=y
            ),
        )
    return _svg(alt.layer(*layers), frame)


def outcome_bars(bars: list[Bar], frame: Frame) -> str:
    """Bars with long labels: each label stands above its bar, its value in words at the bar's end."""
    rows = [{"label": bar.label, "value": bar.value or 0, "words": bar.words, "start": 0} for bar in bars]
    base = alt.Chart(alt.Data(values=rows))
    y = alt.Y("label:N", sort=None, scale=alt.Scale(paddingInner=0, paddingOuter=0), axis=None)
    top = max([row["value"] for row in rows], default=0) or 1
    x = alt.X("value:Q", scale=alt.Scale(domain=[0, top], nice=False), axis=None)
    text = {"align": "left", "fontSize": frame.text, "font": FONT, "color": INK}
    return _svg(
        alt.layer(
            base.mark_bar(color=BAR, size=16, yOffset=9).encode(x=x, y=y),
            base.mark_text(dy=-9, **text).encode(x=alt.X("start:Q", axis=None), y=y, text="label:N"),
            base.mark_text(dx=6, dy=9, **text).encode(x=x, y=y, text="words:N"),
        ),
        frame,
    )


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
    """A pale band and words for each month that has no value."""
    rows = [
        {"from": at - 0.5, "to": at + 0.5, "at": at, "words": "not supplied"}
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
    """The mean and the limits, each with its words: at the right where there is room, else above the line."""
    layers = []
    for line in lines:
        base = alt.Chart(
            alt.Data(
                values=[
                    {"at": -0.5 if frame.narrow else months - 0.5, "level": line.value, "words": line.words}
                ]
            )
        )
        dash = [5, 4] if line.dashed else [1, 0]
        layers.append(base.mark_rule(color=INK, strokeDash=dash, strokeWidth=1.2).encode(y="level:Q"))
        place: dict[str, Any] = {"dy": -6, "dx": 4} if frame.narrow else {"dx": 6}
        text = base.mark_text(align="left", fontSize=frame.text, font=FONT, color=INK, **place)
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


def _labels(frame: Frame) -> alt.Axis:
    return alt.Axis(
        title=None,
        domain=False,
        ticks=False,
        labelPadding=8,
        labelFontSize=frame.text,
        labelColor=INK,
        labelLimit=frame.left - 10,
        labelOverlap=False,
    )


def _svg(chart: alt.LayerChart, frame: Frame) -> str:
    """The chart as SVG of a fixed size; the page gives it its role and its words."""
    sized = (
        chart.properties(
            width=frame.width,
            height=frame.height,
            autosize=alt.AutoSizeParams(type="none"),
            padding={"left": frame.left, "right": frame.right, "top": 12, "bottom": 32},
        )
        .configure(aria=False, font=FONT, background="transparent")
        .configure_view(stroke=None)
    )
    drawn = vl_convert.vegalite_to_svg(sized.to_dict(), vl_version=_vegalite())
    return _inner(drawn)


def _vegalite() -> str:
    return alt.SCHEMA_VERSION.lstrip("v").rsplit(".", 1)[0]


def _inner(drawn: str) -> str:
    """The drawing without what only a file of its own needs; its words come from the page around it."""
    opened = re.sub(
        r"<svg [^>]*?(width=\"\d+\" height=\"\d+\" viewBox=\"[^\"]+\")[^>]*>", r"<svg \1>", drawn, count=1
    )
    without = re.sub(r'<path class="(?:back|fore)ground"[^>]*/>', "", opened)
    lean = re.sub(r' (?:class|role|aria-[a-z]+|pointer-events|stroke-miterlimit)="[^"]*"', "", without)
    return re.sub(r"(\d+\.\d{2})\d+", r"\1", lean)
