"""The command line: help without weight, one line and a code for every kind of trouble, names as they are."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from evenhand import errors
from evenhand.cli import main
from evenhand.engine.workspace import Workspace

# Ibis 12 calls DuckDB's older name for it; the pinned pair of versions works.
pytestmark = pytest.mark.filterwarnings("ignore:fetch_:DeprecationWarning")

HEAVY = ("duckdb", "ibis", "pyarrow", "numpy", "scipy", "altair", "httpx", "python_calamine", "jinja2")


def commands(group, above=()):
    for name, command in group.commands.items():
        inner = getattr(command, "commands", None)
        yield from commands(command, (*above, name)) if inner else [(*above, name)]


ALL = sorted(commands(typer.main.get_command(main.app)))


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    code = (
        f"import sys; sys.argv = {['evenhand', *map(str, words)]!r}; from evenhand.cli.main import run; run()"
    )
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_has_help(words):
    found = CliRunner().invoke(main.app, [*words, "--help"])
    assert found.exit_code == 0
    assert f"Usage: evenhand {' '.join(words)}" in found.stdout
    if words != ("serve",):
        assert "--json" in found.stdout


@pytest.mark.parametrize(
    "words", [["--help"], ["ingest", "--help"], ["--version"], ["fetch", "police-uk", "--help"]]
)
def test_help_brings_in_nothing_heavy(words):
    code = (
        f"import sys; sys.argv = {['evenhand', *words]!r}\n"
        "from evenhand.cli.main import run\n"
        "try: run()\n"
        "except SystemExit: pass\n"
        f"print('heavy:', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert found.stdout.splitlines()[-1] == "heavy: []"


@pytest.mark.parametrize("kind", errors.family(), ids=lambda kind: kind.__name__)
def test_every_kind_of_error_ends_in_one_line_and_its_code(kind, monkeypatch, capsys):
    def fails() -> None:
        raise kind("has [red]two\nlines[/]", where="a[b].csv", next_step="mend it")

    monkeypatch.setattr(main, "app", fails)
    with pytest.raises(SystemExit) as ended:
        main.run()
    assert ended.value.code == kind.exit_code
    said = capsys.readouterr()
    assert said.err == "evenhand: a[b].csv: has [red]two lines[/]; mend it\n"
    assert said.out == ""


def test_codes_are_all_different_and_none_is_success():
    codes = [kind.exit_code for kind in errors.family()]
    assert len(set(codes)) == len(codes)
    assert 0 not in codes


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["status"], 7),
        (["ingest"], 7),
        (["publish"], 7),
        (["show", "recorded_violence"], 7),
        (["verify"], 7),
        (["serve"], 7),
        (["ingest", "nowhere.csv"], 7),
        (["publish", "--made-on", "31 May"], 4),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_outside_a_workspace_each_says_so_in_one_line(words, code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = run(*words)
    assert found.returncode == code, found.stderr
    assert found.stderr.startswith("evenhand: ")
    assert len(found.stderr.splitlines()) == 1
    assert found.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_ingest_reports_as_json_and_ends_in_3_when_a_file_was_refused(workspace: Workspace, street):
    (workspace.incoming / "x.csv").write_text(street(3))
    (workspace.incoming / "empty.csv").write_text("")
    found = run("ingest", "--workspace", workspace.root, "--json")
    assert found.returncode == 3
    report = json.loads(found.stdout)
    assert {file["file"]: (file["fate"], file["rows_read"]) for file in report["files"]} == {
        "x.csv": ("read", 3),
        "empty.csv": ("refused", 0),
    }
    assert len(found.stderr.splitlines()) == 1
    status = run("status", "--workspace", workspace.root, "--json")
    assert status.returncode == 0
    (holding,) = json.loads(status.stdout)["holdings"]
    assert (holding["rows_read"], holding["rows_accepted"]) == (3, 3)


@pytest.mark.parametrize("name", ["[red]x[bold].csv", "[/].csv", "a[b.csv", ":smile:.csv"])
def test_names_with_markup_are_printed_as_they_are(workspace: Workspace, street, row, name, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    folder = workspace.incoming / name.rpartition("/")[0]
    folder.mkdir(exist_ok=True)
    (workspace.incoming / name).write_text(street(rows=[row(1), row(2, Month="[May]")]))
    (workspace.incoming / "empty[x].csv").write_text("")
    found = run("ingest", "--workspace", workspace.root)
    assert found.returncode == 3
    assert "Traceback" not in found.stderr
    assert name in found.stdout
    assert "empty[x].csv: is empty" in found.stdout
    listed = run("status", "--quarantine", "--workspace", workspace.root)
    assert f"{name} line 3, Month: " in listed.stdout


def test_a_second_process_is_told_the_workspace_is_busy(workspace: Workspace):
    with workspace.writing():
        found = run("ingest", "--workspace", workspace.root)
    assert found.returncode == 9
    assert len(found.stderr.splitlines()) == 1
