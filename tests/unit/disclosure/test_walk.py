"""Walks: steps are found by the sums from which others follow, and put to all of them."""

import numpy as np
import pytest
from scipy import sparse

from evenhand.disclosure.loops import Step
from evenhand.disclosure.reader import Reader
from evenhand.disclosure.worlds import Walk

ALL = sparse.csr_array(np.array([[-1.0, 1, 1, 0], [0, 0, -1, 1]]))
NONE = np.zeros(4, dtype=bool)


@pytest.fixture
def walk() -> Walk:
    """T = A + B, and B = C; the second sum is left out of those by which steps are found."""
    low, high = np.zeros(4, dtype=np.int64), np.full(4, 9)
    reader = Reader(ALL, ALL[[0]], low, high, ~NONE, protection=1, unseen=NONE, largest_small=0)
    return Walk(reader, np.array([5, 3, 2, 2]))


def test_a_walk_without_steps_holds(walk):
    assert walk.holds


def test_steps_that_fit_every_sum_hold(walk):
    walk.go([Step(np.array([0, 1]), np.array([1, 1]))])
    walk.go([Step(np.array([1, 2, 3]), np.array([-1, 1, 1]))])
    assert len(walk.steps) == 2
    assert walk.holds


def test_a_step_that_breaks_a_sum_that_was_left_out_is_told(walk):
    walk.go([Step(np.array([1, 2]), np.array([-1, 1]))])
    assert len(walk.steps) == 1
    assert not walk.holds
