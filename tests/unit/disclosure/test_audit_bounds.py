"""The audit's bounds: it answers in bounded work, and where it cannot tell it refuses and says of what."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from evenhand.disclosure import system as systems
from evenhand.disclosure.system import System, relaxed
from evenhand.errors import Refused


def two_parts(total: float) -> System:
    """Two sums that share no cell: a + b = 4, and 2c = `total`."""
    matrix = sparse.csr_array(np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 2.0]]))
    return System(matrix, np.array([4.0, total]), np.ones(3), np.full(3, 7.0), np.arange(2), np.arange(3))


def test_part_without_whole_solution_spoils_no_other_part():
    found = relaxed(two_parts(5), np.array([1.0, 0.0, 0.0]))
    assert found is not None
    values, met = found
    assert met.tolist() == [True, True, False], "2c = 5 has no whole solution; a + b = 4 has"
    assert values[:2].tolist() == [1, 3]


def test_system_without_any_solution_is_told():
    assert relaxed(two_parts(100), np.zeros(3)) is None


def test_system_too_large_for_whole_numbers_is_not_tried_in_them(monkeypatch):
    monkeypatch.setattr(systems, "LARGEST_WHOLE", 2)
    tried = []
    solved = systems._solved
    monkeypatch.setattr(systems, "_solved", lambda *given: tried.append(given[2]) or solved(*given))
    with pytest.raises(Refused, match="could not tell"):
        systems.solution(two_parts(5), np.zeros(3))
    assert tried == [0]
