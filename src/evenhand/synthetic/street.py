"""Street-level rows from counts: identifiers, snap points; and the rows that go wrong in real files.

A column is a list or an object array of strings, so that a month is one call of the csv module.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from evenhand.synthetic.county import FORCE, County
from evenhand.synthetic.crime import CRIME_TYPES
from evenhand.synthetic.tessellation import SEA, Array
from evenhand.synthetic.truth import BadRow

ANTI_SOCIAL = CRIME_TYPES.index("Anti-social behaviour")
ROADS = ("Larkspur", "Curlew", "Samphire", "Foundry", "Chandler", "Lantern", "Juniper", "Harrier", "Cobble")
KINDS = ("Road", "Street", "Close", "Avenue", "Lane", "Terrace", "Drive")
PLACES = ("Supermarket", "Nightclub", "Parking Area", "Petrol Station", "Pedestrian Subway", "Hospital")
NO_LOCATION = "No Location"
UNDER_INVESTIGATION = "Under investigation"

Columns = list[list[str]]


@dataclass(frozen=True)
class SnapPoints:
    """The publisher's anonymised points. Text arrays run over points; those of one LSOA lie together."""

    longitude: Array
    latitude: Array
    location: Array
    lsoa_code: Array
    lsoa_name: Array
    first: Array
    """Position of the first point of each LSOA."""
    number: Array
    """How many points each LSOA has."""


@dataclass(frozen=True)
class Rows:
    """Rows of one month: crime type and snap point by position; a point of -1 is no location."""

    kind: Array
    point: Array
    crime_id: Array


def snap_points(rng: Generator, place: County, outside: int) -> SnapPoints:
    """One point a cell, and `outside` points in LSOAs across the border that no lookup of the area lists."""
    inside = np.argsort(
        np.where(place.lsoa_of_cell == SEA, len(place.code), place.lsoa_of_cell), kind="stable"
    )
    inside = inside[: int((place.lsoa_of_cell != SEA).sum())]
    beyond = np.arange(outside)
    lsoa = place.lsoa_of_cell[inside]
    at = np.concatenate(
        [place.cells.points[inside], np.stack([1.6 + beyond / 100, 55 + beyond / 90], axis=1)]
    )
    number = np.bincount(lsoa, minlength=len(place.code))
    code, name = np.array(place.code, dtype=object), np.array(place.name, dtype=object)
    return SnapPoints(
        text(f"{x:.6f}" for x in at[:, 0]),
        text(f"{y:.6f}" for y in at[:, 1]),
        locations(rng, len(at)),
        np.concatenate([code[lsoa], text(f"E01{990_001 + i:06d}" for i in beyond)]),
        np.concatenate([name[lsoa], text(f"Neighbourshire {i + 1:03d}A" for i in beyond)]),
        np.cumsum(number) - number,
        number,
    )


def text(values: Iterable[str]) -> Array:
    """An array of text that indexes by position."""
    return np.array(list(values), dtype=object)


def locations(rng: Generator, number: int) -> Array:
    """Snap points in words, as the publisher puts them: mostly fictional roads, some places of a kind."""
    road, kind = rng.integers(len(ROADS), size=number), rng.integers(len(KINDS), size=number)
    named = [f"On or near {ROADS[r]} {KINDS[k]}" for r, k in zip(road, kind, strict=True)]
    for i in np.flatnonzero(rng.random(number) < 0.06):
        named[i] = f"On or near {PLACES[i % len(PLACES)]}"
    return np.array(named, dtype=object)


def month_rows(rng: Generator, counts: Array, points: SnapPoints, extra: tuple[int, int]) -> Rows:
    """Rows for `counts` (type by LSOA), and `extra`: rows without location and rows outside the area."""
    kind, lsoa = (np.repeat(axis, counts.ravel()) for axis in np.indices(counts.shape).reshape(2, -1))
    point = points.first[lsoa] + (rng.random(len(lsoa)) * points.number[lsoa]).astype(int)
    nowhere, outside = extra
    beyond = rng.integers(int(points.number.sum()), len(points.longitude), size=outside)
    kind = np.concatenate([kind, rng.integers(len(CRIME_TYPES), size=nowhere + outside)])
    point = np.concatenate([point, np.full(nowhere, -1), beyond])
    order = np.argsort(kind, kind="stable")
    return Rows(kind[order], point[order], identifiers(rng, kind[order]))


def identifiers(rng: Generator, kind: Array) -> Array:
    """64 hexadecimal digits a row; none for anti-social behaviour."""
    digits = rng.bytes(32 * len(kind)).hex()
    found = text(digits[i : i + 64] for i in range(0, len(digits), 64))
    found[kind == ANTI_SOCIAL] = ""
    return found


def street_columns(
    month: str, rows: Rows, points: SnapPoints, last_outcome: Array, force: str = FORCE
) -> Columns:
    """The twelve columns of a street file, in the publisher's order."""
    size = len(rows.kind)
    return [
        rows.crime_id.tolist(),
        [month] * size,
        [force] * size,
        [force] * size,
        *places(rows, points),
        np.array(CRIME_TYPES, dtype=object)[rows.kind].tolist(),
        last_outcome.tolist(),
        [""] * size,
    ]


def places(rows: Rows, points: SnapPoints) -> Columns:
    """Longitude, latitude, location, LSOA code and LSOA name; blank where there is no location."""
    columns = (points.longitude, points.latitude, points.location, points.lsoa_code, points.lsoa_name)
    nowhere = rows.point < 0
    found: Columns = []
    for column in columns:
        text = column[rows.point]
        text[nowhere] = NO_LOCATION if column is points.location else ""
        found.append(text.tolist())
    return found


def spoil(lines: list[tuple[str, ...]], file: str) -> list[BadRow]:
    """Put four rows that no source can accept among `lines`; returns what and where they are."""
    model = list(lines[-1])
    planted = (
        (40, _with(model, 1, f"{model[1][:4]}-13"), "Month", "there is no month 13"),
        (80, _with(model, 9, "Piracy"), "Crime type", "the publisher has no such crime type"),
        (120, _with(model, 4, "south of the pier"), "Longitude", "text where a number belongs"),
        (160, tuple(model[:7]), "", "7 columns where 12 belong"),
    )
    for at, row, _, _ in planted:
        lines.insert(at, row)
    # Row 0 is on line 2: line 1 is the header.
    return [BadRow(file, at + 2, column, reason) for at, _, column, reason in planted]


def _with(row: list[str], at: int, value: str) -> tuple[str, ...]:
    return (*row[:at], value, *row[at + 1 :])
