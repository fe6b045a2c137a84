"""Windows: parts of a large system that are solved by themselves, all other cells staying as they are.

A window takes some of the periods at a time, with every area and category, since what moves between
two months of one year mostly comes back to itself. Each round draws other months.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from evenhand.disclosure.cells import Cells, Flags, Integers
from evenhand.disclosure.partition import PERIOD
from evenhand.disclosure.sums import Sums
from evenhand.disclosure.system import System, linked

LARGEST = 5_000
"""Cells in a window, about: a linear programme over so many takes some tenths of a second."""


@dataclass(frozen=True)
class Windows:
    """How cells fall together, one value a cell, and the sums themselves by row and by column."""

    part: Integers
    """Which cells hang together."""
    period: Integers
    leaf: Flags
    """Of a period that is not the sum of others."""
    adjoins: Flags
    """A sum of leaves."""
    order: Integers
    """What a ball takes first: sums, the larger the sooner, since one more below is one more in each."""
    rows: Any
    columns: Any

    def of(self, chosen: Flags, seed: int, largest: int = LARGEST) -> list[Integers]:
        """Windows over the chosen cells, by position, those of small parts together."""
        cells = np.flatnonzero(chosen)
        sizes = np.bincount(self.part[cells], minlength=int(self.part.max(initial=-1)) + 1)
        small = sizes[self.part[cells]] <= largest
        found = _filled(cells[small], self.part[cells[small]], largest)
        for part in np.flatnonzero(sizes > largest):
            found += self._of_part(cells[self.part[cells] == part], np.random.default_rng(seed), largest)
        return found

    def ball(self, seed: int, chosen: Flags, largest: int) -> Integers:
        """What of the chosen is reached from a cell over the sums, nearest first, until it is enough."""
        inside = np.zeros(len(chosen), dtype=bool)
        inside[seed] = True
        edge, size = np.array([seed]), 1
        while len(edge) and size < largest:
            over = np.unique(_entries(self.columns, edge))
            reached = np.unique(_entries(self.rows, over))
            reached = reached[chosen[reached] & ~inside[reached]]
            edge = reached[np.argsort(self.order[reached])][: largest - size]
            inside[edge] = True
            size += len(edge)
        return np.flatnonzero(inside)

    def _of_part(self, cells: Integers, chance: np.random.Generator, largest: int) -> list[Integers]:
        leaf, period = self.leaf[cells], self.period[cells]
        periods = chance.permutation(np.unique(period[leaf]))
        taken = min(-(-len(cells) // largest), max(len(periods) // 2, 1))
        if taken < 2:
            return [cells]
        chunks = [np.isin(period, chunk) & leaf for chunk in np.array_split(periods, taken)]
        adjoining = self.adjoins[cells]
        return [*(cells[chunk | adjoining] for chunk in chunks), cells[~leaf]]


def _entries(matrix: Any, lines: Integers) -> Integers:
    """The positions of what stands in these lines of a sparse matrix."""
    starts, ends = matrix.indptr[lines], matrix.indptr[lines + 1]
    sizes = ends - starts
    steps = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return matrix.indices[np.repeat(starts, sizes) + steps]


def _filled(cells: Integers, part: Integers, largest: int) -> list[Integers]:
    """Whole parts put together until a window is full."""
    order = np.argsort(part, kind="stable")
    _parts, starts, sizes = np.unique(part[order], return_index=True, return_counts=True)
    cuts = np.flatnonzero(np.diff(np.cumsum(sizes) // largest)) + 1
    return [each for each in np.split(cells[order], starts[cuts]) if len(each)]


def windows(cells: Cells, among: Sums, system: System) -> Windows:
    """How the cells of a system fall into windows."""
    code = np.r_[cells.code, among.absent]
    period = cells.digit(PERIOD, code)
    of_sum = period[among.cell]
    first = np.zeros(len(among.why), dtype=np.int64)
    first[among.number[among.sign < 0]] = of_sum[among.sign < 0]
    over_periods = first[among.number] != of_sum
    summed = np.unique(first[among.number[over_periods]])
    leaf = ~np.isin(period, summed)
    adjoins = np.zeros(len(code), dtype=bool)
    wholes = np.isin(among.number, among.number[over_periods]) & (among.sign < 0)
    adjoins[among.cell[wholes]] = True
    matrix = system.matrix
    order = np.lexsort(
        (
            np.modf(np.arange(len(code)) * 0.6180339887498949)[0],
            ~np.isin(np.arange(len(code)), among.cell[among.sign < 0]),
        )
    )
    place = np.empty(len(code), dtype=np.int64)
    place[order] = np.arange(len(code))
    return Windows(linked(matrix)[1], period, leaf, adjoins & ~leaf, place, matrix.tocsr(), matrix.tocsc())
