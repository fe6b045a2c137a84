"""Walks: steps are found by the sums from which others follow, and put to all of them."""

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from scipy import sparse

from evenhand.disclosure.loops import Step
from evenhand.disclosure.reader import Reader
from evenhand.disclosure.windows import Windows
from evenhand.disclosure.worlds import Walk, all_at_once

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


def test_windows_that_share_a_cell_are_walked_through_without_breaking_a_sum():
    """Each window moves the total both are in; what one moves, the other leaves moved."""
    matrix = sparse.csr_array(np.array([[-1.0, 1, 1, 1, 1]]))
    low, high, nothing = np.zeros(5, dtype=np.int64), np.full(5, 50), np.zeros(5, dtype=bool)
    reader = Reader(matrix, matrix, low, high, ~nothing, protection=3, unseen=nothing, largest_small=0)
    walk = Walk(reader, np.array([40, 10, 10, 10, 10]))
    around = SimpleNamespace(of=lambda *_, **_how: [np.array([0, 1, 2]), np.array([0, 3, 4])])
    all_at_once(walk, cast("Windows", around), 0)
    assert not walk.unsafe.any()
    assert walk.holds
    assert not (matrix @ walk.now).any()
