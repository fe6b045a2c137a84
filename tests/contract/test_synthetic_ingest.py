"""Ingest takes all of the synthetic files, in the formats of their publishers, but the planted rows."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from evenhand.actions.ingest import ingest
from evenhand.actions.ingest_report import Fate
from evenhand.actions.init import NewPartnership, init
from evenhand.engine.workspace import Workspace
from evenhand.synthetic import county, write, write_national

# Ibis 12 calls DuckDB's older name for it; the pinned pair of versions works.
pytestmark = pytest.mark.filterwarnings("ignore:fetch_:DeprecationWarning")


def workspace(folder: Path) -> Workspace:
    about = NewPartnership(area=county.FORCE_AREA[0], police_forces=(county.FORCE,), synthetic=True)
    return init(folder, about)


def test_ingest_takes_every_row_but_the_planted_ones(tmp_path: Path) -> None:
    here = workspace(tmp_path / "exampleshire")
    truth = write(here.incoming, seed=2, lsoas=60)
    report = ingest(here)
    assert {file.fate for file in report.files} == {Fate.READ}
    accepted: Counter[str] = Counter()
    for file in report.files:
        accepted[file.source] += file.rows_accepted
    assert accepted["Street-level crime"] == truth.street_rows
    assert accepted["Outcomes of recorded crime"] == truth.outcome_rows
    assert accepted["Stop and search"] == truth.stop_search_rows
    refused = {
        file.file.split("!")[-1]: file.rows_quarantined for file in report.files if file.rows_quarantined
    }
    assert refused == Counter(row.file for row in truth.bad_rows)
    (missing,) = report.missing
    assert missing.startswith("Street-level crime, ")
    assert missing.endswith(f"{truth.missing_month} not supplied")
    (other,) = [line for line in report.remarks if line.startswith("Absent from files that no figure takes")]
    assert other.count(truth.missing_month) == 2


def test_ingest_takes_every_row_of_the_national_set(tmp_path: Path) -> None:
    here = workspace(tmp_path / "national")
    made = write_national(here.incoming, rows=20_000, number_of_files=45)
    report = ingest(here)
    assert {file.file: file.rows_accepted for file in report.files} == made.rows_by_file
    assert sum(file.rows_quarantined for file in report.files) == 0
