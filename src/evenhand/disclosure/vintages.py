"""Vintages: which earlier figures still hold beside today's, and what they leave to be hidden.

Data is revised. An earlier figure that no table of today has may then contradict the sums it is in: it is of
an older vintage, and binds nothing of today. That is looked for with the true counts; what is found is said
in the certificate. It binds what was not revised all the same, in sums as they were: `revised`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from evenhand.disclosure.before import Before
from evenhand.disclosure.cells import Cells, Flags, Integers
from evenhand.disclosure.proposal import filled_in
from evenhand.disclosure.revised import as_they_were
from evenhand.disclosure.solver import least
from evenhand.disclosure.sums import Sums
from evenhand.disclosure.system import System, linked, system
from evenhand.rules.policy import Policy


@dataclass(frozen=True)
class Settled:
    """The sums, their system, and what earlier releases showed as far as it holds, their counts filled in.

    The sums are today's and those among what counts were.
    """

    sums: Sums
    system: System
    before: Before
    exact: Flags
    """The counts that sums among what counts were take for exact today."""


def settled(cells: Cells, among: Sums, policy: Policy, before: Before, hidden: Flags) -> Settled | None:
    """What holds of today's sums and of what was shown before, where those are `hidden` at least.

    None where today's sums contradict each other without any figure of before: then a kind is 0 no more that
    earlier tables had no row of.
    """
    alone = system(cells, among, policy)
    before = before.padded(len(alone.truth))
    held = np.r_[cells.held, np.zeros(len(among.absent), dtype=bool)]
    while True:
        bound = _bound(alone, before)
        lost = _contradicted(among, bound, held & before.told)
        if lost is None:
            return None
        if not len(lost):
            break
        before = before.without(lost)
    further = np.pad(hidden, (0, len(alone.truth) - len(hidden)))
    alike = _looks_the_same(alone, before)
    among, before, exact = as_they_were(cells, among, bound, before, further | alike | bound.small)
    bound = _bound(system(cells, among, policy), before)
    held = np.pad(held, (0, len(bound.truth) - len(held)), constant_values=True) & before.told
    asked = replace(bound, guessed=bound.guessed & ~held)
    truth = np.where(held, filled_in(asked), bound.truth)
    hidden_low = np.where(held, truth + 1, bound.hidden_low)
    hideable = replace(bound, truth=truth, hidden_low=hidden_low).hideable
    hidden, alike = (np.pad(each, (0, len(truth) - len(each))) for each in (hidden, alike))
    kept = (before.kept | hidden | alike) & hideable & ~bound.small
    return Settled(
        among,
        replace(
            bound,
            truth=truth,
            # What no table of today has cannot be hidden.
            hidden_low=hidden_low,
            small=bound.small | kept | alike,
            near=(bound.near | before.guarded) & ~before.none,
            guessed=bound.guessed & ~held,
        ),
        replace(before, kept=kept),
        exact,
    )


def _bound(alone: System, before: Before) -> System:
    """The system with the ranges that earlier releases leave.

    Of a hidden count whose figure was revised a reader knows what it was, and may learn that it is that no
    more, and whether it is below or above. Either way there have to be enough other counts that it could be.
    """
    low, high = np.maximum(alone.low, before.low), np.minimum(alone.high, before.high)
    lowest, highest = np.maximum(alone.hidden_low, before.low), np.minimum(alone.hidden_high, before.high)
    was = before.gone[0] <= before.gone[1]
    below = was & (alone.truth < before.gone[0])
    return replace(
        alone,
        low=low,
        high=high,
        hidden_low=np.where(was & ~below, np.maximum(lowest, before.gone[1] + 1), lowest),
        hidden_high=np.where(below, np.minimum(highest, before.gone[0] - 1), highest),
    )


def _looks_the_same(alone: System, before: Before) -> Flags:
    """Counts of today, each rounded by itself, that look as they did before they were revised.

    The certificate has to say that they are another, and so leaves less of them open than what is shown does.
    """
    found = np.zeros(len(alone.truth), dtype=bool)
    if not alone.policy.controlled:
        cell, table, was_low, was_high = before.revised.T
        alike = (table >= 0) & (was_low <= alone.high[cell]) & (alone.low[cell] <= was_high)
        found[cell[alike & (alone.low[cell] < alone.high[cell])]] = True
    return found


def _contradicted(among: Sums, bound: System, held: Flags) -> Integers | None:
    """Held cells in sums that cannot come out: first in a sum alone, then in sums together."""
    known = bound.truth >= 0
    low, high = np.where(known, bound.truth, bound.low), np.where(known, bound.truth, bound.high)
    part = among.sign > 0
    from_below = np.where(part, low[among.cell], -high[among.cell])
    from_above = np.where(part, high[among.cell], -low[among.cell])
    count = len(among.why)
    least_of = np.bincount(among.number, from_below, minlength=count)
    most_of = np.bincount(among.number, from_above, minlength=count)
    wrong = (least_of > 0) | (most_of < 0)
    cells = np.unique(among.cell[wrong[among.number] & held[among.cell]])
    return cells if len(cells) else _contradicted_together(bound, (low, high), held)


def _contradicted_together(bound: System, ends: tuple[Integers, Integers], held: Flags) -> Integers | None:
    low, high = ends
    loose = np.flatnonzero(low < high)
    columns = bound.matrix[:, loose].tocsr()
    of_sums, of_cells = linked(columns)
    left = -(bound.matrix @ np.where(low < high, 0, low)).astype(np.float64)
    for part in np.unique(of_sums):
        its, mine = np.flatnonzero(of_sums == part), np.flatnonzero(of_cells == part)
        if not len(mine):
            continue
        ranges = low[loose[mine]].astype(float), high[loose[mine]].astype(float)
        if least(np.zeros(len(mine)), *ranges, columns[its][:, mine], left[its]) is None:
            inside = np.unique(bound.matrix[its].indices)
            return inside[held[inside]] if held[inside].any() else None
    return np.zeros(0, dtype=np.int64)
