"""Why a cell of each measure has no number: not known, or cannot be worked out. Never one for the other."""

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from evenhand.disclosure.gate import release
from evenhand.needs import MEASURES
from evenhand.needs.outcomes_recorded import NO_OUTCOME
from evenhand.rules.policy import policy
from evenhand.tables.schema import Kind

OPEN = policy("open-data", reason="is published already by the police")
UNKNOWN, NO_NUMBER, SHOWN = "not known", "cannot be worked out", "shown"
TYPES = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.DATE: pa.date32(),
}


def _cells(measure: str, column: str, rows: list[dict[str, Any]]) -> list[str]:
    """The states of a column in rows as the measure counts them: a month each, of one area unless said."""
    it = MEASURES[measure]
    given = {name for row in rows for name in row}
    types: dict[str, Any] = {c.name: TYPES[c.kind] for c in it.result.columns} | {
        "by_lsoa": pa.list_(pa.int64())
    }
    known = {"area_level": "LAD", "area_code": "E06000091", "area_name": "Eastham", "period_kind": "month"}
    full = [
        known | {"period_from": date(2022, at, 1), "period_to": date(2022, at, 28)} | row
        for at, row in enumerate(rows, 1)
    ]
    names = [name for name in types if name in given or name in full[0]]
    counted = pa.table({n: pa.array([row.get(n) for row in full], types[n]) for n in names})
    result = it.statistics(counted)
    return release(result, it, OPEN, (), "d").cells[column].to_pylist()


def _months(*counts: int | None) -> list[dict[str, Any]]:
    return [{"incidents": count} for count in counts]


@pytest.mark.parametrize("column", ["change_percent", "lower_percent", "upper_percent"])
def test_change_from_0_cannot_be_worked_out_and_without_a_month_in_both_years_is_not_known(column):
    rows = [
        {"incidents_compared": now, "incidents_before": before, "months_compared": 1, "months_in_period": 1}
        for now, before in ((3, 0), (None, None), (0, 3))
    ]
    assert _cells("change_on_year", column, rows) == [NO_NUMBER, UNKNOWN, SHOWN]


@pytest.mark.parametrize("column", ["per_1000", "lower_95", "upper_95"])
@pytest.mark.parametrize("measure", ["violence_rate", "violence_by_deprivation"])
def test_rate_of_nobody_cannot_be_worked_out_and_without_count_or_residents_is_not_known(measure, column):
    extra = {"population_year": 2020, "decile": 1, "lsoas": 1, "edition": 2019}
    known = {name: value for name, value in extra.items() if name in MEASURES[measure].result.names}
    rows = [
        known | {"incidents": count, "population": people}
        for count, people in ((3, 0), (3, None), (None, 1500), (3, 1500))
    ]
    assert _cells(measure, column, rows) == [NO_NUMBER, UNKNOWN, UNKNOWN, SHOWN]


@pytest.mark.parametrize("column", ["lsoas_holding_half", "share_percent"])
def test_concentration_of_no_incidents_cannot_be_worked_out(column):
    rows = [
        {"incidents": 0, "lsoas": 2, "by_lsoa": [0, 0]},
        {"incidents": None, "lsoas": 2, "by_lsoa": []},
        {"incidents": 9, "lsoas": 2, "by_lsoa": [9, 0]},
    ]
    assert _cells("violence_concentration", column, rows) == [NO_NUMBER, UNKNOWN, SHOWN]


def test_limits_of_too_few_incidents_cannot_be_worked_out_though_a_month_is_missing():
    few = _months(2, 1, None, 3)
    assert _cells("violence_control_chart", "upper_limit", few) == [NO_NUMBER] * 4
    assert _cells("violence_control_chart", "mean", few) == [SHOWN] * 4
    assert _cells("violence_control_chart", "signal", few) == [NO_NUMBER, NO_NUMBER, UNKNOWN, NO_NUMBER]


def test_a_series_of_which_nothing_was_supplied_is_not_known():
    for column in ("mean", "upper_limit", "signal", "side"):
        assert _cells("violence_control_chart", column, _months(None, None)) == [UNKNOWN, UNKNOWN]


def test_a_month_on_the_mean_has_no_side_and_a_month_not_supplied_has_one_not_known():
    assert _cells("violence_control_chart", "side", _months(8, 10, 12, None)) == [
        SHOWN,
        NO_NUMBER,
        SHOWN,
        UNKNOWN,
    ]


def test_share_of_an_outcome_among_no_incidents_cannot_be_worked_out():
    rows = [{"outcome": NO_OUTCOME, "incidents": n, "percent": p} for n, p in ((0, None), (None, None))]
    assert _cells("outcomes_recorded", "percent", rows) == [NO_NUMBER, UNKNOWN]
