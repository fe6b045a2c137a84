"""Every measure against a case worked out by hand: a folder a measure, checked on DuckDB."""

import csv
import tomllib
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.csv
import pytest

from evenhand.measure import Measure
from evenhand.needs import MEASURES
from evenhand.tables import PREPARED, STORED
from evenhand.tables.schema import Kind, Schema

# Ibis 12 still calls DuckDB by a name that DuckDB 1.5 is about to take away.
pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")

HERE = Path(__file__).parent
SCHEMAS = STORED | PREPARED | {name: measure.result for name, measure in MEASURES.items()}
TYPES = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.DATE: pa.date32(),
    Kind.FLAG: pa.bool_(),
}


def _read(file: Path, schema: Schema) -> pa.Table:
    """The input, an empty cell null. A case leaves out the columns that its measure does not read."""
    types = {column.name: TYPES[column.kind] for column in schema.columns if column.kind in TYPES}
    table = pyarrow.csv.read_csv(
        file, convert_options=pyarrow.csv.ConvertOptions(column_types=types, strings_can_be_null=True)
    )
    assert set(table.column_names) <= set(schema.names)
    return table


def _found(measure: Measure, folder: Path) -> pa.Table:
    database = ibis.duckdb.connect()
    tables = {
        name: database.create_table(name, _read(folder / f"{name}.csv", SCHEMAS[name]))
        for name in measure.inputs
    }
    settings = tomllib.loads((folder / "settings.toml").read_text("utf-8"))
    assert set(settings) == set(measure.settings)
    plain = {name: tuple(value) if isinstance(value, list) else value for name, value in settings.items()}
    counted = measure.expression(**tables, **plain).to_pyarrow()
    return measure.statistics(counted.sort_by([(name, "ascending") for name in measure.result.key]))


def _as_written(found: Any, expected: str) -> str:
    """The value as the case writes it: a number to as many places as the hand gave it."""
    if found is None:
        return ""
    if isinstance(found, float):
        return f"{found:.{len(expected.partition('.')[2])}f}"
    return str(found).lower() if isinstance(found, bool) else str(found)


def test_every_measure_has_a_golden_folder_and_every_folder_a_measure():
    assert sorted(path.parent.name for path in HERE.glob("*/case.md")) == sorted(MEASURES)


@pytest.mark.parametrize("name", MEASURES)
def test_measure_gives_what_the_case_works_out_by_hand(name: str):
    with (HERE / name / "expected.csv").open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    found = _found(MEASURES[name], HERE / name)

    assert tuple(found.column_names) == MEASURES[name].result.names == tuple(expected[0])
    written = [
        {column: _as_written(value, row[column]) for column, value in cells.items()}
        for cells, row in zip(found.to_pylist(), expected, strict=True)
    ]
    assert written == expected


@pytest.mark.parametrize("name", MEASURES)
def test_result_is_what_its_schema_says(name: str):
    schema, found = MEASURES[name].result, _found(MEASURES[name], HERE / name)

    for column in schema.columns:
        assert found.schema.field(column.name).type == TYPES[column.kind], column.name
        assert column.nullable or not found[column.name].null_count, column.name
        assert not column.choices or set(found[column.name].drop_null().to_pylist()) <= set(column.choices)
    keys = [tuple(row.values()) for row in found.select(schema.key).to_pylist()]
    assert len(keys) == len(set(keys))
