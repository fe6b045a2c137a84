"""Primary: the counts that a policy hides for what they say by themselves, besides small ones."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from evenhand.disclosure.cells import Cells, Flags, Integers, categories
from evenhand.measure import Measure


def of_one_kind(cells: Cells, measures: Mapping[str, Measure]) -> Flags:
    """The counts that are all there is of their group: every other kind of it is 0.

    Whoever knows somebody in such a group knows what kind they are: group disclosure (Government Statistical
    Service, Disclosure control guidance for tables produced from administrative sources). A group is an
    area and period, and one value of each other category; of a group that can only be of one kind, nothing is
    learnt. Where a count of the group is not known, nobody can say that all are of one kind.
    """
    found = np.zeros(len(cells.code), dtype=bool)
    for name, column in cells.of:
        measure = measures[name]
        for kind in categories(measure.result):
            if kind in measure.sums_over:
                mine = cells.of[(name, column)]
                group = cells.over_all(kind, cells.code[mine])
                found[mine[_alone(group, cells.count[mine])]] = True
    return found


def _alone(group: Integers, count: Integers) -> Flags:
    """Which counts are above 0 where all others of their group, of which there are some, are 0."""
    _codes, its, sizes = np.unique(group, return_inverse=True, return_counts=True)
    others = np.bincount(its, count != 0, minlength=len(sizes))
    return (count > 0) & (others == 1)[its] & (sizes > 1)[its]


def dominated(total: Integers, largest: Integers, n: int, percent: int) -> Flags:
    """Which sums are more than `percent` made up of their `n` largest parts: the (n, k) rule.

    `largest` has a row for each sum, its largest parts first, 0 where it has fewer (Hundepool et al. 2012,
    Statistical Disclosure Control, chapter 4). Whole numbers, and exact.
    """
    return largest[:, :n].sum(axis=1) * 100 > percent * total


def nearly_told(total: Integers, largest: Integers, percent: int) -> Flags:
    """Which sums tell the second largest what the largest has, to within `percent` of it: the p% rule.

    The second takes its own part from the sum: what is left beyond the two is the error of its guess
    (Hundepool et al. 2012, chapter 4). A sum of 0 tells nobody anything.
    """
    rest = total - largest[:, :2].sum(axis=1)
    return rest * 100 < percent * largest[:, 0]
