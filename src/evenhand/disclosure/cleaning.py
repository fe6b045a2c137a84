"""Cleaning: showing cells again that were hidden for others, where those are safe without them."""

from __future__ import annotations

import numpy as np

from evenhand.disclosure.cells import Flags, Integers
from evenhand.disclosure.loops import Step, some_of
from evenhand.disclosure.proposal import Pane, Proposal
from evenhand.disclosure.search import aim_at
from evenhand.disclosure.singletons import needed
from evenhand.disclosure.windows import Windows

CLEANINGS = 3
"""Times that it is tried to show secondary cells again, all of them."""
LOT = 15
"""How many of them at a time, in each window."""
LOTS = 20
"""Lots at least, or one for each cell."""
WORTH_WHILE = 0.03
"""The share of a lot that comes out of it where it was worth trying."""
POOR = 10
"""Lots one after the other that were not, before it is left at that."""
MOST = 20
"""Cells aimed at in a window that are to find other loops."""
AGAIN = 3
"""Times that other loops are looked for without a lot."""


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
        if not len(further):
            return
        panes = _panes(draft, windows, (seed, turn))
        order = np.random.default_rng((seed, turn)).permutation(further)
        poor = 0
        lots = max(len(order) // (LOT * len(panes)), min(len(order), LOTS))
        for tried in np.array_split(order, lots):
            before = int(draft.hidden.sum())
            _without(draft, panes, tried, (seed, turn))
            poor = poor + 1 if before - int(draft.hidden.sum()) < WORTH_WHILE * len(tried) else 0
            if poor == POOR:
                return


def _panes(draft: Proposal, windows: Windows, seed: tuple[int, ...]) -> list[Pane]:
    """Windows over what is hidden or not exactly known."""
    loose = draft.hidden | (draft.system.low < draft.system.high)
    return [Pane(draft, part) for part in windows.of(loose, sum(seed))]


def _without(draft: Proposal, panes: list[Pane], tried: Integers, seed: tuple[int, ...]) -> None:
    """Show these cells again, as far as what they were hidden for is safe by other loops."""
    tried = np.setdiff1d(tried, needed(draft.system, draft.hidden, tried))
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
        aim_at(draft, panes, aims, (*seed, again), pay=False)
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
