"""Before: what all earlier releases together leave of each count, beside what is to be published now.

A reader has them all. Their tables join those of the new publication: a count that stands in both is one
cell, and a count that only earlier ones showed is a further cell, as far as any sum can tie it to a new one.
A figure that today's count does not agree with was revised since, and says nothing of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from evenhand.disclosure.cells import Cells, Flags, Integers
from evenhand.disclosure.earlier import Earlier, Shown, shown
from evenhand.disclosure.partition import PERIOD, Partition
from evenhand.disclosure.system import UNBOUNDED
from evenhand.rules.policy import Policy


@dataclass(frozen=True)
class Before:
    """What earlier releases leave of each cell, by position: that it lies from `low` to `high`.

    `guarded` cells are in no table of today, and earlier ones hid them. `kept` were hidden when they were
    published last, under the same policy, or in an earlier pass of the gate, and stay so though they need not
    be small. `gone` says where figures ended that were revised.
    """

    earlier: tuple[Earlier, ...]
    """The latest first."""
    low: Integers
    high: Integers
    guarded: Flags
    kept: Flags
    as_before: Integers
    """What was shown of a count of today by controlled rounding under the same policy, and still may be; -1
    else."""
    by: Integers
    """Which of them narrowed the range of each cell last; -1 where none did."""
    gone: tuple[Integers, Integers]
    """The smallest and largest that figures were which hold no more; from 1 to 0 where there are none."""
    revised: Integers
    """Figures that hold no more, in rows: the cell, which table (-1 for all), from what to what it was."""
    narrow: Flags
    """Cells that another policy guarded, and of which less is open than today's would have to leave."""
    differs: Flags
    """Cells of which some figure holds no more."""
    none: Flags
    """Cells that an earlier table told to be 0: it had others of their places, and not them."""
    seen: tuple[tuple[Integers, Shown, Flags], ...] = ()
    """What each earlier table shows: the cells, their figures, and which of these were taken to hold."""

    @property
    def told(self) -> Flags:
        """The cells of which any earlier release says anything."""
        return self.by >= 0

    def without(self, cells: Integers) -> Before:
        """The same where what was shown of these cells holds no more: they are of another vintage."""
        low, high, guarded, by = self.low.copy(), self.high.copy(), self.guarded.copy(), self.by.copy()
        low[cells], high[cells], guarded[cells], by[cells] = 0, UNBOUNDED, False, -1
        narrow, differs = self.narrow.copy(), self.differs.copy()
        narrow[cells], differs[cells] = False, True
        every = np.array([[cell, -1, 0, UNBOUNDED] for cell in cells], dtype=np.int64).reshape(-1, 4)
        more = np.concatenate([self.revised, every])
        return replace(
            self, low=low, high=high, guarded=guarded, by=by, revised=more, narrow=narrow, differs=differs
        )

    def padded(self, count: int) -> Before:
        """The same with so many cells, the further ones in no table at all."""
        more = count - len(self.low)

        def pad(values: Integers, fill: int) -> Integers:
            return np.r_[values, np.full(more, fill, dtype=values.dtype)]

        no = np.zeros(more, dtype=bool)
        return replace(
            self,
            low=pad(self.low, 0),
            high=pad(self.high, UNBOUNDED),
            guarded=np.r_[self.guarded, no],
            kept=np.r_[self.kept, no],
            narrow=np.r_[self.narrow, no],
            differs=np.r_[self.differs, no],
            none=np.r_[self.none, no],
            as_before=pad(self.as_before, -1),
            by=pad(self.by, -1),
            gone=(pad(self.gone[0], 1), pad(self.gone[1], 0)),
        )


def nothing_before(cells: Cells) -> Before:
    """That nothing was published before."""
    count = len(cells.code)
    no = np.zeros(count, dtype=bool)
    bounds = np.zeros(count, dtype=np.int64), np.full(count, UNBOUNDED)
    none = (
        np.full(count, -1),
        np.full(count, -1),
        (np.ones(count, dtype=np.int64), np.zeros(count, dtype=np.int64)),
    )
    return Before((), *bounds, no, no, *none, np.zeros((0, 4), dtype=np.int64), no, no, no)


