"""Secondary suppression: which further cells are hidden, so that the small ones cannot be worked out.

The small ones are hidden by the policy itself: primary suppression.

A small cell is safe where another table agrees with all that is shown and differs in it by the policy's
protection. The way to such a table is a loop; one through cells that are hidden already costs next to
nothing, and one through cells that are shown what hiding them would lose (Kelly, Golden & Assad 1992,
Networks 22). A few small cells at a time are aimed at, so that each finds what those before it hid; at
last cells are shown again that no loop needs. Every loop is kept in whole numbers from the true table: it
is the proof, for the partnership alone, that the choice does what it must. `worlds` proves it to readers.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import product

import numpy as np

from evenhand.disclosure.cells import Flags, Integers
from evenhand.disclosure.loops import Field, Room, Step, some_of, tie
from evenhand.disclosure.solver import Numbers
from evenhand.disclosure.system import UNBOUNDED, System
from evenhand.disclosure.windows import Windows
from evenhand.disclosure.worlds import BALLS, SOME, Reader, first_world

AIMS = (1, 1, 2, 2, 3, 4, 6, *[8] * 6, *[12] * 8)
"""How many cells are aimed at in a window, round by round. Fewer find what others hid; more go faster."""
TURNS = 6
"""Times in a round, before windows are drawn again."""
FREE = 0.01
"""What a unit costs in a cell that is hidden anyway: few are better, and make for whole numbers."""
REACH = 1_000
"""How far a cell may move besides: far beyond any protection, so near that the arithmetic is exact."""
ATTEMPTS = 4
"""Times that it is tried to make the cells safe that are left, each by itself."""
CLEANINGS = 3
"""Times that it is tried to show secondary cells again, all of them."""
LOT = 15
"""How many of them at a time, in each window."""
WORTH_WHILE = 0.03
"""The share of a lot that comes out of it where it was worth trying."""
POOR = 4
"""Lots one after the other that were not, before it is left at that."""
MOST = 20
"""Cells aimed at in a window that are to find other loops."""
AGAIN = 3
"""Times that other loops are looked for without a lot."""
COST_OF_SIZE = 0.3
"""What a cell loses by being hidden grows by this each time that the count is doubled."""


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
    among_small: Flags = field(init=False)
    """Small cells that must be safe among small numbers, since a reader may guess that they are."""
    fixed: Flags = field(init=False)
    """Cells that cannot be hidden: nobody could tell a hidden 0 from one that is shown."""
    cost: Numbers = field(init=False)
    """What hiding each cell loses."""

    def __post_init__(self) -> None:
        """Settle what cannot be hidden, and what hiding the rest loses."""
        truth = self.system.truth
        self.among_small = self.system.small & (truth <= self.top)
        self.fixed = (truth < self.system.lowest_hidden) | (truth < 0)
        self.cost = 1 + COST_OF_SIZE * np.log2(1 + np.maximum(truth, 0))

    @property
    def top(self) -> int:
        """The largest small number."""
        return UNBOUNDED if self.system.policy.hide_to is None else self.system.policy.hide_to

    @property
    def movable(self) -> Flags:
        """The cells that another table may have otherwise, if need be once they are hidden."""
        return ~self.fixed | (self.system.low < self.system.high)

    @property
    def guarded(self) -> Flags:
        """The cells that must be safe."""
        return self.system.guarded(self.hidden) & (self.system.truth >= 0)

    @property
    def unsafe(self) -> Flags:
        """The guarded cells that no loop moves far enough yet."""
        return self.guarded & (self.highest - self.lowest < self.system.policy.protection)

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

    def guarded_at(self, cells: Integers) -> Flags:
        """Which of these cells must be safe."""
        system = self.system
        return system.guarded(self.hidden, cells) & (system.truth[cells] >= 0)

    def keep(self, kept: Flags) -> None:
        """Let go of the other loops, and of how far they took each cell."""
        self.loops = [loop for loop, stays in zip(self.loops, kept, strict=True) if stays]
        self.lowest, self.highest = self.system.truth.copy(), self.system.truth.copy()
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
        nothing = (self.among_small[cells] & (values > self.top)) | (self.system.truth[cells] < 0)
        values = np.where(nothing, self.system.truth[cells], values)
        return np.minimum(self.lowest[cells], values), np.maximum(self.highest[cells], values)

    def room(self, cells: Integers, free: Flags, aim: Integers, seed: tuple[int, ...], *, pay: bool) -> Room:
        """How far each cell of a field may move, aims by the protection; with `pay`, shown ones too.

        `free` says of each cell of the field whether it stands for what a reader does not know of it, or,
        where it is given twice, for what lies beyond.
        """
        system, truth = self.system, self.truth[cells]
        hidden = self.hidden[cells]
        low = np.where(hidden, system.lowest_hidden, system.low[cells])
        high = np.where(hidden, UNBOUNDED, np.where(system.guessed[cells], 0, system.high[cells]))
        reach = REACH + 10 * system.policy.protection
        more = hidden if not pay else True
        up = np.where(free, high - truth, np.where(more, reach, 0))
        down = np.where(free, truth - low, np.where(more, system.low[cells] - system.lowest_hidden, 0))
        up = np.where((aim[cells] != 0) & self.among_small[cells], np.minimum(up, self.top - truth), up)
        paid = ~free & ~hidden
        each = np.where(paid, self.cost[cells], FREE) * tie(len(cells), seed)
        room = Room(np.clip(up, 0, reach).astype(float), np.clip(down, 0, reach).astype(float), each)
        return room.aimed(aim[cells], system.policy.protection)


def proposal(system: System) -> Proposal:
    """Only the small cells hidden, and no loop yet."""
    return Proposal(system, system.small.copy(), _filled_in(system), system.truth.copy(), system.truth.copy())


def secondary(system: System, windows: Windows, seed: int) -> tuple[Flags, Integers]:
    """The cells that are hidden, small ones included, and those that stay unsafe whatever is hidden."""
    draft = proposal(system)
    extend(draft, windows, seed)
    for attempt in range(ATTEMPTS):
        if attempt > ATTEMPTS // 2:
            # A total of ones has no way down, and none up among small numbers where those are few.
            draft.among_small &= ~draft.unsafe
        show_stuck(draft, windows, (seed, attempt))
        hide_around(draft, windows, (seed, attempt))
        if not draft.unsafe.any():
            break
    clean(draft, windows, seed)
    return draft.hidden, np.flatnonzero(draft.unsafe)


def extend(draft: Proposal, windows: Windows, seed: int) -> None:
    """Hide further cells until each small one is safe, then each that was hidden for it."""
    for number, most in enumerate(AIMS):
        panes = [_Pane(draft, part) for part in windows.of(draft.movable, seed + number)]
        for turn in range(TURNS):
            wanting = draft.unsafe & draft.system.small
            if number >= len(AIMS) // 2 or not wanting.any():
                wanting = draft.unsafe
            if not wanting.any():
                return
            chance = np.random.default_rng((seed, number, turn))
            aims = some_of(wanting, (pane.part for pane in panes), most, chance)
            _turn(draft, panes, aims, (seed, number, turn), pay=True)


class _Pane:
    """A window as a field: what a reader does not know of its cells, and what could be hidden besides."""

    def __init__(self, draft: Proposal, part: Integers) -> None:
        system = draft.system
        loose = draft.hidden[part] | (system.truth[part] < 0) | (system.low[part] < system.high[part])
        further = ~draft.hidden[part] & ~draft.fixed[part]
        self.part = part
        self.free = np.r_[np.ones(int(loose.sum()), dtype=bool), np.zeros(int(further.sum()), dtype=bool)]
        self.field = Field(system.lean, np.r_[part[loose], part[further]])

    def loops(self, draft: Proposal, aim: Integers, seed: tuple[int, ...], *, pay: bool) -> list[Step]:
        if not aim[self.part].any():
            return []
        return self.field.loops(draft.room(self.field.cells, self.free, aim, seed, pay=pay))

    def in_whole_numbers(self, draft: Proposal, aim: Integers, seed: tuple[int, ...]) -> list[Step]:
        return self.field.in_whole_numbers(draft.room(self.field.cells, self.free, aim, seed, pay=True), SOME)


def _turn(draft: Proposal, panes: list[_Pane], aims: Flags, seed: tuple[int, ...], *, pay: bool) -> None:
    """Aim at these cells in every window, and keep what is found."""
    aim = np.where(aims, _ahead(draft), 0)
    with ThreadPoolExecutor(max_workers=2) as both_cores:
        for found in list(both_cores.map(lambda pane: pane.loops(draft, aim, seed, pay=pay), panes)):
            draft.take(found)


def _ahead(draft: Proposal) -> Integers:
    """Whether each cell has room above (1), within the range that is hidden if it is small, or below (-1)."""
    top = np.where(draft.hidden, UNBOUNDED, draft.system.high)
    top = np.where(draft.among_small, draft.top, top)
    return np.where(top - draft.system.truth >= draft.system.policy.protection, 1, -1)


def hide_around(draft: Proposal, windows: Windows, seed: tuple[int, ...]) -> None:
    """Look for a loop for each cell that is left by itself, nearby and farther, up and down."""
    for cell in np.flatnonzero(draft.unsafe):
        for largest, sign in product(BALLS, (1, -1)):
            if not draft.unsafe[cell]:
                break
            pane = _Pane(draft, windows.ball(int(cell), draft.movable, largest))
            aim = np.zeros(len(draft.hidden), dtype=np.int64)
            aim[cell] = sign * _ahead(draft)[cell]
            draft.take(pane.loops(draft, aim, seed, pay=True))
            if draft.unsafe[cell] and largest < BALLS[-1] and seed[-1]:
                draft.take(pane.in_whole_numbers(draft, aim, seed))


def show_stuck(draft: Proposal, windows: Windows, seed: tuple[int, ...]) -> None:
    """Show cells again that were hidden for others and have no loop themselves.

    Where all else that is known leaves them no other count, showing them tells nobody anything.
    """
    stuck = np.flatnonzero(draft.unsafe & draft.hidden & ~draft.system.small)
    if len(stuck):
        _without(draft, _panes(draft, windows, seed), stuck, seed)


def clean(draft: Proposal, windows: Windows, seed: int) -> None:
    """Show cells again that were hidden for others, where those have loops without them."""
    for turn in range(CLEANINGS):
        further = np.flatnonzero(draft.hidden & ~draft.system.small)
        panes = _panes(draft, windows, (seed, turn))
        order = np.random.default_rng((seed, turn)).permutation(further)
        poor = 0
        for tried in np.array_split(order, max(len(order) // (LOT * len(panes)), 1)):
            before = int(draft.hidden.sum())
            _without(draft, panes, tried, (seed, turn))
            poor = poor + 1 if before - int(draft.hidden.sum()) < WORTH_WHILE * len(tried) else 0
            if poor == POOR:
                return


def _panes(draft: Proposal, windows: Windows, seed: tuple[int, ...]) -> list[_Pane]:
    """Windows over what is hidden or not exactly known."""
    loose = draft.hidden | (draft.system.low < draft.system.high)
    return [_Pane(draft, part) for part in windows.of(loose, sum(seed))]


def _without(draft: Proposal, panes: list[_Pane], tried: Integers, seed: tuple[int, ...]) -> None:
    """Show these cells again, as far as what they were hidden for is safe by other loops."""
    unsafe, hidden = draft.unsafe, draft.hidden.copy()
    through = _through(draft.loops, tried, len(hidden))
    old = [loop for loop, uses in zip(draft.loops, through, strict=True) if uses]
    draft.hidden[tried] = False
    draft.keep(~through)
    for again in range(AGAIN):
        wanting = draft.unsafe & ~unsafe
        if not wanting.any():
            return
        chance = np.random.default_rng((*seed, again))
        aims = some_of(wanting, (pane.part for pane in panes), MOST, chance)
        _turn(draft, panes, aims, (*seed, again), pay=False)
    _restore(draft, old, hidden, unsafe)


def _restore(draft: Proposal, old: list[Step], hidden: Flags, unsafe: Flags) -> None:
    """Take up loops again, and hide what they move, until no cell is unsafe that was not before."""
    shown = hidden & ~draft.hidden
    price = [int(shown[loop.cells].sum()) for loop in old]
    by_price = [old[number] for number in np.argsort(price, kind="stable")]
    while (wanting := draft.unsafe & ~unsafe).any():
        left: list[Step] = []
        for loop in by_price:
            if wanting[loop.cells].any():
                wanting[loop.cells] = False
                draft.hidden[loop.cells] |= hidden[loop.cells]
                draft.loops.append(loop)
            else:
                left.append(loop)
        by_price = left
        draft.keep(np.ones(len(draft.loops), dtype=bool))


def _through(loops: list[Step], cells: Integers, count: int) -> Flags:
    """Which loops move one of the cells."""
    if not loops:
        return np.zeros(0, dtype=bool)
    among = np.zeros(count, dtype=bool)
    among[cells] = True
    sizes = [len(loop.cells) for loop in loops]
    moved = among[np.concatenate([loop.cells for loop in loops])]
    return np.logical_or.reduceat(moved, np.cumsum([0, *sizes[:-1]]))


def _filled_in(system: System) -> Integers:
    """The truth, with counts that fit the sums where it is not known."""
    known = system.truth >= 0
    low, high = np.where(known, system.truth, system.low), np.where(known, system.truth, system.high)
    high = np.where(system.guessed, 0, high)
    nothing = np.zeros(len(low), dtype=bool)
    return first_world(Reader(system.matrix, system.lean, low, high, nothing, system.policy.protection))


def reader_of(system: System, hidden: Flags) -> Reader:
    """What a reader knows where those cells are hidden."""
    low, high = system.known(hidden)
    return Reader(system.matrix, system.lean, low, high, system.guarded(hidden), system.policy.protection)
