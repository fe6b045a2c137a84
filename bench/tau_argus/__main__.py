"""The peer and ours: for each table, seconds, cells hidden, and whether a reader could tell too much.

cd bench && ../.venv/bin/python -m tau_argus [--tables 1400,5400] [--methods opt,mod] [--seeds 1,2]
"""

from __future__ import annotations

import argparse
import time
from contextlib import nullcontext

from . import ours
from .audit import audit, open_reader, published
from .northumbria import northumbria
from .ours import alike
from .peer import METHODS, NoAnswer, environment, levels, protect, width
from .tables import SHAPES, Problem, table

OURS, ALIKE = "ours", "ours-alike"
HEADINGS = (
    "table",
    "method",
    "seconds",
    "solving",
    "CPU",
    "MB",
    "primary",
    "secondary",
    "at least",
    "proven",
    "audit",
)


def line(problem: Problem, method: str, minutes: int, sample: int | None) -> tuple[str, ...]:
    """One method's figures on one table, as words."""
    if method in (OURS, ALIKE):
        with alike() if method == ALIKE else nullcontext():
            return our_line(problem, method, sample)
    try:
        found = protect(problem, method, minutes)
    except NoAnswer as failed:
        return (problem.name, method, str(failed).splitlines()[0])
    seen = audit(problem, found.hidden, width=width(problem), sample=sample)
    said = f"{len(seen.narrow)} narrow, {len(seen.told)} told, of {len(seen.cells)}"
    if method in ("mod", "opt-open"):
        own = audit(problem, found.hidden, open_reader(problem), width=width(problem), exact=True, sample=200)
        said += f"; by its own model {len(own.short_of(problem, *levels(problem)))} of {len(own.cells)} short"
    return (
        problem.name,
        method,
        f"{found.seconds:.2f}",
        f"{found.solving:.2f}",
        f"{found.cpu:.2f}",
        f"{found.peak_mb:.0f}",
        str(found.primary),
        str(found.secondary),
        "" if found.bound is None else str(found.bound),
        "yes" if found.proven else "no",
        said,
    )


def our_line(problem: Problem, method: str, sample: int | None) -> tuple[str, ...]:
    """Ours on one table, as words; audited in whole numbers, against the reader of a publication."""
    began = time.process_time()
    found = ours.protect(problem)
    cpu = time.process_time() - began
    primary = int(problem.primary.sum())
    seen = audit(problem, found.hidden, published(problem), width=width(problem), whole=True, sample=sample)
    return (
        problem.name,
        method,
        f"{found.seconds:.2f}",
        "",
        f"{cpu:.2f}",
        f"{found.peak_mb:.0f}",
        str(primary),
        str(int(found.hidden.sum()) - primary),
        "",
        "",
        f"{len(seen.narrow)} narrow, {len(seen.told)} told, of {len(seen.cells)}; "
        f"{found.guarded} proved safe",
    )


def main() -> None:
    """Print a table of figures, a line for each table and method, as they come in."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--tables", default="1400,5400,10800", help=f"some of northumbria, {', '.join(SHAPES)}"
    )
    parser.add_argument(
        "--methods",
        default="ours,ours-alike,opt-ours,opt,mod",
        help=f"some of ours, ours-alike, {', '.join(METHODS)}",
    )
    parser.add_argument("--seeds", default="1")
    parser.add_argument("--minutes", type=int, default=5, help="the peer's own limit")
    parser.add_argument("--sample", type=int, help="small counts to audit; all if not given")
    given = parser.parse_args()
    environment()
    print("\t".join(HEADINGS), flush=True)
    for name in given.tables.split(","):
        for seed in given.seeds.split(","):
            problem = northumbria() if name == "northumbria" else table(name, int(seed))
            for method in given.methods.split(","):
                print("\t".join(line(problem, method, given.minutes, given.sample)), flush=True)


if __name__ == "__main__":
    main()
