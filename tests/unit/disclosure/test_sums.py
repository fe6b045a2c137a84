"""Sums: what adds up to what, with nothing lost in what is left out."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from scipy import sparse

from evenhand.disclosure.cells import Cells, cells
from evenhand.disclosure.partition import ALL, Partition
from evenhand.disclosure.solver import least
from evenhand.disclosure.sums import Sums, sums
from evenhand.disclosure.system import system
from evenhand.measure import Measure
from evenhand.rules.policy import policy
from evenhand.tables.schema import Column, Counted, Handling, Kind, Role, Schema

BELOW_5 = policy("counts", threshold=5)
MONTHS = ((date(2022, 5, 1), date(2022, 5, 31)), (date(2022, 6, 1), date(2022, 6, 30)))
YEAR = (MONTHS[0][0], MONTHS[1][1])
PERIODS = {"May": MONTHS[0], "June": MONTHS[1], "year": YEAR}
AREAS = Partition(("area_code",), ("T",), (("A",), ("B",)))
YEARS = Partition(("period",), (YEAR,), tuple((month,) for month in MONTHS))
TRUTH = {("A", "May"): 2, ("A", "June"): 9, ("B", "May"): 8, ("B", "June"): 7}


def _column(name: str, kind: Kind, role: Role = Role.DIMENSION) -> Column:
    counted = Counted("incidents") if role is Role.COUNT else None
    return Column(name, kind, name, Handling.OPEN, nullable=True, role=role, counted=counted)


AREA, COUNT = _column("area_code", Kind.TEXT), _column("n", Kind.INTEGER, Role.COUNT)
KIND = _column("kind", Kind.TEXT)
DAYS = tuple(_column(name, Kind.DATE) for name in ("period_from", "period_to"))


def _measure(name: str, *columns: Column, over: tuple[str, ...] = ()) -> Measure:
    key = tuple(column.name for column in columns if column is not COUNT)
    return Measure(
        name, name, "?", "", "", (), (), Schema(name, "", columns, key), lambda: None, sums_over=over
    )


PLAIN = _measure("plain", AREA, COUNT)
BY_KIND = _measure("by_kind", AREA, KIND, COUNT, over=("kind",))
BY_PERIOD = _measure("by_period", AREA, *DAYS, COUNT)


def _of_areas(**counts: int | None) -> pa.Table:
    return pa.table({"area_code": list(counts), "n": pa.array(counts.values(), pa.int64())})


def _of_kinds(**counts: int | None) -> pa.Table:
    """Counts by area and kind, as `Ax=3`."""
    columns = [
        [name[0] for name in counts],
        [name[1] for name in counts],
        pa.array(counts.values(), pa.int64()),
    ]
    return pa.table(dict(zip(("area_code", "kind", "n"), columns, strict=True)))


def _of_periods(absent: set[tuple[str, str]]) -> pa.Table:
    """Two areas and their total in two months and their year, but for the rows that are absent."""
    rows = []
    for area, period in product("ABT", PERIODS):
        inside = [
            count for (its, month), count in TRUTH.items() if area in (its, "T") and period in (month, "year")
        ]
        if (area, period) not in absent:
            rows.append((area, *PERIODS[period], sum(inside)))
    return pa.table(dict(zip(BY_PERIOD.result.names, map(list, zip(*rows, strict=True)), strict=True)))


def _among(tables: dict[Measure, pa.Table], *partitions: Partition) -> tuple[Cells, Sums]:
    by_name = {measure.name: table for measure, table in tables.items()}
    measures = {measure.name: measure for measure in tables}
    held = cells(by_name, measures, partitions)
    return held, sums(held, measures, partitions)


def _said(held: Cells, among: Sums) -> list[str]:
    """Each sum as `T = A + B`, by where its cells are; sorted."""
    code = np.r_[held.code, among.absent]
    words = [held.words(int(each)).removeprefix("incidents, ").replace("area_code ", "") for each in code]
    found = []
    for number in range(len(among.why)):
        its = among.number == number
        whole, *parts = (words[cell] for cell in among.cell[its])
        assert among.sign[its].tolist() == [-1] + [1] * len(parts)
        found.append(f"{whole} = {' + '.join(parts)}")
    return sorted(found)


def test_a_partition_is_a_sum_in_every_period_and_kind():
    held, among = _among({BY_PERIOD: _of_periods(absent=set())}, AREAS)
    days = [f"period {first} to {last}" for first, last in PERIODS.values()]
    assert _said(held, among) == sorted(f"T, {its} = A, {its} + B, {its}" for its in days)
    assert among.why[0] == "area_code T is the sum of 2 parts"


def test_a_part_that_no_table_has_is_in_the_sum():
    held, among = _among({PLAIN: _of_areas(A=3, T=9)}, AREAS)
    assert _said(held, among) == ["T = A + B"]
    assert len(among.absent) == 1
    assert held.words(int(among.absent[0])) == "incidents, area_code B"


def test_a_whole_that_no_table_has_says_nothing_by_itself():
    assert _among({PLAIN: _of_areas(A=3, B=9)}, AREAS)[1].why == ()


def test_a_whole_that_no_table_has_and_two_sums_speak_of_is_kept():
    other = Partition(("area_code",), ("T",), (("C",), ("D",)))
    held, among = _among({PLAIN: _of_areas(A=3, B=9, C=4, D=8)}, AREAS, other)
    assert _said(held, among) == ["T = A + B", "T = C + D"]
    assert len(among.absent) == 1


def test_a_whole_that_is_null_is_kept_where_two_sums_speak_of_it():
    other = Partition(("area_code",), ("U",), (("T",), ("C",)))
    held, among = _among({PLAIN: _of_areas(A=3, B=9, C=4, T=None, U=16)}, AREAS, other)
    assert _said(held, among) == ["T = A + B", "U = T + C"]


def test_a_kind_that_a_table_with_other_kinds_of_the_area_lacks_is_none():
    table = _of_kinds(Ax=9, Bx=8, By=7, Tx=17, Ty=7)
    held, among = _among({BY_KIND: table}, AREAS)
    assert "T, kind y = B, kind y" in _said(held, among)
    assert "T, kind x = A, kind x + B, kind x" in _said(held, among)


def test_a_whole_of_which_every_part_is_none_is_none_too():
    table = _of_kinds(Ax=9, Bx=8, Tx=17, Ty=0)
    held, among = _among({_measure("of_no_sum", AREA, KIND, COUNT): table}, AREAS)
    assert "T, kind y = " in _said(held, among)


def test_a_kind_of_an_area_of_which_no_kind_is_in_a_table_is_not_known():
    held, among = _among({BY_KIND: _of_kinds(Bx=8, By=7, Tx=17, Ty=7)}, AREAS)
    assert "T, kind y = A, kind y + B, kind y" in _said(held, among)


def test_the_kinds_of_an_area_add_up_to_the_area_where_its_count_is_known():
    tables = {BY_KIND: _of_kinds(Ax=9, Ay=2, Bx=8, By=7), PLAIN: _of_areas(A=11)}
    held, among = _among(tables)
    assert _said(held, among) == ["A = A, kind x + A, kind y"]
    assert among.why == ("all are the sum of 2 kinds of kind",)


def test_a_tenth_of_an_area_is_the_sum_of_its_areas():
    tenth = Partition(("area_code", "kind"), ("T", "x"), (("A", ALL), ("B", ALL)))
    held, among = _among({BY_KIND: _of_kinds(Tx=12), PLAIN: _of_areas(A=3, B=9)}, tenth)
    assert _said(held, among) == ["T, kind x = A + B"]


def test_tables_without_sums_have_none():
    assert _among({PLAIN: _of_areas(A=3)})[1].why == ()
    assert _among({PLAIN: _of_areas()}, AREAS)[1].why == ()


Ends = dict[tuple[str, str], tuple[float, float]]


def _ends(matrix: Any, truth: dict[tuple[str, str], int], column: dict[tuple[str, str], int]) -> Ends:
    """The least and the most that each count of A and B can be, where those of T are known."""
    count = matrix.shape[1]
    low, high = np.zeros(count), np.full(count, 1_000.0)
    for place, known in truth.items():
        if place[0] == "T":
            low[column[place]] = high[column[place]] = known
    found = {}
    for place in truth:
        aim = np.zeros(count)
        aim[column[place]] = 1
        ends = [least(sign * aim, low, high, matrix, np.zeros(matrix.shape[0])) for sign in (1, -1)]
        found[place] = tuple(round(float(each[column[place]]), 6) for each in ends if each is not None)
    return found


def _of_everything() -> tuple[Any, dict[tuple[str, str], int]]:
    """Every sum of two areas and two months, written out."""
    column = {place: number for number, place in enumerate(product("ABT", PERIODS))}
    rows = [[("T", period), ("A", period), ("B", period)] for period in PERIODS]
    rows += [[(area, "year"), (area, "May"), (area, "June")] for area in "ABT"]
    matrix = np.zeros((len(rows), len(column)))
    for number, (whole, *parts) in enumerate(rows):
        matrix[number, [column[part] for part in parts]] = 1
        matrix[number, column[whole]] = -1
    return sparse.csr_array(matrix), column


MONTHS_OF_T = {("T", "May"), ("T", "June")}
MONTHS_OF_PARTS = {(area, month) for area in "AB" for month in ("May", "June")}


@pytest.mark.parametrize(
    "absent",
    [
        set(),
        {("A", "May")},
        {("A", "year")},
        {("T", "year")},
        {("T", "May")},
        {("A", "May"), ("T", "year")},
        MONTHS_OF_T,
        MONTHS_OF_PARTS,
        MONTHS_OF_PARTS | MONTHS_OF_T,
    ],
    ids=lambda absent: " ".join(sorted(map(" ".join, absent))) or "none",
)
def test_what_is_left_out_of_the_sums_says_nothing(absent):
    table = _of_periods(absent)
    held, among = _among({BY_PERIOD: table}, AREAS, YEARS)
    named = {days: period for period, days in PERIODS.items()}
    rows = zip(*(table[name].to_pylist() for name in table.column_names), strict=True)
    places = {(area, named[first, last]): count for area, first, last, count in rows}
    cells_of = dict(zip(places, held.of["by_period", "n"].tolist(), strict=True))
    found = _ends(system(held, among, BELOW_5).matrix, places, cells_of)
    assert found == _ends(_of_everything()[0], places, _of_everything()[1])
