"""What the needs measures do at the edges: nothing supplied, nothing known, another vintage."""

import importlib
from collections import Counter
from datetime import date
from typing import Any

import ibis
import pyarrow as pa
import pytest

from evenhand.needs import MEASURES
from evenhand.needs.violence_control_chart import with_chart
from evenhand.tables import PREPARED, STORED
from evenhand.tables.schema import Column, Kind, Role, Schema

# Ibis 12 still calls DuckDB by a name that DuckDB 1.5 is about to take away.
pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")

TYPES = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.DATE: pa.date32(),
    Kind.FLAG: pa.bool_(),
}
SCHEMAS = STORED | PREPARED | {name: measure.result for name, measure in MEASURES.items()}
SETTINGS = {
    "crime_types": ("Robbery",),
    "reported_by": ("Moorland Police",),
    "lsoa_level": "LSOA11",
    "deprivation_edition": 2019,
}
LSOA, LAD = "E01900001", "E07900001"
PLACE = [
    {"lsoa_code": LSOA, "area_level": "LSOA11", "area_code": LSOA, "area_name": "Northmoor 001A"},
    {"lsoa_code": LSOA, "area_level": "LAD", "area_code": LAD, "area_name": "Northmoor"},
]
YEAR = [{"month": date(2022, m, 1), "supplied": True, "year_to": date(2022, 12, 1)} for m in range(1, 13)]


def _table(schema: Schema, rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=pa.schema([(c.name, TYPES[c.kind]) for c in schema.columns]))


