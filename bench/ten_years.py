"""Ten years of quarterly releases, a million published counts, and one more: `python bench/ten_years.py`.

Each release shows recorded violence of the last three years, by month and year, for every area, under a
policy that hides 1 to 4. All are judged one after the other, each with all before it; what is measured is
the last: reading what was published, judging, and checking the certificate. Prints a line a release.
`--areas` and `--releases` make it smaller.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from evenhand.actions.partitions import areas, years
from evenhand.disclosure import check
from evenhand.disclosure.earlier import Earlier
from evenhand.disclosure.gate import Judged, judge
from evenhand.disclosure.partition import Partition
from evenhand.engine.released import as_text
from evenhand.engine.session import last_day
from evenhand.ledger.lines import digest, earlier_name
from evenhand.needs.recorded_violence import MEASURE
from evenhand.reports.data import csv_bytes
from evenhand.rules.policy import policy

POLICY = policy("counts", threshold=5)
DEFINITION = "violence 1"
FIRST = 2011
WINDOW, QUARTER = 36, 3
"""Months that a release shows, and by how many the next goes on."""


@dataclass
class Series:
    """The truth, by small area and month, and what was published of it so far."""

    counts: NDArray[np.int64]
    within: dict[tuple[str, str], list[int]]
    folder: Path
    earlier: list[tuple[int, Path]] = field(default_factory=list)
    published: int = 0
    """Counts, in all releases together."""

    def release(self, number: int) -> Iterator[str]:
        """Make one more release, and say what it took."""
        months = [_month(number * QUARTER, at) for at in range(WINDOW)]
        table = self._table(number * QUARTER, months)
        begun = time.perf_counter()
        before = [_read(entry, path) for entry, path in self.earlier]
        read = time.perf_counter()
        judged = judge(
            {MEASURE.name: table}, {MEASURE.name: MEASURE}, POLICY, self._sums(months), DEFINITION, before
        )
        done = time.perf_counter()
        guarded = self._keep(number + 1, judged)
        checked = time.perf_counter()
        hidden = int((np.asarray(judged.releases[MEASURE.name].cells["incidents"]) == "hidden").sum())
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        yield (
            f"release {number + 1}: {table.num_rows:,} counts, {hidden:,} hidden, with {self.published:,} "
            f"published before; read in {read - begun:.1f} s, judged in {done - read:.1f} s, {guarded:,} "
            f"checked in {checked - done:.1f} s; {most:.2f} GB at most"
        )
        self.published += table.num_rows

    def _keep(self, number: int, judged: Judged) -> int:
        """Publish: the table and the certificate; how many counts the checker finds guarded."""
        content = csv_bytes(judged.releases[MEASURE.name])
        path = self.folder / f"{MEASURE.name}.csv"
        if path.exists():
            old = path.read_bytes()
            kept = self.folder / earlier_name(MEASURE.name, digest(old)).removeprefix("data/")
            kept.write_bytes(old)
            self.earlier[-1] = (self.earlier[-1][0], kept)
        path.write_bytes(content)
        assert judged.proof is not None
        proof = judged.proof.of_files({MEASURE.name: digest(content)})
        (self.folder / check.CERTIFICATE).write_bytes(proof.to_bytes())
        self.earlier.append((number, path))
        return check.check(self.folder).guarded

    def _table(self, start: int, months: list[dict[str, Any]]) -> pa.Table:
        rows: dict[str, list[Any]] = {name: [] for name in MEASURE.result.names}
        for (level, code), its in self.within.items():
            counts = self.counts[its, start : start + WINDOW].sum(axis=0)
            periods = [("month", each["month"], last_day(each["month"])) for each in months]
            periods += [
                ("year", months[at]["month"], last_day(months[at + 11]["month"]))
                for at in range(0, WINDOW, 12)
            ]
            values = [*counts.tolist(), *counts.reshape(-1, 12).sum(axis=1).tolist()]
            for (kind, begin, end), count in zip(periods, values, strict=True):
                length = 1 if kind == "month" else 12
                row = (level, code, code, kind, begin, end, count, length, length)
                for name, value in zip(rows, row, strict=True):
                    rows[name].append(value)
        return pa.table(rows)

    def _sums(self, months: list[dict[str, Any]]) -> tuple[Partition, ...]:
        rows = [
            {"area_level": level, "area_code": code, "lsoa_code": f"E01{number:06}"}
            for (level, code), its in self.within.items()
            for number in its
        ]
        return (*areas(rows, "LSOA21"), *years(months, last_day))


def _month(start: int, at: int) -> dict[str, Any]:
    """A month of a window as the gate's partitions take it: the window's years end with it."""
    return {
        "month": _first_day(start + at),
        "year_to": _first_day(start + at // 12 * 12 + 11),
        "supplied": True,
    }


def _first_day(month: int) -> date:
    return date(FIRST + month // 12, month % 12 + 1, 1)


def _read(number: int, path: Path) -> Earlier:
    content = path.read_bytes()
    name = earlier_name(MEASURE.name, digest(content)).removeprefix("data/")
    day = f"release {number}"
    return Earlier(number, MEASURE.name, day, DEFINITION, POLICY, name, digest(content), as_text(content))


def _world(small: int, months: int, seed: int) -> tuple[NDArray[np.int64], dict[tuple[str, str], list[int]]]:
    """Small areas in middle-layer areas, in districts, in one force."""
    chance = np.random.default_rng(seed)
    mean = np.exp(chance.normal(np.log(30), 0.6, small))[:, None] * np.ones(months)
    within: dict[tuple[str, str], list[int]] = {("LSOA21", f"E01{each:06}"): [each] for each in range(small)}
    for level, code, size in (("MSOA21", "E02", 5), ("LAD", "E08", 50), ("PFA", "E23", small)):
        for begin in range(0, small, size):
            within[(level, f"{code}{begin:06}")] = list(range(begin, min(begin + size, small)))
    return chance.poisson(mean).astype(np.int64), within


def main(arguments: list[str]) -> int:
    """Run as a command; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--areas", type=int, default=500, help="small areas")
    parser.add_argument("--releases", type=int, default=41)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    counts, within = _world(given.areas, WINDOW + QUARTER * given.releases, given.seed)
    with TemporaryDirectory() as place:
        (Path(place) / "earlier").mkdir()
        series = Series(counts, within, Path(place))
        for number in range(given.releases):
            print(*series.release(number), sep="\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
