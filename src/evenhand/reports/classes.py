"""Classes of a map: five with about as many areas each, fewer where there are few areas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evenhand.disclosure.release import Cell
from evenhand.reports.blocks import Band
from evenhand.reports.figures import Row
from evenhand.reports.words import NOT_KNOWN, WITHHELD, number

MOST = 5
FEWEST_IN_ONE = 3
"""A class with one or two areas would tell their figures from the legend alone."""
WITHHELD_MARK, UNKNOWN_MARK = 'fill="url(#withheld)"', 'fill="url(#unknown)"'


@dataclass(frozen=True)
class Classes:
    """Upper ends of the classes, lowest first, in tenths as figures are shown."""

    ends: tuple[float, ...]

    def mark(self, row: Row | None, column: str) -> str:
        """The attribute that fills an area of that figure."""
        if row is None or row.cell(column) is Cell.NOT_KNOWN:
            return UNKNOWN_MARK
        if row.cell(column) is Cell.HIDDEN:
            return WITHHELD_MARK
        return f'class="{self.shade(float(row[column]))}"'

    def shade(self, value: float) -> str:
        """The shade of a value: g0 the palest, g4 the darkest."""
        at = int(np.searchsorted(self.ends, round(value, 1)))
        return f"g{shades(len(self.ends))[at]}"


def shades(classes: int) -> tuple[int, ...]:
    """Which of the five shades so many classes use, spread over the scale."""
    return {1: (2,), 2: (1, 3), 3: (0, 2, 4), 4: (0, 1, 3, 4)}.get(classes, (0, 1, 2, 3, 4))


def classes(values: list[float]) -> Classes:
    """Quantile classes of the values as shown, to one decimal; equal values are never parted."""
    shown = np.round(np.asarray(values, dtype=np.float64), 1)
    if not len(shown):
        return Classes(())
    wanted = max(1, min(MOST, len(shown) // FEWEST_IN_ONE))
    steps = np.linspace(0, 1, wanted + 1)[1:]
    return Classes(tuple(float(end) for end in np.unique(np.quantile(shown, steps, method="inverted_cdf"))))


def legend(found: Classes, rows: list[Row | None], column: str) -> tuple[Band, ...]:
    """Each class with its range as found and its number of areas; withheld and not known where there are any."""
    marks = [found.mark(row, column) for row in rows]
    bands = []
    for shade in shades(len(found.ends)) if found.ends else ():
        mark = f'class="g{shade}"'
        held = [row[column] for row, at in zip(rows, marks, strict=True) if at == mark and row is not None]
        if held:
            bands.append(Band(mark, f"{number(min(held), 1)} to {number(max(held), 1)}", len(held)))
    for mark, said in ((WITHHELD_MARK, WITHHELD), (UNKNOWN_MARK, NOT_KNOWN)):
        if mark in marks:
            bands.append(Band(mark, said.capitalize(), marks.count(mark)))
    return tuple(bands)
