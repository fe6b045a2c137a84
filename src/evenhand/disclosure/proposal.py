"""Proposal: which cells are hidden so far, and the loops from the true table that prove it enough.

Every loop is kept in whole numbers: it is the proof, for the partnership alone, that the choice does what
it must. `worlds` proves it to readers.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from evenhand.disclosure.cells import Flags, Integers
from evenhand.disclosure.first import first_world
from evenhand.disclosure.loops import Field, Room, Step, tie
from evenhand.disclosure.reader import Reader
from evenhand.disclosure.solver import Numbers
from evenhand.disclosure.system import UNBOUNDED, System

FREE = 0.01
"""What a unit costs in a cell that is hidden anyway: few are better, and make for whole numbers."""
REACH = 1_000
"""How far a cell may move besides: far beyond any protection, so near that the arithmetic is exact."""
COST_OF_SIZE = 0.3
"""What a cell loses by being hidden grows by this each time that the count is doubled."""
COST_OF_ONE, LARGE = 0.02, 1_000
"""And by this for each one it counts, up to so many: else the total of the whole area, which everybody wants,
would be as cheap as a few counts of small areas."""


@dataclass
class Proposal:
    """The cells hidden so far, and the loops from the true table that make cells safe."""

    system: System
    hidden: Flags
    truth: Integers
    """The counts, with some that fit the sums where they are not known."""
    lowest: Integers
    highest: Integers
    """How far loops take each cell."""
    loops: list[Step] = field(default_factory=list[Step])
    last_resort: bool = False
    """Whether a cell may be hidden that is rounded and not safe."""
    among_small: Flags = field(init=False)
    """Small cells that must be safe among small numbers, since a reader may guess that they are."""
    fixed: Flags = field(init=False)
    """Cells that cannot be hidden."""
    cost: Numbers = field(init=False)
    """What hiding each cell loses."""
    in_vain: Flags = field(init=False)
    """Cells that were hidden for others and followed from what is shown all the same."""

    def __post_init__(self) -> None:
        """Settle what cannot be hidden, and what hiding the rest loses."""
        truth = self.system.truth
        self.among_small = self.system.small & (truth <= self.top)
        self.fixed = ~self.system.hideable
        self.cost = self.lost_by_size()
        self.in_vain = np.zeros(len(truth), dtype=bool)

    def lost_by_size(self) -> Numbers:
        """What each cell loses by being hidden: one, and more the larger it is."""
        counts = np.maximum(self.truth, 0)
        return 1 + COST_OF_SIZE * np.log2(1 + counts) + COST_OF_ONE * np.minimum(counts, LARGE)

    @property
    def top(self) -> int:
        """The largest small number."""
        return UNBOUNDED if self.system.policy.hide_to is None else self.system.policy.hide_to

    @property
    def reach(self) -> int:
        """How far a cell may move besides those aimed at."""
        return REACH + 10 * self.system.policy.protection

    @property
    def movable(self) -> Flags:
        """The cells that another table may have otherwise, if need be once they are hidden."""
        return ~self.fixed | (self.system.low < self.system.high)

    @property
    def guarded(self) -> Flags:
        """The cells that must be safe."""
        return self.guarded_at(slice(None))

    @property
    def unsafe(self) -> Flags:
        """The guarded cells that no loop moves far enough yet."""
        return self.guarded & (self.highest - self.lowest < self.system.policy.protection)

    def ahead(self, turn: int = 0) -> Integers:
        """Whether each cell has room above (1), among small numbers if it is small, or below (-1).

        In odd turns the other way, where it went one way already and not far enough.
        """
        system, truth = self.system, self.truth
        top = np.where(self.hidden, system.hidden_high, system.high)
        top = np.where(self.among_small, self.top, top)
        way = np.where(top - truth >= system.policy.protection, 1, -1)
        return np.where((turn % 2 == 1) & (self.lowest < self.highest), -way, way)

    def take(self, loops: list[Step]) -> None:
        """Keep the loops that take a cell further which is not safe; what they move is hidden."""
        for loop in loops:
            cells, values = loop.cells, self.truth[loop.cells] + loop.change
            near = self.highest[cells] - self.lowest[cells] < self.system.policy.protection
            lowest, highest = self._reached(cells, values)
            further = highest - lowest > self.highest[cells] - self.lowest[cells]
            if (near & further & self.guarded_at(cells)).any():
                self.lowest[cells], self.highest[cells] = lowest, highest
                self.hidden[cells[self._beyond(cells, values)]] = True
                self.loops.append(loop)

    def guarded_at(self, cells: Integers | slice) -> Flags:
        """Which of these cells must be safe."""
        system = self.system
        return system.guarded(self.hidden, cells) & (system.truth[cells] >= 0) | system.between[cells]

    def guard(self, cells: Flags) -> None:
        """Guard further cells that no table has: a reader cannot tell that they are not small."""
        between = self.system.between | (cells & (self.system.truth < 0))
        self.system = replace(self.system, between=between)

    def keep(self, kept: Flags) -> None:
        """Let go of the other loops, and of how far they took each cell."""
        self.loops = [loop for loop, stays in zip(self.loops, kept, strict=True) if stays]
        self.lowest, self.highest = self.truth.copy(), self.truth.copy()
        if self.loops:
            cells = np.concatenate([loop.cells for loop in self.loops])
            values = self.truth[cells] + np.concatenate([loop.change for loop in self.loops])
            lowest, highest = self._reached(cells, values)
            np.minimum.at(self.lowest, cells, lowest)
            np.maximum.at(self.highest, cells, highest)

    def _beyond(self, cells: Integers, values: Integers) -> Flags:
        system = self.system
        beyond = (values < system.low[cells]) | (values > system.high[cells])
        return beyond & (system.truth[cells] >= 0)

    def _reached(self, cells: Integers, values: Integers) -> tuple[Integers, Integers]:
        """How far cells have gone, with these values as far as they say something."""
        unknown = (self.system.truth[cells] < 0) & ~self.system.between[cells]
        nothing = (self.among_small[cells] & (values > self.top)) | unknown
        values = np.where(nothing, self.truth[cells], values)
        return np.minimum(self.lowest[cells], values), np.maximum(self.highest[cells], values)

    def room(self, cells: Integers, free: Flags, aim: Integers, seed: tuple[int, ...], *, pay: bool) -> Room:
        """How far each cell of a field may move, aims by the protection; with `pay`, shown ones too.

        `free` says of each cell of the field whether it stands for what a reader does not know of it, or,
        where it is given twice, for what lies beyond.
        """
        system, truth = self.system, self.truth[cells]
        hidden = self.hidden[cells]
        low = np.where(hidden, system.hidden_low[cells], system.low[cells])
        high = np.where(
            hidden, system.hidden_high[cells], np.where(system.guessed[cells], 0, system.high[cells])
        )
        reach = self.reach
        more = hidden if not pay else True
        up = np.where(free, high - truth, np.where(more, system.hidden_high[cells] - system.high[cells], 0))
        down = np.where(free, truth - low, np.where(more, system.low[cells] - system.hidden_low[cells], 0))
        up = np.where((aim[cells] != 0) & self.among_small[cells], np.minimum(up, self.top - truth), up)
        # What is aimed at goes as far as it can without being hidden for it, but as a last resort.
        stays = (aim[cells] != 0) & ~free & (not self.last_resort)
        up, down = np.where(stays, 0, up), np.where(stays, 0, down)
        paid = ~free & ~hidden
        each = np.where(paid, self.cost[cells], FREE) * tie(len(cells), seed)
        room = Room(np.clip(up, 0, reach).astype(float), np.clip(down, 0, reach).astype(float), each)
        return room.aimed(aim[cells], system.policy.protection)


def proposal(system: System) -> Proposal:
    """Only the small cells hidden, and no loop yet."""
    truth = filled_in(system)
    return Proposal(system, system.small.copy(), truth, truth.copy(), truth.copy())


def filled_in(system: System) -> Integers:
    """The truth, with counts that fit the sums where it is not known."""
    known = system.truth >= 0
    low, high = np.where(known, system.truth, system.low), np.where(known, system.truth, system.high)
    high = np.where(system.guessed, 0, high)
    nothing = np.zeros(len(low), dtype=bool)
    by = system.policy.protection
    unseen = ~known & (system.low == 0) & (system.high == UNBOUNDED)
    knows = Reader(system.matrix, system.lean, low, high, nothing, by, unseen=unseen, largest_small=0)
    return first_world(knows)


def reader_of(system: System, hidden: Flags) -> Reader:
    """What a reader knows where those cells are hidden."""
    low, high = system.known(hidden)
    return Reader(
        system.matrix,
        system.lean,
        low,
        high,
        guarded=system.guarded(hidden),
        protection=system.policy.protection,
        unseen=system.truth < 0,
        largest_small=system.policy.largest_small,
    )


class Pane:
    """A window as a field: what a reader does not know of its cells, and what could be hidden besides."""

    def __init__(self, draft: Proposal, part: Integers) -> None:
        system = draft.system
        loose = draft.hidden[part] | (system.truth[part] < 0) | (system.low[part] < system.high[part])
        further = ~draft.hidden[part] & ~draft.fixed[part]
        self.part = part
        self.free = np.r_[np.ones(int(loose.sum()), dtype=bool), np.zeros(int(further.sum()), dtype=bool)]
        self.field = Field(system.lean, np.r_[part[loose], part[further]])

    def loops(
        self, draft: Proposal, aim: Integers, seed: tuple[int, ...], *, pay: bool, whole: bool = False
    ) -> list[Step]:
        """Loops that move the aims in this window; with `pay`, through cells that would be hidden for it."""
        if not aim[self.part].any():
            return []
        return self.field.loops(draft.room(self.field.cells, self.free, aim, seed, pay=pay), whole=whole)
