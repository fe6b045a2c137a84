"""What ingest promises: nothing lost, nothing changed, the same however often and rudely it is run."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evenhand.actions import ingest as action
from evenhand.actions.ingest import ingest
from evenhand.actions.ingest_report import Fate
from evenhand.actions.init import NewPartnership, init
from evenhand.actions.months_missing import COUNTED
from evenhand.actions.status import quarantined, status
from evenhand.engine import session, store
from evenhand.engine.workspace import Workspace
from evenhand.errors import BadConfig, Busy, NotThere
from evenhand.needs import MEASURES
from evenhand.sources import OUTCOMES, STOPS, STREET
from evenhand.sources.police_uk import OUTCOME_COLUMNS

# Ibis 12 calls DuckDB's older name for it; the pinned pair of versions works.
pytestmark = pytest.mark.filterwarnings("ignore:fetch_:DeprecationWarning")


def put(workspace: Workspace, name: str, text: str) -> Path:
    path = workspace.incoming / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return path


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def held(workspace: Workspace, table: str = "incident") -> list[tuple[object, ...]]:
    """The table as the measures read it, but for the supply."""
    engine = session.begin(workspace.store)
    found = session.stored(engine, workspace.store, store.read(workspace.store), table)
    rows = engine.to_pyarrow(found.drop("supply")).to_pylist()
    engine.disconnect()
    return sorted(tuple(map(repr, row.values())) for row in rows)


def test_rows_kept_aside_are_kept_to_the_letter(workspace, street, row):
    odd = [
        row(1),
        row(2, Month="May 2020"),
        row(3, Location='On or near "The Quay", Gateshead', Longitude="151.2"),
        row(4, Location="two\r\nlines", **{"Crime type": "Piracy"}),
        row(5, Location="\u2028\x85"),
        row(6, Location="\u2028\x85", **{"LSOA code": "E01 08162"}),
        row(7, **{"Reported by": ""}),
    ]
    text = street(rows=odd)
    put(workspace, "x.csv", text)
    report = ingest(workspace)
    assert (report.files[0].rows_read, report.files[0].rows_accepted) == (7, 2)
    found = quarantined(workspace)
    assert [(each.file, each.line, each.column) for each in found] == [
        ("x.csv", 3, "Month"),
        ("x.csv", 4, "Longitude"),
        ("x.csv", 5, "Crime type"),
        ("x.csv", 8, "LSOA code"),
        ("x.csv", 9, "Reported by"),
    ]
    for each in found:
        assert f"\n{each.text}\n" in text
    assert sum(report.files[0].why.values()) == 5


def test_twice_changes_not_a_byte_and_not_a_time(workspace, street, row):
    put(workspace, "a/x.csv", street(rows=[row(1), row(2, Month="May")]))
    put(workspace, "readme.txt", "Hello")
    put(workspace, "bad.csv", "")
    ingest(workspace)
    before = state(workspace.root)
    again = ingest(workspace)
    assert [(file.file, file.fate) for file in again.files] == [("bad.csv", Fate.REFUSED)]
    assert state(workspace.root) == before


def test_the_same_bytes_under_two_names_are_one_supply(workspace, street):
    put(workspace, "a.csv", street(3))
    put(workspace, "b.csv", street(3))
    files = ingest(workspace).files
    assert {file.file: (file.fate, file.note) for file in files} == {
        "a.csv": (Fate.READ, ""),
        "b.csv": (Fate.KNOWN, "same bytes as a.csv"),
    }
    assert len(held(workspace)) == 3
    put(workspace, "c.csv", street(3))
    (only,) = ingest(workspace).files
    assert (only.fate, only.note) == (Fate.KNOWN, "same bytes as a.csv")


def test_a_revised_month_replaces_and_is_recorded(workspace, street, row):
    put(workspace, "first.csv", street(5) + street(2, "2020-06").partition("\n")[2])
    ingest(workspace)
    put(workspace, "second.csv", street(rows=[row(9), row(10), row(11)]))
    (only,) = ingest(workspace).files
    assert only.replaces == ["replaces Northumbria Police 2020-05: 3 rows, 5 before"]
    ids = sorted(line[0] for line in held(workspace))
    assert ids == sorted(repr(f"{number:064x}") for number in (0, 1, 9, 10, 11))
    catalogue = store.read(workspace.store)
    assert sum(supply.rows_accepted for supply in catalogue.supplies) == 10


def test_a_stray_row_of_a_month_does_not_replace_the_month(workspace, street, row):
    put(workspace, "first.csv", street(5))
    ingest(workspace)
    put(workspace, "second.csv", street(4, "2020-06") + street(rows=[row(9)]).partition("\n")[2])
    (only,) = ingest(workspace).files
    (said,) = only.replaces
    assert said.startswith("Northumbria Police 2020-05 is not used: 1 rows, where first.csv has 5")
    assert "move first.csv out of incoming/, delete store/ and ingest again" in said
    assert len(held(workspace)) == 9


def test_what_it_says_of_a_small_revision_makes_that_revision_hold(workspace, street, row):
    put(workspace, "first.csv", street(5))
    put(workspace, "other.csv", street(4, "2020-06"))
    ingest(workspace)
    put(workspace, "second.csv", street(rows=[row(9)]))
    ingest(workspace)
    (workspace.incoming / "first.csv").rename(workspace.root / "first.csv")
    shutil.rmtree(workspace.store)
    ingest(workspace)
    assert len(held(workspace)) == 5


def test_a_small_revision_written_over_the_file_needs_the_store_made_anew_alone(workspace, street, row):
    put(workspace, "x.csv", street(5))
    ingest(workspace)
    put(workspace, "x.csv", street(rows=[row(9)]))
    (only,) = ingest(workspace).files
    assert "out of incoming/" not in only.replaces[0]
    assert "If it is right after all, delete store/ and ingest again" in only.replaces[0]


def test_a_month_of_another_force_or_kind_replaces_nothing(workspace, street, row):
    put(workspace, "first.csv", street(5))
    other = {"Reported by": "Durham Constabulary"}
    put(workspace, "second.csv", street(rows=[row(1, **other)]))
    assert not any(file.replaces for file in ingest(workspace).files)
    assert len(held(workspace)) == 6


def test_files_given_are_copied_in_and_the_originals_left(workspace, street, tmp_path):
    outside = tmp_path / "outside"
    (outside / "below").mkdir(parents=True)
    (outside / "below" / "x.csv").write_text(street(3))
    (outside / "y.csv").write_text(street(4, "2020-06"))
    before = state(outside)
    assert len(ingest(workspace, [outside / "y.csv", outside]).files) == 3
    assert state(outside) == before
    assert len(held(workspace)) == 7
    inside = sorted(str(path.relative_to(workspace.incoming)) for path in workspace.incoming.rglob("*.csv"))
    assert inside == ["outside/below/x.csv", "outside/y.csv", "y.csv"]


def test_what_lies_in_incoming_is_never_overwritten(workspace, street, tmp_path):
    outside = tmp_path / "given"
    outside.mkdir()
    (outside / "x.csv").write_text(street(3))
    ingest(workspace, [outside, outside / "x.csv"])
    (outside / "x.csv").write_text(street(4))
    for _ in range(3):
        ingest(workspace, [outside, outside / "x.csv"])
    found = {
        path.relative_to(workspace.incoming).as_posix(): path for path in workspace.incoming.rglob("*.csv")
    }
    assert sorted(found) == ["given/x-2.csv", "given/x.csv", "x-2.csv", "x.csv"]
    assert found["given/x.csv"].read_text() == found["x.csv"].read_text() == street(3)


def test_what_is_not_there_or_holds_the_workspace_is_refused(workspace, tmp_path):
    with pytest.raises(NotThere, match="is not there"):
        ingest(workspace, [tmp_path / "nowhere.csv"])
    for folder in (workspace.root, workspace.root.parent):
        with pytest.raises(BadConfig, match="holds the workspace itself"):
            ingest(workspace, [folder])
    assert list(workspace.incoming.iterdir()) == []


def test_missing_months_are_listed(workspace, street):
    for month in ("2020-05", "2020-08", "2020-11"):
        put(workspace, f"{month}.csv", street(1, month))
    assert (
        "Street-level crime, Northumbria Police: 2020-06, 2020-07, 2020-09, 2020-10 not supplied"
        in ingest(workspace).missing
    )


def test_months_absent_from_files_that_no_figure_takes_are_said_once_and_not_as_missing(workspace):
    header = ",".join(OUTCOME_COLUMNS)
    for month in ("2020-05", "2020-07"):
        line = f"{1:064x},{month},Northumbria Police,Northumbria Police,,,,,,Under investigation"
        put(workspace, f"{month}-outcomes.csv", f"{header}\n{line}\n")
    report = ingest(workspace)
    assert [file.fate for file in report.files] == [Fate.READ, Fate.READ]
    assert not any("not supplied" in line for line in report.missing)
    assert report.remarks == [
        "Absent from files that no figure takes yet: Outcomes of recorded crime, Northumbria Police: 2020-06."
    ]


def test_the_tables_whose_months_can_be_missing_are_those_that_measures_take():
    taken = {name for measure in MEASURES.values() for name in measure.inputs}
    by_month = {STREET.table.name, OUTCOMES.table.name, STOPS.table.name}
    assert set(COUNTED) == by_month & taken


def test_a_workspace_given_as_a_file_is_not_copied_into_another(workspace, tmp_path):
    other = init(tmp_path / "other", NewPartnership(area="E23000007"))
    with pytest.raises(BadConfig, match=r"is a workspace.*did you mean --workspace .*other"):
        ingest(workspace, [other.root])
    with pytest.raises(BadConfig, match="did you mean --workspace"):
        ingest(Workspace(tmp_path), [other.root])
    assert list(workspace.incoming.iterdir()) == []


def test_an_area_that_cannot_be_settled_says_what_to_mend_and_status_says_the_same(workspace, street):
    config = workspace.config_file.read_text()
    workspace.config_file.write_text(config.replace('contact_email = ""', 'contact_email = "notanemail"'))
    put(workspace, "x.csv", street(3))
    report, found = ingest(workspace), status(workspace)
    assert "contact_email 'notanemail' is no e-mail address" in report.remarks[0]
    assert (found.area, list(found.missing), list(found.remarks)) == (
        report.area,
        report.missing,
        report.remarks,
    )


def test_a_newer_evenhand_looks_again_at_what_was_not_recognised(workspace, street, monkeypatch):
    put(workspace, "x.csv", street(3))
    with monkeypatch.context() as patched:
        patched.setattr("evenhand.engine.reading.recognise", lambda _head: None)
        assert [file.fate for file in ingest(workspace).files] == [Fate.UNKNOWN_FORMAT]
        assert ingest(workspace).files == []
    monkeypatch.setattr(action, "__version__", "999")
    assert [(file.fate, file.rows_accepted) for file in ingest(workspace).files] == [(Fate.READ, 3)]
    assert ingest(workspace).files == []


def test_a_file_changed_in_place_is_read_again(workspace, street):
    put(workspace, "x.csv", street(3))
    ingest(workspace)
    put(workspace, "x.csv", street(4))
    (only,) = ingest(workspace).files
    assert only.replaces == ["replaces Northumbria Police 2020-05: 4 rows, 3 before"]
    assert len(held(workspace)) == 4


def test_one_process_writes_at_a_time(workspace, street):
    put(workspace, "x.csv", street(3))
    with workspace.writing(), pytest.raises(Busy) as busy:
        ingest(workspace)
    assert busy.value.exit_code == 9
    assert ingest(workspace).files[0].fate is Fate.READ


DRIVER = """
import sys
from pathlib import Path
from evenhand.actions import ingest
from evenhand.engine.workspace import Workspace
ingest.BATCH_BYTES = 20_000
print("ready", flush=True)
ingest.ingest(Workspace(Path(sys.argv[1])))
print("done", flush=True)
"""


def parts_of(workspace: Workspace) -> list[tuple[str, int, str | None]]:
    return [(part.part, part.rows, part.replaced_by) for part in store.read(workspace.store).parts]


def started(workspace: Workspace) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", DRIVER, str(workspace.root)], stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"
    return process


@pytest.mark.slow
def test_killed_at_any_moment_the_next_run_carries_on_to_the_same_tables(workspace, street, row, tmp_path):
    whole = Workspace(tmp_path / "undisturbed")
    for here in (workspace, whole):
        for number in range(24):
            month = f"{2018 + number // 12}-{number % 12 + 1:02}"
            rows = [row(at, month, Location="" if at % 7 else '"') for at in range(60)]
            rows.append(row(99, month, Month="May"))
            put(here, f"{month}.csv", street(rows=rows))
        put(here, "z-revised.csv", street(40, "2018-03"))
    whole.config_file.write_bytes(workspace.config_file.read_bytes())
    begun = time.monotonic()
    process = started(whole)
    assert process.communicate(timeout=120)[0] == b"done\n"
    took = time.monotonic() - begun
    chance, commits = random.Random(1), set()
    for _ in range(24):
        process = started(workspace)
        time.sleep(chance.uniform(0, took * 0.6))
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        commits.add(len(store.read(workspace.store).supplies))
    ingest(workspace)
    assert held(workspace) == held(whole)
    assert len(held(whole)) == 23 * 60 + 40
    assert [str(each) for each in quarantined(workspace)] == [str(each) for each in quarantined(whole)]
    assert len(quarantined(whole)) == 24
    assert parts_of(workspace) == parts_of(whole)
    assert len(commits) > 1
    named = {name for files in store.read(workspace.store).batches.values() for name in files}
    assert {str(path.relative_to(workspace.store)) for path in workspace.store.rglob("*.parquet")} == named
    assert json.loads((workspace.store / "supplies.json").read_text())["seen"].keys() == {
        path.name for path in workspace.incoming.iterdir()
    }
