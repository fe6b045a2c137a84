"""The first world: counts that no table has are 0 there if they can be, and every sum holds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from evenhand.disclosure.first import first_world
from evenhand.disclosure.reader import Reader
from evenhand.disclosure.system import UNBOUNDED


def knows(rows: list[list[int]], low: list[int], high: list[int], unseen: list[bool]) -> Reader:
    matrix = sparse.csr_array(np.array(rows, dtype=np.float64))
    nothing = np.zeros(len(low), dtype=bool)
    ends = np.array(low), np.array(high)
    seen = np.array(unseen)
    return Reader(matrix, matrix, *ends, nothing, protection=2, unseen=seen, largest_small=4)


@pytest.mark.parametrize("total", [10, 11, 500])
def test_what_no_table_has_begins_at_0(total):
    """A and B are hidden, C to F in no table; all six come to the total."""
    low, high = [1, 1, 0, 0, 0, 0, total], [UNBOUNDED] * 6 + [total]
    reader = knows([[1, 1, 1, 1, 1, 1, -1]], low, high, [False, False, True, True, True, True, False])
    found = first_world(reader)
    assert found[:6].sum() == found[6] == total
    assert (found[:2] >= 1).all()
    assert np.count_nonzero(found[2:6]) <= 1


def test_it_is_more_than_0_where_the_sums_leave_no_other_way():
    """A is 1 at most, B in no table; both come to 7."""
    reader = knows([[1, 1, -1]], [0, 0, 7], [1, UNBOUNDED, 7], [False, True, False])
    assert first_world(reader)[1] >= 6
