"""The sums among the cells of a publication, as arrays: which cells add up to which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from evenhand.disclosure.cells import COUNTED, Cells, Flags, Integers, by_place, categories
from evenhand.disclosure.partition import ALL, AREA, Partition
from evenhand.disclosure.pieces import Told, told
from evenhand.measure import Measure
from evenhand.tables.schema import Role

PARTS = {"every": 600, "over all": 600, "none": 2**62}
"""Which parts in no table are looked for, the first that are not more than so many: more take too long to
prove safe. Those over all kinds are of areas that overlap."""
PASSES = 3
"""A count in no table can be the sum of others, and a part of one: so often sums are looked for again."""
MOST_UNKNOWN = 10_000
"""Counts in no table that are reckoned with: small areas by month and outcome would be half a million, and
pieces stand for them."""


@dataclass(frozen=True)
class Sums:
    """One entry a cell in a sum: in sum `number`, `cell` counts `sign` times; every sum comes to 0.

    The whole has sign -1 and stands first, its parts +1. A cell is its position in `Cells.code`; those from
    its end on are in no table, and `absent` says where they are.
    """

    number: Integers
    cell: Integers
    sign: Integers
    why: tuple[str, ...]
    """What adds up in each sum, in words."""
    absent: Integers
    earlier_kinds: bool = True
    """Whether a kind that an earlier table had no row of is taken to be 0 today, where no table of today
    says otherwise."""
    contradicted: bool = False
    """Whether a sum cannot come out."""
    in_pieces: bool = False
    """Whether pieces stand for the smallest areas wherever no table has any of these."""

    def codes(self, cells: Cells) -> Integers:
        """Where each count is, those in no table last."""
        return np.r_[cells.code, self.absent]

    @property
    def too_many(self) -> bool:
        """Whether more counts are in no table than can be reckoned with."""
        return len(self.absent) > MOST_UNKNOWN


Block = tuple[NDArray[np.int64], str]
"""Sums of one kind: codes in rows of a whole and its parts, and why."""


def sums(
    cells: Cells,
    measures: Mapping[str, Measure],
    partitions: tuple[Partition, ...],
    *,
    earlier_kinds: bool = True,
    in_pieces: bool = False,
) -> Sums:
    """Every sum over the partitions, over the categories of each measure, and over columns (`sum_of`).

    Without `earlier_kinds`, which kinds earlier tables had rows of says nothing of today's counts. With
    `in_pieces`, pieces stand for the smallest areas wherever no table has any of these.
    """
    of_tables: list[Block] = []
    for name in dict.fromkeys(
        [*(name for name, _column in cells.of), *(name for name, _its in cells.earlier)]
    ):
        of_tables += _over_categories(cells, measures[name], earlier_kinds)
        of_tables += _over_columns(cells, measures[name])
    kinds = tuple(_of_kinds(cells, measures))
    has, of_pieces = told(cells, partitions), _pieces(cells, partitions)
    blocks = of_tables
    for parts, most in PARTS.items():
        codes = _spoken_of(cells, of_tables, parts, of_pieces)
        for _each in range(PASSES):
            along = chain(
                _along(cells, codes, partitions, has if in_pieces else None),
                _besides(cells, codes, kinds),
            )
            if in_pieces:
                along = ((rows[_tells(cells, rows, has, of_pieces)], why) for rows, why in along)
            blocks = [*of_tables, *along]
            codes = _spoken_of(cells, blocks, parts, of_pieces)
            if len(codes) - len(cells.code) > most:
                break
        else:
            break
    among = _joined(cells, [block for block in blocks if len(block[0])], earlier_kinds)
    return replace(among, in_pieces=in_pieces)


def _of_kinds(cells: Cells, measures: Mapping[str, Measure]) -> Iterator[Partition]:
    """Over all kinds of a category: so add up counts of areas and periods too that no table has by kind."""
    values = {name: list(axis.places) for name, axis in cells.axes.items()}
    counted_of = cells.digit(COUNTED, cells.code)
    found: dict[tuple[int, str], None] = {}
    # A table without a row of today counts too: earlier ones may have its kinds.
    for name, column in cells.of:
        counted = measures[name].result.column(column).counted
        if counted is not None:
            of = cells.axes[COUNTED].places[counted.of]
            mine = (each for each in categories(measures[name].result) if each in measures[name].sums_over)
            found |= {(of, category): None for category in mine}
    for counted, category in found:
        numbers = np.unique(cells.digit(category, cells.code[counted_of == counted]))
        of = values[COUNTED][counted]
        parts = tuple((of, values[category][number]) for number in numbers if number)
        if parts:
            yield Partition((COUNTED, category), (of, ALL), parts)


def _besides(cells: Cells, codes: Integers, kinds: tuple[Partition, ...]) -> Iterator[Block]:
    """The sums over kinds of what no table has by kind."""
    for partition in kinds:
        category = partition.dimensions[1]
        told = cells.over_all(category, cells.code[cells.digit(category, cells.code) > 0])
        for rows, why in _along(cells, codes, (partition,), None):
            yield rows[~np.isin(rows[:, 0], told)], why


def _spoken_of(cells: Cells, blocks: list[Block], parts: str, of_pieces: Integers) -> Integers:
    """The codes of all counts, of the wholes that sums speak of, of pieces, and of these parts too."""
    spoken_of = [cells.code]
    for rows, _why in blocks:
        its = rows[:, 1:].ravel()
        chosen = np.isin(cells.digit(AREA, its), of_pieces)
        if parts == "every":
            chosen[:] = True
        if parts == "over all" and cells.kinds:
            chosen |= np.all([cells.digit(name, its) == 0 for name in cells.kinds], axis=0)
        spoken_of += [rows[:, 0], its[chosen]]
    return np.unique(np.concatenate(spoken_of))


def _tells(cells: Cells, rows: Integers, has: Told, of_pieces: Integers) -> Flags:
    """Which sums are reckoned with where pieces stand for areas.

    Not those of an area's months by kind alone, since pieces say of them all that is said, nor of kinds of
    several dimensions at once that no table has: whatever their totals are, numbers that fit both ways can
    be filled in (a transportation problem has a solution wherever its totals agree).
    """
    part = rows[:, 1]
    area = cells.digit(AREA, part)
    in_no_table = ~np.isin(rows[:, 1:], cells.code).any(axis=1)
    of_no_piece = (area > 0) & ~np.isin(area, of_pieces)
    by_pieces = in_no_table & of_no_piece & ~has.smallest_at(cells.over_all(AREA, part))
    return ~(by_pieces | has.crossed(rows[:, 0]) | has.crossed(part))


def _pieces(cells: Cells, partitions: tuple[Partition, ...]) -> Integers:
    """The numbers of the areas that are pieces."""
    places = cells.axes[AREA].places
    found = {
        places[part[each.dimensions.index(AREA)]]
        for each in partitions
        if each.of_pieces
        for part in each.parts
    }
    return np.array(sorted(found), dtype=np.int64)


def _along(
    cells: Cells, codes: Integers, partitions: tuple[Partition, ...], has: Told | None
) -> Iterator[Block]:
    """The sums of each partition: one for each combination of the other dimensions that has a cell.

    With what tables have of the smallest areas, those of pieces wherever that is nothing, and there alone.
    """
    held: dict[tuple[str, ...], dict[int, Integers]] = {}
    for partition in partitions:
        names = partition.dimensions
        if names not in held:
            held[names] = by_place(cells, codes, names)
        offsets = np.array([cells.offset(names, place) for place in (partition.whole, *partition.parts)])
        rests = [held[names][offset] - offset for offset in offsets if offset in held[names]]
        rest = np.unique(np.concatenate(rests)) if rests else np.zeros(0, dtype=np.int64)
        if has and AREA in names:
            rest = rest[has.smallest_at(rest) != partition.of_pieces]
        if len(rest):
            yield rest[:, None] + offsets[None, :], partition.why


def _over_categories(cells: Cells, measure: Measure, earlier_kinds: bool) -> Iterator[Block]:
    """Over the values of each category that the measure adds up over: to the count of all of them."""
    for name in categories(measure.result):
        if name not in measure.sums_over:
            continue
        for column in measure.result.with_role(Role.COUNT):
            codes = _of_column(cells, measure.name, column.name, earlier_kinds)
            wholes = cells.over_all(name, codes)
            order = np.argsort(wholes, kind="stable")
            values, starts, sizes = np.unique(wholes[order], return_index=True, return_counts=True)
            for size in np.unique(sizes):
                these = np.flatnonzero(sizes == size)
                parts = codes[order][starts[these][:, None] + np.arange(size)[None, :]]
                yield np.column_stack([values[these], parts]), f"all are the sum of {size} kinds of {name}"


def _of_column(cells: Cells, measure: str, column: str, earlier: bool) -> Integers:
    """Where the counts of a column are, in today's table and, if so asked, in all earlier ones, each once."""
    here = [cells.code[its] for which, its in cells.of.items() if which == (measure, column)]
    before = [its[column] for name, its in cells.earlier if name == measure and earlier]
    if not here and not before:
        return np.zeros(0, dtype=np.int64)
    return here[0] if not before else np.unique(np.concatenate([*here, *before]))


