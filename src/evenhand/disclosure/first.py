"""The first world: whole numbers that fit all that is published, from nothing but that."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from scipy import sparse

from evenhand.disclosure.cells import Integers
from evenhand.disclosure.loops import tie
from evenhand.disclosure.reader import SOME, Reader
from evenhand.disclosure.repair import repaired
from evenhand.disclosure.solver import NODES, Numbers, least, on_both_cores
from evenhand.disclosure.system import linked, touching
from evenhand.disclosure.windows import Windows
from evenhand.errors import Refused

Range: TypeAlias = "tuple[Integers, Integers, Numbers]"
"""From what to what each cell may be, and what a unit costs."""

FAR = 100_000
"""How much larger than all that is shown together a count is looked for, where a reader knows no largest."""
FEW = 2_000
"""Cells that hang together of which whole numbers are looked for by trying branches."""


def first_world(reader: Reader, windows: Windows, about: Integers | None = None) -> Integers:
    """One world over all cells: each near the middle of what a reader knows, where the sums let it.

    With `about`, near that, where it is not -1. Raises Refused where none was found; there is one, the true
    table, or the one that is shown where rounded counts add up.
    """
    high = np.minimum(reader.high, int(reader.low.sum()) + FAR)
    middle = np.minimum(reader.low + reader.protection, (reader.low + high) // 2)
    if about is not None:
        middle = np.where(about < 0, middle, np.clip(about, reader.low, high))
    ends = reader.low, high
    first = near(middle, [(*ends, np.ones(len(high)))], reader.lean, windows)
    if np.any(reader.matrix @ first):
        raise Refused(
            "the disclosure gate found no other table that looks like this one",
            next_step="publish fewer tables at once, or choose another disclosure policy",
        )
    return first


def near(middle: Integers, ranges: list[Range], lean: Any, windows: Windows, most: int = FEW) -> Integers:
    """Whole numbers near the middle, where the sums let them, that fit those if any were found.

    Each range is inside the next one, and says what a unit farther from the middle costs in it. Of up to
    `most` cells that hang together whole numbers are looked for by trying branches.
    """
    low, high, _cost = ranges[-1]
    loose = low < high
    first, cells = np.where(loose, middle, low), np.flatnonzero(loose)
    matrix, rows = touching(lean, cells)
    told = np.setdiff1d(np.arange(lean.shape[0]), rows)
    if not len(cells) or np.any(lean[told] @ first):
        return first
    total = -(lean[rows] @ np.where(loose, 0, low)).astype(np.int64)
    of_rows, of_cells = linked(matrix)

    def part(number: int) -> tuple[Integers, Integers | None]:
        mine, its = np.flatnonzero(of_cells == number), np.flatnonzero(of_rows == number)
        columns, here = matrix[its][:, mine], cells[mine]
        of_part = [(its_low[here], its_high[here], cost[here]) for its_low, its_high, cost in ranges]
        close = _nearest(of_part, middle[here], columns, total[its])
        if close is None:
            return here, None
        rint = np.rint(close).astype(np.int64)
        found = None
        if len(mine) <= FEW or meets(rint, low[here], high[here], columns, total[its]):
            found = whole_numbers(close, low[here], high[here], columns, total[its])
        elif len(mine) <= most:
            found = _nearest(of_part, middle[here], columns, total[its], whole=True)
        return here, rint if found is None else np.rint(found).astype(np.int64)

    parts = on_both_cores(part, np.unique(of_rows).tolist())
    for here, found in parts:
        first[here] = middle[here] if found is None else found
    if any(found is None for _here, found in parts):
        return first
    return repaired(first, (low, high), lean, windows)


def _nearest(
    ranges: list[Range], middle: Integers, matrix: Any, total: Integers, *, whole: bool = False
) -> Numbers | None:
    """Numbers that fit the sums, near the middle where they can be; None where there are none."""
    count = len(middle)
    ends = [(middle, middle), *((low, high) for low, high, _cost in ranges)]
    room = [(high - was_high, was_low - low) for (was_low, was_high), (low, high) in pairwise(ends)]
    found = least(
        np.concatenate([np.tile(cost, 2) for _low, _high, cost in ranges])
        * tie(2 * count * len(ranges), (count,)),
        np.zeros(2 * count * len(ranges)),
        np.concatenate([np.r_[up, down] for up, down in room]).astype(float),
        sparse.hstack([matrix, -matrix] * len(ranges)),
        (total - matrix @ middle).astype(float),
        whole=whole,
        nodes=SOME,
    )
    if found is None:
        return None
    moved = found.reshape(len(ranges), 2, count)
    return middle + (moved[:, 0] - moved[:, 1]).sum(axis=0)


def whole_numbers(
    found: Numbers, low: Integers, high: Integers, matrix: Any, total: Integers, nodes: int = NODES
) -> Integers | None:
    """The solution in whole numbers: as it is but for the cells around those that are not whole."""
    values = np.rint(found).astype(np.int64)
    free = np.abs(found - values) > 1e-6
    rows, columns = matrix.tocsr(), matrix.tocsc()
    while not meets(values, low, high, matrix, total):
        if not free.any():
            free[:] = True
        cells = np.flatnonzero(free)
        touched = np.flatnonzero(np.diff(columns[:, cells].tocsr().indptr))
        part = columns[:, cells].tocsr()[touched]
        left = total[touched] - rows[touched] @ np.where(free, 0, values)
        aim = np.modf((cells + 1) * 0.6180339887498949)[0] - 0.5
        put = least(
            aim,
            low[cells].astype(float),
            high[cells].astype(float),
            part,
            left.astype(float),
            whole=True,
            nodes=nodes,
        )
        if put is not None:
            values = values.copy()
            values[cells] = put.astype(np.int64)
            free = np.zeros(len(values), dtype=bool)
        elif len(cells) == len(values):
            return None
        else:
            free[rows[touched].indices] = True
    return values


def meets(values: Integers, low: Integers, high: Integers, matrix: Any, total: Integers) -> bool:
    """Do these whole numbers meet every sum and range? Exact: as floats they have no rounding error."""
    return bool(np.all((values >= low) & (values <= high)) and np.array_equal(matrix @ values, total))
