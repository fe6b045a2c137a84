"""Classes of a map: five with about as many areas each, fewer where there are few areas."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from evenhand.disclosure.release import Cell
from evenhand.reports.blocks import Band
from evenhand.reports.figures import Row
from evenhand.reports.words import ABSENT, number

MOST = 5
FEWEST_IN_ONE = 3
"""A class with one or two areas would tell their figures from the legend alone."""
NO_CLASS = {
    Cell.HIDDEN: 'class="mh" fill="url(#withheld)"',
    Cell.NOT_KNOWN: 'class="mh" fill="url(#unknown)"',
    Cell.NOT_APPLICABLE: 'class="mh" fill="url(#no-number)"',
}
"""The marks of areas that have no figure: no colour, so that none is taken for a low one."""


@dataclass(frozen=True)
class Classes:
    """Lowest and highest value of each class as found, lowest class first, to one decimal as shown."""

    ranges: tuple[tuple[float, float], ...]

    def mark(self, row: Row | None, column: str) -> str:
        """The attribute that fills an area of that figure."""
        state = Cell.NOT_KNOWN if row is None else row.cell(column)
        if row is None or state in NO_CLASS:
            return NO_CLASS[state]
        return self.marks[bisect_left([high for _, high in self.ranges], round(row[column], 1))]

    @property
    def marks(self) -> tuple[str, ...]:
        """The attribute of each class: five shades, or fewer spread over the same scale."""
        few = {0: (), 1: (2,), 2: (1, 3), 3: (0, 2, 4), 4: (0, 1, 3, 4)}
        return tuple(f'class="m{shade}"' for shade in few.get(len(self.ranges), range(MOST)))


def classes(values: list[float]) -> Classes:
    """Quantile classes of the values as shown, to one decimal; equal values are never parted."""
    shown = sorted(round(value, 1) for value in values)
    wanted = max(1, min(MOST, len(shown) // FEWEST_IN_ONE))
    places = [-(-step * len(shown) // wanted) - 1 for step in range(1, wanted + 1)]
    ends = sorted({shown[place] for place in places}) if shown else []
    starts = [shown[0], *(shown[bisect_right(shown, end)] for end in ends[:-1])] if shown else []
    return Classes(tuple(zip(starts, ends, strict=True)))


def legend(found: Classes, rows: list[Row | None], column: str) -> tuple[Band, ...]:
    """Each class with its range and how many of `rows` are in it; those without a figure where any are."""
    marks = [found.mark(row, column) for row in rows]
    bands = [
        Band(mark, f"{number(low, 1)} to {number(high, 1)}", marks.count(mark))
        for mark, (low, high) in zip(found.marks, found.ranges, strict=True)
    ]
    for state, mark in NO_CLASS.items():
        if mark in marks:
            bands.append(Band(mark, ABSENT[state].capitalize(), marks.count(mark)))
    return tuple(bands)