def _over_columns(cells: Cells, measure: Measure) -> Iterator[Block]:
    for column in measure.result.with_role(Role.COUNT):
        if column.sum_of:
            names = (column.name, *column.sum_of)
            why = f"{column.name} is the sum of {', '.join(column.sum_of)}"
            rows: list[Integers] = []
            if (measure.name, column.name) in cells.of:
                rows.append(np.column_stack([cells.code[cells.of[(measure.name, name)]] for name in names]))
            for of, its in cells.earlier:
                if of == measure.name:
                    rows.append(np.column_stack([its[name] for name in names]))
            every = np.concatenate(rows)
            # Each once, in the order of today's table where that has it.
            yield every[np.sort(np.unique(every, axis=0, return_index=True)[1])], why


def _joined(cells: Cells, blocks: list[Block], earlier_kinds: bool) -> Sums:
    """The blocks as one list, less what says nothing: parts that must be 0, and sums of unknowns alone."""
    if not blocks:
        none = np.zeros(0, dtype=np.int64)
        return Sums(none, none, none, (), none)
    widths = np.concatenate([np.full(len(codes), codes.shape[1]) for codes, _why in blocks])
    code = np.concatenate([codes.ravel() for codes, _why in blocks])
    why = np.repeat(np.arange(len(blocks)), [len(codes) for codes, _why in blocks])
    number = np.repeat(np.arange(len(widths)), widths)
    sign = np.ones(len(code), dtype=np.int64)
    sign[np.cumsum(widths) - widths] = -1
    there = np.isin(code, cells.code)
    none = ~there & _must_be_none(cells, code, cells.code if earlier_kinds else _today(cells))
    contradicted = earlier_kinds and _contradicted(cells, (number, code, sign), none)
    kept = ~none
    told = (cells.count >= 0) | cells.held
    known = there & told[np.minimum(np.searchsorted(cells.code, code), len(cells.code) - 1)]
    keeps = says_something(number, code, sign, (kept, known), len(widths))
    kept &= keeps[number]
    absent = np.unique(code[kept & ~there])
    cell = np.where(
        there[kept],
        np.searchsorted(cells.code, code[kept]),
        len(cells.code) + np.searchsorted(absent, code[kept]),
    )
    used, renumbered = np.unique(number[kept], return_inverse=True)
    words = tuple(blocks[each][1] for each in why[used])
    return Sums(renumbered, cell, sign[kept], words, absent, earlier_kinds, contradicted)


