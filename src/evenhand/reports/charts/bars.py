"""Bars: with limits as whiskers, or with long labels above them."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt

from evenhand.reports.charts.drawing import FONT, INK, Frame, svg

BAR = "#2f7fb8"


@dataclass(frozen=True)
class Bar:
    """One bar: its label, its value, its limits and its value in words (said also where there is none)."""

    label: str
    value: float | None
    lower: float | None
    upper: float | None
    words: str


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
    return svg(alt.layer(*layers), frame)


def outcome_bars(bars: list[Bar], frame: Frame) -> str:
    """Bars with long labels: each label stands above its bar, its value in words at the bar's end."""
    rows = [{"label": bar.label, "value": bar.value or 0, "words": bar.words, "start": 0} for bar in bars]
    base = alt.Chart(alt.Data(values=rows))
    y = alt.Y("label:N", sort=None, scale=alt.Scale(paddingInner=0, paddingOuter=0), axis=None)
    top = max([row["value"] for row in rows], default=0) or 1
    x = alt.X("value:Q", scale=alt.Scale(domain=[0, top], nice=False), axis=None)
    text = {"align": "left", "fontSize": frame.text, "font": FONT, "color": INK}
    return svg(
        alt.layer(
            base.mark_bar(color=BAR, size=16, yOffset=9).encode(x=x, y=y),
            base.mark_text(dy=-9, **text).encode(x=alt.X("start:Q", axis=None), y=y, text="label:N"),
            base.mark_text(dx=6, dy=9, **text).encode(x=x, y=y, text="words:N"),
        ),
        frame,
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
