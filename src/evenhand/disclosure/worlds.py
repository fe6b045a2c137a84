"""Worlds: other tables that look exactly like what is published, as proof that hidden counts stay hidden.

All of it is worked out from what any reader knows: never from the truth, so that a world says nothing
that the publication does not say by itself. A world gives every count that is not exactly known a whole
number that fits all sums and all that is shown. A guarded cell is safe when two worlds have it the
policy's protection apart. None is taken on trust from the solver: each is checked in whole numbers.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from scipy import sparse

from evenhand.disclosure.cells import Flags, Integers
from evenhand.disclosure.loops import Field, Room, Step, some_of, tie
from evenhand.disclosure.solver import NODES, Numbers, least
from evenhand.disclosure.system import linked
from evenhand.disclosure.windows import Windows

AIMS = (4, 8, 8, *[16] * 4, *[32] * 8)
"""How many cells are aimed at in a window, round by round."""
TURNS = 6
"""Times in a round, before windows are drawn again."""
BALLS = (400, 1_500, 6_000)
"""Cells around one that is left, of which it is tried to move it, until it moves."""
TRIES = 3
"""Times that another way is tried to move one cell, the last in whole numbers."""
SOME = 200
"""Branches tried in whole numbers for one cell, where solutions that need not be whole are not."""
FAR = 100_000
"""How much larger than all that is shown together a count is looked for, where a reader knows no largest."""
REACH = 1_000
"""How far a cell moves at most beside the one aimed at: so near that the solver's arithmetic is exact."""


@dataclass(frozen=True)
class Worlds:
    """A walk from world to world: the first as a count for each cell, then step by step.

    `unsafe` are the cells that no two worlds of the walk have far enough apart.
    """

    first: Integers
    steps: tuple[Step, ...]
    unsafe: Integers


@dataclass(frozen=True)
class Reader:
    """What a reader knows: that each cell lies from `low` to `high`, and that `matrix @ counts` is 0."""

    matrix: Any
    lean: Any
    """Rows of the matrix from which the others follow."""
    low: Integers
    high: Integers
    guarded: Flags
    protection: int

    @property
    def loose(self) -> Flags:
        """The cells that the reader does not know exactly."""
        return self.low < self.high


class Walk:
    """Where the walk is, and the smallest and largest count that each cell had on it."""

    def __init__(self, reader: Reader, first: Integers) -> None:
        self.reader, self.now = reader, first.copy()
        self.lowest, self.highest = first.copy(), first.copy()
        self.steps: list[Step] = []

    @property
    def unsafe(self) -> Flags:
        """The guarded cells that no two worlds have far enough apart yet."""
        return self.reader.guarded & (self.highest - self.lowest < self.reader.protection)

    def ahead(self, chance: np.random.Generator) -> Integers:
        """Whether each cell has room above (1) or below (-1); where it has both, either."""
        above = self.reader.high - self.now >= self.reader.protection
        below = self.now - self.reader.low >= self.reader.protection
        return np.where(above & (~below | (chance.random(len(self.now)) < 0.5)), 1, -1)

    def go(self, loops: list[Step]) -> None:
        """Take the loops, as one step, that keep every cell in its range and make unsafe ones safer."""
        taken: list[Step] = []
        for loop in loops:
            cells, values = loop.cells, self.now[loop.cells] + loop.change
            if np.any((values < self.reader.low[cells]) | (values > self.reader.high[cells])):
                continue
            far = self.highest[cells] - self.lowest[cells]
            lowest, highest = np.minimum(self.lowest[cells], values), np.maximum(self.highest[cells], values)
            wanting = self.reader.guarded[cells] & (far < self.reader.protection)
            if (wanting & (highest - lowest > far)).any():
                self.now[cells], self.lowest[cells], self.highest[cells] = values, lowest, highest
                taken.append(loop)
        if taken:
            cells = np.concatenate([loop.cells for loop in taken])
            self.steps.append(Step(cells, np.concatenate([loop.change for loop in taken])))

    def room(self, cells: Integers, aim: Integers, seed: tuple[int, ...], reach: int = REACH) -> Room:
        """How far each of these cells may move from here, the aims by the protection."""
        reader, now = self.reader, self.now[cells]
        up = np.minimum(reader.high[cells] - now, reach).astype(float)
        down = np.minimum(now - reader.low[cells], reach).astype(float)
        return Room(up, down, tie(len(cells), seed)).aimed(aim[cells], reader.protection)


