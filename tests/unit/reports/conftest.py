"""A small publication: two local authorities of four small areas each, through the real gate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest

from evenhand.disclosure.gate import release
from evenhand.disclosure.partition import Partition
from evenhand.disclosure.release import Release
from evenhand.needs import MEASURES
from evenhand.reports.about import (
    About,
    ColumnNote,
    DefinitionNote,
    EntryNote,
    MeasureNote,
    PolicyNote,
    SupplyNote,
)
from evenhand.rules.policy import Policy
from evenhand.tables.schema import Kind, Schema

TYPES = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.DATE: pa.date32(),
    Kind.FLAG: pa.bool_(),
}
WHOLE, EAST, WEST = (
    ("PFA", "E23000099", "Exampleshire"),
    ("LAD", "E06000091", "Eastham"),
    ("LAD", "E06000092", "Westham"),
)
SMALL = [("LSOA11", f"E0109990{at}", f"{'East' if at < 4 else 'West'}ham 00{at}A") for at in range(8)]
WARDS = [("WD", f"E0509990{at}", name) for at, name in enumerate(("Quay", "Abbey"))]
YEAR = ("year", date(2022, 3, 1), date(2023, 2, 28))
AREA, PERIOD = ("area_level", "area_code", "area_name"), ("period_kind", "period_from", "period_to")
MONTHS = tuple(
    (date(2021, month, 1), date(2021 + month // 12, month % 12 + 1, 1) - timedelta(days=1))
    for month in range(1, 13)
)
PARTITIONS = (
    Partition(("area_code",), (WHOLE[1],), ((EAST[1],), (WEST[1],))),
    *(
        Partition(("area_code",), (whole[1],), tuple((code,) for _, code, _ in SMALL[:4]))
        for whole in (EAST, WARDS[0])
    ),
    *(
        Partition(("area_code",), (whole[1],), tuple((code,) for _, code, _ in SMALL[4:]))
        for whole in (WEST, WARDS[1])
    ),
    Partition(("period",), ((MONTHS[0][0], MONTHS[-1][1]),), tuple((month,) for month in MONTHS)),
)
Rows = list[dict[str, Any]]


def _place(area: tuple[str, str, str], period: tuple[str, date, date] = YEAR) -> dict[str, Any]:
    return {**dict(zip(AREA, area, strict=True)), **dict(zip(PERIOD, period, strict=True))}


def _table(schema: Schema, rows: Rows) -> pa.Table:
    columns = {c.name: pa.array([row.get(c.name) for row in rows], TYPES[c.kind]) for c in schema.columns}
    return pa.table(columns)


def policy(hide_to: int | None = None) -> Policy:
    """A policy that hides counts from 1 to `hide_to`, or nothing."""
    return Policy(
        "test",
        1,
        "For tests",
        "nobody",
        "https://example.org",
        date(2020, 1, 1),
        "Hides small counts.",
        hide_from=None if hide_to is None else 1,
        hide_to=hide_to,
    )


def made(measure: str, rows: Rows, hide_to: int | None = None) -> Release:
    """A release of those rows, what they leave out being null, through the gate."""
    it = MEASURES[measure]
    return release(_table(it.result, rows), it, policy(hide_to), PARTITIONS, "violence 1 (abc)")


def month_rows(area: tuple[str, str, str], counts: list[int | None], **known: Any) -> Rows:
    """Rows of a control chart, a month each from January 2021."""
    rows: Rows = []
    for at, count in enumerate(counts):
        first = date(2021 + at // 12, at % 12 + 1, 1)
        last = date(2021 + (at + 1) // 12, (at + 1) % 12 + 1, 1) - timedelta(days=1)
        row = {
            "incidents": count,
            "points": len(counts),
            "limits_status": "set",
            "signal": "none",
            "side": "above",
        }
        if count is None:
            row |= {"signal": None, "side": None}
        rows.append(_place(area, ("month", first, last)) | row | known)
    return rows


@pytest.fixture
def months_of() -> Callable[..., Rows]:
    """Makes rows of a control chart."""
    return month_rows


@pytest.fixture
def charted() -> Callable[..., Release]:
    """Makes a release of a control chart of the whole area."""
    return lambda counts, hide_to=None, **known: made(
        "violence_control_chart", month_rows(WHOLE, counts, **known), hide_to
    )


def _counts() -> dict[tuple[str, str, str], int]:
    small = dict(zip(SMALL, (3, 2, 40, 60, 5, 4, 50, 90), strict=True))
    return {WHOLE: 254, EAST: 105, WEST: 149, WARDS[0]: 105, WARDS[1]: 149} | small


def small_releases(hide_to: int | None = None) -> dict[str, Release]:
    """One release a measure; with `hide_to`, counts from 1 to it are hidden."""
    larger = {WHOLE: 2, EAST: 1, WEST: 1}
    """Times that each has the counts of one half."""
    counts = _counts()
    rate = {"population": 1500, "population_year": 2020}
    levels = {"mean": 20.0, "lower_limit": 10.0, "upper_limit": 30.0, "lower_near": 13.0, "upper_near": 27.0}
    rows: dict[str, Rows] = {
        "recorded_violence": [
            _place(a) | {"incidents": n, "months_supplied": 12, "months_in_period": 12}
            for a, n in counts.items()
        ],
        "violence_rate": [
            _place(a) | rate | {"incidents": n, "per_1000": n / 1.5, "lower_95": n / 1.6, "upper_95": n / 1.4}
            for a, n in counts.items()
        ],
        "change_on_year": [
            _place(a)
            | {
                "incidents_compared": n,
                "incidents_before": n,
                "months_compared": 11,
                "months_in_period": 12,
                "change_percent": 1.0,
                "lower_percent": -5.0,
                "upper_percent": 7.0,
            }
            for a, n in counts.items()
        ],
        "violence_control_chart": [
            row
            for a, times in larger.items()
            for row in month_rows(a, [n and n * times for n in (10, 11, None, 12, 20)], **levels)
        ],
        "violence_by_deprivation": [
            _place(a)
            | rate
            | {
                "decile": d,
                "lsoas": 2,
                "incidents": 50 // d * times,
                "per_1000": 60.0 / d,
                "lower_95": 50.0 / d,
                "upper_95": 70.0 / d,
                "edition": 2019,
            }
            for a, times in larger.items()
            for d in (1, 10)
        ],
        "violence_concentration": [
            _place(a) | {"incidents": 50 * times, "lsoas": 8, "lsoas_holding_half": 2, "share_percent": 25.0}
            for a, times in larger.items()
        ],
        "outcomes_recorded": [
            _place(a) | {"outcome": o, "incidents": 25 * times, "percent": 50.0}
            for a, times in larger.items()
            for o in ("No outcome given", "Charged <b>")
        ],
        "coverage": [
            dict(zip(PERIOD, ("month", date(2023, 2, 1), date(2023, 2, 28)), strict=True))
            | {
                "supplied": True,
                "incidents_supplied": 30,
                "in_area": 10,
                "outside_area": 10,
                "no_location": 10,
            }
        ],
    }
    return {name: made(name, rows[name], hide_to) for name in rows}


def square(column: int, row: int) -> dict[str, Any]:
    """A square outline of a hundredth of a degree."""
    w, s = -1.6 + column / 100, 55 + row / 100
    return {
        "type": "Polygon",
        "coordinates": [[[w, s], [w + 0.01, s], [w + 0.01, s + 0.01], [w, s + 0.01], [w, s]]],
    }


SHAPES = {
    "LSOA11": {code: square(at % 4, at // 4) for at, (_, code, _) in enumerate(SMALL)},
    "LAD": {EAST[1]: square(0, 0), WEST[1]: square(0, 1)},
}


def about(**changed: Any) -> About:
    """What the small publication says of itself."""
    notes = tuple(
        MeasureNote(
            m.name,
            m.title,
            m.question,
            m.method,
            m.limits,
            tuple(ColumnNote(c.name, c.meaning, c.unit) for c in m.result.columns),
        )
        for m in MEASURES.values()
    )
    supply = SupplyNote(
        "Street-level crime",
        "Police <forces>",
        "Open Government Licence v3.0",
        "https://example.org",
        "street.csv",
        "ab" * 32,
        30,
        29,
        1,
        "February 2023",
        "What nobody reported.",
    )
    said: dict[str, Any] = {
        "partnership": "Exampleshire & District",
        "area_name": WHOLE[2],
        "area_code": WHOLE[1],
        "contact": "us@example.org",
        "site_title": "Violence here",
        "synthetic": False,
        "maker": "A Maker",
        "published_on": date(2023, 7, 4),
        "definition": DefinitionNote("violence", "1", "violence 1 (abc)", ("Robbery",), "Robbery."),
        "supplies": (supply,),
        "measures": notes,
        "policies": (PolicyNote("test 1", "Hides small counts."),),
        "entries": {
            m.name: EntryNote(at, "cd" * 32, "ef" * 32, ("ab" * 32,), "0.1.0")
            for at, m in enumerate(MEASURES.values(), 1)
        },
        "head": "cd" * 32,
        "within": {code: (EAST if at < 4 else WEST)[1] for at, (_, code, _) in enumerate(SMALL)}
        | {WARDS[0][1]: EAST[1], WARDS[1][1]: WEST[1]},
    }
    return About(**(said | changed))


@pytest.fixture
def publication() -> Callable[..., tuple[dict[str, Release], dict[str, Any], About]]:
    """Makes the arguments of `pages`: `hide_to` hides small counts, the rest changes what is said."""
    return lambda hide_to=None, **changed: (small_releases(hide_to), SHAPES, about(**changed))


@pytest.fixture
def said_of() -> Callable[..., About]:
    """Makes what the small publication says of itself."""
    return about


@pytest.fixture
def made_release() -> Callable[..., Release]:
    """Makes a release of a measure's rows."""
    return made
