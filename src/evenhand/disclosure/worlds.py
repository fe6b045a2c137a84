"""Worlds: other tables that look exactly like what is published, as proof that hidden counts stay hidden.

All of it is worked out from what any reader knows: never from the truth, so that a world says nothing
that the publication does not say by itself. A world gives every count that is not exactly known a whole
number that fits all sums and all that is shown. A guarded cell is safe when two worlds have it the
policy's protection apart. None is taken on trust from the solver: each is checked in whole numbers.
"""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import Any

import numpy as np
from scipy import sparse

from evenhand.disclosure.cells import Flags, Integers
from evenhand.disclosure.loops import Field, Room, Step, only, some_of, tie
from evenhand.disclosure.reader import Reader
from evenhand.disclosure.solver import Numbers, least, on_both_cores
from evenhand.disclosure.system import touching
from evenhand.disclosure.whole import whole_numbers
from evenhand.disclosure.windows import EVERYWHERE, Windows

MANY = 5_000
"""Cells that are too many to aim at a few at a time."""
ROUNDS = 24
"""Rounds in which all of so many are moved at once, at most."""
WORTH = 0.05
"""A round is worth another where it makes this share of the unsafe cells safe."""
LARGEST = 2_500
"""Cells in a window of such a round."""
NEAR = 30
"""How far a cell may move in such a round, besides the protection: near worlds are found fast."""
AIMS = (4, 8, 8, *[16] * 4, 32)
"""How many cells are aimed at in a window, round by round, and then again and again."""
TURNS = 6
"""Times in a round, before windows are drawn again."""
SOME_AIMS = 8
"""How many cells are aimed at with all that hangs together: more take many times as long."""
IN_VAIN = 20
"""Times one after the other that nothing came of it, before each is looked at by itself."""
SOME = 200
"""Cells that are looked at with all that hangs together, at most."""
FEW = 50
"""Cells that are looked at by themselves, at most."""
TRIES = 3
"""Times that another way is tried to move one cell."""
REACH = 1_000
"""How far a cell moves at most beside the one aimed at: so near that the solver's arithmetic is exact."""


class Walk:
    """Where the walk is, and the smallest and largest count that each cell had on it."""

    def __init__(self, reader: Reader, first: Integers) -> None:
        self.reader, self.now = reader, first.copy()
        self.lowest, self.highest = first.copy(), first.copy()
        self.steps: list[Step] = []

    @property
    def unsafe(self) -> Flags:
        """The guarded cells that no two worlds have far enough apart yet."""
        return self.wanting(slice(None))

    def wanting(self, at: Integers | slice) -> Flags:
        """Which of these cells are unsafe.

        Of an unseen one a reader cannot tell if it is small: it is safe too where it is 0 in every world, or
        larger than small counts are.
        """
        reader, lowest, highest = self.reader, self.lowest[at], self.highest[at]
        could_be_small = reader.unseen[at] & (highest > 0) & (lowest <= reader.largest_small)
        return (reader.guarded[at] | could_be_small) & (highest - lowest < reader.protection)

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
            if (self.wanting(cells) & (highest - lowest > far)).any():
                self.now[cells], self.lowest[cells], self.highest[cells] = values, lowest, highest
                taken.append(loop)
        if taken:
            cells = np.concatenate([loop.cells for loop in taken])
            self.steps.append(Step(cells, np.concatenate([loop.change for loop in taken])))

    @property
    def holds(self) -> bool:
        """Whether every step fits all sums, those besides that follow from the ones it was found by."""
        if not self.steps:
            return True
        sizes = [len(step.cells) for step in self.steps]
        cells = np.concatenate([step.cells for step in self.steps])
        change = np.concatenate([step.change for step in self.steps]).astype(np.float64)
        shape = (len(self.now), len(sizes))
        steps: Any = sparse.csc_array((change, cells, np.cumsum([0, *sizes])), shape=shape)
        return not np.any((self.reader.matrix @ steps).data)

    def room(self, cells: Integers, aim: Integers, seed: tuple[int, ...]) -> Room:
        """How far each of these cells may move from here, the aims by the protection."""
        reader, now = self.reader, self.now[cells]
        up = np.minimum(reader.high[cells] - now, REACH).astype(float)
        down = np.minimum(now - reader.low[cells], REACH).astype(float)
        return Room(up, down, tie(len(cells), seed)).aimed(aim[cells], reader.protection)