def joined(
    cells: Cells, earlier: Sequence[Earlier], partitions: tuple[Partition, ...], policy: Policy
) -> tuple[Cells, Before]:
    """The cells with those of earlier tables besides, and what these leave of each.

    `cells.earlier` are the rows of the earlier tables, the latest first.
    """
    if not earlier:
        return cells, nothing_before(cells)
    alive, seen = _alive(cells, earlier, partitions)
    more = np.unique(np.concatenate([cells.code, *alive]))
    where = np.searchsorted(more, cells.code)
    count = np.full(len(more), -1, dtype=np.int64)
    count[where] = cells.count
    in_a_table = np.zeros(len(more), dtype=bool)
    in_a_table[where] = cells.count >= 0
    before = _together(more, count, in_a_table, (tuple(earlier), seen, policy))
    now = replace(
        cells,
        code=more,
        count=count,
        of={which: where[its] for which, its in cells.of.items()},
        held=before.told & ~in_a_table,
        earlier=_sums_of(cells, alive),
    )
    return now, before


def _alive(
    cells: Cells, earlier: Sequence[Earlier], partitions: tuple[Partition, ...]
) -> tuple[list[Integers], list[Shown]]:
    """The codes of each earlier table that may be tied to a new one, and what it shows of them.

    A kind that a later table of the place does not have is 0 since, and no more what it was.
    """
    reached = _reached(cells, partitions)
    wholes = {name: [_wholes(cells, name, cells.code)] for name in cells.kinds}
    alive: list[Integers] = []
    seen: list[Shown] = []
    newer, known = cells.code, cells.code[cells.count >= 0]
    for number, each in enumerate(earlier):
        every = np.unique(np.concatenate([*cells.earlier[number][1].values(), np.zeros(0, dtype=np.int64)]))
        codes = every[reached[cells.digit(PERIOD, every)]]
        none = np.zeros(len(codes), dtype=bool)
        for name, held in wholes.items():
            none |= _has_others(cells, name, codes, np.concatenate(held))
        codes = codes[~none | np.isin(codes, newer)]
        for name, held in wholes.items():
            held.append(_wholes(cells, name, codes))
        newer = np.union1d(newer, codes)
        its = shown(cells, number, each)
        alive.append(codes)
        left_out = _left_out(cells, every, known)
        seen.append(its.of(np.isin(its.code, codes)).with_none(left_out))
        known = np.union1d(known, codes)
    return alive, seen


def _left_out(cells: Cells, its: Integers, codes: Integers) -> Integers:
    """Which of these a table of those others left out, at a place of which it had other kinds."""
    gone = np.zeros(len(codes), dtype=bool)
    for name in cells.kinds:
        gone |= _has_others(cells, name, codes, _wholes(cells, name, its))
    return codes[gone & ~np.isin(codes, its)]


def _has_others(cells: Cells, name: str, codes: Integers, wholes: Integers) -> Flags:
    """Which of these are of a kind whose place over all kinds is among those."""
    return (cells.digit(name, codes) > 0) & np.isin(cells.over_all(name, codes), wholes)


def _reached(cells: Cells, partitions: tuple[Partition, ...]) -> Flags:
    """The periods that any sum over periods ties to one of today's: no other has anything to tell of it."""
    places = cells.axes[PERIOD].places
    reached = np.zeros(len(places), dtype=bool)
    reached[cells.digit(PERIOD, cells.code)] = True
    groups = [
        np.array([places[place[each.dimensions.index(PERIOD)]] for place in (each.whole, *each.parts)])
        for each in partitions
        if PERIOD in each.dimensions
    ]
    while True:
        before = int(reached.sum())
        for group in groups:
            if reached[group].any():
                reached[group] = True
        if int(reached.sum()) == before:
            return reached


def _wholes(cells: Cells, name: str, codes: Integers) -> Integers:
    """The places of which some kind is among these codes, over all kinds."""
    return np.unique(cells.over_all(name, codes[cells.digit(name, codes) > 0]))


def _sums_of(cells: Cells, alive: list[Integers]) -> tuple[tuple[str, dict[str, Integers]], ...]:
    """The rows of the earlier tables in which any count may be tied to a new one."""
    found: list[tuple[str, dict[str, Integers]]] = []
    for (name, columns), codes in zip(cells.earlier, alive, strict=True):
        rows = np.any([np.isin(its, codes) for its in columns.values()], axis=0) if columns else None
        found.append((name, {column: its[rows] for column, its in columns.items()}))
    return tuple(found)


