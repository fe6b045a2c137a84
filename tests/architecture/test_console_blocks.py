"""The tutorial does what it says: its console blocks are run, one after the other."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"```console\n(.*?)```", re.S)
# `make` sets up what this test runs in; it is run before every test.
SET_UP = "make "


def steps(page: Path) -> list[tuple[str, list[str]]]:
    """Each command of a page, with the lines that its output must hold."""
    found: list[tuple[str, list[str]]] = []
    for block in BLOCK.findall(page.read_text("utf-8")):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            elif line.strip():
                found[-1][1].append(line)
    return [step for step in found if not step[0].startswith(SET_UP)]


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", sorted((ROOT / "docs" / "tutorials").glob("*.md")), ids=lambda page: page.stem
)
def test_tutorial_does_what_it_says(page, tmp_path):
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    environment = {**os.environ, "COLUMNS": "160", "NO_COLOR": "1"}
    ran = steps(page)
    assert len(ran) > 3
    for command, expected in ran:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        printed = words(done.stdout + done.stderr)
        assert done.returncode == 0, f"$ {command}\n{done.stdout}{done.stderr}"
        for line in expected:
            assert words(line) in printed, f"$ {command}\nshould print: {line}\n{done.stdout}{done.stderr}"
