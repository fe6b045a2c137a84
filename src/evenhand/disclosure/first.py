"""The first world: whole numbers that fit all that is published, from nothing but that."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from evenhand.disclosure.cells import Integers
from evenhand.disclosure.loops import tie
from evenhand.disclosure.reader import Reader
from evenhand.disclosure.repair import repaired
from evenhand.disclosure.solver import NODES, Numbers, least, on_both_cores
from evenhand.disclosure.system import linked, touching
from evenhand.disclosure.windows import Windows
from evenhand.errors import Refused

FAR = 100_000
"""How much larger than all that is shown together a count is looked for, where a reader knows no largest."""
FEW = 2_000
"""Cells that hang together of which whole numbers are looked for by trying branches."""


def first_world(reader: Reader, windows: Windows) -> Integers:
    """One world over all cells: each near the middle of what a reader knows, where the sums let it.

    Raises Refused where none was found; there is one, the true table.
    """
    first = reader.low.copy()
    cells = np.flatnonzero(reader.loose)
    if not len(cells):
        return first
    high = np.minimum(reader.high, int(reader.low.sum()) + FAR)
    middle = np.minimum(reader.low + reader.protection, (reader.low + high) // 2)
    first[cells] = middle[cells]
    matrix, rows = touching(reader.lean, cells)
    total = -(reader.lean[rows] @ np.where(reader.loose, 0, reader.low)).astype(np.int64)
    of_rows, of_cells = linked(matrix)

    def part(number: int) -> tuple[Integers, Integers]:
        mine, its = np.flatnonzero(of_cells == number), np.flatnonzero(of_rows == number)
        columns, here = matrix[its][:, mine], cells[mine]
        near = _nearest(reader.low[here], high[here], middle[here], columns, total[its])
        if len(mine) > FEW:
            return here, np.rint(near).astype(np.int64)
        found = whole_numbers(near, reader.low[here], high[here], columns, total[its])
        return here, np.rint(near).astype(np.int64) if found is None else found

    for here, found in on_both_cores(part, np.unique(of_rows).tolist()):
        first[here] = found
    first = repaired(first, (reader.low, high), reader.lean, windows)
    if np.any(reader.matrix @ first):
        raise Refused(
            "the disclosure gate found no other table that looks like this one",
            next_step="publish fewer tables at once, or choose another disclosure policy",
        )
    return first


def _nearest(low: Integers, high: Integers, middle: Integers, matrix: Any, total: Integers) -> Numbers:
    """Numbers that fit the sums, near the middle where they can be."""
    count = len(low)
    found = least(
        tie(2 * count, (count,)),
        np.zeros(2 * count),
        np.r_[high - middle, middle - low].astype(float),
        sparse.hstack([matrix, -matrix]),
        (total - matrix @ middle).astype(float),
    )
    assert found is not None, "the true table is a solution"  # noqa: S101
    return middle + found[:count] - found[count:]


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
