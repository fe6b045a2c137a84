"""CSV and JSON of a release: the same bytes each time, nothing hidden in them, nothing that runs."""

import csv
import io
import json
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis.strategies import text as texts

from evenhand.disclosure.checker.rows import without_apostrophe
from evenhand.disclosure.earlier import typed
from evenhand.disclosure.gate import release
from evenhand.errors import BadData
from evenhand.measure import Measure
from evenhand.reports.data import csv_bytes, json_bytes, neutralised
from evenhand.rules.policy import policy
from evenhand.tables.schema import Column, Counted, Handling, Kind, Role, Schema

OPEN = policy("open-data", reason="is published already by the police")


def _column(name, kind, role, **more) -> Column:
    return Column(name, kind, f"The {name}", Handling.OPEN, "each", nullable=True, role=role, **more)


COLUMNS = (
    _column("area_code", Kind.TEXT, Role.DIMENSION),
    _column("area_name", Kind.TEXT, Role.DIMENSION),
    _column("period_from", Kind.DATE, Role.DIMENSION),
    _column("incidents", Kind.INTEGER, Role.COUNT, counted=Counted("incidents")),
    _column("per_1000", Kind.NUMBER, Role.DERIVED, derived_from=("incidents",)),
    _column("signal", Kind.TEXT, Role.DERIVED, derived_from=("incidents",)),
)
MEASURE = Measure(
    "m", "M", "?", "", "", (), (), Schema("m", "One area.", COLUMNS, ("area_code",)), lambda: None
)
TABLE = pa.table(
    {
        "area_code": ["B", "A", "C"],
        "area_name": ['Ash, "Old"\nTown', None, "Zürich"],
        "period_from": [date(2022, 5, 1)] * 3,
        "incidents": pa.array([1234567, 3, None], pa.int64()),
        "per_1000": [-0.5, 1 / 3, None],
        "signal": ["low", "high", None],
    }
)


def _released(table=TABLE, chosen=OPEN):
    return release(table, MEASURE, chosen, (), "violence 1 (3f2a91c04b7d)")


def test_csv_is_written_in_one_way():
    expected = (
        "area_code,area_name,period_from,incidents,per_1000,signal\n"
        "A,[x],2022-05-01,3,0.333333,high\n"
        'B,"Ash, ""Old""\nTown",2022-05-01,1234567,-0.5,low\n'
        "C,Zürich,2022-05-01,[x],[x],[x]\n"
    )
    assert csv_bytes(_released()).decode() == expected


def test_hidden_cells_are_c_and_cells_not_supplied_are_x():
    found = list(csv.reader(io.StringIO(csv_bytes(_released(chosen=policy("counts", threshold=5))).decode())))
    assert [row[3:] for row in found[1:]] == [["[c]"] * 3, ["1234567", "-0.5", "low"], ["[x]"] * 3]


