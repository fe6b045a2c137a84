"""Random series of releases: the gate reckons with every sum that the checker finds for itself.

The checker reads the published files alone, and puts together the sums of today and those that held among
what counts were, before some of them were revised, without any of the gate's code. A sum that it has and the
gate has not would tell readers something that the gate does not know of.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evenhand.disclosure import gate
from evenhand.disclosure.cells import Cells
from evenhand.disclosure.certified import certified
from evenhand.disclosure.check import CERTIFICATE, check, read
from evenhand.disclosure.checker.book import Book, Cell
from evenhand.disclosure.checker.revised import past
from evenhand.disclosure.checker.sums import add_up, binding
from evenhand.disclosure.earlier import Earlier
from evenhand.disclosure.gate import Judged
from evenhand.disclosure.partition import Partition
from evenhand.disclosure.proof import places
from evenhand.disclosure.sums import Sums
from evenhand.engine.released import as_text
from evenhand.errors import Refused
from evenhand.ledger.lines import digest, earlier_name
from evenhand.needs import MEASURES
from evenhand.reports.data import csv_bytes
from evenhand.rules.policy import Policy, policy
from evenhand.tables.schema import Kind

IN_ALL, OUTCOMES = "recorded_violence", "outcomes_recorded"
"""Measures of all incidents, and of those by outcome."""
AREAS, TOTAL = ("A", "B", "C"), "T"
KINDS = ("charged", "other")
MAY = date(2022, 5, 1), date(2022, 5, 31)
PARTITIONS = (Partition(("area_code",), (TOTAL,), tuple((area,) for area in AREAS)),)
TYPES = {Kind.TEXT: pa.string(), Kind.INTEGER: pa.int64(), Kind.DATE: pa.date32(), Kind.NUMBER: pa.float64()}
POLICIES = (
    policy("counts", threshold=5),
    policy("counts", threshold=6),
    policy("counts", threshold=0, rounding=3),
    policy("counts", threshold=0, rounding=5),
    policy("counts", threshold=0, rounding=3, controlled=True),
    policy("counts", threshold=0, rounding=5, controlled=True, leeway=2),
    policy("nhs-subnational"),
    policy("counts", threshold=5, hide_zeros=True),
)
COUNTS = (0, 0, 1, 2, 3, 4, 6, 8, 9, 20)
REVISED_BY = (0, 0, 0, 1, -1, 2, 3)

Place = tuple[str, str]
"""An area and an outcome; no outcome is all of them."""


@dataclass(frozen=True)
class Publication:
    """Tables that were published at once: counts by place for each measure."""

    tables: dict[str, dict[Place, int]]
    policy: Policy
    stays: bool
    """Whether its tables were part of the next publication too, as far as that has no others."""


@st.composite
def series(draw: st.DrawFn) -> tuple[Publication, ...]:
    kinds = KINDS[: draw(st.integers(1, 2))]
    now: dict[Place, int] = {place: draw(st.sampled_from(COUNTS)) for place in product(AREAS, kinds)}
    first = draw(st.sampled_from(POLICIES))
    made: list[Publication] = []
    for _each in range(draw(st.sampled_from((2, 2, 2, 3, 3, 4)))):
        stays = bool(made) and made[-1].stays
        if made and not stays:
            now = {place: max(0, count + draw(st.sampled_from(REVISED_BY))) for place, count in now.items()}
        measures = draw(st.sampled_from([(IN_ALL,), (OUTCOMES,), (OUTCOMES, IN_ALL)]))
        tables = {name: _published(draw, now, kinds if name == OUTCOMES else ("",)) for name in measures}
        chosen = draw(st.sampled_from((*[first] * len(POLICIES), *POLICIES)))
        made.append(Publication(tables, chosen, draw(st.integers(0, 3)) == 3))
    return tuple(made)


def _published(draw: st.DrawFn, now: dict[Place, int], kinds: tuple[str, ...]) -> dict[Place, int]:
    """What a table has: some of the areas, and of each outcome that there was none of a row or not."""
    areas = {*AREAS, TOTAL} - draw(st.sets(st.sampled_from((*AREAS, TOTAL)), max_size=3))
    found: dict[Place, int] = {}
    for area, kind in product(sorted(areas), kinds):
        inside = AREAS if area == TOTAL else (area,)
        count = sum(its for (of, of_kind), its in now.items() if of in inside and kind in ("", of_kind))
        if count or not kind or draw(st.booleans()):
            found[area, kind] = count
    return found or {(TOTAL, kinds[0]): sum(its for (_of, kind), its in now.items() if kind in kinds[:1])}


def _table(measure: str, counts: dict[Place, int]) -> pa.Table:
    rows: list[dict[str, Any]] = [
        {
            "area_level": "LAD" if area == TOTAL else "LSOA11",
            "area_code": area,
            "period_kind": "month",
            "period_from": MAY[0],
            "period_to": MAY[1],
            "outcome": outcome,
            "incidents": count,
            "months_supplied": 1,
            "months_in_period": 1,
        }
        for (area, outcome), count in counts.items()
    ]
    columns = MEASURES[measure].result.columns
    return pa.table({c.name: pa.array([row.get(c.name) for row in rows], TYPES[c.kind]) for c in columns})


def _judged(each: Publication, before: Iterable[Earlier]) -> Judged:
    tables = {name: _table(name, counts) for name, counts in each.tables.items()}
    measures = {name: MEASURES[name] for name in (IN_ALL, OUTCOMES)}
    return gate.judge(tables, measures, each.policy, PARTITIONS, "d", [*before])


def _earlier(judged: Judged, each: Publication, number: int) -> Iterator[tuple[Earlier, bytes]]:
    """The tables of a publication as those that come after find them, with their bytes."""
    for further, (name, release) in enumerate(judged.releases.items()):
        content = csv_bytes(release)
        yield (
            Earlier(
                number=10 * number + further,
                measure=name,
                made_on=f"2026-0{number}-01",
                definition="d",
                policy=each.policy,
                file=earlier_name(name, digest(content)).removeprefix("data/"),
                sha256=digest(content),
                table=as_text(content),
                published=(10 * number + 9,),
            ),
            content,
        )


def _all_published(these: tuple[Publication, ...], folder: Path) -> Judged | None:
    """The last publication, written with all before it that were not refused; None where it was refused."""
    before: list[tuple[Earlier, bytes]] = []
    standing: list[int] = []
    judged = None
    for number, each in enumerate(these, 1):
        try:
            judged = _judged(each, [earlier for earlier, _content in before])
        except Refused:
            judged, standing = None, []
            continue
        if number < len(these):
            before = [
                (
                    _again(its, number) if its.number in standing and its.measure not in each.tables else its,
                    of,
                )
                for its, of in before
            ]
            new = [*_earlier(judged, each, number)]
            standing = [its.number for its, _content in new] if each.stays else []
            before += new
    if judged is None or judged.proof is None:
        return None
    (folder / "earlier").mkdir(parents=True)
    for name, release in judged.releases.items():
        (folder / f"{name}.csv").write_bytes(csv_bytes(release))
    for its, content in before:
        (folder / its.file).write_bytes(content)
    (folder / CERTIFICATE).write_bytes(judged.proof.to_bytes())
    return judged


def _again(its: Earlier, number: int) -> Earlier:
    """The same, that was part of this publication too."""
    return replace(its, published=(*its.published, 10 * number + 9))


Row = frozenset[tuple[int, Cell]]
"""Places, and how often each counts."""


def _of_checker(folder: Path) -> tuple[Book, set[Row]]:
    """The sums that the checker puts together, and its book."""
    certificate = json.loads((folder / CERTIFICATE).read_text("utf-8"))
    book = read(folder, certificate)
    list(add_up(book, certificate))
    today = binding(book)
    rows = [*today, *past(book, folder, certificate).rows(today)]
    return book, {frozenset([(-1, row[0]), *((1, part) for part in row[1:])]) for row in rows}


def _of_gate(cells: Cells, among: Sums) -> set[Row]:
    """The sums of the gate, without what those of before are off by, which stands where their first is."""
    where = [tuple(place) for place in places(cells, among.codes(cells))]
    rows: dict[int, list[tuple[int, Cell]]] = defaultdict(list)
    for number, cell, sign in zip(among.number, among.cell, among.sign, strict=True):
        row = rows[int(number)]
        if not row or where[cell] != row[0][1]:
            row.append((int(sign), where[cell]))
    return set(map(frozenset, rows.values()))


def _wrong(row: Row, book: Book, truth: Mapping[Cell, int]) -> bool:
    """Whether all of it is known, of today to the publisher, and it does not come out: it is let go then."""
    known = [(truth[cell], truth[cell]) if cell in truth else book.known(cell) for _sign, cell in row]
    total = sum(sign * low for (sign, _cell), (low, _high) in zip(row, known, strict=True))
    return total != 0 and all(low == high for low, high in known)


def _only_of_checker(folder: Path, cells: Cells, among: Sums) -> list[list[tuple[int, Cell]]]:
    """The sums that the gate does not reckon with, less counts that can only be 0."""
    book, rows = _of_checker(folder)
    truth = {
        tuple(place): count
        for place, count in zip(places(cells, cells.code), cells.count.tolist(), strict=True)
        if count >= 0
    }

    def told(row: Row) -> Row:
        return frozenset((sign, cell) for sign, cell in row if book.known(cell)[1] > 0)

    of_gate = set(map(told, _of_gate(cells, among)))
    return [
        sorted(row, key=str)
        for row in map(told, rows)
        if row and row not in of_gate and not _wrong(row, book, truth)
    ]


@pytest.fixture
def among(monkeypatch) -> dict[str, Any]:
    """What the gate put together when it judged last: the cells and the sums among them."""
    found: dict[str, Any] = {}

    def seen(of: Any, *more: Any) -> dict[str, Any]:
        found["cells"], found["among"], _system, _before = of
        return certified(of, *more)

    monkeypatch.setattr(gate, "certified", seen)
    # What is refused in the end takes longest.
    monkeypatch.setattr(gate, "IN_VAIN", 2)
    return found


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(these=series())
def test_the_checker_finds_no_sum_that_the_gate_does_not_reckon_with(these, among, tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    if judged := _all_published(these, folder):
        assert judged.proof is not None
        assert check(folder).guarded <= judged.proof.guarded
        assert _only_of_checker(folder, **among) == []
