"""The first world: whole numbers that fit all that is published, from nothing but that."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from scipy import sparse

from evenhand.disclosure.cells import Integers
from evenhand.disclosure.loops import tie
from evenhand.disclosure.reader import Reader
from evenhand.disclosure.solver import LESS, Numbers, least, on_both_cores
from evenhand.disclosure.system import linked, touching
from evenhand.disclosure.whole import whole_numbers
from evenhand.errors import Refused

Range: TypeAlias = "tuple[Integers, Integers, Numbers]"
"""From what to what each cell may be, and what a unit costs."""

FAR = 100_000
"""How much larger than all that is shown together a count is looked for, where a reader knows no largest."""
TURNS = 30
"""Times that the nearest whole numbers are taken, and what is then left over in sums is moved on."""
FEW = 20_000
"""Cells that hang together of which, at last, whole numbers are looked for among all."""


def first_world(reader: Reader, about: Integers | None = None) -> Integers:
    """One world over all cells: each near the middle of what a reader knows, where the sums let it.

    Counts that no table has are 0 there if they can be: most are, and so many others hardly add up.

    With `about`, near that, where it is not -1. Raises Refused where none was found; there is one, the true
    table, or the one that is shown where rounded counts add up.
    """
    high = np.minimum(reader.high, int(reader.low.sum()) + FAR)
    middle = np.minimum(reader.low + reader.protection, (reader.low + high) // 2)
    middle = np.where(reader.unseen, reader.low, middle)
    if about is not None:
        middle = np.where(about < 0, middle, np.clip(about, reader.low, high))
    ends = reader.low, high
    first = near(middle, [(*ends, np.ones(len(high)))], reader.lean)
    if np.any(reader.matrix @ first):
        raise Refused(
            "the disclosure gate found no other table that looks like this one",
            next_step=LESS,
        )
    return first


def near(middle: Integers, ranges: list[Range], lean: Any) -> Integers:
    """Whole numbers near the middle, where the sums let them, that fit those if any were found.

    Each range is inside the next one, and says what a unit farther from the middle costs in it.
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

    def part(number: int) -> tuple[Integers, Integers]:
        mine, its = np.flatnonzero(of_cells == number), np.flatnonzero(of_rows == number)
        here = cells[mine]
        of_part = [(its_low[here], its_high[here], cost[here]) for its_low, its_high, cost in ranges]
        return here, _fitted(of_part, middle[here], matrix[its][:, mine], total[its])

    for here, found in on_both_cores(part, np.unique(of_rows).tolist()):
        first[here] = found
    return first


def _fitted(ranges: list[Range], middle: Integers, matrix: Any, total: Integers) -> Integers:
    """Whole numbers in the ranges that come to the total, near the middle; else the middle."""
    low, high, cost = ranges[-1]
    values, around = middle, ranges
    for turn in range(TURNS):
        left = total - matrix @ values
        moved = _nearest(around, values, matrix, left, turn)
        if moved is None:
            return middle
        room = (low - values).astype(float), (high - values).astype(float)
        whole = whole_numbers(moved, matrix, left, room, cost)
        if whole is not None:
            return values + whole
        values, around = values + np.rint(moved).astype(np.int64), ranges[-1:]
    if len(values) > FEW:
        return values
    found = least(cost, low.astype(float), high.astype(float), matrix, total.astype(float), whole=True)
    return values if found is None else found.astype(np.int64)


def _nearest(ranges: list[Range], values: Integers, matrix: Any, left: Integers, seed: int) -> Numbers | None:
    """The least that has to move so that nothing is left over in any sum, not in whole numbers."""
    count = len(values)
    ends = [(values, values), *((low, high) for low, high, _cost in ranges)]
    room = [(high - was_high, was_low - low) for (was_low, was_high), (low, high) in pairwise(ends)]
    costs = np.concatenate([np.tile(cost, 2) for _low, _high, cost in ranges])
    found = least(
        costs * tie(len(costs), (count, seed)),
        np.zeros(len(costs)),
        np.concatenate([np.r_[up, down] for up, down in room]).astype(float),
        sparse.hstack([matrix, -matrix] * len(ranges)),
        left.astype(float),
    )
    if found is None:
        return None
    moved = found.reshape(len(ranges), 2, count)
    return (moved[:, 0] - moved[:, 1]).sum(axis=0)
