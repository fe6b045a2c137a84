"""The system: the cells of a publication, their sums, and what a reader knows of each, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from evenhand.disclosure.cells import Cells, Flags, Integers
from evenhand.disclosure.independent import independent
from evenhand.disclosure.sums import Sums
from evenhand.errors import Refused
from evenhand.rules.policy import Policy

UNBOUNDED = 1_000_000_000
"""The largest count that is thought of: more than all crimes of a country in ten years."""


@dataclass(frozen=True)
class System:
    """All cells, those that no table has last; every row of `matrix @ counts` is 0.

    `truth` is the count, -1 where it is not known to anybody here. A reader knows of a cell that is not
    hidden that it lies from `low` to `high`: one number where it is shown as it is; and of one that is
    hidden, that it lies from `hidden_low` to `hidden_high`. `small` cells are hidden by the policy itself, or
    stay hidden as they were.
    """

    matrix: Any
    """SciPy's sparse rows, one a sum."""
    lean: Any
    """Those of its rows from which the others follow."""
    truth: Integers
    shown: Integers
    """What is shown of a count of today's tables that is not hidden; -1 where it is not known."""
    low: Integers
    high: Integers
    small: Flags
    hidden_low: Integers
    hidden_high: Integers
    near: Flags
    """Cells that are guarded though no table hides them: small ones that are shown rounded."""
    guessed: Flags
    """Unknown cells that a reader may guess to be 0. That it is so rests on hidden counts, so that what is
    published of the proof does not make use of it."""
    between: Flags
    """Cells in no table that are small, and follow from the tables: nobody may be able to work one out."""
    policy: Policy

    @property
    def hideable(self) -> Flags:
        """The cells that can be hidden: nobody could tell a hidden 0 from one that is shown."""
        if self.policy.controlled:
            return np.zeros(len(self.truth), dtype=bool)
        inside = (self.truth >= self.hidden_low) & (self.truth <= self.hidden_high)
        return inside & (self.hidden_high - self.hidden_low >= self.policy.protection)

    def known(self, hidden: Flags) -> tuple[Integers, Integers]:
        """What a reader knows of each cell where those are hidden: that it lies from one to the other."""
        return np.where(hidden, self.hidden_low, self.low), np.where(hidden, self.hidden_high, self.high)

    def guarded(self, hidden: Flags, cells: Integers | slice = slice(None)) -> Flags:
        """The cells that may not be narrowed down: hidden ones, and small ones that are shown rounded."""
        return hidden[cells] | self.near[cells]


def system(cells: Cells, among: Sums, policy: Policy) -> System:
    """The cells as the policy alone leaves them: small ones hidden, others shown or rounded."""
    truth = np.r_[cells.count, np.full(len(among.absent), -1)]
    unknown = truth < 0
    # Controlled rounding looks at all sums first.
    shown = np.where(unknown, -1, rounded(truth, policy))
    low, high = bounds(shown, policy)
    unseen = unknown | policy.controlled
    low, high = np.where(unseen, 0, low), np.where(unseen, UNBOUNDED, high)
    matrix: Any = sparse.csr_array(
        (among.sign.astype(np.float64), (among.number, among.cell)), shape=(len(among.why), len(truth))
    )
    # A cell that is whole and part of one sum says nothing.
    matrix.eliminate_zeros()
    _must_hold(cells, among, truth)
    lean = matrix[np.flatnonzero(independent(among, len(truth)))]
    small = np.zeros(len(truth), dtype=bool)
    if policy.hide_from is not None and policy.hide_to is not None:
        small = (truth >= policy.hide_from) & (truth <= policy.hide_to)
    guessed = _told_by_others(among, truth) & (policy.rounding_base == 1)
    # Nobody knows more of a hidden count than that it is not below the first to be hidden.
    hidden = np.full(len(truth), policy.hide_from or 0), np.full(len(truth), UNBOUNDED)
    near = nearly_none(low, high, policy)
    between = np.zeros(len(truth), dtype=bool)
    return System(matrix, lean, truth, shown, low, high, small, *hidden, near, guessed, between, policy)


