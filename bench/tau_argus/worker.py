"""The peer's side of a run: uses pytauargus in the current folder, which the caller makes and throws away.

Started by `peer.py` in an environment that has pytauargus and nothing of ours: standard library besides.
Writes `result.json`: which cells the peer hid beyond the unsafe ones, seconds, memory, versions.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytauargus
from pytauargus.batch import BatchError, Suppress
from pytauargus.engine import Engine, run_batch

SECONDARY = (11, 12)
"""The peer's states of cells it hid itself, on top of those that were given as unsafe."""


def optimal(minutes: int) -> dict[str, Any]:
    """Solve `in.jj` to proven optimality or until the limit; code 0 says proven, 1 not proven.

    `hidden` are positions of cells. `cost` holds the smallest possible cost known, and the one found.
    """
    control = pytauargus.HiTaSCtrl()
    began = time.perf_counter()
    code = control.full_jj("in.jj", "out.txt", minutes)
    seconds = time.perf_counter() - began
    hidden = [int(line) for line in Path("out.txt").read_text().split()]
    said = Path("FullJJ.log").read_text(errors="replace")
    cost = re.search(r"Objectvalues:\s*(-?\d+) and\s*(-?\d+)", said)
    return {
        "hidden": hidden,
        "seconds": seconds,
        "code": code,
        "error": control.error_string(code) if code > 1 else "",
        "cost": [int(part) for part in cost.groups()] if cost else [],
        "said": said[-1500:],
    }


def modular(minutes: int) -> dict[str, Any]:
    """Read the table by `table.arb`, then protect it part by part; the limit is for each part.

    `hidden` are lists of codes, one a dimension, with "" for the total.
    """
    engine = run_batch("table.arb")
    began = time.perf_counter()
    code, error = 0, ""
    try:
        engine.suppress(Suppress(kind="MOD", tab_no=1, mod_max_time=minutes))
    except BatchError as failed:
        code, error = 2, str(failed)
    seconds = time.perf_counter() - began
    log = Path("HiTaS.log")
    said = log.read_text(errors="replace")[-1500:] if log.exists() else ""
    hidden = [] if code else _secondary(engine)
    return {"hidden": hidden, "seconds": seconds, "code": code, "error": error, "cost": [], "said": said}


def _secondary(engine: Engine) -> list[list[str]]:
    """The codes of the cells that the engine hid, by its own numbering: the last dimension fastest."""
    tau = engine._tau
    dimensions = int(sys.argv[3])
    codes = [
        [tau.get_var_code(one, place)[2] for place in range(tau.get_var_number_of_codes(one)[1])]
        for one in range(dimensions)
    ]
    found = []
    for cell in range(tau.get_total_table_size(0)[0]):
        if tau.get_table_cell_status(0, cell) in SECONDARY:
            rest, at = cell, []
            for along in reversed(codes):
                rest, place = divmod(rest, len(along))
                at.append(along[place].strip())
            found.append(at[::-1])
    return found


def _peak() -> float:
    """Largest resident memory of this process so far, in 10^6 bytes."""
    said = Path("/proc/self/status").read_text()
    found = re.search(r"VmHWM:\s*(\d+) kB", said)
    return int(found[1]) * 1024 / 1e6 if found else float("nan")


def main() -> None:
    """Run the method named by the first argument, with the limit in minutes from the second."""
    methods: dict[str, Callable[[int], dict[str, Any]]] = {"optimal": optimal, "modular": modular}
    result = methods[sys.argv[1]](int(sys.argv[2]))
    meta = pytauargus.engine_meta()
    result["versions"] = {
        "pytauargus": pytauargus.__version__,
        "tau-argus engine": pytauargus.TauArgus().version(),
        "hitas": pytauargus.HiTaSCtrl().version(),
        "engine commit": meta["engine_sha"],
        "highs": meta["highs_version"],
        "python": sys.version.split()[0],
    }
    result["peak_mb"] = _peak()
    Path("result.json").write_text(json.dumps(result))


if __name__ == "__main__":
    main()
