"""Worlds: other tables that look exactly like what is published, as proof that hidden counts stay hidden.

All of it is worked out from what any reader knows: never from the truth, so that a world says nothing
that the publication does not say by itself. A world gives every count that is not exactly known a whole
number that fits all sums and all that is shown. A guarded cell is safe when two worlds have it the
policy's protection apart. None is taken on trust from the solver: each is checked in whole numbers.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from evenhand.disclosure.cells import Flags, Integers
from evenhand.disclosure.solver import NODES, Numbers, least
from evenhand.disclosure.system import linked
from evenhand.disclosure.windows import Windows

ROUNDS = 40
"""Rounds in which many cells are moved at once, at most."""
SOME = 200
"""Branches tried in whole numbers for one cell, where solutions that need not be whole are not."""
SOON = 1
"""Branches tried in whole numbers where another window may do as well."""
WORTH = 0.08
"""A round is worth another where it makes this share of the unsafe cells safer."""
BALLS = (400, 1_500, 6_000)
"""Cells around one that is left, of which it is tried to move it, until it moves."""
REWARD = 10_000.0
"""What it is worth to move a cell by one, in moves of others."""
TRIES = 3
"""Times that another way is tried to move one cell."""
NEAR = 30
"""How far a cell may move in a round: near worlds are found fast."""
FAR = 100_000
"""How much larger than all that is shown together a count is looked for, where a reader knows no largest."""


@dataclass(frozen=True)
class Step:
    """From one world to the next: cells by position, and by how much each count changes."""

    cells: Integers
    change: Integers


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
    low: Integers
    high: Integers
    guarded: Flags
    protection: int
    unseen: Flags | None = None
    """Cells that nothing is shown of; None where the truth tells which of them are guarded."""
    largest_small: int = 0
    """The largest count of an unseen cell that may not be worked out."""

    @property
    def loose(self) -> Flags:
        """The cells that the reader does not know exactly."""
        return self.low < self.high


class Walk:
    """Where the walk is, and the smallest and largest count that each cell had on it."""

    def __init__(self, reader: Reader, first: Integers) -> None:
        self.reader, self.now = reader, first.copy()
        self.rows: Any = reader.matrix.tocsc()
        self.lowest, self.highest = first.copy(), first.copy()
        self.steps: list[Step] = []

    @property
    def unsafe(self) -> Flags:
        """The guarded cells that no two worlds have far enough apart yet."""
        return self.wanting(slice(None))

    def unsafe_at(self, cell: int) -> bool:
        """Whether that cell is unsafe."""
        return bool(self.wanting(np.array([cell]))[0])

    def wanting(self, at: Integers | slice) -> Flags:
        """Which of these cells are unsafe.

        Of an unseen one a reader cannot tell if it is small: it is safe too where it is 0 in every world, or
        larger than small counts are.
        """
        reader, lowest, highest = self.reader, self.lowest[at], self.highest[at]
        guarded = reader.guarded[at]
        if reader.unseen is not None:
            guarded = guarded | (reader.unseen[at] & (highest > 0) & (lowest <= reader.largest_small))
        return guarded & (highest - lowest < reader.protection)

    def go(self, cells: Integers, change: Integers | None) -> int:
        """Take a step where every cell stays in its range; how many unsafe cells it makes safer."""
        if change is None:
            return 0
        cells, change = cells[change != 0], change[change != 0]
        values = self.now[cells] + change
        if np.any((values < self.reader.low[cells]) | (values > self.reader.high[cells])):
            return 0
        before = self.highest[cells] - self.lowest[cells]
        wanting = self.wanting(cells)
        lowest, highest = np.minimum(self.lowest[cells], values), np.maximum(self.highest[cells], values)
        safer = int((wanting & (highest - lowest > before)).sum())
        if safer:
            self.now[cells], self.lowest[cells], self.highest[cells] = values, lowest, highest
            self.steps.append(Step(cells, change))
        return safer

    def columns(self, cells: Integers) -> Any:
        """The sums over these cells."""
        columns = self.rows[:, cells].tocsr()
        return columns[np.flatnonzero(np.diff(columns.indptr))]

    def change(self, cells: Integers, aim: Numbers, near: int) -> Integers | None:
        """To a world in which only these cells differ from where the walk is, and that makes `aim` small."""
        reader, now = self.reader, self.now[cells]
        columns = self.columns(cells)
        low = np.maximum(reader.low[cells], now - near)
        high = np.minimum(reader.high[cells], now + near)
        found = world(aim, low, high, columns, (columns @ now).astype(np.int64))
        return None if found is None else found - now


def world(aim: Numbers, low: Integers, high: Integers, matrix: Any, total: Integers) -> Integers | None:
    """Whole numbers that meet the sums and make `aim` small; None where none are found soon."""
    if not matrix.shape[0]:
        return np.where(aim > 0, low, high)
    found = least(aim, low.astype(float), high.astype(float), matrix, total.astype(float))
    return None if found is None else _whole(found, low, high, matrix, total, SOON)


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
    for _again in range(2):
        # A cell that was 0 and moved on the way of another is one more to be moved.
        move_each(walk, windows)
        for cell in np.flatnonzero(walk.unsafe):
            _as_far_as_it_goes(walk, int(cell), np.flatnonzero(windows.part == windows.part[cell]))
    return Worlds(begun, tuple(walk.steps), np.flatnonzero(walk.unsafe))


def move_many(walk: Walk, windows: Windows, seed: int) -> None:
    """Go on for as long as steps that move many cells are worth it."""
    for turn in range(ROUNDS):
        wanting = int(walk.unsafe.sum())
        parts = windows.of(walk.reader.loose, seed + turn)
        if not wanting or _round(walk, parts, (seed, turn)) < WORTH * wanting:
            return


def move_each(walk: Walk, windows: Windows, balls: tuple[int, ...] = BALLS) -> None:
    """Move each cell that is left by itself, with what is near, and with more where that does not do."""
    for largest in balls:
        for cell in np.flatnonzero(walk.unsafe):
            if walk.unsafe_at(int(cell)):
                alone(walk, int(cell), windows.ball(int(cell), walk.reader.loose, largest))


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


def _round(walk: Walk, parts: list[Integers], seed: tuple[int, int]) -> int:
    """Move many cells at once, window by window; how many became safer."""
    chance = np.random.default_rng(seed)
    unsafe = walk.unsafe
    weight = np.where(unsafe, chance.random(len(unsafe)) - 0.5, 0.0)
    parts = [part for part in parts if unsafe[part].any()]
    with ThreadPoolExecutor(max_workers=2) as both_cores:
        found = list(both_cores.map(lambda part: walk.change(part, weight[part], _near(walk)), parts))
    return sum(walk.go(part, change) for part, change in zip(parts, found, strict=True))


def _near(walk: Walk) -> int:
    """How far a cell may move in one step: well beyond the protection."""
    return NEAR + 2 * walk.reader.protection


def _as_far_as_it_goes(walk: Walk, cell: int, part: Integers) -> None:
    """Move one cell to both its ends, with all that hangs together with it."""
    cells = part[walk.reader.loose[part]]
    for sign in (1.0, -1.0):
        if walk.unsafe_at(cell):
            walk.go(cells, walk.change(cells, np.where(cells == cell, sign, 0.0), FAR))


def alone(walk: Walk, cell: int, cells: Integers) -> bool:
    """Move one cell by the protection, and as little else of these cells as can be; True where it moved.

    The cheapest way is a single loop through the sums, and so in whole numbers nearly always; where it is
    not, other weights lead to another loop.
    """
    moved = False
    for sign in (1, -1):
        for turn in range(TRIES):
            if not walk.unsafe_at(cell):
                return moved
            change, stuck = _loop(walk, cell, cells, (sign, turn))
            moved |= walk.go(cells, change) > 0
            if stuck or change is not None:
                break
    return moved


def _loop(walk: Walk, cell: int, cells: Integers, way: tuple[int, int]) -> tuple[Integers | None, bool]:
    """How each cell changes where the one moves as near to the protection as it can, and if it is stuck.

    No change where the solver's is not in whole numbers.
    """
    reader, now = walk.reader, walk.now[cells]
    below = np.minimum(now - reader.low[cells], _near(walk))
    above = np.minimum(reader.high[cells] - now, _near(walk))
    mine = cells == cell
    by = min(reader.protection, int((above if way[0] > 0 else below)[mine][0]))
    if not by:
        return None, True
    matrix, count = walk.columns(cells), len(cells)
    weight = 1 + np.modf((np.arange(2 * count) + 1) * 0.6180339887498949 * (way[1] + 1))[0] / 2
    weight[np.flatnonzero(mine)[0] + (0 if way[0] > 0 else count)] = -REWARD
    up, down = np.where(mine, by if way[0] > 0 else 0, above), np.where(mine, by if way[0] < 0 else 0, below)
    found = least(
        weight,
        np.zeros(2 * count),
        np.r_[up, down].astype(float),
        sparse.hstack([matrix, -matrix]),
        np.zeros(matrix.shape[0]),
        whole=way[1] == TRIES - 1,
        nodes=SOME,
    )
    if found is None:
        return None, True
    change = found[:count] - found[count:]
    whole = np.rint(change).astype(np.int64)
    exact = np.abs(change - whole).max() < 1e-6 and not np.any(matrix @ whole)
    return (whole if exact else None), bool(abs(change[mine][0]) < 1e-6)
