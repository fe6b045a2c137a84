"""Windows: parts of a large system that are solved by themselves, all other cells staying as they are.

A window takes the cells of one region, a district or so, in a few months of a year: a loop that moves a
small count mostly comes back to itself within these. Each round draws other months.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from evenhand.disclosure.cells import Cells, Flags, Integers
from evenhand.disclosure.partition import AREA, PERIOD
from evenhand.disclosure.sums import Sums
from evenhand.disclosure.system import System, entries, linked

LARGEST = 4_000
"""Cells in a window, about: a linear programme over so many takes some thousandths of a second."""
EVERYWHERE = 3
"""One in so many rounds takes all regions together, in fewer months."""
REGION = 400
"""Areas that are no sum in a region, at most, where larger areas are the sum of several regions."""


@dataclass(frozen=True)
class Windows:
    """How cells fall together, one value a cell, and the sums themselves by row and by column."""

    part: Integers
    """Which cells hang together."""
    region: Integers
    """The number of each cell's region; 0 for areas above those."""
    adjoins: Flags
    """In an area that is part of one above regions."""
    period: Integers
    whole: Flags
    """A sum of periods that are no sums themselves."""
    within: dict[int, Integers]
    """The periods that each period is a part of."""
    order: Integers
    """What a ball takes first: sums, the larger the sooner, since one more below is one more in each."""
    rows: Any
    columns: Any

    def of(
        self, chosen: Flags, seed: int, largest: int = LARGEST, *, everywhere: bool = False
    ) -> list[Integers]:
        """Windows over the chosen cells, by position, those of small parts together.

        They are of some regions each, but for every third seed and with `everywhere`.
        """
        cells = np.flatnonzero(chosen)
        sizes = np.bincount(self.part[cells], minlength=int(self.part.max(initial=-1)) + 1)
        small = sizes[self.part[cells]] <= largest
        found = _filled(cells[small], self.part[cells[small]], largest)
        chance = np.random.default_rng(seed)
        for part in np.flatnonzero(sizes > largest):
            its = cells[self.part[cells] == part]
            by_region = seed % EVERYWHERE and not everywhere
            for mine in self._regions(its, chance, largest) if by_region else [its]:
                found += self._by_period(mine, chance, largest)
        return found

    def _regions(self, cells: Integers, chance: np.random.Generator, largest: int) -> Iterator[Integers]:
        """The cells by region, those of small regions together; and what is above regions."""
        region = self.region[cells]
        regions, sizes = np.unique(region[region > 0], return_counts=True)
        order = chance.permutation(len(regions))
        lot = np.cumsum(sizes[order]) // largest
        for some in np.split(regions[order], np.flatnonzero(np.diff(lot)) + 1):
            yield cells[np.isin(region, some)]
        yield cells[(region == 0) | self.adjoins[cells]]

    def _by_period(self, cells: Integers, chance: np.random.Generator, largest: int) -> list[Integers]:
        """Some periods at a time that are parts of one, with that one."""
        if len(cells) <= largest:
            return [cells]
        whole, period = self.whole[cells], self.period[cells]
        found: list[Integers] = []
        for some in self._some_periods(period[~whole], chance, largest - int(whole.sum()) // 2):
            over = np.unique(np.concatenate([self.within.get(int(each), some) for each in some]))
            found.append(cells[np.isin(period, some) & ~whole | np.isin(period, over) & whole])
        found.append(cells[whole])
        return [each for each in found if len(each)]

    def _some_periods(
        self, period: Integers, chance: np.random.Generator, largest: int
    ) -> Iterator[Integers]:
        """The periods in lots, those that are parts of one period together."""
        periods, sizes = np.unique(period, return_counts=True)
        years = [chance.choice(self.within.get(int(each), np.array([-1]))) for each in periods]
        place = np.random.default_rng(chance.integers(2**31)).permutation(int(self.period.max()) + 2)
        order = np.lexsort((chance.random(len(periods)), place[np.array(years, dtype=np.int64)]))
        lot = np.cumsum(sizes[order]) // max(largest, 2 * int(sizes.max(initial=1)))
        yield from np.split(periods[order], np.flatnonzero(np.diff(lot)) + 1)

    def sums_of(self, cell: int) -> Iterator[Integers]:
        """The cells of each sum that a cell is in."""
        for row in entries(self.columns, np.array([cell])):
            yield entries(self.rows, np.array([row]))

    def ball(self, seed: int, chosen: Flags, largest: int) -> Integers:
        """What of the chosen is reached from a cell over the sums, nearest first, until it is enough."""
        inside = np.zeros(len(chosen), dtype=bool)
        inside[seed] = True
        edge, size = np.array([seed]), 1
        while len(edge) and size < largest:
            over = np.unique(entries(self.columns, edge))
            reached = np.unique(entries(self.rows, over))
            reached = reached[chosen[reached] & ~inside[reached]]
            edge = reached[np.argsort(self.order[reached])][: largest - size]
            inside[edge] = True
            size += len(edge)
        return np.flatnonzero(inside)


def _filled(cells: Integers, part: Integers, largest: int) -> list[Integers]:
    """Whole parts put together until a window is full."""
    order = np.argsort(part, kind="stable")
    _parts, starts, sizes = np.unique(part[order], return_index=True, return_counts=True)
    cuts = np.flatnonzero(np.diff(np.cumsum(sizes) // largest)) + 1
    return [each for each in np.split(cells[order], starts[cuts]) if len(each)]


def windows(cells: Cells, among: Sums, system: System) -> Windows:
    """How the cells of a system fall into windows."""
    code = among.codes(cells)
    period, area = cells.digit(PERIOD, code), cells.digit(AREA, code)
    years, months = _pairs(among, period)
    is_whole = np.isin(np.arange(len(code)), among.cell[among.sign < 0])
    region, adjoins = _regions(*_pairs(among, area), len(cells.axes[AREA].places))
    within = {int(month): _above(int(month), years, months) for month in np.unique(months)}
    order = np.lexsort((np.modf(np.arange(len(code)) * 0.6180339887498949)[0], ~is_whole))
    place = np.empty(len(code), dtype=np.int64)
    place[order] = np.arange(len(code))
    return Windows(
        part=linked(system.matrix)[1],
        region=region[area],
        adjoins=adjoins[area],
        period=period,
        whole=np.isin(period, years),
        within=within,
        order=place,
        rows=system.lean,
        columns=system.lean.tocsc(),
    )


def _above(period: int, wholes: Integers, parts: Integers) -> Integers:
    """The periods that a period is a part of, and those that they are parts of."""
    found = np.array([period])
    while len(more := np.union1d(found, wholes[np.isin(parts, found)])) > len(found):
        found = more
    return found[found != period]


def _pairs(among: Sums, value: Integers) -> tuple[Integers, Integers]:
    """The wholes and parts on one axis, of sums along it: a pair for each part, each once."""
    of_sum = value[among.cell]
    whole = np.zeros(len(among.why), dtype=np.int64)
    whole[among.number[among.sign < 0]] = of_sum[among.sign < 0]
    along = (among.sign > 0) & (whole[among.number] != of_sum)
    pairs = np.unique(np.column_stack([whole[among.number[along]], of_sum[along]]), axis=0)
    return pairs[:, 0], pairs[:, 1]


def _regions(wholes: Integers, parts: Integers, count: int) -> tuple[Integers, Flags]:
    """The region of each area, 0 above regions; and whether it is part of an area above."""
    below: Any = sparse.csr_array((np.ones(len(wholes)), (wholes, parts)), shape=(count, count))
    leaf = np.bincount(wholes, minlength=count) == 0
    reached: Any = below
    step: Any = below
    while step.nnz:
        # Areas form no circle: so many steps as there are levels.
        step = step @ below
        reached = reached + step
    reached.data[:] = 1
    above = reached @ leaf > REGION
    if above.all() or not len(wholes):
        return np.ones(count, dtype=np.int64), np.zeros(count, dtype=bool)
    inside = ~above[wholes]
    graph: Any = sparse.csr_array(
        (np.ones(int(inside.sum())), (wholes[inside], parts[inside])), (count, count)
    )
    region = csgraph.connected_components(graph, directed=False)[1] + 1
    adjoins = np.zeros(count, dtype=bool)
    adjoins[parts[above[wholes]]] = True
    return np.where(above, 0, region), adjoins & ~above & ~leaf
