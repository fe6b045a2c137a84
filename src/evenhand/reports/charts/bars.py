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
    base, x = _base(bars), _along(bars)
    scale = alt.Scale(paddingInner=0.3, paddingOuter=0.15)
    y = alt.Y("label:N", sort=None, scale=scale, axis=_labels(frame))
    whisker = base.mark_rule(color=INK, strokeWidth=1.5)
    whiskers = whisker.encode(x=alt.X("lower:Q", axis=None), x2="upper:Q", y=y)
    limited = any(bar.lower is not None for bar in bars)
    return svg(
        alt.layer(
            base.mark_bar(color=BAR).encode(x=x, y=y),
            *([whiskers] if limited else []),
            _words(base, frame, 6, 0).encode(x=alt.X("end:Q", axis=None), y=y, text="words:N"),
        ),
        frame,
    )


def outcome_bars(bars: list[Bar], frame: Frame) -> str:
    """Bars with long labels: each label stands above its bar, its value in words at the bar's end."""
    base, x = _base(bars), _along(bars)
    y = alt.Y("label:N", sort=None, scale=alt.Scale(paddingInner=0, paddingOuter=0), axis=None)
    return svg(
        alt.layer(
            base.mark_bar(color=BAR, size=16, yOffset=9).encode(x=x, y=y),
            _words(base, frame, 0, -9).encode(x=alt.X("start:Q", axis=None), y=y, text="label:N"),
            _words(base, frame, 6, 9).encode(x=alt.X("end:Q", axis=None), y=y, text="words:N"),
        ),
        frame,
    )


def _end(bar: Bar) -> float:
    """Where a bar and its whisker end: 0 where it has no value."""
    return bar.upper or bar.value or 0


def _base(bars: list[Bar]) -> alt.Chart:
    rows = [{**vars(bar), "start": 0, "end": _end(bar)} for bar in bars]
    return alt.Chart(alt.Data(values=rows))


def _along(bars: list[Bar]) -> alt.X:
    top = max((_end(bar) for bar in bars), default=0) or 1
    return alt.X("value:Q", scale=alt.Scale(domain=[0, top], nice=False), axis=None)


def _words(base: alt.Chart, frame: Frame, right: int, down: int) -> alt.Chart:
    return base.mark_text(align="left", dx=right, dy=down, fontSize=frame.text, font=FONT, color=INK)


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
