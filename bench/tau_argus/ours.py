"""Ours on the same tables: through the gate as a publication goes, so that the time is all of it."""

from __future__ import annotations

import calendar
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from unittest.mock import patch

import numpy as np
import pyarrow as pa

from evenhand.disclosure import singletons
from evenhand.disclosure.gate import judge
from evenhand.disclosure.partition import AREA, PERIOD, Partition
from evenhand.disclosure.release import Cell
from evenhand.measure import Measure
from evenhand.rules.policy import policy
from evenhand.tables.schema import Column, Counted, Handling, Kind, Role, Schema

from .tables import Dimension, Flags, Problem

OPEN = {"handling": Handling.OPEN, "role": Role.DIMENSION}
KEY = (
    Column("area_code", Kind.TEXT, "The area", **OPEN),
    Column("period_kind", Kind.TEXT, "How long", **OPEN),
    Column("period_from", Kind.DATE, "First day", **OPEN),
    Column("period_to", Kind.DATE, "Last day", **OPEN),
)


@dataclass(frozen=True)
class Ours:
    """Which cells are hidden, how many are proved safe, and what it took."""

    hidden: Flags
    guarded: int
    seconds: float
    peak_mb: float


@contextmanager
def alike() -> Iterator[None]:
    """Ours as the peer is asked: with no rule for those behind a hidden 1, so that cells compare."""
    with patch.object(singletons, "open_sums", return_value=np.zeros(0, dtype=np.int64)):
        yield


def protect(problem: Problem) -> Ours:
    """The table through the gate, under the policy `counts` with the problem's threshold."""
    table, measure = as_measure(problem)
    parts = partitions(problem)
    chosen = policy("counts", threshold=problem.hide_to + 1, rounding=1)
    began = time.perf_counter()
    judged = judge({"table": table}, {"table": measure}, chosen, parts, "bench 1")
    seconds = time.perf_counter() - began
    # A release has its rows in the order of its key: the cell is found again by its place.
    release = judged.releases["table"]
    place = dict(zip(_places(release.table, problem), range(len(problem.values)), strict=True))
    states = release.cells["incidents"].to_pylist()
    hidden = np.array([states[place[key]] == Cell.HIDDEN.value for key in _places(table, problem)])
    assert judged.proof is not None
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Ours(hidden, judged.proof.guarded, seconds, memory)


def _places(table: pa.Table, problem: Problem) -> list[tuple[object, ...]]:
    names = ["area_code", "period_from", "period_to", *(["kind"] if len(problem.dimensions) > 2 else [])]
    return list(zip(*(table[name].to_pylist() for name in names), strict=True))


def as_measure(problem: Problem) -> tuple[pa.Table, Measure]:
    """The table as a measure's result: a row a cell."""
    areas, months, *kinds = problem.dimensions
    days = periods(months)
    first = [days[place][0] for place in problem.places[:, 1]]
    columns = {
        "area_code": [areas.codes[place] for place in problem.places[:, 0]],
        "period_kind": [f"level {months.depth(place)}" for place in problem.places[:, 1]],
        "period_from": first,
        "period_to": [days[place][1] for place in problem.places[:, 1]],
    }
    if kinds:
        columns["kind"] = [kinds[0].codes[place] for place in problem.places[:, 2]]
    extra = (Column("kind", Kind.TEXT, "The kind", **OPEN),) if kinds else ()
    count = Column(
        "incidents",
        Kind.INTEGER,
        "Incidents",
        Handling.GROUPED,
        role=Role.COUNT,
        counted=Counted("incidents"),
    )
    key = ("area_code", "period_kind", "period_from", *(("kind",) if kinds else ()))
    schema = Schema("table", "One area and period.", (*KEY, *extra, count), key)
    table = pa.table(columns | {"incidents": problem.values})
    return table, _measure(schema)


def periods(months: Dimension) -> dict[int, tuple[date, date]]:
    """The days of each code: leaves are months one after the other, wholes from their first to last."""
    children = months.children()
    leaves = [place for place in range(len(months.codes)) if place not in children]
    found: dict[int, tuple[date, date]] = {}
    for number, place in enumerate(leaves):
        year, month = 2020 + number // 12, number % 12 + 1
        found[place] = (date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
    for place in sorted(children, reverse=True):
        found[place] = (
            min(found[part][0] for part in children[place]),
            max(found[part][1] for part in children[place]),
        )
    return found


def partitions(problem: Problem) -> tuple[Partition, ...]:
    """What adds up to what in each dimension."""
    names = (AREA, PERIOD, "kind")
    found: list[Partition] = []
    for name, dimension in zip(names, problem.dimensions, strict=False):
        value = periods(dimension) if name == PERIOD else dict(enumerate(dimension.codes))
        for whole, parts in dimension.children().items():
            found.append(Partition((name,), (value[whole],), tuple((value[part],) for part in parts)))
    return tuple(found)


def _measure(schema: Schema) -> Measure:
    words = {"title": "Table", "question": "How many?", "method": "Made up.", "limits": "Synthetic."}
    return Measure(
        name="table",
        **words,
        inputs=(),
        settings=(),
        result=schema,
        expression=lambda: None,
        sums_over=(AREA, "period_from"),
    )