def central(low: Integers, high: Integers, middle: Integers, matrix: Any, total: Integers) -> Integers | None:
    """Whole numbers that meet the sums, near the middle where they can be; None where there are none."""
    if not matrix.shape[0]:
        return middle
    count = len(low)
    tie = 1 + np.modf(np.arange(2 * count) * 0.6180339887498949)[0] / 2
    found = least(
        tie,
        np.zeros(2 * count),
        np.r_[high - middle, middle - low].astype(float),
        sparse.hstack([matrix, -matrix]),
        (total - matrix @ middle).astype(float),
    )
    if found is None:
        return None
    return _whole(middle + found[:count] - found[count:], low, high, matrix, total)


def _whole(
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


def worlds(reader: Reader, windows: Windows, seed: int) -> Worlds:
    """A walk that shows each guarded cell to be safe, and the cells for which none was found.

    It begins in a world drawn from what the reader knows, and every cell was tried with all that hangs
    together with it.
    """
    begun = first_world(reader)
    walk = Walk(reader, begun)
    move_many(walk, windows, seed)
    for largest in (*BALLS, len(begun)):
        for cell in np.flatnonzero(walk.unsafe):
            if walk.unsafe[cell]:
                alone(walk, int(cell), windows.ball(int(cell), reader.loose, largest))
    return Worlds(begun, tuple(walk.steps), np.flatnonzero(walk.unsafe))


def move_many(walk: Walk, windows: Windows, seed: int) -> None:
    """Move all that are not safe yet, some at a time in every window."""
    for number, most in enumerate(AIMS):
        parts = windows.of(walk.reader.loose, seed + number)
        fields = [Field(walk.reader.lean, part) for part in parts]
        for turn in range(TURNS):
            if not walk.unsafe.any():
                return
            chance = np.random.default_rng((seed, number, turn))
            aim = some_of(walk.unsafe, parts, most, chance) * walk.ahead(chance)
            _all_windows(walk, fields, aim, (seed, number, turn))


def _all_windows(walk: Walk, fields: list[Field], aim: Integers, seed: tuple[int, ...]) -> None:
    """Take the loops of every window, as one step each."""

    def loops(field: Field) -> list[Step]:
        return field.loops(walk.room(field.cells, aim, seed)) if aim[field.cells].any() else []

    with ThreadPoolExecutor(max_workers=2) as both_cores:
        for found in list(both_cores.map(loops, fields)):
            walk.go(found)


def alone(walk: Walk, cell: int, cells: Integers) -> None:
    """Move one cell by the protection, and as little else of these cells as can be."""
    field = Field(walk.reader.lean, cells)
    for sign, turn in product((1, -1), range(TRIES)):
        if not walk.unsafe[cell]:
            return
        aim = np.zeros(len(walk.now), dtype=np.int64)
        aim[cell] = sign
        room = walk.room(cells, aim, (turn,))
        if not (room.up + room.down)[cells == cell].any():
            continue
        walk.go(field.in_whole_numbers(room, SOME) if turn == TRIES - 1 else field.loops(room))


def first_world(reader: Reader) -> Integers:
    """One world over all cells: each near the middle of what a reader knows, where the sums let it."""
    first = reader.low.copy()
    cells = np.flatnonzero(reader.loose)
    if not len(cells):
        return first
    matrix = reader.matrix[:, cells]
    rows = np.flatnonzero(np.diff(matrix.indptr))
    matrix, total = (
        matrix[rows],
        -(reader.matrix[rows] @ np.where(reader.loose, 0, reader.low)).astype(np.int64),
    )
    of_rows, of_cells = linked(matrix)
    low, high = reader.low[cells], np.minimum(reader.high[cells], int(reader.low.sum()) + FAR)
    middle = np.minimum(low + reader.protection, (low + high) // 2)

    def part(number: int) -> Integers | None:
        mine, its = np.flatnonzero(of_cells == number), np.flatnonzero(of_rows == number)
        return central(low[mine], high[mine], middle[mine], matrix[its][:, mine], total[its])

    order = np.argsort(of_cells, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(of_cells))[:-1])
    lone = np.array([len(each) == 1 for each in parts])
    first[cells] = middle
    numbers = [number for number in range(len(parts)) if not lone[number] or (of_rows == number).any()]
    with ThreadPoolExecutor(max_workers=2) as both_cores:
        for number, found in zip(numbers, both_cores.map(part, numbers), strict=True):
            if found is None:
                raise AssertionError("no table agrees with what is published")
            first[cells[parts[number]]] = found
    return first
