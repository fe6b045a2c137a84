"""Measure Evenhand against plain DuckDB, Polars and pandas: `make bench`, or `python bench/run.py`.

Needs the environment of `make bench`. See README.md beside this file for what is measured and how.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import inputs
import showing
from publishing import Publishing, demonstration, publishing, starting
from reading import Readings, readings, wrong_answers
from running import Figures

LIBRARIES = ("evenhand", "duckdb", "ibis-framework", "polars", "pandas", "pyarrow", "numpy")
PARTS = ("start", "answers", "northumbria", "national", "publish", "demo")


@dataclass
class Results:
    """Everything one run measured, and on what."""

    measured_at: str
    machine: dict[str, str]
    versions: dict[str, str]
    readings: list[Readings] = field(default_factory=list)
    wrong_answers: dict[str, str] = field(default_factory=dict)
    """On files in which every other one has all fields in quotes; empty for equal."""
    publishing: Publishing | None = None
    demo: dict[str, Figures] = field(default_factory=dict)
    starting: dict[str, Figures] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    """What was not measured, and why."""


def machine() -> dict[str, str]:
    """What the figures depend on besides the code."""
    with Path("/proc/cpuinfo").open() as lines:
        model = next(
            (line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown"
        )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {
        "processor": model,
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{memory:.0f} GB",
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "load": f"{os.getloadavg()[0]:.1f} before the run",
    }


def measure(wanted: argparse.Namespace, scratch: Path) -> Results:
    """Run the parts wanted, one after the other, each in a folder that is removed after it."""
    found = Results(
        datetime.now(UTC).isoformat(timespec="seconds"),
        machine(),
        {name: version(name) for name in LIBRARIES},
    )
    parts: dict[str, Callable[[argparse.Namespace, Path, Results], None]] = {
        "start": lambda wanted, _root, found: found.starting.update(starting(wanted.starts)),
        "answers": _answers,
        "northumbria": _northumbria,
        "national": _national,
        "publish": _publish,
        "demo": lambda _wanted, root, found: found.demo.update(demonstration(root)),
    }
    for part in wanted.only:
        with tempfile.TemporaryDirectory(prefix=f"{part}-", dir=scratch) as folder:
            print(f"measuring: {part}", file=sys.stderr, flush=True)
            parts[part](wanted, Path(folder) / "area", found)
    return found


def _answers(wanted: argparse.Namespace, root: Path, found: Results) -> None:
    found.wrong_answers = wrong_answers(inputs.quoted(root, 60_000, wanted.seed))


def _northumbria(wanted: argparse.Namespace, root: Path, found: Results) -> None:
    data = inputs.open_data()
    if data is None:
        found.skipped["northumbria"] = inputs.NO_OPEN_DATA
        return
    made = inputs.northumbria(root, data)
    title = "Northumbria's street files, 2020-05 to 2023-02"
    found.readings.append(readings(title, made, wanted.repeats, wanted.cold))


def _national(wanted: argparse.Namespace, root: Path, found: Results) -> None:
    made = inputs.national(root, wanted.rows, wanted.files, wanted.seed)
    title = f"a generated national year (seed {wanted.seed})"
    found.readings.append(readings(title, made, wanted.repeats, wanted.cold))


def _publish(_wanted: argparse.Namespace, root: Path, found: Results) -> None:
    data = inputs.open_data()
    if data is None:
        found.skipped["publish"] = inputs.NO_OPEN_DATA
        return
    found.publishing = publishing(inputs.whole_area(root, data))


def _arguments() -> argparse.Namespace:
    made = argparse.ArgumentParser(description="Measure Evenhand against its peers on the same files.")
    made.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="parts to measure")
    made.add_argument("--repeats", type=int, default=3, help="warm runs of each contender")
    made.add_argument("--cold", type=int, default=1, help="runs with the files out of the system's cache")
    made.add_argument("--starts", type=int, default=10, help="runs of each command that only starts")
    made.add_argument("--rows", type=int, default=6_000_000, help="rows of the generated year")
    made.add_argument("--files", type=int, default=500, help="files of the generated year")
    made.add_argument("--seed", type=int, default=1, help="seed of the generated files")
    made.add_argument("--json", type=Path, metavar="FILE", help="write every figure there")
    made.add_argument("--scratch", type=Path, help="where to make the files (3 GB); removed at the end")
    return made.parse_args()


def main() -> None:
    """Measure, show, and write the figures where asked."""
    wanted = _arguments()
    found = measure(wanted, wanted.scratch or Path(tempfile.gettempdir()))
    showing.show(found)
    if wanted.json:
        wanted.json.write_text(json.dumps(asdict(found), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
