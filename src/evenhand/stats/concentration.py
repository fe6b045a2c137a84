"""Concentration: how few areas hold half of what there is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from evenhand.stats.rates import Numbers, not_negative


def areas_holding_half(count: npt.ArrayLike, group: npt.ArrayLike, groups: int) -> Numbers:
    """The smallest number of areas that hold at least half of their group's total, one a group.

    `count` is one number an area, `group` the place of its group, from 0 to `groups` - 1; order does not
    matter. Areas are taken from the highest count down (Weisburd 2015, the law of crime concentration);
    which of several equal areas is taken changes nothing, since only their number is given. NaN where a
    group has a count that is NaN, no area, or a total of 0: half of nothing is nowhere.
    Raises ValueError where a count is below 0.
    """
    counts, of = not_negative(count), np.array(group, dtype=np.int64)
    order = np.lexsort((-counts, of))
    counts, of = counts[order], of[order]
    total = np.bincount(of, weights=counts, minlength=groups)
    # Held by the areas before this one: as long as that is short of half, this one is needed too.
    needed = 2 * _held_before(counts, of) < total[of]
    areas = np.bincount(of, weights=needed, minlength=groups)
    return np.where(total > 0, areas, np.nan)


def _held_before(counts: Numbers, of: npt.NDArray[np.int64]) -> Numbers:
    # A NaN would run on into the next group, so it counts as nothing here: its group's total is NaN anyway.
    known = np.nan_to_num(counts)
    held = np.cumsum(known) - known
    first = np.searchsorted(of, of, side="left")
    return held - held[first]