def _run(name: str, **rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The measure on these rows, and on empty tables where none are given; other measures are run for it."""
    database, measure = ibis.duckdb.connect(), MEASURES[name]
    given = {table: rows.get(table, []) for table in measure.inputs if table not in MEASURES}
    given |= {table: _run(table, **rows) for table in measure.inputs if table in MEASURES}
    tables = {
        table: database.create_table(table, _table(SCHEMAS[table], one)) for table, one in given.items()
    }
    counted = measure.expression(**tables, **{key: SETTINGS[key] for key in measure.settings}).to_pyarrow()
    sorted_ = counted.sort_by([(key, "ascending") for key in measure.result.key])
    return measure.statistics(sorted_).to_pylist()


def _robberies(number: int) -> list[dict[str, Any]]:
    row = {"month": date(2022, 1, 1), "lsoa_code": LSOA, "crime_type": "Robbery"}
    return [row | {"reported_by": "Moorland Police"}] * number


@pytest.mark.parametrize("name", MEASURES)
def test_measure_of_nothing_is_an_empty_table_not_an_error(name: str):
    assert _run(name) == []


def test_months_supplied_without_an_incident_are_0_in_every_count():
    rows = _run("recorded_violence", place=PLACE, month=YEAR)
    assert {row["incidents"] for row in rows} == {0}
    assert len(rows) == 2 * 13


def test_rate_without_any_population_is_not_known_but_the_count_is():
    rows = _run("violence_rate", place=PLACE, month=YEAR, incident=_robberies(3))
    year = next(row for row in rows if row["period_kind"] == "year" and row["area_level"] == "LAD")
    assert year["incidents"] == 3
    assert [year[name] for name in ("population", "population_year", "per_1000", "upper_95")] == [None] * 4


def test_population_of_another_vintage_is_not_used():
    people = [{"area_level": "LSOA21", "area_code": LSOA, "year": 2021, "age": 5, "persons": 1000}]
    rows = _run("violence_rate", place=PLACE, month=YEAR, population=people)
    assert {row["population"] for row in rows} == {None}


def _ranked(edition: int, level: str) -> list[dict[str, Any]]:
    return [{"edition": edition, "area_level": level, "area_code": LSOA, "imd_rank": 1, "imd_decile": 1}]


def test_deprivation_of_another_vintage_ranks_nothing():
    rows = _run("violence_by_deprivation", place=PLACE, month=YEAR, deprivation=_ranked(2019, "LSOA21"))
    assert [(row["decile"], row["lsoas"], row["incidents"]) for row in rows] == [(None, 1, 0)] * 13


@pytest.mark.parametrize("ranks", [[], _ranked(2025, "LSOA11")])
def test_without_its_edition_there_is_nothing_by_deprivation(ranks: list[dict[str, Any]]):
    assert _run("violence_by_deprivation", place=PLACE, month=YEAR, deprivation=ranks) == []


def test_empty_text_is_not_given_as_null_is():
    blank = _robberies(1)[0] | {"last_outcome": ""}
    rows = _run("outcomes_recorded", place=PLACE, month=YEAR, incident=[blank])
    assert {row["outcome"] for row in rows} == {"No outcome given"}
    assert [row["incidents"] for row in rows if row["period_kind"] == "year"] == [1, 1]
    january = _run("coverage", place=PLACE, month=YEAR, incident=[blank | {"lsoa_code": ""}])[0]
    assert (january["no_location"], january["outside_area"]) == (1, 0)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("violence_by_deprivation", {("LAD", "month"): 12, ("LAD", "year"): 1}),
        ("violence_concentration", {("LAD", "month"): 12, ("LAD", "year"): 1}),
        ("outcomes_recorded", {("LAD", "month"): 12, ("LAD", "year"): 1, ("LSOA11", "year"): 1}),
    ],
)
def test_measure_is_given_for_the_levels_and_periods_that_its_limits_name(
    name: str, given: dict[tuple[str, str], int]
):
    ranks = _ranked(2019, "LSOA21")
    rows = _run(name, place=PLACE, month=YEAR, incident=_robberies(1), deprivation=ranks)
    assert Counter((row["area_level"], row["period_kind"]) for row in rows) == given


def test_month_not_supplied_is_not_known_but_the_months_beside_it_are():
    months = [YEAR[0], YEAR[1] | {"supplied": False}, *YEAR[2:]]
    for name in ("violence_concentration", "outcomes_recorded"):
        rows = _run(name, place=PLACE, month=months, incident=_robberies(2))
        found = [row["incidents"] for row in rows if row["period_kind"] == "month"]
        assert found == [2, None] + [0] * 10
        assert {row["incidents"] for row in rows if row["period_kind"] == "year"} == {None}


def test_first_year_of_the_data_has_no_change_to_show():
    assert _run("change_on_year", place=PLACE, month=YEAR, incident=_robberies(1)) == []


def test_month_that_is_in_no_row_parts_its_neighbours():
    months = [date(2022, 1, 1), date(2022, 2, 1), date(2022, 4, 1), date(2022, 5, 1)]
    counted = pa.Table.from_pylist(
        [
            {"area_level": "LAD", "area_code": LAD, "period_from": month, "incidents": incidents}
            for month, incidents in zip(months, (10, 12, 20, 22), strict=True)
        ]
    ).cast(
        pa.schema(
            [
                *[(n, pa.string()) for n in ("area_level", "area_code")],
                ("period_from", pa.date32()),
                ("incidents", pa.int64()),
            ]
        )
    )
    assert with_chart(counted)["upper_limit"].to_pylist() == pytest.approx([16 + 2.66 * 2] * 4)


def test_series_of_one_area_does_not_move_the_limits_of_another():
    def chart(*codes: str) -> list[dict[str, Any]]:
        rows = [
            {
                "area_level": level,
                "area_code": code,
                "period_from": date(2022, m, 1),
                "incidents": base + m % 3,
            }
            for m in range(1, 13)
            for level, code, base in (("LAD", "A", 10), ("LAD", "B", 90), ("CSP", "A", 40))
            if f"{level} {code}" in codes
        ]
        found = with_chart(pa.Table.from_pylist(rows))
        return [row for row in found.to_pylist() if (row["area_level"], row["area_code"]) == ("LAD", "A")]

    assert chart("LAD A") == chart("LAD A", "LAD B", "CSP A")


@pytest.mark.parametrize("name", MEASURES)
def test_measure_comes_after_those_it_takes(name: str):
    order = list(MEASURES)
    assert all(order.index(needed) < order.index(name) for needed in MEASURES[name].inputs if needed in order)


@pytest.mark.parametrize("name", MEASURES)
def test_file_opens_with_the_question_the_measure_answers(name: str):
    file = importlib.import_module(f"evenhand.needs.{name}")
    assert file.MEASURE is MEASURES[name]
    assert (file.__doc__ or "").splitlines()[0] == MEASURES[name].question


def _hidden_columns(measure_name: str) -> list[tuple[str, Column]]:
    return [(measure_name, column) for column in MEASURES[measure_name].result.with_role(Role.DERIVED)]


@pytest.mark.parametrize(("name", "column"), [pair for name in MEASURES for pair in _hidden_columns(name)])
def test_derived_column_names_the_counts_and_dimensions_it_comes_from(name: str, column: Column):
    schema = MEASURES[name].result
    assert column.derived_from
    assert {schema.column(source).role for source in column.derived_from} == {Role.COUNT}
    assert set(column.derived_over) <= set(schema.key)
