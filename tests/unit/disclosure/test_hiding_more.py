"""Hiding more where a reader could still work a count out: what is shown again protects nothing any more.

The total and the five areas in it: a has 2, which is hidden, and so is another for its sake.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from evenhand.disclosure.cells import cells
from evenhand.disclosure.partition import Partition
from evenhand.disclosure.proposal import Proposal, reader_of
from evenhand.disclosure.search import hide_more
from evenhand.disclosure.sums import sums
from evenhand.disclosure.suppression import secondary
from evenhand.disclosure.system import system
from evenhand.disclosure.windows import Windows, windows
from evenhand.disclosure.worlds import Walk
from evenhand.measure import Measure
from evenhand.rules.policy import policy
from evenhand.tables.schema import Column, Counted, Handling, Kind, Role, Schema

COUNTS = {"T": 67, "a": 2, "b": 12, "c": 13, "d": 20, "e": 20}
PARTITIONS = (Partition(("area_code",), ("T",), tuple((part,) for part in "abcde")),)
COLUMNS = (
    Column("area_code", Kind.TEXT, "area", Handling.OPEN, role=Role.DIMENSION),
    Column("n", Kind.INTEGER, "n", Handling.OPEN, role=Role.COUNT, counted=Counted("incidents")),
)
PLAIN = Measure(
    "plain", "plain", "?", "", "", (), (), Schema("plain", "", COLUMNS, ("area_code",)), lambda: None
)


@pytest.fixture
def drafted() -> tuple[Proposal, Windows]:
    """What is hidden at first: a, and one more for its sake, with the loop through both."""
    table = pa.table({"area_code": list(COUNTS), "n": pa.array(COUNTS.values(), pa.int64())})
    held = cells({"plain": table}, {"plain": PLAIN}, PARTITIONS)
    among = sums(held, {"plain": PLAIN}, PARTITIONS)
    built = system(held, among, policy("counts", threshold=5))
    around = windows(held, among, built)
    draft = secondary(built, around, 0)
    assert draft.hidden.sum() == 2
    assert not draft.unsafe.any()
    return draft, around


def test_what_every_world_has_alike_is_shown_again_and_another_is_hidden_for_it(drafted):
    """No world was found but one: the count that was hidden for a's sake is as good as shown."""
    draft, around = drafted
    only_one = Walk(reader_of(draft.system, draft.hidden), draft.truth)
    hide_more(draft, only_one, around, (0, 0))
    assert draft.hidden.sum() >= 2
    assert draft.hidden[draft.system.small].all()
    assert not draft.unsafe.any()


def test_loops_go_through_hidden_counts_alone(drafted):
    draft, around = drafted
    hide_more(draft, Walk(reader_of(draft.system, draft.hidden), draft.truth), around, (0, 0))
    moved = np.unique(np.concatenate([loop.cells for loop in draft.loops]))
    assert draft.hidden[moved].all()
