"""Counts in no table that follow from those in tables: found, protected, and proved to be so.

Two kinds of area, of which one is the other less one small area. Ward W is a, b, c, d; middle-layer area M is
a, b, c. No table has the small areas. Where W has 23 and M has 20, anybody sees that d has 3.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from evenhand.actions.partitions import areas
from evenhand.disclosure.cells import cells
from evenhand.disclosure.check import CERTIFICATE, Unsafe, check
from evenhand.disclosure.differencing import worked_out
from evenhand.disclosure.gate import Judged, judge
from evenhand.disclosure.partition import Partition
from evenhand.disclosure.sums import sums
from evenhand.disclosure.system import system
from evenhand.measure import Measure
from evenhand.rules.policy import policy
from evenhand.tables.schema import Column, Counted, Handling, Kind, Role, Schema

BELOW_5 = policy("counts", threshold=5)
AREA = Column("area_code", Kind.TEXT, "area", Handling.OPEN, role=Role.DIMENSION)
COUNT = Column("n", Kind.INTEGER, "n", Handling.OPEN, role=Role.COUNT, counted=Counted("incidents"))
PLAIN = Measure(
    "plain", "plain", "?", "", "", (), (), Schema("plain", "", (AREA, COUNT), ("area_code",)), lambda: None
)


def _is(whole: str, parts: str) -> Partition:
    return Partition(("area_code",), (whole,), tuple((part,) for part in parts))


ALL_BUT_ONE = (_is("W", "abcd"), _is("M", "abc"))


def _table(counts: dict[str, int]) -> pa.Table:
    return pa.table({"area_code": list(counts), "n": pa.array(counts.values(), pa.int64())})


def _judged(counts: dict[str, int], partitions: tuple[Partition, ...], chosen: Any = BELOW_5) -> Judged:
    return judge({"plain": _table(counts)}, {"plain": PLAIN}, chosen, partitions, "d")


def _shown(judged: Judged) -> dict[str, int | None]:
    table = judged.releases["plain"].table
    return dict(zip(table["area_code"].to_pylist(), table["n"].to_pylist(), strict=True))


def _followed(counts: dict[str, int], partitions: tuple[Partition, ...]) -> dict[str, int]:
    """The counts in no table that follow, by area."""
    held = cells({"plain": _table(counts)}, {"plain": PLAIN}, partitions)
    among = sums(held, {"plain": PLAIN}, partitions)
    built = system(held, among, BELOW_5)
    found = worked_out(among, built.matrix, built.truth)
    places = list(held.axes["area_code"].places)
    code = np.r_[held.code, among.absent]
    names = [places[number] for number in held.digit("area_code", code)]
    return {str(name): int(n) for name, n, t in zip(names, found, built.truth, strict=True) if t < 0 <= n}


def test_the_area_by_which_two_differ_is_worked_out():
    assert _followed({"W": 23, "M": 20}, ALL_BUT_ONE) == {"d": 3}


def test_the_part_that_is_not_shown_is_worked_out_and_what_follows_from_it():
    partitions = (_is("W", "abcd"), _is("M", "de"))
    assert _followed({"W": 23, "a": 6, "b": 7, "c": 8, "M": 9}, partitions) == {"d": 2, "e": 7}


def test_what_does_not_follow_is_not_worked_out():
    assert _followed({"W": 23, "M": 20}, (_is("W", "abcd"), _is("M", "abce"))) == {}


@pytest.mark.parametrize("chosen", [BELOW_5, policy("ons-3"), policy("acro")], ids=lambda each: each.label)
@pytest.mark.parametrize("difference", [1, 2, 3, 4])
def test_a_small_difference_of_two_areas_is_not_shown(chosen, difference, written, tmp_path):
    judged = _judged({"W": 20 + difference, "M": 20}, ALL_BUT_ONE, chosen)
    if difference <= chosen.hide_to:
        assert list(_shown(judged).values()).count(None) == 1
        assert check(written(tmp_path, judged)).guarded == 1
    else:
        assert _shown(judged) == {"W": 20 + difference, "M": 20}


@pytest.mark.parametrize("difference", [0, 5, 12])
def test_no_difference_and_a_large_one_are_shown(difference, written, tmp_path):
    counts = {"W": 20 + difference, "M": 20}
    judged = _judged(counts, ALL_BUT_ONE)
    assert _shown(judged) == counts
    check(written(tmp_path, judged))


def test_a_difference_over_a_third_area_is_not_shown():
    """D is W and X; the district's count and X's give W's, and W less M is d."""
    partitions = (*ALL_BUT_ONE, _is("D", "abcdx"), _is("X", "x"))
    shown = _shown(_judged({"D": 53, "X": 30, "M": 20}, partitions))
    assert None in shown.values()


