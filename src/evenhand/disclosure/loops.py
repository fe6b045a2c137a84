"""Loops: the shortest ways from one table to another that fits the same sums.

A loop moves one cell and, so that every sum still comes out, a few others. It is found by linear programmes
in which every unit that a cell moves costs something: what comes out are separate loops, whose numbers are
whole nearly always. Those that are not are left, and looked for again with other costs.

The programme of a window is built once and solved many times, each time from where nothing moves: a few
aims among thousands of cells then take milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from evenhand.disclosure.cells import Flags, Integers
from evenhand.disclosure.solver import Numbers, Programme
from evenhand.disclosure.system import linked, touching
from evenhand.disclosure.whole import CLOSE, in_parts, whole_numbers

WORTH = 10_000.0
"""What it is worth to move an aim by one, in moves of others."""


@dataclass(frozen=True)
class Step:
    """From one world to another: cells by position, and by how much each count changes."""

    cells: Integers
    change: Integers


@dataclass(frozen=True)
class Room:
    """How far each cell of a field may move up and down, and what each unit costs."""

    up: Numbers
    down: Numbers
    cost: Numbers

    def aimed(self, aim: Integers, by: int) -> Room:
        """The same with some cells aimed at: up where 1, down where -1, by as much at most."""
        up, down = one_way(aim, by, self.up, self.down)
        return Room(up, down, np.where(aim != 0, self.cost - WORTH, self.cost))


def one_way(aim: Integers, by: int, up: Numbers, down: Numbers) -> tuple[Numbers, Numbers]:
    """How far cells may move up and down, those aimed at by as much at most, up where 1, down where -1."""
    up = np.where(aim > 0, np.minimum(up, by), np.where(aim < 0, 0, up))
    return up, np.where(aim < 0, np.minimum(down, by), np.where(aim > 0, 0, down))


class Field:
    """Some cells of a system, of which all others stay as they are, and the programme over them.

    A cell may be given twice: it moves so far at one cost, and further at another.
    """

    def __init__(self, matrix: Any, cells: Integers) -> None:
        self.cells = cells
        self.columns, _sums = touching(matrix, cells)
        self._distinct, self._first, self._which = np.unique(cells, return_index=True, return_inverse=True)
        self._programme = Programme(sparse.hstack([self.columns, -self.columns]))

    def loops(self, room: Room, *, whole: bool = False) -> list[Step]:
        """The loops of the cheapest way, each by itself; none that is not in whole numbers.

        With `whole`, whole numbers are looked for around those that are not.
        """
        moved = self._moved(room)
        if whole:
            # What was aimed at goes as far as it did: else the nearest whole numbers are that nothing moves.
            asked = np.where(room.cost < 0, np.trunc(moved + CLOSE * np.sign(moved)), 0)
            ends = np.where(asked > 0, asked, -room.down), np.where(asked < 0, asked, room.up)
            nothing = np.zeros(self.columns.shape[0], dtype=np.int64)
            found = whole_numbers(moved, self.columns, nothing, ends, np.abs(room.cost))
            moved = moved if found is None else found.astype(float)
        return self._apart(moved)

    def _moved(self, room: Room) -> Numbers:
        """How far each cell moves the cheapest way."""
        found = self._programme.solve(np.r_[room.cost, room.cost], np.r_[room.up, room.down])
        return found[: len(self.cells)] - found[len(self.cells) :]

    def _apart(self, moved: Numbers) -> list[Step]:
        """What moves and hangs together through sums, where it is in whole numbers and fits every sum."""
        moved = np.bincount(self._which, moved, minlength=len(self._distinct)).astype(np.float64)
        columns = self.columns[:, self._first]
        return [
            Step(self._distinct[group], change)
            for group, change in whole_parts(moved, columns)
            if not (columns[:, group] @ change).any()
        ]


def whole_parts(moved: Numbers, columns: Any) -> list[tuple[Integers, Integers]]:
    """What moves, by what hangs together through sums, where all of that is in whole numbers."""
    moving = np.flatnonzero(np.abs(moved) > CLOSE)
    if not len(moving):
        return []
    whole = np.rint(moved[moving]).astype(np.int64)
    of_cells = linked(columns[:, moving])[1]
    broken = np.unique(of_cells[in_parts(moved[moving])])
    order = np.argsort(of_cells, kind="stable")
    labels, starts = np.unique(of_cells[order], return_index=True)
    groups = zip(labels, np.split(order, starts[1:]), strict=True)
    return [
        (moving[group], whole[group]) for label, group in groups if label not in broken and whole[group].any()
    ]


def tie(count: int, seed: tuple[int, ...]) -> Numbers:
    """Costs that are about 1 and differ, so that of two ways one is taken, another with another seed."""
    return 1 + np.random.default_rng(seed).random(count) / 4


def only(cell: int, way: int, count: int) -> Integers:
    """An aim at one of so many cells: up where `way` is 1, down where it is -1."""
    aim = np.zeros(count, dtype=np.int64)
    aim[cell] = way
    return aim


def some_of(wanting: Flags, parts: Iterable[Integers], most: int, chance: np.random.Generator) -> Flags:
    """Some of the wanting cells, at random, so many in each part: few enough that their loops keep apart."""
    chosen = np.zeros(len(wanting), dtype=bool)
    for part in parts:
        among = part[wanting[part]]
        chosen[chance.choice(among, min(most, len(among)), replace=False)] = True
    return chosen