def go_on(walk: Walk, windows: Windows, seed: int) -> None:
    """Walk on until each guarded cell is safe, or those left were tried with all that hangs together."""
    all_at_once(walk, windows, seed)
    move_many(walk, windows, seed)
    if not 0 < int(walk.unsafe.sum()) <= SOME:
        # Where more is left, more has to be hidden: that so many have a way that was not found is not likely.
        return
    everything = [Field(walk.reader.lean, np.flatnonzero(walk.reader.loose)) for _core in range(2)]
    move_some(walk, everything, seed)
    if int(walk.unsafe.sum()) > FEW:
        return
    before = np.zeros(len(walk.now), dtype=bool)
    # A cell that was 0 and moved on the way of another is one more to be moved.
    while (left := walk.unsafe & ~before).any():
        before |= left
        for cell in np.flatnonzero(left):
            alone(walk, int(cell), everything[0])


def all_at_once(walk: Walk, windows: Windows, seed: int) -> None:
    """Move very many cells at random, for as long as that is worth it."""
    for turn in range(ROUNDS):
        wanting = int(walk.unsafe.sum())
        if wanting < MANY:
            return
        chance = np.random.default_rng((seed, turn))
        weight = np.where(walk.unsafe, chance.random(len(walk.now)) - 0.5, 0.0)
        parts = windows.of(walk.reader.loose, turn, LARGEST, everywhere=True)
        parts = [part for part in parts if weight[part].any()]
        for found in on_both_cores(partial(_anywhere, walk), parts, [weight[part] for part in parts]):
            walk.go(found)
        if wanting - int(walk.unsafe.sum()) < WORTH * wanting:
            return


def _anywhere(walk: Walk, part: Integers, weight: Numbers) -> list[Step]:
    """To a world in which only these cells differ, and that makes the weighted sum small."""
    reader, now = walk.reader, walk.now[part]
    columns, _sums = touching(reader.lean, part)
    near = NEAR + 2 * reader.protection
    low, high = np.maximum(reader.low[part], now - near), np.minimum(reader.high[part], now + near)
    total = columns @ now
    found = least(weight, low.astype(float), high.astype(float), columns, total.astype(float))
    if found is None:
        return []
    room = (low - now).astype(float), (high - now).astype(float)
    nothing = np.zeros(columns.shape[0], dtype=np.int64)
    change = whole_numbers(found - now, columns, nothing, room, np.abs(weight))
    return [] if change is None else [Step(part[change != 0], change[change != 0])]


def move_many(walk: Walk, windows: Windows, seed: int) -> None:
    """Move those that are not safe yet, some at a time in every window, for as long as that is worth it."""
    poor = 0
    for number in range(len(walk.now)):
        parts = windows.of(walk.reader.loose, seed + number)
        fields = [Field(walk.reader.lean, part) for part in parts]
        wanting = int(walk.unsafe.sum())
        for turn in range(TURNS):
            if not walk.unsafe.any():
                return
            chance = np.random.default_rng((seed, number, turn))
            most = AIMS[min(number, len(AIMS) - 1)]
            aim = some_of(walk.unsafe, parts, most, chance) * walk.ahead(chance)
            _all_windows(walk, fields, aim, (seed, number, turn))
        # Windows of few months with all regions, one in three, find less than the others.
        poor = poor + 1 if wanting - int(walk.unsafe.sum()) < TURNS * len(parts) else 0
        if poor == EVERYWHERE:
            return


def move_some(walk: Walk, fields: list[Field], seed: int) -> None:
    """Move some at a time, with all that hangs together, until it does not help any more.

    Their loops are short and mostly far apart among so many cells.
    """
    cells = fields[0].cells
    in_vain = 0
    for turn in range(len(cells)):
        if in_vain == IN_VAIN or not walk.unsafe.any():
            return
        before = int(walk.unsafe.sum())
        chance = np.random.default_rng((seed, turn))
        aims = [some_of(walk.unsafe, [cells], SOME_AIMS, chance) * walk.ahead(chance) for _each in fields]
        rooms = [walk.room(cells, aim, (seed, turn, core)) for core, aim in enumerate(aims)]
        for found in on_both_cores(Field.loops, fields, rooms):
            walk.go(found)
        in_vain = in_vain + 1 if int(walk.unsafe.sum()) == before else 0


def _all_windows(walk: Walk, fields: list[Field], aim: Integers, seed: tuple[int, ...]) -> None:
    """Take the loops of every window, as one step each."""

    def loops(field: Field) -> list[Step]:
        return field.loops(walk.room(field.cells, aim, seed)) if aim[field.cells].any() else []

    for found in on_both_cores(loops, fields):
        walk.go(found)


def alone(walk: Walk, cell: int, everything: Field) -> None:
    """Move one cell by the protection, and as little else as can be."""
    for turn, sign in product(range(TRIES), (1, -1)):
        if not walk.unsafe[cell]:
            return
        aim = only(cell, sign, len(walk.now))
        walk.go(everything.loops(walk.room(everything.cells, aim, (turn,)), whole=True))
