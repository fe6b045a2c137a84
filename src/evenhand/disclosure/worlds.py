"""Worlds: other tables that look exactly like what is published, as proof that hidden counts stay hidden.

All of it is worked out from what any reader knows: never from the truth, so that a world says nothing
that the publication does not say by itself. A world gives every count that is not exactly known a whole
number that fits all sums and all that is shown. A guarded cell is safe when two worlds have it the
policy's protection apart. None is taken on trust from the solver: each is checked in whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from scipy import sparse

from evenhand.disclosure.cells import Flags, Integers
from evenhand.disclosure.loops import Field, Room, Step, one_way, only, some_of, tie
from evenhand.disclosure.reader import Reader
from evenhand.disclosure.solver import CORES, Numbers, least, on_both_cores
from evenhand.disclosure.system import touching
from evenhand.disclosure.whole import in_parts, whole_numbers
from evenhand.disclosure.windows import EVERYWHERE, Windows

MANY = 5_000
"""Cells that are too many to aim at a few at a time."""
ROUNDS = 40
"""Rounds in which so many are moved at once, at most."""
WORTH, WORTH_OF_FEW, WORTH_OF_BROKEN = 0.25, 0.15, 0.05
"""A round is worth another where it makes more cells safe than this share of those it aims at.

Where few are left or programmes do not come out whole, rounds are short, and what comes after takes longer.
"""
SHARE, FEWEST, MOST = 0.25, 100, 1_000
"""Unsafe cells that such a programme aims at in a window: of more, too few get where they are to."""
LARGEST, OF_FEW, SMALLER = 100_000, 33_000, 2_500
"""Cells in such a window: where many are unsafe; where few are; where programmes do not come out whole."""
FEW_UNSAFE = 2_000
"""So many unsafe cells are few for that."""
BROKEN = 0.02
"""Programmes do not come out whole where more than this share of the cells moves by fractions."""
NEAR = 100
"""How far a cell may move in such a round, besides the protection: near worlds are found fast."""
STIR = 0.1
"""What it is worth to move a cell that is not aimed at, in moves of one that is."""
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
FEW_OF_MANY = 10
"""Cells that are looked at by themselves at once, where most are moved at once."""
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
        self.many = int(self.unsafe.sum()) > MANY
        """Whether so many cells have to be moved that most are moved at once."""
        self.broken = False
        """Whether programmes over all of them come out in fractions, as where areas overlap."""

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

    def go(self, loops: list[Step]) -> bool:
        """Take the loops, as one step, that keep every cell in its range and make unsafe ones safer.

        Whether there were any.
        """
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
        return bool(taken)

    def back_to(self, world: Integers) -> None:
        """Go back to a world where the walk was: there cells have room again that have none here."""
        moving = np.flatnonzero(world != self.now)
        if len(moving):
            self.steps.append(Step(moving, (world - self.now)[moving]))
            self.now = world.copy()

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


def go_on(walk: Walk, windows: Windows, seed: int, *, hurried: bool = False) -> None:
    """Walk on until each guarded cell is safe, or those left were tried with all that hangs together.

    `hurried`: of very many, those that no programme over all of them moved are left, but for a few. Where
    those programmes do not come out whole, they say too little for that.
    """
    if walk.many:
        all_at_once(walk, windows, seed)
        if 0 < int(walk.unsafe.sum()) <= FEW_OF_MANY:
            each_alone(walk, _everything(walk))
        if hurried and not walk.broken:
            return
    move_many(walk, windows, seed)
    if not walk.many and int(walk.unsafe.sum()) > SOME:
        # Counts that no table has, as by area and outcome in a year of which few months are known, hang
        # together so closely that a few at a time come out in fractions; hundreds at once do not.
        all_at_once(walk, windows, seed)
        move_many(walk, windows, seed)
    if not 0 < int(walk.unsafe.sum()) <= SOME:
        # Where more is left, more has to be hidden: that so many have a way that was not found is not likely.
        return
    fields = [_everything(walk) for _core in range(CORES)]
    move_some(walk, fields, seed)
    if int(walk.unsafe.sum()) <= FEW:
        each_alone(walk, fields[0])


def _everything(walk: Walk) -> Field:
    """All cells that can move, in one field."""
    return Field(walk.reader.lean, np.flatnonzero(walk.reader.loose))


@dataclass(frozen=True)
class _Task:
    """One programme over a window: which cells it aims at, and a push up or down for other unsafe ones."""

    window: int
    part: Integers
    aim: Integers
    push: Numbers


def all_at_once(walk: Walk, windows: Windows, seed: int) -> None:
    """Move hundreds at a time, and others with them, for as long as that is worth it."""
    for turn in range(ROUNDS):
        left = int(walk.unsafe.sum())
        if not left:
            return
        few = left <= FEW_UNSAFE
        largest = SMALLER if walk.broken else OF_FEW if few else LARGEST
        parts = windows.of(walk.reader.loose, turn, largest, everywhere=True)
        tasks = [task for draw in range(CORES) for task in _hundreds(walk, parts, (seed, turn, draw))]
        found = on_both_cores(partial(_anywhere, walk), tasks)
        gone = [np.zeros(len(part), dtype=np.int64) for part in parts]
        for task, (change, _fractions) in zip(tasks, found, strict=True):
            if change is None:
                continue
            # All start from the same world: the second step in a window takes the first one back.
            step = change - gone[task.window]
            moving = np.flatnonzero(step)
            if walk.go([Step(task.part[moving], step[moving])]):
                gone[task.window] = change
        cells = sum(len(task.part) for task in tasks)
        aimed = sum(int(np.count_nonzero(task.aim)) for task in tasks)
        worth = WORTH_OF_BROKEN if walk.broken else WORTH_OF_FEW if few else WORTH
        nowhere = all(change is None for change, _fractions in found)
        if not walk.broken and (nowhere or sum(fractions for _change, fractions in found) > BROKEN * cells):
            walk.broken = True
        elif left - int(walk.unsafe.sum()) <= worth * aimed:
            return


def _hundreds(walk: Walk, parts: list[Integers], seed: tuple[int, ...]) -> list[_Task]:
    """An aim at hundreds of the unsafe cells of each window that has any."""
    chance, unsafe = np.random.default_rng(seed), walk.unsafe
    most = int(np.clip(SHARE * unsafe.sum() / len(parts), FEWEST, MOST))
    aim = some_of(unsafe, parts, most, chance) * walk.ahead(chance)
    push = np.where(unsafe, chance.random(len(unsafe)) - 0.5, 0.0)
    return [
        _Task(number, part, aim[part], push[part]) for number, part in enumerate(parts) if aim[part].any()
    ]


def _anywhere(walk: Walk, task: _Task) -> tuple[Integers | None, int]:
    """A step that moves most of the cells aimed at by the protection; None where none is found.

    And how many cells moved by fractions, before whole numbers were looked for around them.
    """
    part, aim = task.part, task.aim
    reader, now = walk.reader, walk.now[part]
    columns, _sums = touching(reader.lean, part)
    by, near = reader.protection, NEAR + 2 * reader.protection
    up = np.minimum(reader.high[part] - now, near).astype(np.float64)
    down = np.minimum(now - reader.low[part], near).astype(np.float64)
    up, down = one_way(aim, by, up, down)
    weight = np.where(aim != 0, -aim * (1 + task.push / 4), STIR * task.push)
    nothing = np.zeros(columns.shape[0], dtype=np.int64)
    found = least(weight, -down, up, columns, nothing.astype(np.float64))
    assert found is not None, "that nothing moves is a solution"  # noqa: S101
    change = whole_numbers(found, columns, nothing, (-down, up), np.abs(weight))
    return change, int(in_parts(found).sum())


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


def each_alone(walk: Walk, everything: Field) -> None:
    """Move each unsafe cell by itself, with all that hangs together."""
    before = np.zeros(len(walk.now), dtype=bool)
    # A cell that was 0 and moved on the way of another is one more to be moved.
    while (left := walk.unsafe & ~before).any():
        before |= left
        for cell in np.flatnonzero(left):
            alone(walk, int(cell), everything)


def alone(walk: Walk, cell: int, everything: Field) -> None:
    """Move one cell by the protection, and as little else as can be."""
    for turn, sign in product(range(TRIES), (1, -1)):
        if not walk.unsafe[cell]:
            return
        aim = only(cell, sign, len(walk.now))
        walk.go(everything.loops(walk.room(everything.cells, aim, (turn,)), whole=True))
