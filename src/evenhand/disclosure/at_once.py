"""Hiding for many small cells at once, as far as linear programmes can tell.

Some small cells of a window move by the protection in one programme, where moving a cell that is shown costs
what hiding it would lose. Fast for very many. What moves need not be whole numbers, and some cells are left:
`worlds` finds what is still not safe.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from evenhand.disclosure.cells import Flags, Integers
from evenhand.disclosure.loops import one_way
from evenhand.disclosure.proposal import Proposal
from evenhand.disclosure.solver import CORES, Numbers, least, on_both_cores
from evenhand.disclosure.system import touching
from evenhand.disclosure.whole import CLOSE, in_parts
from evenhand.disclosure.windows import Windows

SHARES = (0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, *[0.15] * 30)
"""How many of the cells that are not safe yet each programme aims at: those that are help the others."""
FEWEST = 100
"""How many it aims at at least."""
WORTH_A_TURN = 0.6
"""A turn is worth another where it makes more cells safe than this share of those it aims at."""
LARGEST, SMALLER = 100_000, 30_000
"""Cells in a window, where programmes come out whole, which takes a second, and where they do not."""
BROKEN = 0.01
"""Programmes do not come out whole where more than this share of the cells moves by fractions."""
WORTH = 1_000.0
"""What it is worth to move a cell by one, in cells hidden."""
COST_OF_ONE = 0.2
"""What a cell loses besides for each one it counts: all could go through a few totals, the best known."""
SPARED = 1_000
"""Counts from here on are left as they are at first, and lose no more than this one: they can be hidden."""


def hide_at_once(draft: Proposal, windows: Windows, seed: int) -> None:
    """Hide further cells, large ones spared, until most small ones are safe as far as programmes can tell."""
    hide_for(draft, windows, seed, draft.system.small | draft.system.between, spare=True)


def hide_for(draft: Proposal, windows: Windows, seed: int, wanting: Flags, *, spare: bool) -> None:
    """Hide further cells, large ones too if they are not to be spared, until most of these are safe.

    The larger a count, the more it loses by being hidden, from here on.
    """
    draft.cost = draft.lost_by_size() + COST_OF_ONE * np.clip(draft.truth, 0, SPARED)
    spared = (draft.truth >= SPARED) & spare
    wanting = wanting.copy()
    largest = LARGEST
    for turn, share in enumerate(SHARES):
        left = int(wanting.sum())
        parts = windows.of(draft.movable, seed + turn, largest)
        draws, ahead = range(CORES if left > FEWEST else 1), draft.ahead()
        aims = [_some(wanting, share, (seed, turn, draw)) * ahead for draw in draws]
        tasks = [(part, aim[part]) for aim in aims for part in parts if aim[part].any()]
        found = on_both_cores(lambda task: _moves(draft, task[0], task[1], spared), tasks)
        for (part, _aim), moved in zip(tasks, found, strict=True):
            _take(draft, part, moved, wanting)
        if left - int(wanting.sum()) <= WORTH_A_TURN * np.count_nonzero(np.any(aims, axis=0)):
            return
        if sum(int(in_parts(moved).sum()) for moved in found) > BROKEN * sum(len(moved) for moved in found):
            largest = SMALLER


def _some(wanting: Flags, share: float, seed: tuple[int, ...]) -> Flags:
    """About this share of the wanting cells, or so many as are aimed at at least."""
    share = max(share, FEWEST / max(int(wanting.sum()), 1))
    return wanting & (np.random.default_rng(seed).random(len(wanting)) < share)


def _moves(draft: Proposal, part: Integers, aim: Integers, spared: Flags) -> Numbers:
    """How far each cell of the window moves, others staying: those aimed at by the protection, cheaply."""
    system, truth = draft.system, draft.truth[part]
    hidden = draft.hidden[part]
    low = np.where(hidden, system.hidden_low[part], system.low[part]) - truth
    high = np.minimum(np.where(hidden, system.hidden_high[part], system.high[part]) - truth, draft.reach)
    high = np.where(system.guessed[part], np.minimum(high, -truth), high)
    up, down = one_way(aim, system.policy.protection, high.astype(np.float64), (-low).astype(np.float64))
    paid = np.flatnonzero(~hidden & ~draft.fixed[part] & ~spared[part])
    columns, _sums = touching(system.lean, part)
    beyond = (system.hidden_high - system.high)[part][paid], (system.low - system.hidden_low)[part][paid]
    cost = draft.cost[part][paid]
    found = least(
        np.r_[-WORTH * aim, cost, cost].astype(np.float64),
        np.r_[-down, np.zeros(2 * len(paid))].astype(np.float64),
        np.r_[up, np.clip(beyond[0], 0, draft.reach), np.clip(beyond[1], 0, draft.reach)].astype(float),
        sparse.hstack([columns, columns[:, paid], -columns[:, paid]]),
        np.zeros(columns.shape[0]),
    )
    assert found is not None, "that nothing moves is a solution"  # noqa: S101
    moved = found[: len(part)].copy()
    moved[paid] += found[len(part) : len(part) + len(paid)] - found[len(part) + len(paid) :]
    return moved


def _take(draft: Proposal, part: Integers, moved: Numbers, wanting: Flags) -> None:
    """Hide what moved beyond what is shown of it; cells that moved far enough are wanting no more."""
    system, values = draft.system, draft.truth[part] + moved
    beyond = (values < system.low[part] - CLOSE) | (values > system.high[part] + CLOSE)
    draft.hidden[part[beyond & (system.truth[part] >= 0)]] = True
    far = np.abs(moved) >= system.policy.protection - CLOSE
    wanting[part[far & ~(draft.among_small[part] & (values > draft.top + CLOSE))]] = False
