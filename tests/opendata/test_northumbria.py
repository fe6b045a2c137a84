"""The real Northumbria files, against counts made in plain Python from the same files."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
import zipfile
from collections import Counter
from datetime import date

import pytest

from evenhand.actions.ingest import ingest
from evenhand.actions.ingest_report import Fate
from evenhand.actions.publish import publish
from evenhand.actions.verify import verify
from evenhand.tables.schema import Role

# Ibis 12 calls DuckDB's older name for it; the pinned pair of versions works.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:fetch_:DeprecationWarning")]

ARCHIVE = "police_uk/northumbria_2020_2023/northumbria_2020-05_2023-03.zip"
LOOKUP = "geography/lookups/lookup_lsoa11_ltla21.csv.gz"
DISTRICTS = {"E08000021", "E08000022", "E08000023", "E08000024", "E08000037", "E06000057"}
MISSING = date(2022, 1, 1)


@pytest.fixture(scope="session")
def street_rows(open_data):
    """(month, LSOA, crime type) of every street row, by the csv module."""
    found = []
    with zipfile.ZipFile(open_data / ARCHIVE) as archive:
        for name in archive.namelist():
            if name.endswith("-street.csv"):
                with archive.open(name) as file:
                    for row in csv.DictReader(io.TextIOWrapper(file, "utf-8", newline="")):
                        found.append(
                            (date.fromisoformat(row["Month"] + "-01"), row["LSOA code"], row["Crime type"])
                        )
    return found


@pytest.fixture(scope="session")
def district_of(open_data):
    """The local authority of each LSOA of the six districts."""
    with gzip.open(open_data / LOOKUP, "rt", encoding="utf-8", newline="") as file:
        rows = [(row["lsoa11_code"], row["ltla21_code"]) for row in csv.DictReader(file)]
    return {lsoa: district for lsoa, district in rows if district in DISTRICTS}


@pytest.fixture(scope="session")
def counted_types(northumbria):
    """The crime types that the workspace's definition counts."""
    return set(northumbria.workspace.config()["definition"]["crime_types"])


def test_every_row_is_accepted_or_quarantined(northumbria):
    read, accepted, quarantined = Counter(), Counter(), Counter()
    for file in northumbria.report.files:
        assert file.fate is Fate.READ
        read[file.source] += file.rows_read
        accepted[file.source] += file.rows_accepted
        quarantined[file.source] += file.rows_quarantined
    assert read["Street-level crime"] == 524_070
    assert read["Outcomes of recorded crime"] == 250_684
    assert read["Stop and search"] == 12_861
    assert read["Population by single year of age"] == 34_753
    assert read["English indices of deprivation"] == 32_844
    assert read == accepted + quarantined
    assert sum(quarantined.values()) == 0


def test_the_month_that_is_missing_is_said_where_figures_lack_it_and_once_of_the_other_files(northumbria):
    said = [line for line in northumbria.report.missing if "2022-01" in line]
    assert said == ["Street-level crime, Northumbria Police: 2022-01 not supplied"]
    assert [line for line in northumbria.report.remarks if "2022-01" in line] == [
        "Absent from files that no figure takes yet: "
        "Outcomes of recorded crime, Northumbria Police: 2022-01; "
        "Stop and search, Northumbria Police: 2022-01."
    ]


def test_a_period_that_holds_the_missing_month_is_null_in_every_measure_and_never_zero(northumbria):
    held = Counter()
    for name in northumbria.releases.keys() - {"change_on_year"}:
        release = northumbria.releases[name]
        columns = [
            column.name
            for column in release.schema.columns
            if column.role is Role.COUNT or (column.role is Role.DERIVED and not column.derived_over)
        ]
        assert columns
        for row in release.table.to_pylist():
            if row["period_from"] <= MISSING <= row["period_to"]:
                held[name] += 1
                assert {column: row[column] for column in columns} == dict.fromkeys(columns)
    assert set(held) == northumbria.releases.keys() - {"change_on_year"}


