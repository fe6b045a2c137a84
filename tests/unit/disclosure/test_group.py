"""Group disclosure: that all of a group are of one kind is not to be seen."""

from __future__ import annotations

from itertools import product

import numpy as np
import pyarrow as pa
import pytest

from evenhand.disclosure.cells import cells
from evenhand.disclosure.check import check
from evenhand.disclosure.gate import Judged, judge
from evenhand.disclosure.partition import Partition
from evenhand.disclosure.primary import of_one_kind
from evenhand.measure import Measure
from evenhand.rules.policy import policy
from evenhand.tables.schema import Column, Counted, Handling, Kind, Role, Schema

GROUPS = policy("counts", threshold=5, hide_zeros=True, group=True)
AREA = Column("area_code", Kind.TEXT, "area", Handling.OPEN, role=Role.DIMENSION)
KIND = Column("kind", Kind.TEXT, "kind", Handling.OPEN, role=Role.DIMENSION)
COUNT = Column("n", Kind.INTEGER, "n", Handling.OPEN, True, role=Role.COUNT, counted=Counted("people"))


def _measure(name: str, *columns: Column, over: tuple[str, ...] = ()) -> Measure:
    key = tuple(column.name for column in columns if column is not COUNT)
    schema = Schema(name, "", columns, key)
    return Measure(name, name, "?", "", "", (), (), schema, lambda: None, sums_over=over)


BY_KIND = _measure("by_kind", AREA, KIND, COUNT, over=("kind",))
PLAIN = _measure("plain", AREA, COUNT)
MEASURES = {"by_kind": BY_KIND, "plain": PLAIN}
T_IS_A_AND_B = (Partition(("area_code",), ("T",), (("A",), ("B",))),)

ONE_KIND = {"A": {"x": 40, "y": 0, "z": 0}, "B": {"x": 9, "y": 12, "z": 30}}
"""All 40 of A are x. B is of all kinds."""


def _tables(counts: dict[str, dict[str, int | None]]) -> dict[str, pa.Table]:
    rows = [(area, kind, n) for area, its in counts.items() for kind, n in its.items()]
    totals = [(area, sum(n or 0 for n in its.values())) for area, its in counts.items()]
    areas, kinds, numbers = zip(*rows, strict=True)
    return {
        "by_kind": pa.table({"area_code": areas, "kind": kinds, "n": pa.array(numbers, pa.int64())}),
        "plain": pa.table(dict(zip(("area_code", "n"), zip(*totals, strict=True), strict=True))),
    }


def _judged(counts: dict[str, dict[str, int]], chosen=GROUPS) -> Judged:
    totals = {kind: sum(its[kind] for its in counts.values()) for kind in next(iter(counts.values()))}
    return judge(_tables({**counts, "T": totals}), MEASURES, chosen, T_IS_A_AND_B, "d")


def _seen(judged: Judged) -> dict[tuple[str, ...], int | None]:
    seen: dict[tuple[str, ...], int | None] = {}
    for name, made in judged.releases.items():
        for row in made.table.to_pylist():
            seen[tuple(row[key] for key in MEASURES[name].result.key)] = row["n"]
    return seen


def _flagged(counts: dict[str, dict[str, int | None]]) -> list[tuple[str, str]]:
    tables = {"by_kind": _tables(counts)["by_kind"]}
    held = cells(tables, MEASURES, ())
    flags = of_one_kind(held, MEASURES)[held.of[("by_kind", "n")]]
    rows = tables["by_kind"].to_pylist()
    return [(row["area_code"], row["kind"]) for row, flag in zip(rows, flags, strict=True) if flag]


@pytest.mark.parametrize(
    ("counts", "alone"),
    [
        (ONE_KIND, [("A", "x")]),
        ({"A": {"x": 1, "y": 0}, "B": {"x": 0, "y": 2}}, [("A", "x"), ("B", "y")]),
        ({"A": {"x": 40, "y": 1}}, []),
        ({"A": {"x": 0, "y": 0}}, []),
        ({"A": {"x": 40}}, []),
        ({"A": {"x": 40, "y": None}}, []),
    ],
)
def test_what_is_all_of_its_group_is_found(counts, alone):
    assert _flagged(counts) == alone


def test_that_all_of_a_group_are_of_one_kind_is_hidden(written, tmp_path):
    judged = _judged(ONE_KIND)
    seen = _seen(judged)
    assert [seen[("A", kind)] for kind in "xyz"] == [None, None, None]
    assert judged.small[("by_kind", "n")].sum() == 3
    assert check(written(tmp_path, judged)).guarded >= 3


def test_where_zeros_are_shown_it_is_not():
    seen = _seen(_judged(ONE_KIND, policy("counts", threshold=5)))
    assert [seen[("A", kind)] for kind in "xyz"] == [40, 0, 0]


def test_other_worlds_have_others_of_the_group_in_other_kinds():
    """The proof's worlds: in some, those of A that are not x are as many as the protection."""
    judged = _judged(ONE_KIND)
    assert judged.proof is not None
    names = [tuple(cell) for cell in judged.proof.fields["cells"]]
    at = {kind: next(n for n, cell in enumerate(names) if "A" in cell and kind in cell) for kind in "yz"}
    now = np.array(judged.proof.fields["first"])
    worlds = [now.copy()]
    for changed, by in judged.proof.fields["steps"]:
        now[changed] += by
        worlds.append(now.copy())
    for kind, number in at.items():
        of_kind = [int(world[number]) for world in worlds]
        assert max(of_kind) - min(of_kind) >= GROUPS.protection, kind


@pytest.mark.parametrize("numbers", [each for each in product((0, 3, 12), repeat=3) if any(each)], ids=str)
def test_nobody_sees_that_the_other_kinds_have_none(numbers, written, tmp_path):
    """Of no group are all kinds but one known to be 0, whatever its numbers."""
    counts = {"A": dict(zip("xyz", numbers, strict=True)), "B": {"x": 9, "y": 12, "z": 30}}
    judged = _judged(counts)
    seen = _seen(judged)
    assert all(seen[place] != 0 for place in seen)
    check(written(tmp_path, judged))
