"""Each source: known by its content in both spellings, its bad rows found, its good ones in the schema."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from evenhand.actions.ingest import ingest
from evenhand.actions.ingest_report import Fate
from evenhand.actions.init import NewPartnership, init
from evenhand.actions.status import quarantined
from evenhand.engine import session, store
from evenhand.sources import SOURCES, Head, recognise
from evenhand.sources.police_uk import OUTCOME_COLUMNS, STOP_COLUMNS, STREET_COLUMNS
from evenhand.tables import STORED

# Ibis 12 calls DuckDB's older name for it; the pinned pair of versions works.
pytestmark = pytest.mark.filterwarnings("ignore:fetch_:DeprecationWarning")

AGES = [*map(str, range(90)), "90+"]
ONE_EACH = ["1"] * 91
PLACE = ["Northumbria Police", "Northumbria Police", "-1.61", "54.97", "On or near Grey Street"]
LSOA = ["E01008162", "Gateshead 027A"]
STREET = ["a" * 64, "2020-05", *PLACE, *LSOA, "Violence and sexual offences", "Under investigation", ""]
OUTCOME = ["a" * 64, "2020-05", *PLACE, *LSOA, "Suspect charged"]
STOP = ["Person search", "2020-05-01T01:30:00+00:00", "", "", "54.97", "-1.61", "Male", "25-34", "", "Mixed"]
STOP = [*STOP, "Misuse of Drugs Act 1971 (section 23)", "Controlled drugs", "Nothing found", "True", "False"]
IMD = "Index of Multiple Deprivation (IMD)"
RANK, DECILE = "Rank (where 1 is most deprived)", "Decile (where 1 is most deprived 10% of LSOAs)"
OUTLINE = {"type": "Polygon", "coordinates": [[[-1.6, 54.9], [-1.5, 54.9], [-1.5, 55.0], [-1.6, 54.9]]]}
BY_SEX = [f"{sex}{age}" for sex in "FM" for age in range(91)]

# form: (source, header, a good row, changes by column that make a bad row)
FORMS = {
    "street": (
        "police_uk_street",
        STREET_COLUMNS,
        STREET,
        {
            "Month": "2020-13",
            "Reported by": "",
            "Longitude": "2.6",
            "Latitude": "48",
            "LSOA code": "E0100816",
            "Crime type": "Piracy",
        },
    ),
    "outcomes": (
        "police_uk_outcomes",
        OUTCOME_COLUMNS,
        OUTCOME,
        {
            "Month": "May",
            "Reported by": "",
            "Longitude": "x",
            "Latitude": "inf",
            "LSOA code": "?",
            "Outcome type": "",
        },
    ),
    "stops": (
        "police_uk_stop_search",
        STOP_COLUMNS,
        STOP,
        {"Type": "", "Date": "31/05/2020", "Latitude": "-54", "Longitude": "151"},
    ),
    "population, tidied": (
        "ons_population",
        ["lsoa11_name", "lsoa11_code", "total_population", *AGES],
        ["Gateshead 027A", "E01008162", "91", *ONE_EACH],
        {"lsoa11_code": "?", "total_population": "90", "7": "1.5"},
    ),
    "population, published": (
        "ons_population",
        ["LAD 2021 Code", "LAD 2021 Name", "LSOA 2021 Code", "LSOA 2021 Name", "Total", *BY_SEX],
        ["E08000037", "Gateshead", "E01008162", "Gateshead 027A", "182", *ONE_EACH, *ONE_EACH],
        {"LSOA 2021 Code": "", "Total": "x", "F0": "-1"},
    ),
    "deprivation 2019, tidied": (
        "deprivation",
        ["lsoa11_code", "IMD_decile", "Crime_decile", "Housing_and_Access_decile", "IMD_rank"],
        ["E01008162", "1", "2", "3", "100"],
        {"lsoa11_code": "W01000001", "IMD_rank": "32845", "IMD_decile": "11"},
    ),
    "deprivation 2025, tidied": (
        "deprivation",
        ["lsoa21_code", "IMD_decile", "Crime_decile", "Housing_and_Services_decile", "IMD_rank"],
        ["E01008162", "1", "2", "3", "33000"],
        {"lsoa21_code": "", "IMD_rank": "0", "IMD_decile": "1.4"},
    ),
    "deprivation 2019, published": (
        "deprivation",
        ["LSOA code (2011)", "LSOA name (2011)", f"{IMD} {RANK}", f"{IMD} {DECILE}", f"Crime {DECILE}"],
        ["E01008162", "Gateshead 027A", "1,234", "1", "2"],
        {"LSOA code (2011)": "E02000001", f"{IMD} {RANK}": "first", f"{IMD} {DECILE}": ""},
    ),
    "lookup, tidied": (
        "ons_lookup",
        ["lsoa11_name", "lsoa11_code", "ltla21_name", "ltla21_code"],
        ["Gateshead 027A", "E01008162", "Gateshead", "E08000037"],
        {"lsoa11_code": "E0100816", "ltla21_code": ""},
    ),
    "lookup, published": (
        "ons_lookup",
        ["LAD24CD", "LAD24NM", "CSP24CD", "CSP24NM", "PFA24CD", "PFA24NM", "ObjectId"],
        ["E08000037", "Gateshead", "E22000189", "Gateshead", "E23000007", "Northumbria", "1"],
        {"CSP24CD": "?", "PFA24CD": "E2300000"},
    ),
}
NAMES = {"population, tidied": "population20_x.csv", "population, published": "2022.csv"}


def text(*rows: Iterable[object]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    return written.getvalue()


@pytest.fixture
def workspace(tmp_path: Path):
    return init(tmp_path / "workspace", NewPartnership(area="E23000007"))


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_known_by_its_header_whatever_the_file_is_called(form):
    source, header, *_ = FORMS[form]
    layout = recognise(Head(tuple(header), NAMES.get(form, "anything.csv")))
    assert layout is not None
    assert (layout.source.name, layout.missing) == (source, ())
    assert recognise(Head(("Name", "Date", "Amount"), "2020-05-northumbria-street.csv")) is None


@pytest.mark.parametrize("form", FORMS)
def test_good_rows_are_in_the_schema_and_bad_ones_named(workspace, form):
    source, header, good, changes = FORMS[form]
    bad = [
        [changes[column] if name == column else value for name, value in zip(header, good, strict=True)]
        for column in changes
    ]
    (workspace.incoming / NAMES.get(form, "x.csv")).write_text(text(header, good, *bad))
    (only,) = ingest(workspace).files
    assert (only.fate, only.rows_read, only.rows_accepted) == (Fate.READ, 1 + len(bad), 1)
    found = {row.line: row for row in quarantined(workspace)}
    for line, (column, row) in enumerate(zip(changes, bad, strict=True), 3):
        assert found[line].column in (column, "ages", "total_population", "Total"), found[line]
        assert found[line].reason.startswith(("is ", "hold"))
        assert found[line].text == text(row).rstrip("\n")
    table = SOURCES[source].table
    for file in workspace.store.glob(f"{table.name}/*.parquet"):
        kept = parquet.read_schema(file)
        assert set(kept.names) == set(table.names) | {"supply"}
    engine = session.begin(workspace.store)
    rows = engine.to_pyarrow(session.stored(engine, workspace.store, store.read(workspace.store), table.name))
    engine.disconnect()
    assert rows.schema.equals(session.arrow_schema(STORED[table.name]))
    for column in table.columns:
        assert column.nullable or rows[column.name].null_count == 0, column.name


def test_a_boundary_is_in_the_schema_and_a_bad_one_named(workspace):
    def feature(code, outline):
        return {"type": "Feature", "properties": {"LSOA21CD": code, "LSOA21NM": "x"}, "geometry": outline}

    point = {"type": "Point", "coordinates": [0, 0]}
    features = [feature("E01008162", OUTLINE), feature("?", OUTLINE), feature("E01008163", point)]
    (workspace.incoming / "x.json").write_text(
        json.dumps({"type": "FeatureCollection", "features": features})
    )
    (only,) = ingest(workspace).files
    assert (only.rows_read, only.rows_accepted) == (3, 1)
    assert [(row.line, row.column) for row in quarantined(workspace)] == [(2, "LSOA21CD"), (3, "geometry")]
    engine = session.begin(workspace.store)
    rows = engine.to_pyarrow(session.stored(engine, workspace.store, store.read(workspace.store), "boundary"))
    engine.disconnect()
    assert rows.schema.equals(session.arrow_schema(STORED["boundary"]))
    (row,) = rows.to_pylist()
    assert (row["area_level"], row["area_code"], row["vintage"]) == ("LSOA21", "E01008162", 2021)
    assert json.loads(row["geometry"]) == OUTLINE


def stored(workspace, name: str) -> pa.Table:
    engine = session.begin(workspace.store)
    rows = engine.to_pyarrow(session.stored(engine, workspace.store, store.read(workspace.store), name))
    engine.disconnect()
    return rows


def test_sexes_are_added_up(workspace):
    _, header, good, _ = FORMS["population, published"]
    (workspace.incoming / "2022.csv").write_text(text(header, good))
    (only,) = ingest(workspace).files
    assert only.note == "the file does not say its year: 2022 is taken from its name"
    rows = stored(workspace, "population").to_pylist()
    assert sorted((row["age"], row["persons"]) for row in rows) == [(age, 2) for age in range(91)]
    assert {(row["area_level"], row["area_code"], row["year"]) for row in rows} == {
        ("LSOA21", "E01008162", 2022)
    }


def test_lookups_of_two_vintages_are_both_kept(workspace):
    for year, code in ((21, "E08000020"), (24, "E08000037")):
        header = ["LSOA11CD", "LSOA11NM", f"LAD{year}CD", f"LAD{year}NM"]
        (workspace.incoming / f"{year}.csv").write_text(text(header, ["E01008162", "x", code, "Gateshead"]))
    ingest(workspace)
    rows = stored(workspace, "area_link").to_pylist()
    assert sorted((row["parent_vintage"], row["parent_code"]) for row in rows) == [
        (2021, "E08000020"),
        (2024, "E08000037"),
    ]


@pytest.mark.parametrize(
    ("at", "part"),
    [
        ("2020-05-31T23:30:00+00:00", "northumbria 2020-06"),
        ("2020-05-31T22:30:00+00:00", "northumbria 2020-05"),
        ("2020-06-01T00:30:00+01:00", "northumbria 2020-06"),
        ("2020-03-31T23:30:00+00:00", "northumbria 2020-04"),
        ("2020-10-31T23:30:00+00:00", "northumbria 2020-10"),
        ("2020-12-31T23:30:00+00:00", "northumbria 2020-12"),
    ],
)
def test_a_search_belongs_to_the_month_of_its_local_time(workspace, at, part):
    row = [at if value == STOP[1] else value for value in STOP]
    (workspace.incoming / "2020-06-northumbria-stop-and-search.csv").write_text(text(STOP_COLUMNS, row))
    ingest(workspace)
    assert [each.part for each in store.read(workspace.store).parts] == [part]