def test_a_year_with_the_missing_month_is_compared_without_it(
    northumbria, street_rows, district_of, counted_types
):
    of_month = Counter(
        month for month, lsoa, kind in street_rows if lsoa in district_of and kind in counted_types
    )
    pairs = {month: month.replace(year=month.year - 1) for month in of_month if month >= date(2022, 3, 1)}
    both = {month: before for month, before in pairs.items() if before in of_month}
    assert len(both) == 11
    (found,) = [
        row
        for row in northumbria.rows("change_on_year")
        if row["area_level"] == "PFA"
        and row["period_kind"] == "year"
        and row["period_to"] == date(2023, 2, 28)
    ]
    assert found["months_compared"] == 11
    assert found["incidents_compared"] == sum(of_month[month] for month in both)
    assert found["incidents_before"] == sum(of_month[month] for month in both.values())
    months = [
        row["incidents_compared"]
        for row in northumbria.rows("change_on_year")
        if row["period_kind"] == "month"
        and MISSING in (row["period_from"], row["period_from"].replace(year=2022))
        and row["period_from"].month == 1
        and row["period_from"].year >= 2022
    ]
    assert set(months) == {None}


def test_years_that_do_not_hold_it_are_known(northumbria):
    years = [row for row in northumbria.rows("recorded_violence") if row["period_kind"] == "year"]
    whole = [row["period_to"] for row in years if row["incidents"] is not None]
    assert (
        min(row["incidents"] for row in years if row["area_level"] == "PFA" and row["incidents"] is not None)
        > 0
    )
    assert MISSING not in {row["period_from"] for row in years if row["period_to"] in whole}


def test_coverage_equals_an_independent_count(northumbria, street_rows, district_of):
    found = {row["period_from"]: row for row in northumbria.rows("coverage")}
    assert set(found) == {month for month, *_ in street_rows} | {MISSING}
    expected = Counter()
    for month, lsoa, _ in street_rows:
        expected[month, "in_area" if lsoa in district_of else "outside_area" if lsoa else "no_location"] += 1
    for month, row in found.items():
        for column in ("in_area", "outside_area", "no_location"):
            assert row[column] == (None if month == MISSING else expected[month, column]), (month, column)
    assert sum(row["outside_area"] or 0 for row in found.values()) == 350
    assert sum(row["incidents_supplied"] or 0 for row in found.values()) == 524_070


@pytest.mark.parametrize("level", ["LAD", "LSOA11"])
def test_totals_equal_an_independent_count(northumbria, street_rows, district_of, counted_types, level):
    expected = Counter(
        (district_of[lsoa] if level == "LAD" else lsoa, month)
        for month, lsoa, kind in street_rows
        if lsoa in district_of and kind in counted_types
    )
    months = {month for month, *_ in street_rows}
    areas = set(district_of.values()) if level == "LAD" else set(district_of)
    found = {
        (row["area_code"], row["period_from"]): row["incidents"]
        for row in northumbria.rows("recorded_violence")
        if row["area_level"] == level and row["period_kind"] == "month"
    }
    assert found == {
        **{(area, month): expected[area, month] for area in areas for month in months},
        **{(area, MISSING): None for area in areas},
    }


def test_the_maps_have_a_path_for_every_lsoa(northumbria):
    site = northumbria.workspace.published / "site"
    most = max(len(re.findall(r"<path\b", page.read_text("utf-8"))) for page in site.rglob("*.html"))
    svgs = [len(re.findall(r"<path\b", file.read_text("utf-8"))) for file in site.rglob("*.svg")]
    assert max([most, *svgs]) >= 916


def tree(folder):
    return {
        path.relative_to(folder): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_doing_it_again_changes_nothing_and_it_verifies(northumbria):
    here = northumbria.workspace
    before = tree(here.published), tree(here.store)
    again = ingest(here)
    assert not [file for file in again.files if file.fate is Fate.READ]
    assert publish(here, date(2026, 2, 1)).outcome.changed is False
    assert (tree(here.published), tree(here.store)) == before
    assert "entries hold" in verify(here.published).line
