"""Giving up: how often the gate hides more in vain, and what the solver tries before it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

import highspy
import numpy as np
import pytest

from evenhand.disclosure import gate
from evenhand.disclosure.solver import DUAL, PRIMAL, Programme


@pytest.fixture
def left_after(monkeypatch) -> Callable[[Iterable[int]], tuple[int, int]]:
    """How many rounds of hiding more the gate takes, and how many counts are unsafe then.

    Given how many are after each round, where it begins with 100.
    """

    def rounds(left: Iterable[int]) -> tuple[int, int]:
        walk = SimpleNamespace(unsafe=np.ones(100, dtype=bool), many=False)
        draft = SimpleNamespace(hidden=np.ones(1, dtype=bool))
        taken, then = [], iter(left)

        def go_on(of: SimpleNamespace, *_more: object, hurried: bool) -> None:
            taken.append(hurried)
            of.unsafe = np.ones(next(then), dtype=bool)

        monkeypatch.setattr(gate, "secondary", lambda *_: draft)
        monkeypatch.setattr(gate, "_walked", lambda *_, **_how: (np.zeros(1), walk))
        monkeypatch.setattr(gate, "go_on", go_on)
        for name in ("hide_more", "close", "reader_of"):
            monkeypatch.setattr(gate, name, lambda *_: None)
        gate._hidden_enough(SimpleNamespace(same_counts=False, system=draft, windows=None))  # type: ignore[arg-type]
        return len(taken), int(walk.unsafe.sum())

    return rounds


def test_the_gate_goes_on_as_long_as_hiding_more_helps(left_after):
    """Each round leaves less than 0.7 of what was unsafe before: after nine of them nothing is."""
    assert left_after([60, 36, 21, 12, 7, 4, 2, 1, 0]) == (9, 0)


def test_the_gate_gives_up_after_eight_rounds_in_vain(left_after):
    """70 of 100 are not less than 0.7 of them, 40 of 70 are: that one round helped, the eight others not."""
    assert left_after([100] * 20) == (8, 100)
    assert left_after([70, 40, *[40] * 20]) == (9, 40)


@pytest.fixture
def lost(monkeypatch) -> list[int]:
    """A solver that gets lost by its first method; the methods that it was asked for."""
    asked: list[int] = []

    class Lost(highspy.Highs):
        def run(self) -> Any:
            asked.append(int(self.getOptionValue("simplex_strategy")[1]))
            return None if asked[-1] == DUAL else super().run()

    monkeypatch.setattr(highspy, "Highs", Lost)
    return asked


def test_where_the_first_method_gets_lost_the_second_one_is_tried(lost):
    """x - y comes to 0, both are up to 3, and x is worth 1: so both are 3."""
    programme = Programme(np.array([[1.0, -1.0]]))
    assert programme.solve(np.array([-1.0, 0.0]), np.array([3.0, 3.0])).tolist() == [3, 3]
    assert lost == [DUAL, PRIMAL]
