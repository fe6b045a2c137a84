"""The first world: whole numbers that fit all that is published, from nothing but that."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from evenhand.disclosure.cells import Integers
from evenhand.disclosure.loops import tie
from evenhand.disclosure.reader import Reader
from evenhand.disclosure.solver import Numbers, least, on_both_cores
from evenhand.disclosure.system import linked, touching
from evenhand.disclosure.whole import whole_numbers
from evenhand.errors import Refused

FAR = 100_000
"""How much larger than all that is shown together a count is looked for, where a reader knows no largest."""
TURNS = 30
"""Times that the nearest whole numbers are taken, and what is then left over in sums is moved on."""
FEW = 2_000
"""Cells that hang together of which, at last, whole numbers are looked for among all."""


def first_world(reader: Reader) -> Integers:
    """One world over all cells: each near the middle of what a reader knows, where the sums let it.

    Raises Refused where none was found; there is one, the true table.
    """
    first = reader.low.copy()
    cells = np.flatnonzero(reader.loose)
    if not len(cells):
        return first
    high = np.minimum(reader.high, int(reader.low.sum()) + FAR)
    first[cells] = np.minimum(reader.low + reader.protection, (reader.low + high) // 2)[cells]
    matrix, rows = touching(reader.lean, cells)
    of_rows, of_cells = linked(matrix)
    total = -(reader.lean[rows] @ np.where(reader.loose, 0, reader.low)).astype(np.int64)

    def part(number: int) -> tuple[Integers, Integers]:
        mine, its = np.flatnonzero(of_cells == number), np.flatnonzero(of_rows == number)
        here = cells[mine]
        ends = reader.low[here], high[here]
        return here, _fitted(first[here], ends, matrix[its][:, mine], total[its])

    for here, found in on_both_cores(part, np.unique(of_rows).tolist()):
        first[here] = found
    if np.any(reader.matrix @ first):
        raise Refused(
            "the disclosure gate found no other table that looks like this one",
            next_step="publish fewer tables at once, or choose another disclosure policy",
        )
    return first


def _fitted(values: Integers, ends: tuple[Integers, Integers], matrix: Any, total: Integers) -> Integers:
    """Whole numbers between the ends that come to the total, near these; as near as could be found."""
    for turn in range(TURNS):
        left = total - matrix @ values
        room = (ends[0] - values).astype(float), (ends[1] - values).astype(float)
        cost = tie(len(values), (turn,))
        moved = _nearest(left, room, matrix, cost)
        whole = whole_numbers(moved, matrix, left, room, cost)
        if whole is not None:
            return values + whole
        values = values + np.rint(moved).astype(np.int64)
    if len(values) > FEW:
        return values
    nothing, low, high = np.zeros(len(values)), ends[0].astype(float), ends[1].astype(float)
    found = least(nothing, low, high, matrix, total.astype(float), whole=True)
    return values if found is None else found.astype(np.int64)


def _nearest(left: Integers, room: tuple[Numbers, Numbers], matrix: Any, cost: Numbers) -> Numbers:
    """The least that has to move so that nothing is left over in any sum, not in whole numbers."""
    count = len(cost)
    found = least(
        np.tile(cost, 2),
        np.zeros(2 * count),
        np.r_[room[1], -room[0]],
        sparse.hstack([matrix, -matrix]),
        left.astype(float),
    )
    assert found is not None, "the true table is a solution"  # noqa: S101
    return found[:count] - found[count:]
