"""Seeded hierarchical count tables: areas by months, and by kinds if asked, with every margin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Integers: TypeAlias = "NDArray[np.int64]"
Flags: TypeAlias = "NDArray[np.bool_]"


@dataclass(frozen=True)
class Dimension:
    """A tree of codes, a parent before its children and children beside each other's descendants.

    `parents` holds the position of each code's parent, -1 for the total, which comes first.
    """

    name: str
    codes: tuple[str, ...]
    parents: tuple[int, ...]

    def children(self) -> dict[int, list[int]]:
        """The positions of the children of each code that has any."""
        found: dict[int, list[int]] = {}
        for place, parent in enumerate(self.parents):
            if parent >= 0:
                found.setdefault(parent, []).append(place)
        return found

    def depth(self, place: int) -> int:
        """How many steps a code is below the total."""
        return 0 if self.parents[place] < 0 else 1 + self.depth(self.parents[place])


@dataclass(frozen=True)
class Problem:
    """One table to be protected: cells, the sums between them, and the counts that may not be shown.

    Cells are the full cross of the dimensions' codes, the last dimension running fastest; `places` has a
    row a cell with the position of its code on each dimension. Sum number k is the cells
    `indices[indptr[k]:indptr[k + 1]]`: the whole first, then its parts. Counts from `hide_from` to
    `hide_to` are to be hidden; zeros are shown.
    """

    name: str
    dimensions: tuple[Dimension, ...]
    places: Integers
    values: Integers
    indptr: Integers
    indices: Integers
    hide_from: int = 1
    hide_to: int = 4

    @property
    def primary(self) -> Flags:
        """Which cells the policy hides."""
        return (self.values >= self.hide_from) & (self.values <= self.hide_to)

    @property
    def sums(self) -> Iterator[Integers]:
        """The cells of each sum in turn, the whole first."""
        return (self.indices[start:end] for start, end in zip(self.indptr, self.indptr[1:], strict=False))

    def describe(self) -> str:
        """Cells, sums, and the shares of small counts and zeros, in words."""
        small, zero = self.primary.mean(), (self.values == 0).mean()
        cells, sums = len(self.values), len(self.indptr) - 1
        return f"{self.name}: {cells:,} cells, {sums:,} sums, {small:.1%} small, {zero:.1%} zero"


@dataclass(frozen=True)
class Shape:
    """How large a table is: districts, middle areas in all, years of twelve months, kinds (0: none)."""

    districts: int
    middles: int
    years: int = 1
    kinds: int = 0


SHAPES = {
    "1400": Shape(7, 100),
    "5400": Shape(14, 400),
    "10800": Shape(30, 800),
    "1400-kinds": Shape(3, 23, kinds=3),
    "5400-kinds": Shape(8, 95, kinds=3),
    "10800-years": Shape(14, 400, years=2),
}
"""By name: about 1,400, 5,400 and 10,800 cells. The last three have a dimension or a level more."""


def table(name: str, seed: int = 1) -> Problem:
    """The table of one of SHAPES, the same for the same seed."""
    return generate(SHAPES[name], seed, name=f"{name}/{seed}")


def generate(shape: Shape, seed: int, mean: float = 11.0, name: str = "table") -> Problem:
    """A table of that shape, the same for the same seed.

    A middle area's counts a month (over all kinds) are negative binomial about a mean of its own, which is
    about `mean`. Roughly one cell in five comes out as a count of 1 to 4, a few in a hundred as 0.
    """
    rng = np.random.default_rng(seed)
    dimensions = [_areas(shape), months(shape.years)]
    if shape.kinds:
        dimensions.append(_flat("kind", "K", shape.kinds))
    return _filled(tuple(dimensions), rng, mean * max(shape.kinds, 1), name)


def _areas(shape: Shape) -> Dimension:
    codes, parents, made = ["AT"], [-1], 0
    for district in range(shape.districts):
        at = len(codes)
        codes.append(f"D{district:03d}")
        parents.append(0)
        upto = shape.middles * (district + 1) // shape.districts
        codes += [f"M{number:04d}" for number in range(made, upto)]
        parents += [at] * (upto - made)
        made = upto
    return Dimension("area", tuple(codes), tuple(parents))


def months(years: int) -> Dimension:
    if years == 1:
        return _flat("month", "P", 12)
    codes, parents = ["PT"], [-1]
    for year in range(years):
        at = len(codes)
        codes += [f"Y{year:02d}", *(f"P{year * 12 + month:03d}" for month in range(12))]
        parents += [0, *[at] * 12]
    return Dimension("month", tuple(codes), tuple(parents))


def _flat(name: str, letter: str, parts: int) -> Dimension:
    return Dimension(
        name, (f"{letter}T", *(f"{letter}{part:03d}" for part in range(parts))), (-1, *[0] * parts)
    )


def _filled(dimensions: tuple[Dimension, ...], rng: np.random.Generator, mean: float, name: str) -> Problem:
    leaves = [np.setdiff1d(np.arange(len(one.codes)), list(one.children())) for one in dimensions]
    sizes = tuple(len(places) for places in leaves)
    weights = [rng.lognormal(0, spread, size) for spread, size in zip((0.45, 0.15, 0.4), sizes, strict=False)]
    expected = mean * reduce(np.multiply.outer, [one / one.mean() for one in weights])
    if len(sizes) == 3:
        expected /= sizes[2]
    return crossed(dimensions, rng.poisson(expected * rng.gamma(3, 1 / 3, sizes)), name)


def crossed(dimensions: tuple[Dimension, ...], counts: Integers, name: str) -> Problem:
    """The table with every margin; `counts` are of the codes without children, an axis for each dimension."""
    leaves = [np.setdiff1d(np.arange(len(one.codes)), list(one.children())) for one in dimensions]
    grid = np.zeros(tuple(len(one.codes) for one in dimensions), dtype=np.int64)
    grid[np.ix_(*leaves)] = counts
    for axis, dimension in enumerate(dimensions):
        _sum_up(grid, axis, dimension)
    places = np.stack(np.unravel_index(np.arange(grid.size), grid.shape), axis=1).astype(np.int64)
    return Problem(name, dimensions, places, grid.ravel(), *_sums(dimensions, grid.shape))


def _sum_up(grid: Integers, axis: int, dimension: Dimension) -> None:
    """Fill in the wholes along one axis, the lowest first."""
    along = np.moveaxis(grid, axis, 0)
    for whole, parts in sorted(dimension.children().items(), reverse=True):
        along[whole] = along[parts].sum(axis=0)


def _sums(dimensions: tuple[Dimension, ...], shape: tuple[int, ...]) -> tuple[Integers, Integers]:
    """The sums as `indptr` and `indices`."""
    cells = np.arange(np.prod(shape), dtype=np.int64).reshape(shape)
    lengths: list[int] = []
    members: list[Integers] = []
    for axis, dimension in enumerate(dimensions):
        along = np.moveaxis(cells, axis, 0).reshape(shape[axis], -1)
        for whole, parts in dimension.children().items():
            block = along[[whole, *parts]].T
            lengths += [block.shape[1]] * len(block)
            members.append(block.ravel())
    return np.r_[0, np.cumsum(lengths)].astype(np.int64), np.concatenate(members)
