"""What the audit does with a solver: whole numbers only, nothing on trust, and no pass on doubt."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import optimize, sparse

from evenhand.disclosure.attack import worked_out
from evenhand.disclosure.sums import Sums
from evenhand.disclosure.system import Knowledge, System, solution
from evenhand.errors import Refused


def _system(matrix: list[list[int]], total: list[int], low: float = 0, high: float = 1) -> System:
    rows, columns = np.array(matrix).shape
    ends = np.full(columns, float(low)), np.full(columns, float(high))
    array = sparse.csr_array(np.array(matrix, dtype=float))
    return System(array, np.array(total, dtype=float), *ends, np.arange(rows), np.arange(columns))


def test_halves_are_no_solution_though_they_meet_every_sum():
    # Three cells, each two of which make 1: only halves do.
    assert solution(_system([[1, 1, 0], [0, 1, 1], [1, 0, 1]], [1, 1, 1]), np.zeros(3)) is None


def test_whole_numbers_are_found_where_the_corner_is_a_half():
    odd_ring = _system([[1, 1, 0, 1], [0, 1, 1, 1], [1, 0, 1, 1]], [2, 2, 2], high=2)
    found = solution(odd_ring, np.array([0, 0, 0, 1.0]))
    assert odd_ring.met_by(found)
    assert (found == np.rint(found)).all()


@pytest.mark.parametrize("values", [None, np.array([1.0, 1.0])])
def test_a_solver_that_gives_up_or_errs_is_not_believed(values, monkeypatch):
    monkeypatch.setattr(optimize, "milp", lambda *_, **__: SimpleNamespace(status=1, x=values))
    with pytest.raises(Refused, match="the audit could not tell"):
        solution(_system([[1, 1]], [1]), np.zeros(2))


def test_sums_that_no_table_meets_are_refused():
    # Two sums of two hidden cells: 3 in one, and 4 in the other.
    sums = Sums(
        np.array([0, 0, 0, 1, 1, 1]),
        np.array([0, 1, 2, 3, 1, 2]),
        np.array([-1, 1, 1, -1, 1, 1]),
        ("first", "second"),
        4,
    )
    knowledge = Knowledge(
        np.array([3.0, 1, 1, 4]),
        np.array([3.0, 4, 4, 4]),
        np.array([False, True, True, False]),
        np.array([3, 1, 2, 4]),
    )
    with pytest.raises(Refused, match="the partitions contradict the table"):
        worked_out(sums, knowledge)
