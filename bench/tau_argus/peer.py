"""The peer: tau-Argus on one of our tables, in a process, a folder and an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from .tables import Dimension, Flags, Integers, Problem

VERSION = "0.6.0"
HOME = Path(os.environ.get("EVENHAND_TAU_VENV", "/tmp/tau-venv"))
"""Where the peer is installed: never where Evenhand is."""

METHODS = ("opt", "opt-ours", "opt-least", "opt-open", "mod")
"""What `protect` can be asked for: it says what each is."""


class NoAnswer(Exception):
    """The peer gave no result: it crashed, ran out of its time, or said that there is none."""


@dataclass(frozen=True)
class Outcome:
    """What the peer did to one table."""

    method: str
    hidden: Flags
    """Every cell that is not shown: the small counts, and those hidden for their sake."""
    primary: int
    secondary: int
    proven: bool
    """Whether the peer says no cheaper result exists, under its own model."""
    bound: int | None
    """The fewest secondary cells that could do, as far as the peer knows. None where it does not say."""
    seconds: float
    """Start to end of the process, reading the table included."""
    solving: float
    """Seconds in the call that chooses the secondary cells."""
    cpu: float
    peak_mb: float
    versions: dict[str, str] = field(default_factory=dict)


def environment(home: Path = HOME) -> Path:
    """The Python that has pytauargus, in an environment of its own, made at need."""
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
    known = subprocess.run([python, "-c", "import pytauargus"], capture_output=True, cwd=home, check=False)
    if known.returncode:
        wanted = f"pytauargus=={VERSION}"
        subprocess.run([python, "-m", "pip", "install", "-q", "--no-deps", wanted], check=True)
    return python


def protect(problem: Problem, method: str = "opt", minutes: int = 5, python: Path | None = None) -> Outcome:
    """What the peer hides in `problem`.

    `opt` is its optimal method with our reader's knowledge, and a fixed range about each small count;
    `opt-least` the same with the smallest range that every safe table has, so that its cost is a lower
    bound on ours; `opt-open` its optimal method with a reader who only knows that counts are not negative;
    `mod` its modular one, which knows no other reader. `minutes` limits `opt*` in all, and `mod` for each
    of the tables it cuts the problem into. Raises NoAnswer.
    """
    if method not in METHODS:
        raise ValueError(f"{method}: not one of {', '.join(METHODS)}")
    python = python or environment()
    with tempfile.TemporaryDirectory(prefix="tau-argus-") as place:
        folder = Path(place)
        worker = "modular" if method == "mod" else "optimal"
        if method == "mod":
            _write_batch(problem, folder)
        else:
            (folder / "in.jj").write_text(_table_for(problem, method))
        arguments = [worker, str(minutes), str(len(problem.dimensions))]
        seconds, cpu = _run(python, arguments, folder, limit=minutes * 60 + 600)
        result = json.loads((folder / "result.json").read_text())
    return _outcome(problem, method, result, seconds, cpu)


def _run(python: Path, arguments: list[str], folder: Path, limit: float) -> tuple[float, float]:
    """Wall and processor seconds of the worker. Raises NoAnswer, and ends the worker at the limit."""
    command = [python, Path(__file__).with_name("worker.py"), *arguments]
    wanted = {"PATH": os.environ["PATH"], "TMPDIR": str(folder), "LC_ALL": "C", "OMP_NUM_THREADS": "1"}
    with (folder / "said.txt").open("w") as said:
        began = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=wanted, stdout=said, stderr=said)
        while True:
            done, status, usage = os.wait4(process.pid, os.WNOHANG)
            seconds = time.perf_counter() - began
            if done:
                break
            if seconds > limit:
                os.kill(process.pid, 9)
            time.sleep(0.005)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode or not (folder / "result.json").exists():
        end = (folder / "said.txt").read_text(errors="replace")[-1500:]
        raise NoAnswer(f"exit {process.returncode} after {seconds:.0f} s\n{end}")
    return seconds, usage.ru_utime + usage.ru_stime


def _outcome(problem: Problem, method: str, result: dict[str, Any], seconds: float, cpu: float) -> Outcome:
    if result["code"] > 1:
        raise NoAnswer(f"code {result['code']} {result['error']}\n{result['said']}")
    primary = problem.primary
    hidden = primary.copy()
    hidden[_cells(problem, result["hidden"])] = True
    costs = result["cost"]
    return Outcome(
        method=method,
        hidden=hidden,
        primary=int(primary.sum()),
        secondary=int((hidden & ~primary).sum()),
        proven=bool(costs) and result["code"] == 0,
        bound=costs[0] - int(primary.sum()) if costs else None,
        seconds=seconds,
        solving=result["seconds"],
        cpu=cpu,
        peak_mb=result["peak_mb"],
        versions=result["versions"],
    )


def _cells(problem: Problem, found: list[Any]) -> Integers:
    """Cell positions, from positions or from lists of codes."""
    if not found or isinstance(found[0], int):
        return np.array(found, dtype=np.int64)
    known = [{code: place for place, code in enumerate(one.codes)} | {"": 0} for one in problem.dimensions]
    places = [[where[code] for where, code in zip(known, codes, strict=True)] for codes in found]
    shape = tuple(len(one.codes) for one in problem.dimensions)
    return np.ravel_multi_index(tuple(np.array(places).T), shape).astype(np.int64)


def width(problem: Problem) -> int:
    """How far apart the ends of what a reader can tell of a small count must be, at least."""
    return -(-(problem.hide_to - problem.hide_from) // 2)


def levels(problem: Problem, least: bool = False) -> tuple[Integers, Integers]:
    """How far below and above each cell's value a reader must think possible; 0 for safe cells.

    The peer has no range that may slide. So by default the range has the width asked for, within the
    policy's, and lies as evenly about the value as it can: enough to be safe, at times more than needed.
    `least` gives instead what every range of that width within the policy's reaches at least: needed,
    at times not enough.
    """
    values, wide = problem.values, width(problem)
    low, high = values - problem.hide_from, problem.hide_to - values
    if least:
        lower, upper = np.clip(wide - high, 0, low), np.clip(wide - low, 0, high)
    else:
        lower = np.clip(wide // 2, wide - high, low)
        upper = wide - lower
    return np.where(problem.primary, lower, 0), np.where(problem.primary, upper, 0)


def _table_for(problem: Problem, method: str) -> str:
    """The problem as the optimal method reads it ("JJ" format).

    A line a cell: number, value, cost, state (safe, unsafe or zero), the reader's bounds, the ranges
    below and above that must stay possible, and the width of a sliding one (read, but not used). Then a
    line a sum.
    """
    lower, upper = levels(problem, least=method == "opt-least")
    most = 2 * int(problem.values.max()) + 1000  # Beyond need, so that it tells the reader nothing.
    lines = ["0", str(len(problem.values))]
    for cell, value in enumerate(problem.values.tolist()):
        state, low, high = "s", problem.hide_to + 1, most
        if value < problem.hide_from:
            state, low, high = "z", value, value
        elif value <= problem.hide_to:
            state, low, high = "u", problem.hide_from, problem.hide_to
        if method == "opt-open":
            low, high = 0, most
        elif method == "opt-ours" and state != "z":
            low, high = problem.hide_from, most
        lines.append(f"{cell} {value} 1 {state} {low} {high} {lower[cell]} {upper[cell]} 0")
    lines.append(str(len(problem.indptr) - 1))
    for whole, *parts in (cells.tolist() for cells in problem.sums):
        lines.append(f"0 {len(parts) + 1} : {whole} (-1) " + " ".join(f"{part} (1)" for part in parts))
    return "\n".join(lines) + "\n"


def _write_batch(problem: Problem, folder: Path) -> None:
    """The problem as the modular method's reader wants it: a table with states, its metadata, a batch."""
    metadata = ['<SEPARATOR> ";"', "<SAFE> S", "<UNSAFE> U", "<PROTECT> P"]
    for dimension in problem.dimensions:
        metadata += _described(dimension, folder)
    metadata += ["n", " <NUMERIC>", " <DECIMALS> 0", "cost", " <NUMERIC> <COSTVAR>", " <DECIMALS> 0"]
    metadata += ["low", " <NUMERIC> <LOWERPL>", "high", " <NUMERIC> <UPPERPL>", "state", " <STATUS>"]
    (folder / "table.rda").write_text("\n".join(metadata) + "\n")
    (folder / "table.tab").write_text(_rows(problem))
    names = "".join(f'"{dimension.name}"' for dimension in problem.dimensions)
    batch = ['<OPENTABLEDATA> "table.tab"', '<OPENMETADATA> "table.rda"']
    batch += [f'<SPECIFYTABLE> {names}|"n"||"cost"', "<SAFETYRULE> ", "<READTABLE> 0"]
    (folder / "table.arb").write_text("\n".join(batch) + "\n")


