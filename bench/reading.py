"""Reading: our ingest against the peers on one set of files. Equal answers first, then time."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from contenders import BASE, CONTENDERS, REFERENCE, clean, street_files
from inputs import rows_and_bytes
from running import Failed, Figures, Run, figures, forget, rotated, run

HERE = Path(__file__).parent
COMMAND = "evenhand_command"
COMMAND_WORDS = "Evenhand: the command `evenhand ingest`"
STORED = "evenhand_stored"


@dataclass
class Measured:
    """One contender on one set of files."""

    name: str
    words: str
    wrong: str = ""
    """How its counts differ from the reference; such a contender is not timed."""
    warm: Figures | None = None
    cold: Figures | None = None
    work_seconds: float = 0
    """Median of the seconds after its libraries were imported."""
    ratio_seconds: float = 0
    ratio_cpu: float = 0


@dataclass
class Readings:
    """Every contender on one set of files."""

    title: str
    files: int
    rows: int
    bytes: int
    base: str = CONTENDERS[BASE].words
    measured: list[Measured] = field(default_factory=list)


def readings(title: str, workspace: Path, repeats: int, cold: int) -> Readings:
    """Check every contender's counts against the reference, then time those that agree."""
    files = street_files(workspace)
    rows, size = rows_and_bytes(files)
    found = Readings(title, len(files), rows, size)
    found.measured = [
        Measured(name, contender.words, _difference(name, workspace))
        for name, contender in CONTENDERS.items()
    ]
    found.measured.insert(0, Measured(COMMAND, COMMAND_WORDS, found.measured[0].wrong))
    timed = [each.name for each in found.measured if not each.wrong and each.name not in (STORED, REFERENCE)]
    warm = rotated(timed, repeats, lambda name: _timed(name, workspace))
    chilled = rotated(timed, cold, lambda name: _timed(name, workspace, files))
    # The reader of the store needs one, and the reference is too slow to repeat.
    _timed("evenhand", workspace)
    warm[STORED] = [_once(STORED, workspace) for _ in range(repeats)]
    warm[REFERENCE] = [_once(REFERENCE, workspace)]
    clean(workspace)
    for each in found.measured:
        _fill_in(each, warm, chilled)
    return found


def wrong_answers(workspace: Path) -> dict[str, str]:
    """How each contender's counts differ on these files, by its words; empty for equal."""
    return {contender.words: _difference(name, workspace) for name, contender in CONTENDERS.items()}


def _difference(name: str, workspace: Path) -> str:
    """How the counts of a contender differ from the reference's; makes the reference when it is not there."""
    expected = _answer(REFERENCE, workspace)
    if not expected.exists():
        _once(REFERENCE, workspace, expected)
    if name == REFERENCE:
        return ""
    if name != STORED:
        clean(workspace)
    try:
        _once(name, workspace, _answer(name, workspace))
    except Failed as trouble:
        return f"failed: {str(trouble).strip().splitlines()[-1]}"
    return run([sys.executable, HERE / "answers.py", expected, _answer(name, workspace)]).output.strip()


def _answer(name: str, workspace: Path) -> Path:
    return workspace / f"answer-{name}.parquet"


def _once(name: str, workspace: Path, *answer: Path) -> Run:
    return run([sys.executable, HERE / "contenders.py", name, workspace, *answer])


def _timed(name: str, workspace: Path, cold_files: list[Path] | None = None) -> Run:
    """One run into an empty workspace, the files in the system's cache or put out of it."""
    clean(workspace)
    forget(cold_files or [])
    if name == COMMAND:
        return run([Path(sys.executable).with_name("evenhand"), "ingest", "--workspace", workspace])
    return _once(name, workspace)


def _fill_in(each: Measured, warm: dict[str, list[Run]], cold: dict[str, list[Run]]) -> None:
    if not warm.get(each.name):
        return
    each.warm = figures(warm[each.name])
    base = figures(warm[BASE])
    each.ratio_seconds, each.ratio_cpu = each.warm.seconds / base.seconds, each.warm.cpu / base.cpu
    if cold.get(each.name):
        each.cold = figures(cold[each.name])
    if each.name != COMMAND:
        each.work_seconds = median(json.loads(made.output)["work"] for made in warm[each.name])
