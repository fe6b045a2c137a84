"""Secondary suppression: which further cells are hidden, so that the small ones cannot be worked out.

The small ones are hidden by the policy itself: primary suppression.

A small cell is safe where another table agrees with all that is shown and differs in it by the policy's
protection. Such tables are looked for by linear programmes, many cells at once, where moving a cell that
is shown costs what hiding it would lose (Kelly, Golden & Assad 1992, Networks 22; Fischetti & Salazar
2000, Management Science 47). What is chosen here is a proposal: `worlds` proves it, or says what fails.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import product

import numpy as np
from scipy import sparse

from evenhand.disclosure.cells import Flags, Integers
from evenhand.disclosure.solver import Numbers, least
from evenhand.disclosure.system import System
from evenhand.disclosure.windows import Windows
from evenhand.disclosure.worlds import BALLS, Reader, Walk, alone, first_world, move_each, move_many

SHARES = (0.1, 0.2, 0.3, 0.5, 1.0, 1.0)
"""How many of the cells that are not safe yet are made so in each round: those that are help the others."""
ATTEMPTS = 30
"""Times that more is hidden around cells which a walk over whole numbers leaves unsafe."""
JOINTLY = 1
"""How many of these look at many cells at once, before each is looked at by itself."""
REACH = 1_000
"""How far a cell may move: further than any protection, so near that the solver's arithmetic is exact."""
REWARD = 1_000.0
"""What it is worth to make a cell safe, in cells hidden."""
SMALL = 1e-6


@dataclass
class Proposal:
    """The cells hidden so far, and the smallest and largest count each was seen to have in some table."""

    system: System
    hidden: Flags
    truth: Integers
    """The counts, with some that fit the sums where they are not known."""
    lowest: Integers
    highest: Integers
    cost: Numbers
    """What hiding each cell loses."""
    fixed: Flags = field(init=False)
    """Cells that cannot be hidden."""

    def __post_init__(self) -> None:
        """Settle which cells cannot be hidden."""
        self.fixed = ~self.system.hideable

    @property
    def unsafe(self) -> Flags:
        """The small cells that no table moves far enough yet."""
        near = self.highest - self.lowest < self.system.policy.protection
        return self.system.guarded(self.system.small) & (self.system.truth >= 0) & near


def proposal(system: System) -> Proposal:
    """Only the small cells hidden, and nothing seen but the truth."""
    cost = 1 + 0.3 * np.log2(1 + np.maximum(system.truth, 0))
    return Proposal(
        system, system.small.copy(), filled_in(system), system.truth.copy(), system.truth.copy(), cost
    )


def extend(draft: Proposal, windows: Windows, seed: int, shares: tuple[float, ...] = SHARES) -> None:
    """Hide further cells until each small one is safe, as far as linear programmes can tell."""
    movable = ~draft.fixed | (draft.system.low < draft.system.high)
    for turn, share in enumerate(shares):
        unsafe = draft.unsafe & draft.hidden
        if not unsafe.any():
            return
        chance = np.random.default_rng((seed, turn))
        aim = np.where(unsafe & (chance.random(len(unsafe)) < share), _direction(draft.system), 0)
        _each_window(draft, windows.of(movable, seed + turn), aim)


def hide_around(draft: Proposal, windows: Windows, walk: Walk, *, whole: bool) -> None:
    """Hide further cells near each that is unsafe, and take the steps that those allow.

    Where a count has no way within the range that is hidden, as a total of ones has none down, it is
    moved out of it: a reader knows of no hidden count that it is a small one.
    """
    movable = ~draft.fixed | (draft.system.low < draft.system.high)
    ahead = _direction(draft.system)
    for cell in np.flatnonzero(walk.unsafe):
        for sign, largest in product((1, -1), BALLS):
            if not walk.unsafe_at(int(cell)):
                break
            part = windows.ball(int(cell), movable, largest)
            aim = np.where(part == cell, sign * ahead[cell], 0)
            moved = _moves(draft, part, aim, whole=whole)
            if moved is None or abs(moved[part == cell][0]) < SMALL:
                continue
            _take(draft, part, moved)
            walk.reader = _guessing(draft.system, draft.hidden)
            if whole:
                walk.go(part, np.rint(moved).astype(np.int64))
            alone(walk, int(cell), windows.ball(int(cell), walk.reader.loose, largest))


def _direction(system: System) -> Integers:
    """Whether each cell has room above (1) or below (-1) within the range that is hidden."""
    top = system.policy.hide_to if system.policy.hide_to is not None else system.high
    return np.where(top - system.truth >= system.policy.protection, 1, -1)


def _each_window(draft: Proposal, parts: list[Integers], aim: Integers) -> None:
    parts = [part for part in parts if aim[part].any()]
    with ThreadPoolExecutor(max_workers=2) as both_cores:
        found = both_cores.map(lambda part: _moves(draft, part, aim[part]), parts)
        for part, moved in zip(parts, list(found), strict=True):
            _take(draft, part, moved)