def _contradicted(cells: Cells, of: tuple[Integers, Integers, Integers], none: Flags) -> bool:
    """Whether a sum of known counts cannot come out, or the known parts of a whole are more than it."""
    number, code, sign = of
    at = np.minimum(np.searchsorted(cells.code, code), len(cells.code) - 1)
    count = np.where(cells.code[at] == code, cells.count[at], -1)
    unknown = (count < 0) & ~none
    over = np.bincount(number, np.where(count >= 0, count, 0) * sign)
    whole = np.bincount(number, unknown & (sign < 0)) == 0
    return bool((((over > 0) & whole) | ((over != 0) & (np.bincount(number, unknown) == 0))).any())


def _today(cells: Cells) -> Integers:
    """Where the counts of today's tables are."""
    return cells.code[np.unique(np.concatenate([*cells.of.values(), np.zeros(0, dtype=np.int64)]))]


def _must_be_none(cells: Cells, code: Integers, given: Integers) -> Flags:
    """Whether a count that no table has is 0: its table has other categories of the same area and period.

    `given` is what tables have.
    """
    none = np.zeros(len(code), dtype=bool)
    for name in cells.kinds:
        over_all = cells.over_all(name, given[cells.digit(name, given) > 0])
        none |= (cells.digit(name, code) > 0) & np.isin(cells.over_all(name, code), over_all)
    return none


def says_something(
    number: Integers, code: Integers, sign: Integers, flags: tuple[Flags, Flags], count: int
) -> Flags:
    """Which sums say something: those in which no count that nobody knows can take up any difference.

    That is so of a whole that no other sum speaks of, and of parts that are all unknown and in no other.
    """
    kept, known = flags
    keeps = np.ones(count, dtype=bool)
    while True:
        among = keeps[number] & kept
        codes, times = np.unique(code[among], return_counts=True)
        if not len(codes):
            return keeps
        spoken_of = times[np.minimum(np.searchsorted(codes, code), len(codes) - 1)]
        lone = among & ~known & (spoken_of < 2)
        parts = among & (sign > 0)
        taken_up = (np.bincount(number[parts & ~lone], minlength=count) == 0) & (
            np.bincount(number[parts], minlength=count) > 0
        )
        taken_up[number[lone & (sign < 0)]] = True
        if not (taken_up & keeps).any():
            return keeps
        keeps &= ~taken_up
