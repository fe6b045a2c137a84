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
                group = cells.code[mine] - cells.digit(kind, cells.code[mine]) * cells.strides[kind]
                found[mine[_alone(group, cells.count[mine])]] = True
    return found


def _alone(group: Integers, count: Integers) -> Flags:
    """Which counts are above 0 where all others of their group, of which there are some, are 0."""
    _codes, its, sizes = np.unique(group, return_inverse=True, return_counts=True)
    others = np.bincount(its, count != 0, minlength=len(sizes))
    return (count > 0) & (others == 1)[its] & (sizes > 1)[its]