def _over(among: Sums, truth: Integers) -> tuple[Integers, Flags, Flags]:
    """For each sum: known parts less the whole; is everything known; is the whole."""
    count = len(among.why)
    known = truth[among.cell] >= 0
    over = np.bincount(among.number, np.where(known, truth[among.cell], 0) * among.sign, minlength=count)
    all_known = np.bincount(among.number, ~known, minlength=count) == 0
    whole_known = np.bincount(among.number, ~known & (among.sign < 0), minlength=count) == 0
    return over.astype(np.int64), all_known, whole_known


def _must_hold(cells: Cells, among: Sums, truth: Integers) -> None:
    """Raise Refused for a whole that its parts cannot add up to: nothing would be proved."""
    over, all_known, whole_known = _over(among, truth)
    wrong = np.flatnonzero(whole_known & ((over > 0) | (all_known & (over != 0))))
    if len(wrong):
        # The whole, unless it is one that can only be 0.
        its = among.number == wrong[0]
        whole = among.cell[its][np.argmin(among.sign[its])]
        raise Refused(
            f"it is not so that {among.why[wrong[0]]}",
            where=cells.words(int(among.codes(cells)[whole])),
            next_step="correct the partition, or take the dimension out of the measure's sums_over",
        )


def _told_by_others(among: Sums, truth: Integers) -> Flags:
    """Which unknown cells a reader may guess to be 0: what is known makes up the whole without them."""
    over, _all_known, whole_known = _over(among, truth)
    complete = whole_known & (over == 0)
    told = np.zeros(len(truth), dtype=bool)
    told[among.cell[complete[among.number] & (among.sign > 0)]] = True
    return told & (truth < 0)


def bounds(shown: Integers, policy: Policy) -> tuple[Integers, Integers]:
    """The smallest and largest true count behind each shown one: what any reader can work out."""
    if policy.controlled:
        return np.maximum(shown - policy.largest_change, 0), shown + policy.largest_change
    low = np.maximum(shown - policy.rounding_base // 2, 0)
    high = shown + (policy.rounding_base - 1) // 2
    if policy.hide_from is None or policy.hide_to is None:
        return low, high
    # A shown count is not a hidden one; Policy sees to it that what remains has no hole.
    high = np.where(low < policy.hide_from, np.minimum(high, policy.hide_from - 1), high)
    return np.where(low >= policy.hide_from, np.maximum(low, policy.hide_to + 1), low), high


def nearly_none(low: Integers, high: Integers, policy: Policy) -> Flags:
    """Whether what is shown stands for several counts that are so small that they are guarded."""
    return (low < high) & (high <= policy.largest_near)


def rounded(counts: Integers, policy: Policy) -> Integers:
    """Counts to the nearest multiple of the policy's base, halves up."""
    base = policy.rounding_base
    return (counts + base // 2) // base * base


def touching(matrix: Any, cells: Integers) -> tuple[Any, Integers]:
    """The sums over any of these cells, in columns of them alone; and which sums these are."""
    columns = matrix[:, cells].tocsr()
    rows = np.flatnonzero(np.diff(columns.indptr))
    return columns[rows], rows


def linked(matrix: Any) -> tuple[Integers, Integers]:
    """For each sum and each cell, the number of the part of the system that it hangs together with."""
    sums, cells = matrix.shape
    links = abs(sparse.coo_array(matrix))
    graph = sparse.csr_array((links.data, (links.row, links.col + sums)), shape=(sums + cells,) * 2)
    labels = csgraph.connected_components(graph, directed=False)[1].astype(np.int64)
    return labels[:sums], labels[sums:]


def entries(matrix: Any, lines: Integers) -> Integers:
    """The positions of what stands in these lines of a sparse matrix."""
    starts, ends = matrix.indptr[lines], matrix.indptr[lines + 1]
    sizes = ends - starts
    steps = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return matrix.indices[np.repeat(starts, sizes) + steps]
