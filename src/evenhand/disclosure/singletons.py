"""Singletons: what somebody who is behind a hidden count of 1 could work out of another.

Whoever is the only one in a cell may know its count, and whoever is so in several cells of a sum knows all of
these (singletons and same respondents: Hundepool et al. 2012, chapter 4). A sum is open to them where, beside
the ones, too little in it is unknown: no other part, one, or two that can hardly be larger. Then a further
count of it is hidden, its whole or a part.

The worlds of the certificate are for readers from outside. To prove this too would tell them which are ones.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from evenhand.disclosure.cells import Flags, Integers
from evenhand.disclosure.proposal import Proposal
from evenhand.disclosure.system import System

BOTH = 2.0
"""What a part costs, in parts, where a second one would have to be hidden with it."""


def open_sums(system: System, hidden: Flags) -> Integers:
    """The sums that would tell somebody behind a hidden 1 another count, or nearly so, by number."""
    by = system.policy.protection
    low, high = system.known(hidden)
    one, unknown = hidden & (system.truth == 1), system.truth < 0
    # How far each count could be smaller or larger for all that this reader knows of it, if it matters.
    down = np.where(unknown, by, np.clip(system.truth - low, 0, by))
    up = np.where(unknown, by, np.clip(high - system.truth, 0, by))
    rows, cells, sign = _entries(system)
    part = sign > 0
    # A whole of 1 is the one itself, who learns nothing of others from it.
    of_ones = part & one[cells]
    count = system.matrix.shape[0]
    # What lets a part of the sum be larger, and smaller: that others are smaller, or the whole is larger.
    more = np.where(of_ones, 0, np.where(part, down[cells], up[cells]))
    less = np.where(of_ones, 0, np.where(part, up[cells], down[cells]))
    in_all = [np.bincount(rows, each, minlength=count)[rows] for each in (more, less)]
    ones = np.bincount(rows, of_ones, minlength=count)[rows]
    far = np.minimum(up[cells], in_all[0] - more) + np.minimum(down[cells], in_all[1] - less)
    guarded = part & system.guarded(hidden)[cells] & ~unknown[cells]
    # Nobody learns anything of the cell that they are in.
    told = guarded & (far < by) & (ones > of_ones)
    return np.unique(rows[told])


def _entries(system: System) -> tuple[Integers, Integers, Integers]:
    """The cells of all sums: the sum, the cell, and 1 for a part, -1 for the whole."""
    entries: Any = system.matrix.tocoo()
    return entries.row, entries.col, entries.data


def close(draft: Proposal) -> None:
    """Hide further counts until no sum is open for which any can be hidden."""
    system = draft.system
    rows: Any = system.matrix.tocsr()
    entries, cells_of, _sign = _entries(system)
    can = ~draft.fixed & ~draft.in_vain & (system.low == system.high) & (system.truth > 1)
    tried = np.zeros(rows.shape[0], dtype=bool)
    while True:
        found = open_sums(system, draft.hidden)
        found = found[~tried[found]]
        if not len(found):
            return
        low, high = system.known(draft.hidden)
        others = (low < high) & ~(draft.hidden & (system.truth == 1))
        alone = np.bincount(entries, others[cells_of], minlength=rows.shape[0]) == 0
        times = np.bincount(rows[found].indices, minlength=len(draft.hidden))
        now = np.zeros(len(draft.hidden), dtype=bool)
        for number in found:
            at = slice(rows.indptr[number], rows.indptr[number + 1])
            cells, part = rows.indices[at], rows.data[at] > 0
            if now[cells].any():
                continue
            price = draft.cost[cells] / times[cells] * np.where(part & alone[number], BOTH, 1)
            price[~can[cells] | draft.hidden[cells]] = np.inf
            if np.isinf(price).all():
                tried[number] = True
            else:
                now[cells[np.argmin(price)]] = True
        draft.hidden |= now


def needed(system: System, hidden: Flags, tried: Integers) -> Integers:
    """Which of these hidden cells are to stay hidden, or a sum would be open that is not."""
    before = np.zeros(system.matrix.shape[0], dtype=bool)
    before[open_sums(system, hidden)] = True
    left, stay = hidden.copy(), np.zeros(len(hidden), dtype=bool)
    left[tried] = False
    while len(found := open_sums(system, left)):
        inside = np.unique(system.matrix[found[~before[found]]].indices)
        back = np.intersect1d(inside, tried[~left[tried]])
        if not len(back):
            break
        left[back] = stay[back] = True
    return np.flatnonzero(stay)
