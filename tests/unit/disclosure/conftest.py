"""A small publication of linked tables: three LSOAs and their local authority, two months and their year."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from evenhand.actions.releases import certificate_of
from evenhand.disclosure.check import CERTIFICATE
from evenhand.disclosure.earlier import Earlier
from evenhand.disclosure.gate import Judged, judge
from evenhand.disclosure.partition import ALL, Partition
from evenhand.engine.publication import begin
from evenhand.engine.released import as_text
from evenhand.ledger.entry import Origin
from evenhand.ledger.lines import digest, earlier_name
from evenhand.needs import MEASURES
from evenhand.reports.data import csv_bytes, data_files
from evenhand.rules.policy import Policy
from evenhand.rules.policy_label import labelled
from evenhand.tables.schema import Kind

KINDS = {Kind.TEXT: pa.string(), Kind.INTEGER: pa.int64(), Kind.DATE: pa.date32(), Kind.NUMBER: pa.float64()}
MONTHS = ((date(2022, 5, 1), date(2022, 5, 31)), (date(2022, 6, 1), date(2022, 6, 30)))
YEAR = (MONTHS[0][0], MONTHS[1][1])
PERIODS = (("month", *MONTHS[0]), ("month", *MONTHS[1]), ("year", *YEAR))
TENTHS = {"A": 1, "B": 1, "C": 2}
PARTITIONS = (
    Partition(("area_code",), ("T",), (("A",), ("B",), ("C",))),
    Partition(("area_code", "decile"), ("T", 1), (("A", ALL), ("B", ALL))),
    Partition(("area_code", "decile"), ("T", 2), (("C", ALL),)),
    Partition(("period",), (YEAR,), tuple((month,) for month in MONTHS)),
)
LINKED = ("recorded_violence", "violence_rate", "violence_by_deprivation")
DAY = date(2026, 11, 23)
FORCE = ("Northumbria Police",)
COUNTS = {"A": (2, 9), "B": (14, 7), "C": (20, 6)}
"""By LSOA, in each month."""


def _of_periods(counts: tuple[int, int]) -> tuple[int, int, int]:
    return (*counts, sum(counts))


def _table(measure: str, rows: list[dict[str, Any]]) -> pa.Table:
    columns = MEASURES[measure].result.columns
    return pa.table({c.name: pa.array([row.get(c.name) for row in rows], KINDS[c.kind]) for c in columns})


def _rows(counts: dict[str, tuple[int, int]], level: str, **more: object) -> Iterator[dict[str, Any]]:
    for area, its in counts.items():
        for (kind, first, last), count in zip(PERIODS, _of_periods(its), strict=True):
            yield {
                "area_level": level,
                "area_code": area,
                "period_kind": kind,
                "period_from": first,
                "period_to": last,
                "incidents": count,
                "months_supplied": 1,
                "months_in_period": 1,
                "population": 1500,
                "population_year": 2020,
                "per_1000": count / 1.5,
                "lower_95": count / 1.6,
                "upper_95": count / 1.4,
            } | more


def _sum(*counts: tuple[int, int]) -> tuple[int, int]:
    first, second = (sum(of_month) for of_month in zip(*counts, strict=True))
    return first, second


def _tables(counts: dict[str, tuple[int, int]], measures: tuple[str, ...]) -> dict[str, pa.Table]:
    """Three LSOAs and their local authority, in two months and their year, as each measure has them."""
    rows = [*_rows(counts, "LSOA11"), *_rows({"T": _sum(*counts.values())}, "LAD")]
    tenths = [
        row
        for tenth in (1, 2)
        for row in _rows(
            {"T": _sum(*(its for area, its in counts.items() if TENTHS[area] == tenth))},
            "LAD",
            decile=tenth,
            lsoas=list(TENTHS.values()).count(tenth),
            edition=2019,
        )
    ]
    by_name = {name: tenths if name == "violence_by_deprivation" else rows for name in measures}
    return {name: _table(name, its) for name, its in by_name.items()}


@pytest.fixture
def rows_of() -> Callable[..., Iterator[dict[str, Any]]]:
    """Makes rows of areas of one level, by their counts in both months."""
    return _rows


@pytest.fixture
def table_of() -> Callable[[str, list[dict[str, Any]]], pa.Table]:
    """Makes the table of a measure from rows; what a row lacks is null."""
    return _table


@pytest.fixture
def tables_of() -> Callable[..., dict[str, pa.Table]]:
    """Makes the tables of those measures."""
    return lambda counts=COUNTS, measures=LINKED: _tables(counts, measures)


@pytest.fixture
def judged_tables() -> Callable[..., Judged]:
    """Puts tables through the gate together."""
    return lambda tables, chosen, partitions=PARTITIONS: judge(
        tables, {name: MEASURES[name] for name in tables}, chosen, partitions, "violence 1 (abc)"
    )


@pytest.fixture
def judged_rows() -> Callable[..., Judged]:
    """Puts rows of one measure through the gate."""
    return lambda measure, rows, chosen, partitions=PARTITIONS, earlier=(), definition="d", scopes=None: (
        judge(
            {measure: _table(measure, rows)},
            {measure: MEASURES[measure]},
            *(chosen, partitions, definition, earlier, scopes or {}),
        )
    )


@pytest.fixture
def judged_of(judged_tables: Callable[..., Judged]) -> Callable[..., Judged]:
    """Puts the small publication through the gate."""

    def judged(
        chosen: Policy, measures: tuple[str, ...] = LINKED, counts: dict[str, tuple[int, int]] = COUNTS
    ) -> Judged:
        return judged_tables(_tables(counts, measures), chosen)

    return judged


@pytest.fixture
def published() -> Callable[..., Earlier]:
    """Takes the release of one measure for published, as the entry of that number."""
    return _published


def _published(judged: Judged, number: int, measure: str = "recorded_violence") -> Earlier:
    release = judged.releases[measure]
    content = csv_bytes(release)
    return Earlier(
        number=number,
        measure=measure,
        made_on=f"2026-0{number}-01",
        definition=release.definition,
        policy=labelled(release.policy),
        file=earlier_name(measure, digest(content)).removeprefix("data/"),
        sha256=digest(content),
        table=as_text(content),
    )


@pytest.fixture
def written() -> Callable[..., Path]:
    """Writes the data files of what was judged, earlier ones and the certificate; their folder."""

    def write(folder: Path, judged: Judged, before: Iterable[tuple[Earlier, bytes]] = ()) -> Path:
        (folder / "earlier").mkdir(parents=True, exist_ok=True)
        for name, release in judged.releases.items():
            (folder / f"{name}.csv").write_bytes(csv_bytes(release))
        for earlier, content in before:
            (folder / earlier.file).write_bytes(content)
        assert judged.proof is not None
        (folder / CERTIFICATE).write_bytes(judged.proof.to_bytes())
        return folder

    return write


def _publish(root: Path, judged: Judged, label: str = "", crime_types: tuple[str, ...] = ()) -> Path:
    """The publication of what was judged, sealed with its ledger, which may name another policy.

    `crime_types`, as Northumbria Police recorded them, are what its entries say is counted.
    """
    files = data_files(judged.releases)
    certificate = certificate_of(judged, files)
    with begin(root) as draft:
        for name, made in judged.releases.items():
            origin = _origin(name, label or made.policy, made.definition)
            if crime_types:
                origin = replace(origin, police_forces=FORCE, crime_types=crime_types)
            draft.release(origin, *files[name])
        if certificate:
            draft.certify(certificate)
        draft.keep_earlier()
        draft.write("site/index.html", f'<p data-ledger-head="{draft.head}">'.encode())
        draft.seal(DAY, "A. Analyst")
    return root / "published"


def _origin(measure: str, label: str, definition: str) -> Origin:
    return Origin(
        measure=measure,
        title=MEASURES[measure].title,
        area_level="LAD",
        area_code="T",
        police_forces=(),
        crime_types=(),
        period_from=None,
        period_to=None,
        inputs=(),
        rules=(label, "police forces 1"),
        definition=definition,
        code="0.1.0 (abc)",
        maker="A. Analyst",
        made_on=DAY,
        approved_by="B. Okafor",
    )


@pytest.fixture(scope="session")
def sealed() -> Callable[..., Path]:
    """Seals what was judged with its ledger; the folder that is published."""
    return _publish


@pytest.fixture
def series(rows_of, judged_rows, published, written, tmp_path: Path) -> Callable[..., tuple[Judged, Path]]:
    """Judges and publishes tables of May one after the other; the last, and its folder of data.

    Each is counts by area under a policy; T is the sum of all others. `published_in` are the publications
    that each of the earlier ones was in; else each was in one of its own.
    """

    def made(
        *releases: tuple[dict[str, int], Policy], published_in: Sequence[tuple[int, ...]] = ()
    ) -> tuple[Judged, Path]:
        before, content, judged = [], [], None
        areas = sorted({area for counts, _chosen in releases for area in counts} - {"T"})
        for number, (counts, chosen) in enumerate(releases, 1):
            rows = [
                next(iter(rows_of({area: (0, 0)}, "LAD" if area == "T" else "LSOA11", incidents=count)))
                for area, count in counts.items()
            ]
            parts = tuple((area,) for area in areas)
            judged = judged_rows(LINKED[0], rows, chosen, (Partition(("area_code",), ("T",), parts),), before)
            if number < len(releases):
                times = published_in[number - 1] if published_in else ()
                before = [*before, replace(published(judged, number), published=times)]
                content.append(csv_bytes(judged.releases[LINKED[0]]))
        assert judged is not None
        return judged, written(
            tmp_path / f"data {len([*tmp_path.iterdir()])}", judged, zip(before, content, strict=True)
        )

    return made