def _described(dimension: Dimension, folder: Path) -> list[str]:
    """A dimension's lines of metadata; writes its tree where it has more than one level."""
    lines = [dimension.name, " <RECODEABLE>", f' <TOTCODE> "{dimension.codes[0]}"']
    depths = [dimension.depth(place) for place in range(len(dimension.codes))]
    if max(depths) > 1:
        tree = [
            "@" * (depth - 1) + code for code, depth in zip(dimension.codes, depths, strict=True) if depth
        ]
        (folder / f"{dimension.name}.hrc").write_text("\n".join(tree) + "\n")
        lines += [
            " <HIERARCHICAL>",
            ' <HIERLEADSTRING> "@"',
            f' <HIERCODELIST> "{dimension.name}.hrc"',
        ]
    return lines


def _rows(problem: Problem) -> str:
    lower, upper = levels(problem)
    state = np.where(problem.primary, "U", np.where(problem.values < problem.hide_from, "P", "S"))
    codes = [
        np.array(one.codes)[problem.places[:, axis]].tolist() for axis, one in enumerate(problem.dimensions)
    ]
    columns = [
        *codes,
        problem.values.tolist(),
        [1] * len(state),
        lower.tolist(),
        upper.tolist(),
        state.tolist(),
    ]
    return "".join(";".join(map(str, row)) + "\n" for row in zip(*columns, strict=True))


if __name__ == "__main__":
    sys.exit("run the package: cd bench && python -m tau_argus")
