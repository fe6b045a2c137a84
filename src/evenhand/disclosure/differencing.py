"""Differencing: counts that no table has, and that follow from those it has.

A ward less the three of its four small areas that are shown is the fourth; so is a ward less an area that has
all of it but one. Such a count is as much published as if it stood in a table, so where it is small it is
protected like one. What is found here from the true counts saves a second round of hiding: that nothing of
the kind is left is for `worlds` to prove, from what is published alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg

from evenhand.disclosure.cells import Flags, Integers
from evenhand.disclosure.sums import Sums
from evenhand.disclosure.system import linked
from evenhand.rules.policy import Policy

LARGEST = 1_500
"""Unknown counts that hang together, at most, of which it is worked out which of them are settled."""


def small_between(among: Sums, matrix: Any, truth: Integers, policy: Policy) -> Flags:
    """The counts that no table gives, follow from all that tables give, and are small; never a 0.

    A 0 that no table has says only that nothing was left out.
    """
    found = worked_out(among, matrix, truth)
    return (truth < 0) & (found > 0) & (found <= policy.largest_small)


def worked_out(among: Sums, matrix: Any, truth: Integers) -> Integers:
    """The counts, with those that nobody gives (-1) worked out from the others, wherever sums settle them."""
    found = _one_by_one(among, truth)
    unknown = np.flatnonzero(found < 0)
    columns = matrix.tocsc()[:, unknown].tocsr()
    of_sums, of_cells = linked(columns)
    left = -(matrix @ np.where(found < 0, 0, found))
    for part in np.unique(of_cells[of_cells >= 0]):
        mine, its = np.flatnonzero(of_cells == part), np.flatnonzero(of_sums == part)
        if len(its) and len(mine) <= LARGEST:
            _together(found, unknown[mine], columns[its][:, mine].toarray(), left[its])
    return found


def _one_by_one(among: Sums, truth: Integers) -> Integers:
    """Each that is the only unknown one in a sum, again and again."""
    found, count = truth.copy(), len(among.why)
    while True:
        known = found[among.cell] >= 0
        left = np.bincount(among.number, np.where(known, found[among.cell], 0) * among.sign, count)
        lone = ~known & (np.bincount(among.number, ~known, count) == 1)[among.number]
        values = (-left[among.number] * among.sign)[lone].astype(np.int64)
        if not (values >= 0).any():
            return found
        found[among.cell[lone]] = values


def _together(found: Integers, cells: Integers, sums: Any, left: Any) -> None:
    """Those that all solutions of these sums agree on: nothing that leaves the sums alone moves them."""
    free: Any = linalg.null_space(sums)
    settled = np.abs(free).max(axis=1, initial=0) < 1e-9
    if settled.any():
        values = np.rint(np.linalg.lstsq(sums, left)[0]).astype(np.int64)
        found[cells[settled]] = np.maximum(values[settled], -1)
