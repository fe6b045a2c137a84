"""Repair: from numbers that nearly fit all sums to whole numbers that do.

What is left over or wanting in a sum is moved on to other cells by as little as can be, window by window:
that comes out in whole numbers nearly always, where looking for whole numbers from the start takes minutes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from evenhand.disclosure.cells import Integers
from evenhand.disclosure.loops import tie, whole_parts
from evenhand.disclosure.solver import least
from evenhand.disclosure.system import touching
from evenhand.disclosure.windows import Windows

TURNS = 200
"""Rounds of windows at most: late ones look at few of them."""
FEW = 20
"""Sums in which something is left over, of which everything is taken at once ..."""
EVERY = 10
"""... each time after so many rounds."""
WANTING = 1_000.0
"""What one left over in a sum costs, in moves of others."""
NODES = 200
"""Branches tried in whole numbers."""
AROUND = (300, 1_000, 3_000)
"""Cells around what is left at last, in which whole numbers are looked for from the start."""


def repaired(values: Integers, ends: tuple[Integers, Integers], matrix: Any, windows: Windows) -> Integers:
    """Whole numbers between the ends that fit the sums where possible, close to these values."""
    values, (low, high) = values.copy(), ends
    loose = low < high
    for turn in range(TURNS):
        left = np.flatnonzero(matrix @ values)
        if not len(left):
            return values
        touched = np.zeros(len(values), dtype=bool)
        touched[matrix[left].indices] = True
        far = len(left) <= FEW and turn % EVERY == EVERY - 1
        for part in [np.flatnonzero(loose)] if far else windows.of(loose, turn):
            if touched[part].any():
                _repair(values, part, ends, matrix, turn)
    for largest in AROUND:
        for row in np.flatnonzero(matrix @ values):
            cells = matrix[[row]].indices
            part = windows.ball(int(cells[loose[cells]][0]), loose, largest)
            _repair(values, part, ends, matrix, largest, whole=True)
    return values


def _repair(
    values: Integers,
    part: Integers,
    ends: tuple[Integers, Integers],
    matrix: Any,
    seed: int,
    *,
    whole: bool = False,
) -> None:
    """Move cells of the window so that less is left over in its sums; others stay as they are."""
    columns, rows = touching(matrix, part)
    left = matrix[rows] @ values
    if not left.any():
        return
    count, sums = len(part), len(rows)
    up, down = ends[1][part] - values[part], values[part] - ends[0][part]
    slack: Any = sparse.eye_array(sums)
    much = float(np.abs(left).max())
    found = least(
        np.r_[tie(count, (seed, 0)), tie(count, (seed, 1)), np.tile(WANTING * tie(sums, (seed, 2)), 2)],
        np.zeros(2 * (count + sums)),
        np.r_[up, down, np.full(2 * sums, much)].astype(float),
        sparse.hstack([columns, -columns, slack, -slack]),
        -left.astype(float),
        whole=whole,
        nodes=NODES,
        any_will_do=False,
    )
    if found is None:
        return
    for group, change in whole_parts(found[:count] - found[count : 2 * count], columns):
        moved = columns[:, group] @ change
        # As much left over elsewhere is welcome too: from there it may find a way.
        if np.abs(left + moved).sum() <= np.abs(left).sum():
            values[part[group]] += change
            left = left + moved
