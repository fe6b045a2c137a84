"""What tests of hostile input share: one ingest of a strange file and a good one, and what it cost."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from evenhand.actions.ingest import ingest
from evenhand.actions.ingest_report import Fate, FileReport, Report
from evenhand.engine.workspace import Workspace

MEASURED = r"""
import json, re, sys
from pathlib import Path
from evenhand.actions.ingest import ingest
from evenhand.engine.workspace import Workspace
report = ingest(Workspace(Path(sys.argv[1])))
files = [[file.file, file.fate.name, file.rows_read, file.rows_accepted, file.note] for file in report.files]
peak_kb = int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1])
print(json.dumps({"files": files, "peak_mb": peak_kb // 1024}))
"""
GOOD = "zz-good.csv"
GOOD_ROWS = 3


@dataclass(frozen=True)
class Strange:
    """What an ingest said of everything but the good file, which was read."""

    files: list[FileReport]
    report: Report

    @property
    def only(self) -> FileReport:
        assert len(self.files) == 1, self.files
        return self.files[0]


@pytest.fixture
def taken(workspace: Workspace, street: Callable[..., str]) -> Callable[[], Strange]:
    """Ingest what lies in incoming/, beside a good file that must come through whole."""

    def run() -> Strange:
        (workspace.incoming / GOOD).write_text(street(GOOD_ROWS, "2021-03"), encoding="utf-8")
        report = ingest(workspace)
        good = [file for file in report.files if file.file == GOOD]
        assert [(file.fate, file.rows_accepted) for file in good] == [(Fate.READ, GOOD_ROWS)]
        for file in report.files:
            assert file.rows_read == file.rows_accepted + file.rows_quarantined
            assert "\n" not in file.note
            assert "Traceback" not in file.note
        assert list(workspace.store.glob("scratch/*")) == []
        return Strange([file for file in report.files if file.file != GOOD], report)

    return run


@pytest.fixture
def measured(workspace: Workspace, street: Callable[..., str]) -> Callable[[], dict[str, Any]]:
    """The same in a process of its own, with its peak memory."""

    def run() -> dict[str, Any]:
        (workspace.incoming / GOOD).write_text(street(GOOD_ROWS, "2021-03"), encoding="utf-8")
        command = [sys.executable, "-c", MEASURED, str(workspace.root)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        found = json.loads(done.stdout)
        rest = {each[0]: each[1:] for each in found["files"]}
        assert rest.pop(GOOD)[:3] == ["READ", GOOD_ROWS, GOOD_ROWS]
        return {"files": rest, "peak_mb": found["peak_mb"]}

    return run