@dataclass
class _Union:
    """What the tables so far leave of each cell; they come one after the other, the latest first."""

    code: Integers
    truth: Integers
    now: Flags
    """The cells that today's tables give a number of."""
    policy: Policy

    def __post_init__(self) -> None:
        count = len(self.code)
        self.low, self.high = np.zeros(count, dtype=np.int64), np.full(count, UNBOUNDED)
        self.guarded, self.kept = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
        # How wide a range the policy left that guards a cell, and whether it is another than today's.
        self.protection, self.by_another = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=bool)
        self.by, self.first = np.full(count, -1), np.ones(count, dtype=bool)
        self.as_before = np.full(count, -1)
        self.gone = np.full(count, UNBOUNDED), np.full(count, -1)
        self.revised = [np.zeros((0, 4), dtype=np.int64)]
        self.differs, self.none = np.zeros((2, count), dtype=bool)
        self.seen: list[tuple[Integers, Shown, Flags]] = []

    def take(self, number: int, its: Shown, under: Policy) -> None:
        """Take in the table of that number, made under that policy."""
        same = under.label == self.policy.label
        cell = np.searchsorted(self.code, its.code)
        now, truth, first = self.now[cell], self.truth[cell], self.first[cell]
        low, high = self.low[cell], self.high[cell]
        agrees = np.where(
            now, (its.low <= truth) & (truth <= its.high), (its.low <= high) & (low <= its.high)
        )
        # What was hidden had not been shown before, unless it was revised: so the policy then saw to.
        agrees &= now | ~self.guarded[cell] | (its.high - its.low >= self.protection[cell])
        self.differs[cell[~agrees]] = True
        self.seen.append((cell, its, agrees))
        self._lose(number, its.of(~agrees & now), cell[~agrees & now])
        self.kept[cell[its.hidden & now & first & same]] = True
        guarded = cell[its.guarded & ~now & first]
        self.guarded[guarded], self.protection[guarded] = True, under.protection
        self.by_another[guarded] = not same
        if same and self.policy.controlled:
            again = agrees & now & (self.as_before[cell] < 0) & ~its.left_out
            self.as_before[cell[again]] = (its.high - self.policy.largest_change)[again]
        self.first[cell] = False
        self.none[cell[agrees & its.left_out]] = True
        told = agrees & ((its.low > low) | (its.high < high) | (self.by[cell] < 0))
        self.by[cell[told]] = number
        self.low[cell[agrees]] = np.maximum(low, its.low)[agrees]
        self.high[cell[agrees]] = np.minimum(high, its.high)[agrees]

    def _lose(self, number: int, its: Shown, cell: Integers) -> None:
        """Figures that hold no more. Of those that no hidden count may be, nobody asks whether they hold."""
        could_be = its.high >= (self.policy.hide_from or 0)
        its, cell = its.of(could_be), cell[could_be]
        np.minimum.at(self.gone[0], cell, its.low)
        np.maximum.at(self.gone[1], cell, its.high)
        self.revised.append(np.column_stack([cell, np.full(len(cell), number), its.low, its.high]))


def _together(
    code: Integers, truth: Integers, now: Flags, of: tuple[tuple[Earlier, ...], list[Shown], Policy]
) -> Before:
    """What all tables together leave of each cell; what does not agree was revised since."""
    earlier, seen, policy = of
    union = _Union(code, truth, now, policy)
    for number, its in enumerate(seen):
        union.take(number, its, earlier[number].policy)
    none = union.gone[1] < 0
    gone = np.where(none, 1, union.gone[0]), np.where(none, 0, union.gone[1])
    enough = union.high - union.low >= policy.protection
    return Before(
        earlier,
        union.low,
        union.high,
        union.guarded & enough,
        union.kept,
        union.as_before,
        union.by,
        gone,
        np.concatenate(union.revised),
        narrow=union.guarded & ~enough & union.by_another,
        differs=union.differs,
        none=union.none,
        seen=tuple(union.seen),
    )