def _moves(draft: Proposal, part: Integers, aim: Integers, *, whole: bool = False) -> Numbers | None:
    """How far each cell of the window moves, others staying: those aimed at by the protection, cheaply."""
    system, truth = draft.system, draft.truth[part]
    hidden, unknown = draft.hidden[part], system.truth[part] < 0
    low, high = system.low[part] - truth, system.high[part] - truth
    free = hidden | unknown
    lowest, highest = system.hidden_low[part] - truth, system.hidden_high[part] - truth
    low = np.where(hidden, lowest, low)
    by = system.policy.protection
    reach = REACH + 10 * by
    high = np.minimum(np.where(hidden, highest, high), reach)
    low = np.where(aim > 0, 0, np.where(aim < 0, np.maximum(low, -by), low))
    high = np.where(aim > 0, np.minimum(high, by), np.where(aim < 0, 0, high))
    paid = np.flatnonzero(~free & ~draft.fixed[part])
    columns = system.matrix[:, part].tocsr()
    columns = columns[np.flatnonzero(np.diff(columns.indptr))]
    cost = draft.cost[part][paid]
    # A cell that is aimed at may be hidden itself, and moves on the same way.
    worth, further = REWARD * aim, np.where(aim == 0, reach, by)[paid]
    up = np.where(aim[paid] < 0, 0, np.minimum(further, highest[paid]))
    down = np.where(aim[paid] > 0, 0, np.minimum(further, -lowest[paid]))
    found = least(
        np.r_[-worth, cost - worth[paid], cost + worth[paid]].astype(np.float64),
        np.r_[low, np.zeros(2 * len(paid))].astype(np.float64),
        np.r_[high, up, down].astype(np.float64),
        sparse.hstack([columns, columns[:, paid], -columns[:, paid]]),
        np.zeros(columns.shape[0]),
        whole=whole,
    )
    if found is None:
        return None
    moved = found[: len(part)].copy()
    moved[paid] += found[len(part) : len(part) + len(paid)] - found[len(part) + len(paid) :]
    return moved


def _take(draft: Proposal, part: Integers, moved: Numbers | None) -> None:
    """Hide what moved beyond what is shown of it, and keep how far cells went."""
    if moved is None:
        return
    system, truth = draft.system, draft.truth[part]
    known = system.truth[part] >= 0
    beyond = known & (
        (truth + moved < system.low[part] - SMALL) | (truth + moved > system.high[part] + SMALL)
    )
    draft.hidden[part[beyond]] = True
    values = np.rint(truth + moved).astype(np.int64)
    # A small cell must be safe among small numbers: a reader may guess that it is one.
    top = system.policy.hide_to
    counts = known & (np.abs(truth + moved - values) < SMALL) & (True if top is None else values <= top)
    values = np.where(counts, values, truth)
    draft.lowest[part] = np.minimum(draft.lowest[part], values)
    draft.highest[part] = np.maximum(draft.highest[part], values)


def secondary(system: System, windows: Windows, seed: int) -> tuple[Flags, Integers]:
    """The cells that are hidden, small ones included, and those that stay unsafe whatever is hidden.

    What is proposed is tried by a walk from the truth over whole numbers, and more is hidden where it fails.
    """
    draft = proposal(system)
    extend(draft, windows, seed)
    walk = Walk(_guessing(system, draft.hidden), draft.truth)
    move_many(walk, windows, seed)
    for attempt in range(ATTEMPTS):
        move_each(walk, windows, BALLS[:2])
        if not walk.unsafe.any():
            break
        before = int(draft.hidden.sum())
        if attempt < JOINTLY:
            aim = np.where(walk.unsafe & draft.hidden, _direction(system), 0)
            movable = ~draft.fixed | (system.low < system.high)
            _each_window(draft, windows.of(movable, seed + 100 + attempt), aim)
            walk.reader = _guessing(system, draft.hidden)
        else:
            hide_around(draft, windows, walk, whole=attempt > JOINTLY + 1)
        if int(draft.hidden.sum()) == before and attempt >= JOINTLY:
            break
    return draft.hidden, np.flatnonzero(walk.unsafe)


def filled_in(system: System) -> Integers:
    """The truth, with counts that fit the sums where it is not known."""
    known = system.truth >= 0
    low, high = np.where(known, system.truth, system.low), np.where(known, system.truth, system.high)
    high = np.where(system.guessed, 0, high)
    nothing = np.zeros(len(low), dtype=bool)
    return first_world(Reader(system.matrix, low, high, nothing, system.policy.protection))


def _guessing(system: System, hidden: Flags) -> Reader:
    """A reader who guesses besides that what was not supplied adds nothing, where that can be."""
    knows = reader_of(system, hidden)
    return replace(knows, high=np.where(system.guessed, 0, knows.high))


def reader_of(system: System, hidden: Flags) -> Reader:
    """What a reader knows where those cells are hidden."""
    low, high = system.known(hidden)
    return Reader(system.matrix, low, high, system.guarded(hidden), system.policy.protection)
