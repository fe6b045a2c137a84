"""A month of every force: it is ingested whole, and one force is chosen from it."""

from __future__ import annotations

import csv
import gzip
import io
import shutil
import zipfile
from collections import Counter
from datetime import date

import pytest

from evenhand.actions.ingest import ingest
from evenhand.actions.init import NewPartnership, init
from evenhand.actions.show import show
from evenhand.engine import quarantine

# Ibis 12 calls DuckDB's older name for it; the pinned pair of versions works.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:fetch_:DeprecationWarning")]

ARCHIVE = "police_uk/national_2018-12/national_2018-12.zip"
LOOKUPS = (
    "lookup_lsoa11_ltla21.csv.gz",
    "lookup_lsoa11_lsoa21_ltla22.csv.gz",
    "lookup_ltla24_csp24_pfa24.csv",
)
DURHAM = "E23000008"


@pytest.fixture(scope="module")
def national(open_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("national") / "workspace"
    workspace = init(folder, NewPartnership(name="Durham", area=DURHAM))
    for name in (ARCHIVE, *(f"geography/lookups/{name}" for name in LOOKUPS)):
        shutil.copyfile(open_data / name, workspace.incoming / name.rpartition("/")[2])
    return workspace, ingest(workspace)


def test_every_row_of_41_forces_is_accounted_for(national):
    workspace, report = national
    street = [file for file in report.files if file.source == "Street-level crime"]
    assert len(street) == 41
    assert sum(file.rows_read for file in street) == 342_885
    aside = [
        row
        for supply in (workspace.store / "quarantine").glob("*")
        for row in quarantine.kept(workspace.store / "quarantine", supply.stem)
    ]
    assert sum(file.rows_quarantined for file in street) == len(aside)
    assert Counter((row.column, row.reason) for row in aside) == {}


def test_one_force_is_chosen_from_it(national, open_data):
    workspace, _ = national
    kinds = set(workspace.config()["definition"]["crime_types"])
    with gzip.open(open_data / "geography/lookups/lookup_lsoa11_ltla21.csv.gz", "rt", newline="") as file:
        districts = {"E06000047", "E06000005"}
        lsoas = {row["lsoa11_code"]: row["ltla21_code"] for row in csv.DictReader(file)}
        lsoas = {lsoa: district for lsoa, district in lsoas.items() if district in districts}
    expected: Counter[str] = Counter()
    with zipfile.ZipFile(open_data / ARCHIVE) as archive:
        for name in archive.namelist():
            if name.endswith(".csv"):
                with archive.open(name) as file:
                    for row in csv.DictReader(io.TextIOWrapper(file, "utf-8", newline="")):
                        mine = row["Reported by"] == "Durham Constabulary" and row["LSOA code"] in lsoas
                        if mine and row["Crime type"] in kinds:
                            expected[lsoas[row["LSOA code"]]] += 1
    release = show(workspace, "recorded_violence").release
    found = {
        row["area_code"]: row["incidents"]
        for row in release.table.to_pylist()
        if row["area_level"] == "LAD" and row["period_from"] == date(2018, 12, 1)
    }
    assert found == expected
    assert sum(expected.values()) > 500
