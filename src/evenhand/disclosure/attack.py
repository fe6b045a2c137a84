"""The attack: can a reader who knows the policy work a hidden count out from what is shown?

The reader is taken to know every sum, that hidden counts lie in the policy's range, that rounded ones lie
within half a base of what is shown, and that all are whole numbers from 0. A hidden count is safe when
two tables agree with all of that and differ in it. The truth is one. The other is looked for by integer
programming, and none is taken on trust: what the solver finds is checked exactly. So a refusal may err
(a solver that finds nothing); a pass cannot, against this reader. Method: the interval audit of exact
disclosure (Fischetti & Salazar 2000, Management Science 47), with whole numbers for intervals.
"""

from __future__ import annotations

import numpy as np

from evenhand.disclosure.primary import Integers
from evenhand.disclosure.sums import Sums
from evenhand.disclosure.system import Knowledge, Numbers, System, relaxed, solution, system
from evenhand.errors import Refused

SWEEPS = 12
"""Attempts to clear many cells at once before the rest are tried one by one."""

TRIES = 200
"""Cells tried one by one: where the sweeps leave more, a refusal is better than an hour of waiting."""


def worked_out(sums: Sums, knowledge: Knowledge) -> tuple[int, Integers] | None:
    """A hidden cell that has one possible value and the sums that it is in, or None.

    Raises Refused where it cannot tell.
    """
    problem = system(sums, knowledge)
    plain = _only_unknown(problem, knowledge)
    if plain is not None:
        return plain
    truth = knowledge.truth[problem.cells]
    left = _swept(problem, np.flatnonzero(knowledge.hidden[problem.cells]), truth)
    tried = 0
    while len(left):
        tried += 1
        if tried > TRIES:
            raise Refused(
                f"the audit could not tell whether {len(left):,} hidden counts can be worked out",
                next_step="see another measure, or publish open data under the policy open-data",
            )
        part = problem.part(int(left[0]))
        cell = problem.cells[left[0]]
        values = _other_table(part, int(np.flatnonzero(part.cells == cell)[0]), float(knowledge.truth[cell]))
        if values is None:
            return int(cell), np.unique(sums.number[sums.cell == cell])
        moved = part.cells[values != knowledge.truth[part.cells]]
        left = left[~np.isin(problem.cells[left], moved)]
    return None


def _only_unknown(problem: System, knowledge: Knowledge) -> tuple[int, Integers] | None:
    """The plain case: a hidden cell that is all a sum leaves unknown, and that sum."""
    alone = np.diff(problem.matrix.indptr) == 1
    cells = problem.cells[problem.matrix[alone].indices]
    hidden = knowledge.hidden[cells]
    if not hidden.any():
        return None
    first = int(np.argmin(np.where(hidden, cells, np.iinfo(np.int64).max)))
    return int(cells[first]), problem.sums[alone][first : first + 1]


def _swept(problem: System, left: Integers, truth: Integers) -> Integers:
    """The hidden cells that no sweep could move from their true value."""
    idle = 0
    for sweep in range(SWEEPS):
        if not len(left) or idle == 2:
            break
        aim = np.zeros(len(problem.cells))
        aim[left] = _weights(left, sweep // 2) * (1 if sweep % 2 else -1)
        found = relaxed(problem, aim)
        if found is None:
            raise Refused("the partitions contradict the table", next_step="correct the areas and periods")
        values, met = found
        stay = (values[left] == truth[left]) | ~met[left]
        idle = idle + 1 if stay.all() else 0
        left = left[stay]
    return left


def _weights(numbers: Integers, sweep: int) -> Numbers:
    """A number from -1 to 1 for each, spread evenly and always the same (golden-ratio hashing)."""
    return np.modf((numbers + 1) * 0.6180339887498949 * (sweep + 1))[0] * 2 - 1


def _other_table(part: System, number: int, truth: float) -> Numbers | None:
    """A table that agrees with all that is shown and differs from the truth in one cell, or None."""
    for low, high in ((truth + 1, part.high[number]), (part.low[number], truth - 1)):
        values = None
        if low <= high:
            values = solution(part.within(number, low, high), np.zeros(len(part.cells)))
        if values is not None:
            return values
    return None
