"""Search: loops for cells that are not safe yet, some at a time or each by itself."""

from __future__ import annotations

from itertools import chain

import numpy as np

from evenhand.disclosure.at_once import hide_for
from evenhand.disclosure.cells import Flags, Integers
from evenhand.disclosure.loops import only, some_of
from evenhand.disclosure.proposal import Pane, Proposal
from evenhand.disclosure.solver import on_both_cores
from evenhand.disclosure.windows import EVERYWHERE, Windows
from evenhand.disclosure.worlds import FEW, Walk

AIMS = (1, 1, 2, 2, 3, 4, 6, *[8] * 6, *[12] * 8)
"""How many cells are aimed at in a window, round by round. Fewer find what others hid; more go faster."""
NEARBY = (400, 4_000)
"""Cells around one that are looked at before all."""
TURNS = 6
"""Times in a round, before windows are drawn again."""
ENOUGH = 2
"""Times that no more is hidden than loops need; then more and more."""
BESIDE = 20
"""Cells in a small sum, at most, which is hidden as a whole at first."""


def extend(draft: Proposal, windows: Windows, seed: int, among: Flags | None = None) -> None:
    """Hide further cells until each small one is safe, then each that was hidden for it.

    Or, of very many, until each of those asked for is, or no window has a loop for those left.
    """
    in_vain = 0
    for number, most in enumerate(AIMS):
        panes = [Pane(draft, part) for part in windows.of(draft.movable, seed + number)]
        before = int(draft.unsafe.sum())
        for turn in range(TURNS):
            wanting = draft.unsafe & (draft.system.small | draft.system.between)
            if number >= len(AIMS) // 2 or not wanting.any():
                wanting = draft.unsafe
            if among is not None:
                wanting = draft.unsafe & among
            if not wanting.any():
                return
            chance = np.random.default_rng((seed, number, turn))
            aims = some_of(wanting, (pane.part for pane in panes), most, chance)
            aim_at(draft, panes, aims, (seed, number, turn), pay=True)
        in_vain = in_vain + 1 if int(draft.unsafe.sum()) == before else 0
        if among is not None and in_vain == EVERYWHERE:
            return


def aim_at(draft: Proposal, panes: list[Pane], aims: Flags, seed: tuple[int, ...], *, pay: bool) -> None:
    """Aim at these cells in every window, and keep what is found."""
    aim = np.where(aims, draft.ahead(seed[-1]), 0)
    for found in on_both_cores(lambda pane: pane.loops(draft, aim, seed, pay=pay), panes):
        draft.take(found)


def hide_more(draft: Proposal, walk: Walk, windows: Windows, seed: tuple[int, int]) -> None:
    """Hide more around the cells that a reader could work out; all worlds so far remain worlds.

    The second number of `seed` says how often that was done before.
    """
    first, attempt = seed
    unsafe = walk.unsafe
    # One that was hidden for others and is the same in every world is as good as shown: it may be shown.
    told = unsafe & draft.hidden & ~draft.system.small & (walk.lowest == walk.highest)
    shown = told & (walk.lowest == draft.truth)
    draft.hidden[shown] = False
    draft.in_vain |= shown
    # A loop through what is shown again is none any more.
    draft.keep(np.array([not shown[loop.cells].any() for loop in draft.loops], dtype=bool))
    draft.guard(unsafe)
    wanting = unsafe & draft.guarded
    cells = np.flatnonzero(wanting)
    if len(cells) > FEW and walk.many and not walk.broken:
        hide_for(draft, windows, first + attempt, wanting, spare=attempt == 0)
    elif len(cells) > FEW:
        extend(draft, windows, first, wanting)
    else:
        hide_around(draft, windows, cells, seed)
    if attempt >= ENOUGH:
        _hide_beside(draft, windows, cells, BESIDE * (attempt - ENOUGH + 1))


def hide_around(draft: Proposal, windows: Windows, cells: Integers, seed: tuple[int, ...]) -> None:
    """Look for a loop for each of these cells by itself, nearby and with all there is, up and down."""
    if not len(cells):
        return
    everything = Pane(draft, np.flatnonzero(draft.movable))
    sizes = [largest for largest in NEARBY if largest < len(everything.part)]
    for cell in cells:
        nearby = (Pane(draft, windows.ball(int(cell), draft.movable, largest)) for largest in sizes)
        for pane in chain(nearby, [everything]):
            for sign in (1, -1):
                if draft.unsafe[cell]:
                    aim = only(cell, sign * int(draft.ahead()[cell]), len(draft.hidden))
                    draft.take(pane.loops(draft, aim, seed, pay=True, whole=True))
            if not draft.unsafe[cell]:
                break


def _hide_beside(draft: Proposal, windows: Windows, cells: Integers, most: int) -> None:
    """Hide all that can be hidden in these cells’ sums of so many cells at most: more than loops need."""
    for cell in cells:
        for inside in windows.sums_of(int(cell)):
            if len(inside) <= most:
                draft.hidden[inside[~draft.fixed[inside]]] = True
