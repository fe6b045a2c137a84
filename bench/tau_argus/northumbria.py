"""A real table: what Northumbria Police recorded, by small area, month and kind, with every margin.

Two years of twelve published months each (January 2022 was never published), small areas in middle areas in
districts in the force's area, three kinds. It is read from the open data that EVENHAND_OPEN_DATA names.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from .tables import Dimension, Problem, crossed, months

KINDS = ("Violence and sexual offences", "Robbery", "Possession of weapons")
YEARS = 2
ARCHIVE = "police_uk/northumbria_2020_2023/northumbria_2020-05_2023-03.zip"
LOOKUPS = "geography/lookups/lookup_lsoa11_msoa11.csv.gz", "geography/lookups/lookup_lsoa11_ltla21.csv.gz"
DISTRICTS = {"E06000057", "E08000021", "E08000022", "E08000023", "E08000024", "E08000037"}


def northumbria() -> Problem:
    """The table. Raises SystemExit where the open data is not there."""
    folder = Path(os.environ.get("EVENHAND_OPEN_DATA", ""))
    if not (folder / ARCHIVE).is_file():
        raise SystemExit("set EVENHAND_OPEN_DATA to the folder with the open data")
    middle, district = (_links(folder / name) for name in LOOKUPS)
    smalls = sorted((district[each], middle[each], each) for each in district if district[each] in DISTRICTS)
    counted = Counter(_incidents(folder / ARCHIVE))
    published = sorted({month for _area, month, _kind in counted})[-12 * YEARS :]
    counts = [[[counted[each, month, kind] for kind in KINDS] for month in published] for *_, each in smalls]
    kinds = Dimension("kind", ("all", *KINDS), (-1, *[0] * len(KINDS)))
    return crossed((_areas(smalls), months(YEARS), kinds), np.array(counts), "northumbria")


def _links(path: Path) -> dict[str, str]:
    """The larger area of each small one: names and codes stand beside each other."""
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as lines:
        return {small: larger for _, small, _, larger in csv.reader(lines)}


def _incidents(path: Path) -> Iterator[tuple[str, str, str]]:
    """The small area, month and kind of each incident."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith("-street.csv"):
                with archive.open(name) as content:
                    for row in csv.DictReader(io.TextIOWrapper(content, "utf-8", newline="")):
                        if row["Crime type"] in KINDS:
                            yield row["LSOA code"], row["Month"], row["Crime type"]


def _areas(smalls: list[tuple[str, str, str]]) -> Dimension:
    """The tree of areas, from rows of district, middle and small area in order."""
    codes, parents = ["Northumbria"], [-1]
    place: dict[str, int] = {}
    for district, middle, small in smalls:
        for code, above in ((district, "Northumbria"), (middle, district), (small, middle)):
            if code not in place:
                place[code] = len(codes)
                codes.append(code)
                parents.append(place.get(above, 0))
    return Dimension("area", tuple(codes), tuple(parents))
