"""The command line: help without weight, one line and a code for every kind of trouble, names as they are."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer
from typer.testing import CliRunner

from evenhand import errors
from evenhand.actions import publish as publishing
from evenhand.cli import main
from evenhand.engine.publication import Outcome
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


ACTED_ON = ["\x1b[2J", "\x1b]0;title\x07", "\x7f", "\x9b31m", "\x00", "\u202e", "\udce9"]
"""Clear the screen, name the window, delete, colour in one byte, end a text, turn its direction, no text."""


@pytest.mark.parametrize("text", ACTED_ON, ids=ascii)
@pytest.mark.parametrize("kind", errors.family(), ids=lambda kind: kind.__name__)
def test_no_error_carries_what_a_terminal_acts_on(kind, text):
    error = kind(f"has {text}", where=f"a{text}.csv", next_step=f"mend {text}")
    shown = text
    for acted_on in "\x1b\x07\x7f\x9b\x00\u202e\udce9":
        shown = shown.replace(acted_on, "\ufffd")
    assert str(error) == f"a{shown}.csv: has {shown}; mend {shown}"
    assert error.where == f"a{text}.csv"


def test_letters_of_every_script_are_printed_as_they_are():
    text = "Café ☂ Caerdydd Ŵŷ عنف 暴力 👩‍⚕️"
    assert errors.printable(text) == text


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


ESCAPING = "a\x1b[2J\x9b31m\u202eb.csv"
SHOWN = "a\ufffd[2J\ufffd31m\ufffdb.csv"


@pytest.fixture
def escaping(workspace: Workspace, street, row) -> Workspace:
    """A workspace with names that a terminal would act on: of a bad row, a refused file, an unknown one."""
    (workspace.incoming / ESCAPING).write_text(street(rows=[row(1), row(2, Month="May")]))
    (workspace.incoming / f"empty-{ESCAPING}").write_text("")
    (workspace.incoming / f"notes-{ESCAPING}").write_text("a\n1\n")
    return workspace


def test_no_name_of_a_file_reaches_the_terminal_raw(escaping, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    read = run("ingest", "--workspace", escaping.root)
    listed = run("status", "--quarantine", "--workspace", escaping.root)
    absent = run("ingest", f"no-{ESCAPING}", "--workspace", escaping.root)
    assert (read.returncode, listed.returncode, absent.returncode) == (3, 0, 7)
    for line in (
        f"empty-{SHOWN}: is empty; ask the sender for the file again",
        f"1 of no format Evenhand reads, left as they are: notes-{SHOWN}",
        f"{SHOWN}: 1 quarantined: Month",
    ):
        assert line in read.stdout
    assert listed.stdout.startswith(f"{SHOWN} line 3, Month: ")
    assert absent.stderr == f"evenhand: no-{SHOWN}: is not there; check its name\n"
    said = "".join(one.stdout + one.stderr for one in (read, listed, absent))
    assert not set("\x1b\x9b\u202e") & set(said)


def test_json_escapes_what_a_terminal_acts_on_and_keeps_the_name(escaping):
    found = run("ingest", "--workspace", escaping.root, "--json")
    assert not set("\x1b\x9b\u202e") & set(found.stdout)
    files = {file["file"] for file in json.loads(found.stdout)["files"]}
    assert files == {ESCAPING, f"empty-{ESCAPING}", f"notes-{ESCAPING}"}


def test_a_line_end_in_a_name_does_not_end_the_line(workspace: Workspace):
    (workspace.incoming / "notes.csv\nMissing: all of it").write_text("a\n1\n")
    found = run("ingest", "--workspace", workspace.root)
    assert "notes.csv\ufffdMissing: all of it" in found.stdout


def test_commands_print_through_printing_alone():
    folder = Path(main.__file__).parent
    others = [path for path in folder.glob("*.py") if path.name != "printing.py"]
    assert len(others) >= 4
    found = [path.name for path in others if re.search(r"\b(from|import) rich\b|\bprint\(", path.read_text())]
    assert found == []


def test_a_second_process_is_told_the_workspace_is_busy(workspace: Workspace):
    with workspace.writing():
        found = run("ingest", "--workspace", workspace.root)
    assert found.returncode == 9
    assert len(found.stderr.splitlines()) == 1


def test_show_alone_lists_every_measure_with_its_question(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    listed = json.loads(run("show", "--json").stdout)
    assert {"measure": "recorded_violence"}.items() <= listed[0].items()
    assert all(each["question"].endswith("?") for each in listed)
    assert "recorded_violence" in run("show").stdout


def test_ingest_says_nothing_new_only_where_nothing_was_amiss(workspace: Workspace, street):
    (workspace.incoming / "x.csv").write_text(street(3))
    run("ingest", "--workspace", workspace.root)
    again = run("ingest", "--workspace", workspace.root)
    assert (again.returncode, again.stdout) == (0, "Nothing new: everything in incoming/ was read before.\n")
    (workspace.incoming / "empty.csv").write_text("")
    refused = run("ingest", "--workspace", workspace.root)
    assert refused.returncode == 3
    assert "Nothing new" not in refused.stdout
    assert refused.stdout.count("empty.csv") == 1


def test_an_empty_incoming_is_said_to_be_empty(workspace: Workspace):
    found = run("ingest", "--workspace", workspace.root)
    assert found.returncode == 0
    said = " ".join(found.stdout.split())
    assert said.startswith("incoming/ is empty: put files there. docs/how-to/bring-a-file-in.md")


def test_a_folder_a_month_is_gathered_by_source_and_reasons_still_name_their_file(workspace, street, row):
    months = [f"2020-{number:02}" for number in range(1, 8)]
    for month in months:
        (workspace.incoming / month).mkdir()
        rows = [row(1, month), row(2, month, Month="May") if month == "2020-03" else row(2, month)]
        (workspace.incoming / month / f"{month}-northumbria-street.csv").write_text(street(rows=rows))
    lines = run("ingest", "--workspace", workspace.root).stdout.splitlines()
    (gathered,) = [line.split() for line in lines if line.startswith("Street-level crime:")]
    assert gathered == ["Street-level", "crime:", "7", "files", "14", "13", "1", "2020-01", "to"]
    (named,) = [line for line in lines if "northumbria-street.csv" in line]
    assert named.startswith("2020-03/2020-03-northumbria-street.csv: 1 quarantined: Month")


def test_each_names_every_file_that_was_read(workspace, street):
    for month in ("2020-05", "2020-06"):
        (workspace.incoming / f"{month}-northumbria-street.csv").write_text(street(3, month))
    said = run("ingest", "--each", "--workspace", workspace.root).stdout
    for month in ("2020-05", "2020-06"):
        assert f"{month}-northumbria-street.csv" in said


def test_curly_quotes_in_the_configuration_are_named(workspace: Workspace):
    text = workspace.config_file.read_text()
    workspace.config_file.write_text(text.replace('contact_email = ""', "contact_email = \u201ca@b\u201d"))
    found = run("status", "--workspace", workspace.root)
    assert found.returncode == 4
    assert "mend that line: are the quotes straight" in found.stderr
    workspace.config_file.write_text(text.replace('contact_email = ""', "# \u201cso\u201d\ncontact_email = "))
    assert run("status", "--workspace", workspace.root).stderr.endswith("; mend that line\n")


SAME = "The figures are the same; pages changed."


@pytest.mark.parametrize(
    ("changed", "lines", "said"),
    [
        (True, (), [SAME]),
        (True, ("June 2020 was added.",), ["June 2020 was added."]),
        (False, (), []),
    ],
)
def test_publish_says_what_changed_also_where_no_figure_did(tmp_path, monkeypatch, changed, lines, said):
    published = SimpleNamespace(
        outcome=Outcome(changed, 10, 40, "f" * 64, "x", ""), releases={}, what_changed=lines, withdrawn=()
    )
    monkeypatch.setattr(publishing, "publish", lambda *_given: published)
    found = CliRunner().invoke(main.app, ["publish", "--workspace", str(tmp_path)])
    assert found.exit_code == 0
    after = found.stdout.partition("counted in cells, and a row has several.\n\n")[2]
    assert after.splitlines()[: len(said)] == said
    assert (SAME in found.stdout) == (SAME in said)
    assert ("Unchanged" in found.stdout) is not changed


def test_status_says_that_one_part_was_replaced(workspace: Workspace, street):
    for rows in (3, 4):
        (workspace.incoming / f"{rows}.csv").write_text(street(rows))
        run("ingest", "--workspace", workspace.root)
    said = run("status", "--workspace", workspace.root).stdout
    assert "1 part was replaced by later supplies." in said


def test_files_left_are_all_to_be_had_however_many(workspace: Workspace):
    for number in range(12):
        (workspace.incoming / f"notes-{number}.txt").write_text(f"a\n{number}\n")
    read = run("ingest", "--workspace", workspace.root)
    assert "and 4 more" in read.stdout
    listed = run("status", "--left", "--workspace", workspace.root)
    assert len(listed.stdout.splitlines()) == 12
    assert len(json.loads(run("status", "--left", "--json", "--workspace", workspace.root).stdout)) == 12


def test_init_says_what_to_fill_in_and_that_a_name_is_looked_up_later(tmp_path):
    made = run("init", tmp_path / "area", "--area", "Northumbria")
    words = " ".join(made.stdout.split())
    assert "fill in your partnership's name and whom to ask" in words
    assert "'Northumbria' is looked up when ONS's lookups" in words