def test_json_says_what_the_columns_mean_and_holds_the_same_values():
    found = json.loads(json_bytes(_released(chosen=policy("counts", threshold=5))))
    assert found["policy"] == "counts 1 (1 to 4 hidden)"
    assert found["definition"] == "violence 1 (3f2a91c04b7d)"
    assert found["shorthand"].keys() == {"[c]", "[x]", "[z]"}
    assert found["columns"][3] == {
        "name": "incidents",
        "kind": "integer",
        "unit": "each",
        "meaning": "The incidents",
        "counted": {"of": "incidents", "years_before": 0, "months": "", "sum_of": []},
    }
    assert [column["name"] for column in found["columns"] if "counted" in column] == ["incidents"]
    assert [list(row) for row in found["records"]] == [list(MEASURE.result.names)] * 3
    assert [list(row.values()) for row in found["records"]] == [
        ["A", "[x]", "2022-05-01", "[c]", "[c]", "[c]"],
        ["B", 'Ash, "Old"\nTown', "2022-05-01", 1234567, -0.5, "low"],
        ["C", "Zürich", "2022-05-01", "[x]", "[x]", "[x]"],
    ]


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 2, 0]])
def test_rows_in_any_order_and_chunks_give_the_same_bytes(order):
    chunks = pa.concat_tables([TABLE.slice(row, 1) for row in order])
    assert csv_bytes(_released(chunks)) == csv_bytes(_released())
    assert json_bytes(_released(chunks)) == json_bytes(_released())


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0.0, "0"), (-0.0, "0"), (-1e-9, "0"), (100.0, "100"), (1e15, "1000000000000000"), (0.1 + 0.2, "0.3")],
)
def test_a_number_has_no_exponent_no_trailing_zeros_and_no_minus_before_0(number, expected):
    table = TABLE.slice(0, 1).set_column(4, "per_1000", pa.array([number]))
    assert csv_bytes(_released(table)).decode().splitlines()[-1].split(",")[-2] == expected


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "＝1"])
def test_text_that_a_spreadsheet_would_run_is_neutralised_in_csv_and_said_so(text):
    found = _released(TABLE.slice(0, 1).set_column(1, "area_name", pa.array([text])))
    row = list(csv.reader(io.StringIO(csv_bytes(found).decode(), newline="")))[1]
    assert row[1] == "'" + text
    # A number is no formula, whatever its sign.
    assert row[4] == "-0.5"
    assert neutralised(found) == ("area_name",)
    told = json.loads(json_bytes(found))
    assert told["apostrophes_in_csv"] == ["area_name"]
    assert told["records"][0]["area_name"] == text


@given(texts(alphabet="'=+ \t\r\n\xa0\u3000＝a,\"", min_size=1, max_size=6))
@example("'=1")
@example("'\xa0=1")
def test_every_text_is_read_back_as_it_was_by_the_gate_and_by_the_checker(text):
    content = csv_bytes(_released(TABLE.slice(0, 1).set_column(1, "area_name", pa.array([text]))))
    row = list(csv.reader(io.StringIO(content.decode(), newline="")))[1]
    assert without_apostrophe(row[1]) == text
    assert typed(pa.chunked_array([[row[1]]]), Kind.TEXT).to_pylist() == [text]


def test_ordinary_text_is_left_alone():
    assert neutralised(_released()) == ()
    assert json.loads(json_bytes(_released()))["apostrophes_in_csv"] == []


def test_an_empty_release_has_a_header_and_no_records():
    empty = _released(TABLE.slice(0, 0))
    assert csv_bytes(empty) == b"area_code,area_name,period_from,incidents,per_1000,signal\n"
    assert json.loads(json_bytes(empty))["records"] == []


def test_instants_and_flags_are_written_in_one_way():
    columns = (
        COLUMNS[0],
        _column("made_at", Kind.INSTANT, Role.REFERENCE),
        _column("complete", Kind.FLAG, Role.REFERENCE),
    )
    measure = Measure(
        "m", "M", "?", "", "", (), (), Schema("m", "One area.", columns, ("area_code",)), lambda: None
    )
    noon = datetime(2022, 5, 1, 12, 30, tzinfo=UTC)
    table = pa.table(
        {
            "area_code": ["A", "B"],
            "made_at": pa.array([noon, None], pa.timestamp("us", tz="UTC")),
            "complete": [True, None],
        }
    )
    found = release(table, measure, OPEN, (), "d")
    assert csv_bytes(found).decode().splitlines()[1:] == ["A,2022-05-01T12:30:00Z,true", "B,[x],[x]"]
    assert json.loads(json_bytes(found))["records"][0] == {
        "area_code": "A",
        "made_at": "2022-05-01T12:30:00Z",
        "complete": True,
    }


def test_a_type_that_no_schema_has_is_refused():
    table = TABLE.set_column(1, "area_name", pa.array([["a"], ["b"], ["c"]]))
    with pytest.raises(BadData, match="area_name: has values of type list"):
        csv_bytes(_released(table))
