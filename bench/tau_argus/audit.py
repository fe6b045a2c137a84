"""An independent audit: what a reader can tell of each small count, by plain linear or integer programmes.

Knows nothing of Evenhand's own audit and nothing of the peer: scipy alone. Slow is fine.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from .tables import Flags, Integers, Problem

CLOSE = 1e-6


@dataclass(frozen=True)
class Reader:
    """What a reader knows of hidden cells besides the sums: between what and what each must lie."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]


@dataclass(frozen=True)
class Audit:
    """What the reader can tell of each cell in `cells`: it lies from `low` to `high`.

    Where `exact` is false, a range may be wider than given: it was found wide enough and left at that.
    `of` is the number of small counts in all; `whole` says that whole numbers were asked for.
    """

    cells: Integers
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    width: int
    of: int
    exact: bool
    whole: bool
    seconds: float

    @property
    def narrow(self) -> Integers:
        """The cells whose range is narrower than it must be."""
        return self.cells[self.high - self.low < self.width - CLOSE]

    @property
    def told(self) -> Integers:
        """The cells whose value the reader knows exactly."""
        return self.cells[self.high - self.low < CLOSE]

    @property
    def safe(self) -> bool:
        """Whether every small count that was looked at keeps its width."""
        return not len(self.narrow)

    def short_of(self, problem: Problem, lower: Integers, upper: Integers) -> Integers:
        """The cells whose range does not reach from `lower` below to `upper` above (one a cell of all)."""
        values = problem.values[self.cells]
        reaches = (self.low <= values - lower[self.cells] + CLOSE) & (
            self.high >= values + upper[self.cells] - CLOSE
        )
        return self.cells[~reaches]


def ours(problem: Problem) -> Reader:
    """The reader of the policy: small counts lie in its range, other hidden ones beyond it."""
    primary = problem.primary
    low = np.where(primary, problem.hide_from, problem.hide_to + 1).astype(float)
    return Reader(low, np.where(primary, problem.hide_to, np.inf))


def published(problem: Problem) -> Reader:
    """The reader of our publications: a hidden count is no 0, and nobody can say which are small.

    Where totals are hidden too there is no largest table, and so they are taken to know that no count is
    ten times as large as the largest: what is safe from one who knows more is safe.
    """
    highest = 10.0 * float(problem.values.max())
    return Reader(
        np.full(len(problem.values), float(problem.hide_from)), np.full(len(problem.values), highest)
    )


def open_reader(problem: Problem) -> Reader:
    """The reader of the peer's modular method: hidden counts are not negative, and that is all."""
    return Reader(np.zeros(len(problem.values)), np.full(len(problem.values), np.inf))


def audit(
    problem: Problem,
    hidden: Flags,
    reader: Reader | None = None,
    *,
    width: int = 2,
    whole: bool = False,
    exact: bool = False,
    sample: int | None = None,
    seed: int = 1,
) -> Audit:
    """What the reader (ours, if none is given) can tell of the small counts, all of them or a sample.

    With `exact` both ends of every range are solved for. Without it a cell is left as soon as tables
    already found show its width, which says as surely whether it is safe. Raises ValueError where
    `hidden` does not hide a small count, or hides a zero.
    """
    if (problem.primary & ~hidden).any():
        raise ValueError(f"{int((problem.primary & ~hidden).sum())} small counts are shown")
    if (hidden & (problem.values < problem.hide_from)).any():
        raise ValueError("a zero is hidden")
    reader = reader or ours(problem)
    began = time.perf_counter()
    cells = np.flatnonzero(problem.primary)
    if sample is not None and sample < len(cells):
        cells = np.sort(np.random.default_rng(seed).choice(cells, sample, replace=False))
    low = problem.values.astype(float)
    high = low.copy()
    solved = np.zeros(len(low), dtype=bool)
    parts = _parts(problem, hidden, reader)
    number = {int(cell): part for part in parts for cell in part.cells}
    for cell in cells.tolist():
        if cell not in number:
            low[cell], high[cell] = reader.low[cell], reader.high[cell]
            continue
        for sign in (1, -1):
            if solved[cell] or (not exact and high[cell] - low[cell] >= width - CLOSE):
                break
            part = number[cell]
            found = part.extreme(cell, sign, whole)
            low[part.cells] = np.minimum(low[part.cells], found)
            high[part.cells] = np.maximum(high[part.cells], found)
    seconds = time.perf_counter() - began
    return Audit(cells, low[cells], high[cells], width, int(problem.primary.sum()), exact, whole, seconds)


@dataclass(frozen=True)
class _Part:
    """Hidden cells that sums hold together, and what these sums leave for them to add up to."""

    cells: Integers
    matrix: csr_array
    target: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def extreme(self, cell: int, sign: int, whole: bool) -> NDArray[np.float64]:
        """The values of a table in which `cell` is as small (sign 1) or as large (-1) as it can be."""
        aim = np.where(self.cells == cell, float(sign), 0.0)
        result = milp(
            aim,
            constraints=LinearConstraint(self.matrix, self.target, self.target),
            bounds=Bounds(self.low, self.high),
            integrality=np.full(len(aim), int(whole)),
        )
        if result.x is None:
            raise RuntimeError(f"cell {cell}: {result.message}")
        return np.round(result.x) if whole else result.x


def _parts(problem: Problem, hidden: Flags, reader: Reader) -> list[_Part]:
    """The hidden cells, fallen apart into those that have sums in common."""
    sums = np.repeat(np.arange(len(problem.indptr) - 1), np.diff(problem.indptr))
    signs = np.ones(len(sums))
    signs[problem.indptr[:-1]] = -1
    shape = (len(problem.indptr) - 1, len(problem.values))
    every = csr_array((signs, (sums, problem.indices)), shape=shape)
    if (every @ problem.values).any():
        raise ValueError("a sum does not hold")
    cells = np.flatnonzero(hidden)
    matrix = every[:, cells]
    matrix = matrix[np.diff(matrix.indptr) > 0]
    target = matrix @ problem.values[cells].astype(float)
    count, labels = connected_components(matrix.T @ matrix, directed=False)
    row_labels = labels[matrix.indices[matrix.indptr[:-1]]]
    parts = []
    for label in range(count):
        inside, rows = np.flatnonzero(labels == label), np.flatnonzero(row_labels == label)
        if len(rows):
            chosen = cells[inside]
            parts.append(
                _Part(
                    chosen,
                    csr_array(matrix[rows][:, inside]),
                    target[rows],
                    reader.low[chosen],
                    reader.high[chosen],
                )
            )
    return parts
