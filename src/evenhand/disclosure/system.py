"""Sums as a system of linear equations in whole numbers, and its solutions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse
from scipy.sparse import csgraph

from evenhand.disclosure.primary import Integers
from evenhand.disclosure.sums import Sums
from evenhand.errors import Refused

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

NODES = 2_000
"""Branches of one integer programme: a limit that gives the same answer on any machine, unlike seconds."""
LARGEST_WHOLE = 4_000
"""Cells of the largest system that is solved in whole numbers: beyond it that takes minutes and more."""
INFEASIBLE = 2
"""SciPy's status for a programme without a solution."""


@dataclass(frozen=True)
class Knowledge:
    """What a reader knows of each cell, `low` to `high`; which are hidden; and the truth (-1: not known)."""

    low: Numbers
    high: Numbers
    hidden: Flags
    truth: Integers


@dataclass(frozen=True)
class System:
    """Sums over cells that are not known exactly: `matrix @ values == total`, within `low` to `high`."""

    matrix: Any
    """A sparse array, one row a sum, one column a cell."""
    total: Numbers
    low: Numbers
    high: Numbers
    sums: Integers
    """The sum that each row of the matrix is."""
    cells: Integers
    """The cell that each column of the matrix is."""

    def labels(self) -> tuple[Integers, Integers]:
        """The connected component of each sum, and of each cell."""
        empty = [sparse.csr_array((size, size)) for size in self.matrix.shape]
        graph: Any = sparse.block_array([[empty[0], self.matrix], [self.matrix.T, empty[1]]])
        labels: Integers = np.asarray(csgraph.connected_components(graph, directed=False)[1])
        return labels[: len(self.sums)], labels[len(self.sums) :]

    def only(self, sums: Flags, cells: Flags) -> System:
        """Some of the sums and cells."""
        matrix = self.matrix[sums][:, cells]
        low, high = self.low[cells], self.high[cells]
        return System(matrix, self.total[sums], low, high, self.sums[sums], self.cells[cells])

    def part(self, number: int) -> System:
        """The sums and cells that are connected with one cell, by its position."""
        of_sums, of_cells = self.labels()
        return self.only(of_sums == of_cells[number], of_cells == of_cells[number])

    def within(self, number: int, low: float, high: float) -> System:
        """The same system with other bounds for one cell, by its position."""
        lows, highs = self.low.copy(), self.high.copy()
        lows[number], highs[number] = low, high
        return System(self.matrix, self.total, lows, highs, self.sums, self.cells)

    def met_by(self, values: Numbers) -> bool:
        """Do these whole numbers meet every sum? Exact: as floats they have no rounding error."""
        inside = np.all((values >= self.low) & (values <= self.high))
        return bool(inside and np.array_equal(self.matrix @ values, self.total))


def system(sums: Sums, knowledge: Knowledge) -> System:
    """The sums with what is known exactly moved to the right, less all that touches nothing hidden."""
    count = len(sums.why)
    exact = knowledge.low == knowledge.high
    fixed = np.where(exact, knowledge.low, 0.0)[sums.cell]
    total = -np.bincount(sums.number, sums.sign * fixed, minlength=count).astype(np.float64)
    loose = ~exact[sums.cell]
    cells, columns = np.unique(sums.cell[loose], return_inverse=True)
    entries = (sums.sign[loose].astype(float), (sums.number[loose], columns))
    matrix: Any = sparse.csr_array(entries, shape=(count, len(cells)))
    # A cell that is whole and part of one sum says nothing.
    matrix.eliminate_zeros()
    whole = System(matrix, total, knowledge.low[cells], knowledge.high[cells], np.arange(count), cells)
    of_sums, of_cells = whole.labels()
    touched = of_cells[knowledge.hidden[cells]]
    return whole.only(np.isin(of_sums, touched), np.isin(of_cells, touched))


def relaxed(system: System, aim: Numbers) -> tuple[Numbers, Flags] | None:
    """A solution that need not be whole, rounded, and which cells lie in parts where it meets every sum.

    Parts that are not connected stand for themselves: what is met in one holds, whatever another does.
    None where there is no solution at all. Where the solver gives up, no cell is flagged.
    """
    status, values = _solved(system, aim, 0)
    if status == INFEASIBLE:
        return None
    if values is None:
        return np.zeros(len(aim)), np.zeros(len(aim), dtype=bool)
    of_sums, of_cells = system.labels()
    outside = (values < system.low) | (values > system.high)
    broken = np.union1d(of_sums[system.matrix @ values != system.total], of_cells[outside])
    return values, ~np.isin(of_cells, broken)


def solution(system: System, aim: Numbers) -> Numbers | None:
    """Whole numbers that meet every sum and make `aim @ values` small, or None where there are none.

    Raises Refused where the solver gives up, or gives what does not meet the sums, and for a system
    too large to try in whole numbers.
    """
    # Sums over areas and periods have whole corners nearly always, and without integers it takes a quarter.
    for whole in (0, 1) if len(aim) <= LARGEST_WHOLE else (0,):
        status, values = _solved(system, aim, whole)
        if status == INFEASIBLE:
            return None
        if values is not None and system.met_by(values):
            return values
    raise Refused(
        "the audit could not tell whether hidden counts can be worked out",
        next_step="see another measure, or publish open data under the policy open-data",
    )


def _solved(system: System, aim: Numbers, whole: int) -> tuple[int, Numbers | None]:
    """SciPy's status, and the values it found to the nearest whole numbers."""
    milp: Any = optimize.milp
    bounds: Any = optimize.Bounds
    found = milp(
        aim,
        integrality=np.full(len(aim), whole),
        bounds=bounds(system.low, system.high),
        constraints=(system.matrix, system.total, system.total),
        options={"node_limit": NODES, "mip_rel_gap": 0.5} if whole else {},
    )
    return found.status, None if found.x is None else np.rint(found.x)
