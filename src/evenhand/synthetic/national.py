"""A national year of street files, made of nobody's crimes: for measuring speed at full size."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.random import Generator

from evenhand.sources.police_uk import STREET_COLUMNS
from evenhand.synthetic import files, street
from evenhand.synthetic.crime import CRIME_TYPES, MONTHLY_PER_1000
from evenhand.synthetic.street import Rows, SnapPoints
from evenhand.synthetic.tessellation import Array

FORCES = 42
POINTS_PER_LSOA = 20
LSOAS = 33_600
"""Across all forces: about as many as England and Wales had in 2011."""
FIRST_YEAR = 2018


@dataclass(frozen=True)
class National:
    """What was written: files by their name below the folder, and rows of each crime type."""

    rows_by_file: dict[str, int]
    rows_by_type: dict[str, int]


def write_national(
    folder: Path, rows: int = 6_000_000, number_of_files: int = 500, seed: int = 1
) -> National:
    """Write exactly `rows` street rows in `number_of_files` files of the publisher's layout.

    One file a force and month, of 42 fictional forces of unequal size. One file is in memory at a time.
    """
    rng = np.random.default_rng(seed)
    sizes = _sizes(rng, rows, number_of_files)
    by_file: dict[str, int] = {}
    by_type = np.zeros(len(CRIME_TYPES), dtype=int)
    points = [_points(rng, force) for force in range(min(FORCES, number_of_files))]
    for number, size in enumerate(sizes.tolist()):
        force, month = number % FORCES, _month(number // FORCES)
        found = _rows(rng, size, points[force])
        name = f"{month}/{month}-synthetic-force-{force + 1:02d}-street.csv"
        _write(folder / name, month, found, points[force], force)
        by_file[name] = size
        by_type += np.bincount(found.kind, minlength=len(CRIME_TYPES))
    return National(by_file, dict(zip(CRIME_TYPES, by_type.tolist(), strict=True)))


def _sizes(rng: Generator, rows: int, number: int) -> Array:
    """Rows of each file: a force's share is its own every month, and the total is exact."""
    weight = rng.lognormal(0, 0.7, FORCES)[np.arange(number) % FORCES]
    edges = np.round(np.cumsum(weight) / weight.sum() * rows).astype(int)
    return np.diff(edges, prepend=0)


def _month(number: int) -> str:
    return f"{FIRST_YEAR + number // 12}-{number % 12 + 1:02d}"


def _points(rng: Generator, force: int) -> SnapPoints:
    """Snap points of one force, with repeated places in words and LSOA codes never issued."""
    lsoas = LSOAS // FORCES
    lsoa = np.repeat(np.arange(lsoas), POINTS_PER_LSOA)
    first = 900_001 + force * lsoas
    code = np.array([f"E01{first + i:06d}" for i in range(lsoas)], dtype=object)
    name = np.array(
        [f"Synthetic {force + 1:02d} {i // 5 + 1:03d}{'ABCDE'[i % 5]}" for i in range(lsoas)], dtype=object
    )
    east, north = -5 + rng.random(len(lsoa)) + force % 6, 51 + rng.random(len(lsoa))
    number = np.full(lsoas, POINTS_PER_LSOA)
    return SnapPoints(
        street.text(f"{x:.6f}" for x in east.tolist()),
        street.text(f"{y:.6f}" for y in north.tolist()),
        street.locations(rng, len(lsoa)),
        code[lsoa],
        name[lsoa],
        np.cumsum(number) - number,
        number,
    )


def _rows(rng: Generator, size: int, points: SnapPoints) -> Rows:
    share = np.array(list(MONTHLY_PER_1000.values()))
    kind = np.sort(rng.choice(len(CRIME_TYPES), size=size, p=share / share.sum()))
    point = rng.integers(len(points.location), size=size)
    point[rng.random(size) < 0.02] = -1
    return Rows(kind, point, street.identifiers(rng, kind))


def _write(path: Path, month: str, rows: Rows, points: SnapPoints, force: int) -> None:
    outcome = np.full(len(rows.kind), street.UNDER_INVESTIGATION, dtype=object)
    outcome[rows.kind == street.ANTI_SOCIAL] = ""
    columns = street.street_columns(month, rows, points, outcome, f"Synthetic Force {force + 1:02d}")
    files.write_bytes(path, files.csv_bytes(STREET_COLUMNS, zip(*columns, strict=True)))
