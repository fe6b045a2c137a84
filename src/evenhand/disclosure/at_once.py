"""Hiding for many small cells at once, as far as linear programmes can tell.

Every small cell of a window moves by the protection in one programme, where moving a cell that is shown
costs what hiding it would lose. Fast for very many, at some more cells hidden, and what moves need not be
whole numbers: `worlds` finds what is still not safe.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from scipy import sparse

from evenhand.disclosure.cells import Flags, Integers
from evenhand.disclosure.proposal import Proposal
from evenhand.disclosure.search import ahead
from evenhand.disclosure.solver import Numbers, least, on_both_cores
from evenhand.disclosure.system import touching
from evenhand.disclosure.whole import CLOSE
from evenhand.disclosure.windows import Windows

SHARES = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 0.3, 0.3, 0.3, 0.2, 0.2, 0.2)
"""How many of the cells that are not safe yet are aimed at in each round: those that are help the others."""
LARGEST = 10_000
"""Cells in a window."""
WORTH = 1_000.0
"""What it is worth to move a cell by one, in cells hidden."""


def hide_at_once(draft: Proposal, windows: Windows, seed: int) -> None:
    """Hide further cells until each small one is safe, as far as linear programmes can tell."""
    safe = np.zeros(len(draft.hidden), dtype=bool)
    for turn, share in enumerate(SHARES):
        wanting = (draft.system.small | draft.system.between) & ~safe
        aimed = wanting & (np.random.default_rng((seed, turn)).random(len(safe)) < share)
        if not aimed.any():
            return
        aim = np.where(aimed, ahead(draft), 0)
        parts = [part for part in windows.of(draft.movable, seed + turn, LARGEST) if aim[part].any()]
        found = on_both_cores(partial(_moves, draft), parts, [aim[part] for part in parts])
        for part, moved in zip(parts, found, strict=True):
            _take(draft, part, moved, safe)


def _moves(draft: Proposal, part: Integers, aim: Integers) -> Numbers:
    """How far each cell of the window moves, others staying: those aimed at by the protection, cheaply."""
    system, truth = draft.system, draft.truth[part]
    hidden = draft.hidden[part]
    by = system.policy.protection
    low = np.where(hidden, system.hidden_low[part], system.low[part]) - truth
    high = np.minimum(np.where(hidden, system.hidden_high[part], system.high[part]) - truth, draft.reach)
    high = np.where(system.guessed[part], np.minimum(high, -truth), high)
    low = np.where(aim > 0, 0, np.where(aim < 0, np.maximum(low, -by), low))
    high = np.where(aim > 0, np.minimum(high, by), np.where(aim < 0, 0, high))
    paid = np.flatnonzero(~hidden & ~draft.fixed[part])
    columns, _sums = touching(system.lean, part)
    beyond = (system.hidden_high - system.high)[part][paid], (system.low - system.hidden_low)[part][paid]
    cost = draft.cost[part][paid]
    found = least(
        np.r_[-WORTH * aim, cost, cost].astype(np.float64),
        np.r_[low, np.zeros(2 * len(paid))].astype(np.float64),
        np.r_[high, np.clip(beyond[0], 0, draft.reach), np.clip(beyond[1], 0, draft.reach)].astype(float),
        sparse.hstack([columns, columns[:, paid], -columns[:, paid]]),
        np.zeros(columns.shape[0]),
    )
    assert found is not None, "that nothing moves is a solution"  # noqa: S101
    moved = found[: len(part)].copy()
    moved[paid] += found[len(part) : len(part) + len(paid)] - found[len(part) + len(paid) :]
    return moved


def _take(draft: Proposal, part: Integers, moved: Numbers, safe: Flags) -> None:
    """Hide what moved beyond what is shown of it, and note which cells moved far enough."""
    system, values = draft.system, draft.truth[part] + moved
    beyond = (values < system.low[part] - CLOSE) | (values > system.high[part] + CLOSE)
    draft.hidden[part[beyond & (system.truth[part] >= 0)]] = True
    far = np.abs(moved) >= system.policy.protection - CLOSE
    safe[part[far & ~(draft.among_small[part] & (values > draft.top + CLOSE))]] = True
