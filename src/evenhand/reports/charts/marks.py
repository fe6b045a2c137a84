"""The marks of a control chart: each kind of month has a shape of its own, and a colour beside it."""

from __future__ import annotations

from enum import Enum


class Mark(Enum):
    """What a month is marked as. Above and below say where it stands, the others where its months went."""

    USUAL = "usual"
    ABOVE = "above"
    BELOW = "below"
    RISING = "rising"
    FALLING = "falling"
    ONE_WAY = "one way"


_GREY, _ORANGE, _BLUE, _PURPLE = "#a6a6a6", "#e46c0a", "#00b0f0", "#490092"
COLOURS = {
    Mark.USUAL: _GREY,
    Mark.ABOVE: _ORANGE,
    Mark.BELOW: _BLUE,
    Mark.RISING: _PURPLE,
    Mark.FALLING: _PURPLE,
    Mark.ONE_WAY: _PURPLE,
}
"""Making Data Count's (NHS England): usual variation, higher, lower, and what is neither by itself."""

_RISING = ((1, -1), (1, 0.5), (0.5, 0), (-0.45, 1), (-1, 0.45), (0, -0.5), (-0.5, -1))
"""An arrow up and to the right, in a box from -1 to 1, down being the second number's way."""
_FALLING = tuple((x, -y) for x, y in _RISING)


def _path(corners: tuple[tuple[float, float], ...], half: float, middle: float) -> str:
    points = " ".join(f"{middle + half * x:g} {middle + half * y:g}" for x, y in corners)
    return f"M{points}z"


SHAPES = {
    Mark.USUAL: "circle",
    Mark.ABOVE: "triangle-up",
    Mark.BELOW: "triangle-down",
    Mark.RISING: _path(_RISING, 1, 0),
    Mark.FALLING: _path(_FALLING, 1, 0),
    Mark.ONE_WAY: "diamond",
}
"""As Vega-Lite takes them: a name, or path data in a box from -1 to 1."""
SIZES = {mark: 34 if mark is Mark.USUAL else 95 for mark in Mark}
"""Areas in square pixels."""
KEY_OUTLINES = {
    Mark.USUAL: "M8 3.5a4.5 4.5 0 1 0 .01 0z",
    Mark.ABOVE: "M8 2 15 14 1 14z",
    Mark.BELOW: "M8 14 1 2 15 2z",
    Mark.RISING: _path(_RISING, 6.5, 8),
    Mark.FALLING: _path(_FALLING, 6.5, 8),
    Mark.ONE_WAY: "M8 1 15 8 8 15 1 8z",
}
"""The same for the key, as path data in a box of 16 by 16."""
