"""Partitions: which areas and periods of a publication add up to which, for the gate's audit."""

from __future__ import annotations

from collections import defaultdict

from evenhand.actions.prepare import Prepared
from evenhand.disclosure.partition import Partition

_TILES = ("LAD", "CSP", "PFA", "ICB")
"""Levels whose areas are often whole numbers of one another's."""


def partitions_of(prepared: Prepared) -> tuple[Partition, ...]:
    """Areas as sums of their LSOAs and of smaller authorities, years as sums of their months."""
    return (*_areas(prepared), *_years(prepared))


def _areas(prepared: Prepared) -> list[Partition]:
    lsoas: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in prepared.places.to_pylist():
        lsoas[(row["area_level"], row["area_code"])].add(row["lsoa_code"])
    larger = {area: held for area, held in lsoas.items() if area[0] != prepared.lsoa_level}
    sums = [Partition("area_code", code, tuple(sorted(held))) for (_, code), held in sorted(larger.items())]
    return sums + _of_authorities(larger)


def _of_authorities(larger: dict[tuple[str, str], set[str]]) -> list[Partition]:
    """Larger areas as sums of areas one level down, where these fill them exactly."""
    found: list[Partition] = []
    for (level, code), held in sorted(larger.items()):
        if level not in _TILES:
            continue
        for below in _TILES[: _TILES.index(level)]:
            parts = {area[1]: its for area, its in larger.items() if area[0] == below and its <= held}
            if parts and code not in parts and sum(map(len, parts.values())) == len(held):
                found.append(Partition("area_code", code, tuple(sorted(parts))))
    return found


def _years(prepared: Prepared) -> list[Partition]:
    months: dict[str, list[str]] = defaultdict(list)
    for row in prepared.months:
        months[row["year_to"]].append(row["month"])
    return [Partition("period_from", held[0], tuple(held)) for held in months.values() if len(held) == 12]
