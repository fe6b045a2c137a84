"""Loading: what is sound is read once, what is not costs its own file alone, and little is imported."""

from __future__ import annotations

import subprocess
import sys

import pytest

from evenhand.actions.ingest import ingest
from evenhand.actions.ingest_report import Fate
from evenhand.engine import load, session, store, supplied

# Ibis 12 calls DuckDB's older name for it; the pinned pair of versions works.
pytestmark = pytest.mark.filterwarnings("ignore:fetch_:DeprecationWarning")

HEAVY = r"""
import sys
from pathlib import Path
from evenhand.actions.ingest import ingest
from evenhand.engine.workspace import Workspace
assert [file.fate.name for file in ingest(Workspace(Path(sys.argv[1]))).files] == ["READ"]
print(*sorted({"pandas", "scipy", "matplotlib", "polars", "django"} & set(sys.modules)))
"""


def readings(monkeypatch):
    """Counts the statements by which the engine is asked to read files as supplied."""
    asked: list[list[str]] = []

    def counted(engine, group):
        asked.append([file.delivered.label for file in group])
        return supplied.supplied(engine, group)

    monkeypatch.setattr("evenhand.engine.checking.supplied", counted)
    monkeypatch.setattr(load, "supplied", counted)
    return asked


def incidents(workspace):
    engine = session.begin(workspace.root)
    table = session.stored(engine, workspace.store, store.read(workspace.store), "incident")
    return session.collected(engine, table.drop("supply")).to_pylist()


def test_sound_files_are_read_once(workspace, street, monkeypatch):
    asked = readings(monkeypatch)
    (workspace.incoming / "a.csv").write_text(street(3, "2021-01"))
    (workspace.incoming / "b.csv").write_text(street(2, "2021-02"))
    ingest(workspace)
    assert asked == [["a.csv", "b.csv"]]
    assert len(incidents(workspace)) == 5


def test_a_bad_row_costs_its_own_file_a_second_reading_and_no_row_beside_it(workspace, street, row):
    (workspace.incoming / "a.csv").write_text(street(3, "2021-01"))
    (workspace.incoming / "b.csv").write_text(street(rows=[row(1), row(2, Month="May"), row(3)]))
    (workspace.incoming / "c.csv").write_text(street(2, "2021-03"))
    files = {file.file: file for file in ingest(workspace).files}
    assert {name: (file.rows_read, file.rows_accepted) for name, file in files.items()} == {
        "a.csv": (3, 3),
        "b.csv": (3, 2),
        "c.csv": (2, 2),
    }
    assert files["a.csv"].period_from == "2021-01-01"
    found = incidents(workspace)
    assert len(found) == 7
    assert len({incident["crime_id"] for incident in found if str(incident["month"]) == "2021-01-01"}) == 3


def test_a_header_alone_is_read_and_leaves_nothing_in_the_store(workspace, street):
    (workspace.incoming / "a.csv").write_text(street(0, "2021-01"))
    only = ingest(workspace).files[0]
    assert (only.fate, only.rows_read) == (Fate.READ, 0)
    assert list(workspace.store.glob("*/*.parquet")) == []


def test_an_ingest_imports_nothing_that_only_figures_and_pages_need(workspace, street):
    """Start-up is half of a small ingest: pandas and SciPy alone would take half a second of it."""
    (workspace.incoming / "a.csv").write_text(street(3, "2021-01"))
    command = [sys.executable, "-c", HEAVY, str(workspace.root)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr[-2000:]
