"""Cells: one number for one count, however many tables show it and by whatever words for its period."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from evenhand.disclosure.cells import cells, integers, years_before
from evenhand.disclosure.checker import rows as checked_rows
from evenhand.disclosure.partition import ALL, Partition
from evenhand.errors import Refused
from evenhand.measure import Measure
from evenhand.needs import MEASURES
from evenhand.tables.schema import Column, Counted, Handling, Kind, Role, Schema

KINDS = {Kind.TEXT: pa.string(), Kind.INTEGER: pa.int64(), Kind.DATE: pa.date32(), Kind.NUMBER: pa.float64()}
MAY, JUNE = (date(2022, 5, 1), date(2022, 5, 31)), (date(2022, 6, 1), date(2022, 6, 30))
MAY_BEFORE = (date(2021, 5, 1), date(2021, 5, 31))


def _measure(name: str, counted: Counted) -> Measure:
    area = Column("area_code", Kind.TEXT, "Area", Handling.OPEN, role=Role.DIMENSION)
    count = Column(
        "n", Kind.INTEGER, "Count", Handling.GROUPED, nullable=True, role=Role.COUNT, counted=counted
    )
    schema = Schema(name, "One area.", (area, count), ("area_code",))
    return Measure(name, "M", "?", "", "", (), (), schema, lambda: None)


def _held(first: dict[str, int | None], second: dict[str, int | None], of: str = "incidents"):
    measures = {"a": _measure("a", Counted("incidents")), "b": _measure("b", Counted(of))}
    tables = {
        name: pa.table({"area_code": list(counts), "n": pa.array(counts.values(), pa.int64())})
        for name, counts in (("a", first), ("b", second))
    }
    return cells(tables, measures, ())


def _rows(measure: str, *rows: dict[str, object]) -> pa.Table:
    columns = MEASURES[measure].result.columns
    place = {"area_level": "LAD", "area_code": "T", "period_kind": "month"}
    return pa.table(
        {c.name: pa.array([(place | row).get(c.name) for row in rows], KINDS[c.kind]) for c in columns}
    )


def _recorded(days: tuple[date, date], count: int | None) -> dict[str, object]:
    return {"period_from": days[0], "period_to": days[1], "incidents": count}


def _compared(now: int | None, before: int | None, months: int, of: int = 12) -> dict[str, object]:
    return {
        "period_kind": "year",
        "period_from": date(2021, 3, 1),
        "period_to": date(2022, 2, 28),
        "incidents_compared": now,
        "incidents_before": before,
        "months_compared": months,
        "months_in_period": of,
    }


def _of(tables: dict[str, pa.Table]):
    return cells(tables, {name: MEASURES[name] for name in tables}, ())


def test_a_count_in_two_tables_is_one_cell():
    held = _held({"A": 3, "B": 9}, {"B": 9, "C": 8})
    assert sorted(held.count.tolist()) == [3, 8, 9]
    assert held.of[("a", "n")][1] == held.of[("b", "n")][0]
    assert held.count[held.of[("b", "n")]].tolist() == [9, 8]


def test_a_count_with_two_values_is_refused_with_its_place():
    with pytest.raises(Refused) as refusal:
        _held({"A": 1234}, {"A": 9})
    assert str(refusal.value) == (
        "incidents, area_code A: one count is 9 in one table and 1,234 in another; mend the measure that "
        "counts it otherwise, or its `counted`"
    )


def test_two_things_that_are_counted_are_two_cells():
    held = _held({"A": 3}, {"A": 9}, of="people")
    assert sorted(held.count.tolist()) == [3, 9]


def test_a_count_that_is_null_in_one_table_is_what_another_says():
    assert _held({"A": None}, {"A": 9}).count.tolist() == [9]
    assert _held({"A": 0}, {"A": None}).count.tolist() == [0], "null is not known, and 0 is none"
    assert _held({"A": None}, {"A": None}).count.tolist() == [-1]


def test_null_and_0_are_told_apart():
    assert integers(pa.chunked_array([[0, None, 3]])).tolist() == [0, -1, 3]
    with pytest.raises(Refused, match="one count is 0 in one table and 3 in another"):
        _held({"A": 0}, {"A": 3})


def test_tables_without_rows_have_no_cells():
    held = _held({}, {})
    assert len(held.code) == 0
    assert {which: len(rows) for which, rows in held.of.items()} == {("a", "n"): 0, ("b", "n"): 0}


def test_the_same_month_a_year_before_is_that_month():
    month = {"period_from": MAY[0], "period_to": MAY[1], "months_compared": 1, "months_in_period": 1}
    tables = {
        "recorded_violence": _rows("recorded_violence", _recorded(MAY, 9), _recorded(MAY_BEFORE, 8)),
        "change_on_year": _rows("change_on_year", month | {"incidents_compared": 9, "incidents_before": 8}),
    }
    held = _of(tables)
    assert len(held.code) == 2
    assert held.count[held.of[("change_on_year", "incidents_before")]].tolist() == [8]
    tables["change_on_year"] = _rows(
        "change_on_year", month | {"incidents_compared": 9, "incidents_before": 9}
    )
    with pytest.raises(Refused, match=r"period 2021-05-01 to 2021-05-31: one count is \d in one table"):
        _of(tables)


def test_a_year_compared_on_some_of_its_months_is_not_the_year():
    whole = _recorded((date(2021, 3, 1), date(2022, 2, 28)), 99) | {"period_kind": "year"}
    tables = {
        "recorded_violence": _rows("recorded_violence", whole),
        "change_on_year": _rows("change_on_year", _compared(90, 80, months=11)),
    }
    assert sorted(_of(tables).count.tolist()) == [80, 90, 99]
    tables["change_on_year"] = _rows("change_on_year", _compared(99, 80, months=12))
    assert sorted(_of(tables).count.tolist()) == [80, 99]
    tables["change_on_year"] = _rows("change_on_year", _compared(90, 80, months=12))
    with pytest.raises(Refused, match="one count is"):
        _of(tables)


@pytest.mark.parametrize(
    ("day", "years", "before"),
    [
        (date(2022, 5, 1), 1, date(2021, 5, 1)),
        (date(2024, 2, 29), 1, date(2023, 2, 28)),
        (date(2025, 2, 28), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 4, date(2020, 2, 29)),
        (date(2001, 2, 28), 1, date(2000, 2, 29)),
        (date(1901, 2, 28), 1, date(1900, 2, 28)),
        (date(2024, 2, 1), 1, date(2023, 2, 1)),
        (date(2024, 2, 29), 0, date(2024, 2, 29)),
    ],
)
def test_the_last_day_of_february_stays_the_last_day(day, years, before):
    assert years_before(day, years) == before


def test_the_checker_goes_back_years_as_the_gate_does():
    first = date(1999, 1, 1)
    for month in range(12 * 30):
        begins = date(first.year + month // 12, month % 12 + 1, 1)
        for day in (begins, begins - timedelta(days=1)):
            for years in (0, 1, 2):
                assert (
                    checked_rows._years_before(day.isoformat(), years) == years_before(day, years).isoformat()
                )


def test_a_place_is_said_in_words():
    held = _of({"recorded_violence": _rows("recorded_violence", _recorded(MAY, 9), _recorded(JUNE, 8))})
    assert [held.words(int(code)) for code in held.code] == [
        "incidents, area_code T, period 2022-05-01 to 2022-05-31",
        "incidents, area_code T, period 2022-06-01 to 2022-06-30",
    ]


def test_a_partition_makes_places_for_what_no_table_has():
    partition = Partition(("area_code", "decile"), ("T", None), (("A", ALL), ("B", ALL)))
    held = cells({}, {}, (partition,))
    assert held.axes["area_code"].places.keys() == {ALL, "T", "A", "B"}
    assert held.axes["decile"].places.keys() == {ALL, None}
    assert held.offset(("decile",), (ALL,)) == 0
    assert held.offset(("decile",), (None,)) != 0, "no tenth is a place, and not all tenths"


def test_more_places_than_can_be_numbered_are_refused():
    many = tuple((number,) * 7 for number in range(1000))
    with pytest.raises(Refused, match="too many dimensions"):
        cells({}, {}, (Partition(tuple("abcdefg"), many[0], many[1:]),))


def test_each_row_has_the_cell_of_its_place():
    held = _held({"B": 1, "A": 2, "C": 3}, {"C": 3, "A": 2})
    for which, names in ((("a", "n"), ["B", "A", "C"]), (("b", "n"), ["C", "A"])):
        words = [held.words(int(code)) for code in held.code[held.of[which]]]
        assert words == [f"incidents, area_code {name}" for name in names]
    assert np.all(np.diff(held.code) > 0)
