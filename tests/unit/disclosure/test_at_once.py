"""Hiding for very many small counts at once: totals stay to be seen where something else will do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from evenhand.disclosure import at_once, suppression, worlds
from evenhand.disclosure.cells import Integers
from evenhand.disclosure.partition import AREA, PERIOD, Partition
from evenhand.disclosure.release import Cell
from evenhand.rules.policy import policy

MEASURE = "recorded_violence"
MONTHS = tuple((date(2022, month, 1), date(2022, month, 28)) for month in range(1, 7))
YEAR = (MONTHS[0][0], MONTHS[-1][1])
WARDS = {f"w{ward}": tuple(f"s{ward}-{small}" for small in range(10)) for ward in range(6)}
PARTITIONS = (
    Partition((AREA,), ("T",), tuple((ward,) for ward in WARDS)),
    *(Partition((AREA,), (ward,), tuple((small,) for small in its)) for ward, its in WARDS.items()),
    Partition((PERIOD,), (YEAR,), tuple((month,) for month in MONTHS)),
)


def _row(area: str, kind: str, period: tuple[date, date], count: int) -> dict[str, object]:
    return {
        "area_level": "LSOA11",
        "area_code": area,
        "period_kind": kind,
        "period_from": period[0],
        "period_to": period[1],
        "incidents": count,
        "months_supplied": 1,
        "months_in_period": 1,
    }


@pytest.fixture
def rows() -> list[dict[str, object]]:
    """Sixty small areas in six wards in one, by month and year: most have none, many 1 or 2, some 5 to 9."""
    chance = np.random.default_rng(1)
    counts = {small: _few(chance) for its in WARDS.values() for small in its}
    counts |= {ward: np.sum([counts[small] for small in its], axis=0) for ward, its in WARDS.items()}
    counts["T"] = np.sum([counts[ward] for ward in WARDS], axis=0)
    return [
        _row(area, kind, period, int(count))
        for area, its in counts.items()
        for kind, period, count in (
            *(("month", pair, count) for pair, count in zip(MONTHS, its, strict=True)),
            ("year", YEAR, its.sum()),
        )
    ]


def _few(chance: np.random.Generator) -> Integers:
    which = chance.random(len(MONTHS))
    some, more = chance.integers(1, 3, len(MONTHS)), chance.integers(5, 10, len(MONTHS))
    return np.where(which < 0.6, 0, np.where(which < 0.98, some, more))


@pytest.fixture
def hidden_of(rows, judged_rows, monkeypatch) -> Callable[[int], list[str]]:
    """The areas of the counts that are hidden where counts from so many on are spared, once for each."""
    monkeypatch.setattr(suppression, "MANY", 0)
    monkeypatch.setattr(worlds, "MANY", 0)

    def hidden(spared: int) -> list[str]:
        monkeypatch.setattr(at_once, "SPARED", spared)
        judged = judged_rows(MEASURE, rows, policy("counts", threshold=5), PARTITIONS)
        release = judged.releases[MEASURE]
        states, areas = release.cells["incidents"].to_pylist(), release.table["area_code"].to_pylist()
        return [area for area, state in zip(areas, states, strict=True) if state == Cell.HIDDEN.value]

    return hidden


def test_large_counts_stay_to_be_seen_where_others_protect_as_well(hidden_of):
    """All could go through the total of everything, hidden in each month: few cells, and the best known."""
    assert hidden_of(10**9).count("T") == len(MONTHS) + 1
    assert hidden_of(30).count("T") == 0


@pytest.mark.parametrize("others", [(60_000, 80_000), (60_000,) * 10, (60_000,) * 150])
def test_a_large_count_is_hidden_where_nothing_else_protects(others, judged_rows, monkeypatch):
    monkeypatch.setattr(suppression, "MANY", 0)
    monkeypatch.setattr(worlds, "MANY", 0)
    counts = {"T": 3 + sum(others), "s": 3} | {f"a{number}": count for number, count in enumerate(others)}
    plain = [_row(area, "month", MONTHS[0], count) for area, count in counts.items()]
    parts = (Partition((AREA,), ("T",), tuple((area,) for area in counts if area != "T")),)
    judged = judged_rows(MEASURE, plain, policy("counts", threshold=5), parts)
    assert judged.releases[MEASURE].count(Cell.HIDDEN) == 2
