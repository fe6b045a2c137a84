"""The audit: can a reader who knows the policy work a hidden count out from what is shown?

The reader is taken to know every sum (`sums`), that hidden counts lie in the policy's range, that
rounded ones lie within half a base of what is shown, and that all are whole numbers from 0. A hidden
count is safe when two tables agree with all of that and differ in it. The truth is one. The audit looks
for the other by integer programming, and takes none on trust: what the solver finds is checked in
integer arithmetic. So a refusal may err (a solver that finds nothing), a pass cannot, for this reader.
Method: exact disclosure by interval audit (Fischetti and Salazar 2000), with integers for intervals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import connected_components

from evenhand.disclosure.primary import Integers
from evenhand.disclosure.sums import Sums
from evenhand.errors import Refused

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

SWEEPS = 12
"""Attempts to clear many cells at once before the rest are tried one by one."""
NODES = 2_000
"""Branches of one integer programme: a limit that gives the same answer on any machine, unlike seconds."""
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

    matrix: sparse.csr_array
    total: Numbers
    low: Numbers
    high: Numbers
    cells: Integers
    """The cell that each column of the matrix is."""

    def part(self, number: int) -> System:
        """The sums and cells that are connected with one cell, by its position."""
        labels = _labels(self.matrix)
        sums = self.matrix.shape[0]
        return self.only(labels[:sums] == labels[sums + number], labels[sums:] == labels[sums + number])

    def only(self, sums: Flags, cells: Flags) -> System:
        """Some of the sums and cells."""
        matrix = sparse.csr_array(self.matrix[sums][:, cells])
        return System(matrix, self.total[sums], self.low[cells], self.high[cells], self.cells[cells])


def worked_out(sums: Sums, knowledge: Knowledge) -> int | None:
    """The first hidden cell that has one possible value, or None. Raises Refused where it cannot tell."""
    system = _system(sums, knowledge)
    alone = np.diff(system.matrix.indptr) == 1
    given_away = system.cells[system.matrix[alone].indices]
    given_away = given_away[knowledge.hidden[given_away]]
    if len(given_away):
        return int(given_away.min())
    open_cells = np.flatnonzero(knowledge.hidden[system.cells])
    open_cells = _swept(system, open_cells, knowledge.truth[system.cells])
    while len(open_cells):
        other = _other_value(system, int(open_cells[0]), knowledge)
        if other is None:
            return int(system.cells[open_cells[0]])
        part, values = other
        moved = part.cells[values != knowledge.truth[part.cells]]
        open_cells = open_cells[~np.isin(system.cells[open_cells], moved)]
    return None


def _system(sums: Sums, knowledge: Knowledge) -> System:
    """The sums with what is known exactly moved to the right, less what touches nothing hidden."""
    number, count = sums.number, len(sums.why)
    exact = knowledge.low == knowledge.high
    fixed = np.where(exact, knowledge.low, 0.0)
    total = -np.bincount(number, sums.sign * fixed[sums.cell], minlength=count)
    loose = ~exact[sums.cell]
    cells, columns = np.unique(sums.cell[loose], return_inverse=True)
    entries = (sums.sign[loose].astype(float), (number[loose], columns))
    matrix = sparse.csr_array(entries, shape=(count, len(cells)))
    whole = System(matrix, total, knowledge.low[cells], knowledge.high[cells], cells)
    labels = _labels(matrix)
    relevant = np.isin(labels, labels[count:][knowledge.hidden[cells]])
    return whole.only(relevant[:count], relevant[count:])


def _labels(matrix: sparse.csr_array) -> Integers:
    """The component of each sum, then of each cell."""
    graph = sparse.block_array([[None, matrix], [matrix.T, None]])
    return connected_components(graph, directed=False)[1]


def _swept(system: System, open_cells: Integers, truth: Integers) -> Integers:
    """The open cells that no sweep could move from their true value."""
    still = 0
    for sweep in range(SWEEPS):
        if not len(open_cells) or still == 2:
            break
        aim = np.zeros(len(system.cells))
        aim[open_cells] = _weights(open_cells, sweep // 2) * (1 if sweep % 2 else -1)
        values = _solution(system, aim)
        if values is None:
            raise Refused("the partitions contradict the table", next_step="correct the areas and periods")
        stay = values[open_cells] == truth[open_cells]
        still = 0 if not stay.all() else still + 1
        open_cells = open_cells[stay]
    return open_cells


def _weights(numbers: Integers, sweep: int) -> Numbers:
    """A number from -1 to 1 for each, spread evenly and always the same (golden-ratio hashing)."""
    return np.modf((numbers + 1) * 0.6180339887498949 * (sweep + 1))[0] * 2 - 1


def _other_value(system: System, number: int, knowledge: Knowledge) -> tuple[System, Numbers] | None:
    """Another table that agrees with all that is shown and differs in this cell, or None."""
    cell = system.cells[number]
    part = system.part(number)
    own = part.cells == cell
    truth = float(knowledge.truth[cell])
    for low, high in ((truth + 1, knowledge.high[cell]), (knowledge.low[cell], truth - 1)):
        if low > high:
            continue
        moved = System(
            part.matrix, part.total, np.where(own, low, part.low), np.where(own, high, part.high), part.cells
        )
        values = _solution(moved, np.zeros(len(part.cells)))
        if values is not None:
            return part, values
    return None


def _solution(system: System, aim: Numbers) -> Numbers | None:
    """Whole numbers that meet every sum and make `aim` small, or None where there are none.

    Raises Refused where the solver gives up, or gives what does not meet the sums.
    """
    found: Any = milp(
        aim,
        integrality=np.ones(len(aim)),
        bounds=Bounds(system.low, system.high),
        constraints=LinearConstraint(system.matrix, system.total, system.total),
        options={"node_limit": NODES, "mip_rel_gap": 0.5},
    )
    if found.status == INFEASIBLE:
        return None
    values = None if found.x is None else np.rint(found.x)
    if values is None or not _meets(system, values):
        raise Refused(
            "the audit could not tell whether hidden counts can be worked out",
            next_step="choose a coarser level or a longer period",
        )
    return values


def _meets(system: System, values: Numbers) -> bool:
    """Exact: whole numbers of this size are exact as floats."""
    inside = (values >= system.low) & (values <= system.high)
    return bool(inside.all() and (system.matrix @ values == system.total).all())
