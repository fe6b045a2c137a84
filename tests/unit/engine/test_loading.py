"""Loading: what is sound is read once, what is not costs its own file alone, and little is imported."""

from __future__ import annotations

import errno
import gzip
import os
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


def meddled(workspace, monkeypatch, meddle):
    """An ingest in which somebody else touches b.csv after it was hashed and before it is loaded."""
    begin = session.begin

    def begun(scratch):
        meddle(workspace.incoming / "b.csv")
        monkeypatch.setattr(session, "begin", begin)
        return begin(scratch)

    monkeypatch.setattr(session, "begin", begun)
    files = {file.file: file for file in ingest(workspace).files}
    monkeypatch.undo()
    return files


@pytest.mark.parametrize(
    "meddle", [lambda path: path.write_text("nothing"), lambda path: path.unlink(missing_ok=True)]
)
def test_a_file_changed_while_it_is_read_is_refused_and_the_rest_is_taken(
    workspace, street, row, monkeypatch, meddle
):
    (workspace.incoming / "a.csv").write_text(street(3, "2021-01"))
    (workspace.incoming / "b.csv").write_text(street(2, "2021-02"))
    (workspace.incoming / "c.csv").write_text(street(rows=[row(1), row(2, Month="May")]))
    files = meddled(workspace, monkeypatch, meddle)
    assert (
        files["b.csv"].note == "b.csv: was changed while it was read; run it again when nobody writes to it"
    )
    assert (files["a.csv"].rows_accepted, files["c.csv"].rows_accepted) == (3, 1)
    assert {str(incident["month"]) for incident in incidents(workspace)} == {"2021-01-01", "2020-05-01"}


def test_a_changed_file_is_taken_by_the_next_ingest_as_it_is_then(workspace, street, monkeypatch):
    (workspace.incoming / "b.csv").write_text(street(2, "2021-02"))
    meddled(workspace, monkeypatch, lambda path: path.write_text(street(5, "2021-03")))
    assert [(file.fate, file.rows_accepted) for file in ingest(workspace).files] == [(Fate.READ, 5)]
    assert {str(incident["month"]) for incident in incidents(workspace)} == {"2021-03-01"}


def test_a_full_disk_is_said_to_be_full(workspace, street, monkeypatch):
    (workspace.incoming / "a.csv.gz").write_bytes(gzip.compress(street(3).encode()))

    def full(_self, _chunk):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("evenhand.engine.unpacking.Digest.add", full)
    assert ingest(workspace).files[0].note == (
        "a.csv.gz: finds no room on the disk; make room and run it again"
    )


def test_a_table_wider_than_any_publisher_makes_is_refused_at_its_header(workspace, street):
    header, *rows = street(3).splitlines()
    beside = ",".join(f"more{at}" for at in range(100_000))
    (workspace.incoming / "wide.csv").write_text("\n".join([f"{header},{beside}", *rows]))
    assert ingest(workspace).files[0].note == (
        "wide.csv line 1: has 100,012 columns, and no file of its publisher has 2,000; check what was sent"
    )


def test_a_folder_that_may_not_be_opened_is_named(workspace, monkeypatch):
    (workspace.incoming / "closed").mkdir()
    scandir = os.scandir

    def closed(path):
        if str(path).endswith("closed"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", closed)
    assert [file.note for file in ingest(workspace).files] == [
        "closed: cannot be read (Permission denied); check who may read it"
    ]


def test_an_ingest_imports_nothing_that_only_figures_and_pages_need(workspace, street):
    """Start-up is half of a small ingest: pandas and SciPy alone would take half a second of it."""
    (workspace.incoming / "a.csv").write_text(street(3, "2021-01"))
    command = [sys.executable, "-c", HEAVY, str(workspace.root)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr[-2000:]
