"""Case lacks: what the case of a measure, worked out by hand in its golden folder, still lacks."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from pathlib import Path

from evenhand.measure import Measure

_TABLES = "docs/reference/tables.md"
_FEWEST_WORDS = 20
"""A case told in fewer words cannot be checked by hand."""


def case(measure: Measure | None, name: str, root: Path) -> Iterator[str]:
    """What the case lacks and what lies in its folder for nothing; nothing where there is no measure yet."""
    if measure is None:
        return
    folder = Path("tests") / "golden" / name
    for table in measure.inputs:
        if rows(root / folder / f"{table}.csv") < 1:
            yield f"{folder}/{table}.csv: write the case's rows of {table}, in its columns ({_TABLES})"
    for file in sorted((root / folder).glob("*.csv")):
        if file.stem not in (*measure.inputs, "expected"):
            yield f"{folder}/{file.name}: remove it: {file.stem} is none of the measure's inputs"
    yield from _settings(measure, root / folder / "settings.toml", folder)
    if rows(root / folder / "expected.csv") < 1:
        yield f"{folder}/expected.csv: write the rows worked out by hand"
    words = root / folder / "case.md"
    if words.exists() and len(words.read_text("utf-8").split()) < _FEWEST_WORDS:
        yield f"{folder}/case.md: write how a statistician would check it by hand"


def _settings(measure: Measure, file: Path, folder: Path) -> Iterator[str]:
    """The settings that the case lacks, or has and the measure does not take."""
    if not file.exists():
        return
    given = set(tomllib.loads(file.read_text("utf-8")))
    for name in sorted(given ^ set(measure.settings)):
        do = "write" if name in measure.settings else "remove"
        yield f"{folder}/settings.toml: {do} {name}: the measure's settings are {', '.join(measure.settings)}"


def rows(file: Path) -> int:
    """Rows of a CSV file below its header; -1 where there is no file."""
    if not file.exists():
        return -1
    with file.open(encoding="utf-8", newline="") as lines:
        return sum(1 for _ in csv.reader(lines)) - 1