def test_a_range_too_narrow_for_a_small_count_is_widened():
    """W less M is d and e together: 1. One of them has 1, the other none."""
    shown = _shown(_judged({"W": 21, "M": 20}, (_is("W", "abcde"), _is("M", "abc"))))
    assert None in shown.values()


def _place(level: str, areas: dict[str, str]) -> list[dict[str, str]]:
    return [
        {"area_level": level, "area_code": code, "lsoa_code": lsoa}
        for code, lsoas in areas.items()
        for lsoa in lsoas
    ]


@pytest.mark.parametrize(
    ("wards", "middle", "counts"),
    [
        # W is M and one small area more.
        ({"W": "abcd", "X": "ef"}, {"M": "abc", "N": "def"}, {"W": 23, "X": 30, "M": 20, "N": 33}),
        # W and X are M and N, which cut a from d: b and c are in both.
        ({"W": "abc", "X": "def"}, {"M": "bcd", "N": "aef"}, {"W": 20, "X": 41, "M": 22, "N": 39}),
    ],
)
def test_areas_of_two_levels_that_do_not_fill_each_other_are_told_apart_by_their_small_areas(
    wards, middle, counts, written, tmp_path
):
    """The sums are those that `areas` makes of lookups: through small areas that no table has."""
    rows = [
        *_place("LSOA11", {lsoa: lsoa for lsoa in "abcdef"}),
        *_place("WD", wards),
        *_place("MSOA11", middle),
        *_place("LAD", {"T": "abcdef"}),
    ]
    partitions = tuple(areas(rows, "LSOA11"))
    counts = {**counts, "T": counts["W"] + counts["X"]}
    judged = _judged(counts, partitions)
    check(written(tmp_path, judged))
    if wards["W"] == "abcd":
        assert _followed(counts, partitions) == {"d": 3}
        shown = _shown(judged)
        assert shown["W"] is None or shown["M"] is None
    else:
        # d less a is 2, and neither is told.
        assert _followed(counts, partitions) == {}
        assert _shown(judged) == counts


def test_the_checker_refuses_tables_that_give_a_small_difference_away(written, tmp_path):
    folder = written(tmp_path, _judged({"W": 23, "M": 20, "N": 3}, ALL_BUT_ONE))
    check(folder)
    shown = _shown(_judged({"W": 23, "M": 20, "N": 3}, ALL_BUT_ONE))
    csv = "area_code,n\n" + "".join(
        f"{area},{'[c]' if area == 'N' else {'W': 23, 'M': 20}[area]}\n" for area in sorted(shown)
    )
    (folder / "plain.csv").write_text(csv, encoding="utf-8")
    certificate = json.loads((folder / CERTIFICATE).read_bytes())
    others = [None] * (len(certificate["dimensions"]) - 2)
    certificate["cells"] = [["incidents", area, *others] for area in "abcdN"]
    certificate["first"] = [6, 7, 7, 3, 2]
    certificate["steps"] = [[[4], [2]], [[0, 1], [3, -3]], [[1, 2], [5, -5]]]
    (folder / CERTIFICATE).write_text(json.dumps(certificate), encoding="utf-8")
    with pytest.raises(Unsafe, match="1 hidden counts are not proved safe, the first incidents d"):
        check(folder)
