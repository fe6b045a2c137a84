"""The solver: linear programmes over cells, in real or in whole numbers (HiGHS)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias, TypeVar

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from evenhand.errors import Refused

Numbers: TypeAlias = "NDArray[np.float64]"

Result = TypeVar("Result")

NODES = 2_000
"""Branches tried in whole numbers, at most: the same on every machine, which seconds are not."""

WITHOUT = "publish from a workspace without one source: its tables fall away"
LESS = f"choose another policy, or {WITHOUT}"
"""What helps where tables are too closely linked: nothing but a source leaves tables out."""

_ANSWERED = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kSolutionLimit)
_NONE_THERE = (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible)


def least(
    cost: Numbers,
    low: Numbers,
    high: Numbers,
    matrix: Any,
    total: Numbers,
    *,
    whole: bool = False,
    nodes: int = NODES,
) -> Numbers | None:
    """Values between `low` and `high` with `matrix @ values == total` that make `cost @ values` least.

    With `whole`, whole numbers: the first that meet the sums. None where there
    are none, or none were found on `nodes` branches. Raises Refused where the solver gives up.
    """
    if not len(cost):
        return np.zeros(0)
    solver: Any = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    if whole:
        # Better ones than the first take many times as long.
        solver.setOptionValue("mip_max_improving_sols", 1)
        solver.setOptionValue("mip_max_nodes", nodes)
    solver.passModel(_model(cost, low, high, sparse.csc_array(matrix), total, whole))
    solver.run()
    status, found = solver.getModelStatus(), solver.getSolution()
    if status in _NONE_THERE or (whole and not found.value_valid):
        return None
    if status not in _ANSWERED or not len(found.col_value):
        raise _gave_up(solver, status)
    values = np.array(found.col_value)
    return np.rint(values) if whole else values


CORES = 2
"""Programmes solved side by side, of draws of their own where they are drawn: the same on every machine."""


def on_both_cores(work: Callable[..., Result], *each: Iterable[Any]) -> list[Result]:
    """The work done for each, two at a time; in order, and all of it before any is looked at."""
    pieces = list(zip(*each, strict=True))
    if len(pieces) < 2:
        # To start a thread for it would take longer than most pieces do.
        return [work(*piece) for piece in pieces]
    with ThreadPoolExecutor(max_workers=CORES) as both_cores:
        return list(both_cores.map(lambda piece: work(*piece), pieces))


DUAL, PRIMAL = 1, 4
"""The simplex methods of HiGHS. The second begins where all amounts are 0 and gets to the end where the
first, which is faster, gets lost among amounts that are worth a million times as much as others."""


class Programme:
    """Sums that come to 0 over amounts from 0 up, solved again and again with other costs and limits."""

    def __init__(self, matrix: Any) -> None:
        """Build it, to be solved each time from where all amounts are 0, which meets the sums.

        Nothing is carried over from one time to the next, so that the answer depends on the question alone.
        """
        self._count = int(matrix.shape[1])
        self._columns = np.arange(self._count, dtype=np.int32)
        nothing = np.zeros(self._count)
        self._solver: Any = highspy.Highs()
        for name, value in (
            ("output_flag", False),
            ("threads", 1),
            ("solver", "simplex"),
            # Looking for simplifications would take longer than the steps from 0.
            ("presolve", "off"),
        ):
            self._solver.setOptionValue(name, value)
        total = np.zeros(int(matrix.shape[0]))
        self._solver.passModel(_model(nothing, nothing, nothing, sparse.csc_array(matrix), total, False))

    def solve(self, cost: Numbers, high: Numbers) -> Numbers:
        """The amounts from 0 to `high` that make `cost` least. Raises Refused where the solver gives up."""
        solver, status = self._solver, None
        solver.changeColsCost(self._count, self._columns, cost)
        solver.changeColsBounds(self._count, self._columns, np.zeros(self._count), high)
        for way in (DUAL, PRIMAL):
            solver.clearSolver()
            solver.setOptionValue("simplex_strategy", way)
            solver.run()
            status = solver.getModelStatus()
            if status in _ANSWERED:
                return np.array(solver.getSolution().col_value)
        raise _gave_up(solver, status)


def _gave_up(solver: Any, status: Any) -> Refused:
    return Refused(
        f"the solver of the disclosure gate gave up ({solver.modelStatusToString(status)})",
        next_step=LESS,
    )


def _model(cost: Numbers, low: Numbers, high: Numbers, matrix: Any, total: Numbers, whole: bool) -> Any:
    model: Any = highspy.HighsLp()
    model.num_row_, model.num_col_ = matrix.shape
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, low, high
    model.row_lower_ = model.row_upper_ = total
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
    model.a_matrix_.value_ = matrix.data.astype(np.float64)
    if whole:
        model.integrality_ = [highspy.HighsVarType.kInteger] * matrix.shape[1]
    return model
