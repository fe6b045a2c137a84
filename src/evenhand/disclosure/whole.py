"""Whole numbers: from a solution that is not whole to one that is, by looking around what is not.

Where areas overlap, as wards and middle areas do, linear programmes come out in halves and sevenths. To look
for whole numbers among all cells takes minutes; among the few around those parts, a fraction of a second.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from evenhand.disclosure.cells import Flags, Integers
from evenhand.disclosure.solver import Numbers, least
from evenhand.disclosure.system import touching

CLOSE = 1e-6
GROWN = 8
"""Times that further cells are taken, over sums, to find whole numbers."""
SOME = 200
"""Branches tried each time."""
MOST = 1_000
"""Cells that are not whole, at most: more are too many to start from."""


def in_parts(moved: Numbers) -> Flags:
    """Which of these are no whole numbers."""
    return np.abs(moved - np.rint(moved)) > CLOSE


def whole_numbers(
    moved: Numbers, matrix: Any, total: Integers, ends: tuple[Numbers, Numbers], cost: Numbers
) -> Integers | None:
    """Whole moves with `matrix @ moves == total`: as given, but for those around what is not whole.

    `ends` are the furthest way down, 0 or less but where a move is asked for, and up; each unit moved
    costs. None where none were found nearby.
    """
    whole = np.rint(moved).astype(np.int64)
    free = in_parts(moved)
    if int(free.sum()) > MOST:
        return None
    low, high = ends
    sums, columns = matrix.tocsr(), matrix.tocsc()
    for _each in range(GROWN):
        if not free.any():
            break
        touched = np.flatnonzero(np.diff(columns[:, np.flatnonzero(free)].tocsr().indptr))
        free[sums[touched].indices] = True
        free &= low < high
        put = _among(np.flatnonzero(free), whole, (sums, total), ends, cost)
        if put is not None:
            whole[free] = put
            free[:] = False
    return whole if _meets(whole, matrix, total, ends) else None


def _among(
    cells: Integers, whole: Integers, sums: tuple[Any, Integers], ends: tuple[Numbers, Numbers], cost: Numbers
) -> Integers | None:
    """How far these cells move in whole numbers, all others as they do, at little cost."""
    matrix, total = sums
    low, high = ends[0][cells], ends[1][cells]
    others = whole.copy()
    others[cells] = 0
    columns, rows = touching(matrix, cells)
    found = least(
        np.tile(cost[cells], 2),
        np.maximum(np.r_[low, -high], 0),
        np.maximum(np.r_[high, -low], 0),
        sparse.hstack([columns, -columns]),
        (total[rows] - matrix[rows] @ others).astype(float),
        whole=True,
        nodes=SOME,
    )
    return None if found is None else (found[: len(cells)] - found[len(cells) :]).astype(np.int64)


def _meets(whole: Integers, matrix: Any, total: Integers, ends: tuple[Numbers, Numbers]) -> bool:
    """Do these whole numbers meet every sum and range? Exact: as floats they have no rounding error."""
    return bool(np.all((whole >= ends[0]) & (whole <= ends[1])) and np.array_equal(matrix @ whole, total))
