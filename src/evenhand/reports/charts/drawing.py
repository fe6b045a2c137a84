"""What all charts share: their frame, typeface and colours of text, and how they are drawn.

Every size is given, none measured from a font, so the same figures make the same bytes on any
machine. Text stays text, in the reader's own plain typeface.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import altair as alt
import vl_convert

FONT = "arial, helvetica, sans-serif"
INK, GREY, LINE = "#0b0c0c", "#505a5f", "#d5dbde"


@dataclass(frozen=True)
class Frame:
    """Inner size, margins and text size of one rendering, in pixels."""

    width: int
    height: int
    left: int
    right: int
    text: int
    narrow: bool


def svg(chart: alt.LayerChart | alt.FacetChart, frame: Frame) -> str:
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
    # That charts keep to the schema is tested: to look at each again would take longer than to draw it.
    drawn = vl_convert.vegalite_to_svg(sized.to_dict(validate=False), vl_version=_vegalite())
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
