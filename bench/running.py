"""Running: a command in a fresh process, with the seconds, CPU and memory it took.

Standard library only, and small: a child's peak memory is never below what its parent held when it
was started, so the parent must hold little.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Without compiled modules every start is three to five times slower, for every contender."""


class Failed(Exception):
    """A contender ended badly; says which and the end of what it said."""


@dataclass(frozen=True)
class Run:
    """One run of one command."""

    seconds: float
    """From start to end of the process."""
    cpu: float
    """Seconds of processor, user and system, of the process and its children."""
    peak_mb: float
    """Largest resident memory of the process, in 10^6 bytes."""
    output: str


def run(command: Sequence[str | Path], cwd: Path | None = None) -> Run:
    """Run a command to its end and measure it. Raises Failed where it does not end with exit code 0."""
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as complained:
        began = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command], stdout=said, stderr=complained, cwd=cwd, env=ENVIRONMENT
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        complained.seek(0)
        if process.returncode:
            raise Failed(
                f"{' '.join(map(str, command))}: exit {process.returncode}\n{complained.read()[-2000:]}"
            )
        cpu = usage.ru_utime + usage.ru_stime
        return Run(seconds, cpu, usage.ru_maxrss * 1024 / 1e6, said.read())


@dataclass(frozen=True)
class Figures:
    """Several runs of one command in short: medians, and the spread of the seconds."""

    seconds: float
    least: float
    most: float
    cpu: float
    peak_mb: float
    runs: int


def figures(runs: Sequence[Run]) -> Figures:
    """Medians of seconds and CPU, the extremes of seconds, and the largest peak."""
    seconds = [each.seconds for each in runs]
    return Figures(
        seconds=statistics.median(seconds),
        least=min(seconds),
        most=max(seconds),
        cpu=statistics.median(each.cpu for each in runs),
        peak_mb=max(each.peak_mb for each in runs),
        runs=len(runs),
    )


def rotated(names: Sequence[str], repeats: int, once: Callable[[str], Run]) -> dict[str, list[Run]]:
    """Run each name `repeats` times, each round beginning with the next name: noise falls on all alike."""
    runs: dict[str, list[Run]] = {name: [] for name in names}
    for turn in range(repeats):
        first = turn % max(len(names), 1)
        for name in (*names[first:], *names[:first]):
            runs[name].append(once(name))
    return runs


def forget(files: Sequence[Path]) -> None:
    """Put the files out of the system's cache, so that the next reader finds them on the disk."""
    for path in files:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(handle)
