"""Exampleshire's geography, population and deprivation, under the headers their publishers use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from evenhand.synthetic import files, tessellation
from evenhand.synthetic.county import (
    CARE_BOARD,
    CARE_SUB_BOARD,
    DISTRICTS,
    FORCE_AREA,
    LSOAS_IN_ENGLAND,
    SAFETY_PARTNERSHIPS,
    County,
)
from evenhand.synthetic.tessellation import Array

LSOAS_IN_ENGLAND_2021 = 33_755
AGES = [*map(str, range(90)), "90+"]
DOMAINS = (
    "Income",
    "Employment",
    "Education, Skills and Training",
    "Health Deprivation and Disability",
    "Crime",
    "Barriers to Housing and Services",
    "Living Environment",
)


def write_places(folder: Path, place: County) -> None:
    """All files on places: lookups, boundaries, population, deprivation."""
    lookups, boundaries = folder / "lookups-synthetic", folder / "boundaries-synthetic"
    for name, (header, rows) in _lookups(place).items():
        files.write_bytes(lookups / f"{name}.csv", files.csv_bytes(header.split(","), rows, bom=True))
    _write_boundaries(boundaries, place)
    _write_population(folder / "population-synthetic", place)
    _write_deprivation(folder / "deprivation-synthetic", place)


def _lookups(place: County) -> dict[str, tuple[str, list[tuple[object, ...]]]]:
    """ONS's lookup files: header and rows by file name."""
    return {
        "LSOA11_MSOA11_LAD22": (
            "LSOA11CD,LSOA11NM,MSOA11CD,MSOA11NM,LAD22CD,LAD22NM",
            _each(place, _with_msoa),
        ),
        "LSOA21_MSOA21_LAD22": (
            "LSOA21CD,LSOA21NM,MSOA21CD,MSOA21NM,LAD22CD,LAD22NM",
            _later(place, _with_msoa),
        ),
        "LSOA11_WD22_LAD22": ("LSOA11CD,LSOA11NM,WD22CD,WD22NM,LAD22CD,LAD22NM", _each(place, _with_ward)),
        "LSOA21_WD22_LAD22": ("LSOA21CD,LSOA21NM,WD22CD,WD22NM,LAD22CD,LAD22NM", _later(place, _with_ward)),
        "LSOA11_SICBL22_ICB22_LAD22": (
            "LSOA11CD,LSOA11NM,SICBL22CD,SICBL22CDH,SICBL22NM,ICB22CD,ICB22CDH,ICB22NM,LAD22CD,LAD22NM",
            _each(place, _with_care_board),
        ),
        "LSOA11_LSOA21_LAD22": (
            "LSOA11CD,LSOA11NM,LSOA21CD,LSOA21NM,CHGIND,LAD22CD,LAD22NM,LAD22NMW,ObjectId",
            _changes(place),
        ),
        "LAD22_CSP22_PFA22": (
            "LAD22CD,LAD22NM,CSP22CD,CSP22NM,PFA22CD,PFA22NM",
            [(*lad, *csp, *FORCE_AREA) for lad, csp in zip(DISTRICTS, SAFETY_PARTNERSHIPS, strict=True)],
        ),
    }


Tail = Callable[[County, int], tuple[object, ...]]


def _each(place: County, tail: Tail) -> list[tuple[object, ...]]:
    return [(place.code[i], place.name[i], *tail(place, i)) for i in range(len(place.code))]


def _later(place: County, tail: Tail) -> list[tuple[object, ...]]:
    after = place.later
    rows = zip(after.code, after.name, after.earlier, strict=True)
    return [(code, name, *tail(place, earlier[0])) for code, name, earlier in rows]


def _with_msoa(place: County, i: int) -> tuple[object, ...]:
    return (place.msoa_code(place.msoa[i]), place.name[i][:-1], *_district(place, i))


def _with_ward(place: County, i: int) -> tuple[object, ...]:
    return (place.ward_code(place.ward[i]), place.ward_name(place.ward[i]), *_district(place, i))


def _with_care_board(place: County, i: int) -> tuple[object, ...]:
    return (*CARE_SUB_BOARD, *CARE_BOARD, *_district(place, i))


def _district(place: County, i: int) -> tuple[str, str]:
    return DISTRICTS[int(place.district[i])]


def _changes(place: County) -> list[tuple[object, ...]]:
    after = place.later
    return [
        (place.code[i], place.name[i], after.code[j], after.name[j], kind, *_district(place, i), "", row)
        for row, (i, kind, j) in enumerate(after.links, 1)
    ]


def _write_boundaries(folder: Path, place: County) -> None:
    after = place.later
    district_of_cell = np.where(place.lsoa_of_cell < 0, tessellation.SEA, place.district[place.lsoa_of_cell])
    layers = {
        "LSOA11": (place.lsoa_of_cell, list(zip(place.code, place.name, strict=True))),
        "LSOA21": (after.of_cell, list(zip(after.code, after.name, strict=True))),
        "LAD22": (district_of_cell, list(DISTRICTS)),
    }
    for layer, (group, areas) in layers.items():
        name = f"{layer}_synthetic_Exampleshire_BGC"
        features = [
            ({"FID": i + 1, f"{layer}CD": areas[i][0], f"{layer}NM": areas[i][1]}, _geometry(polygons))
            for i, polygons in tessellation.outlines(place.cells, group).items()
        ]
        files.write_geojson(folder / f"{name}.geojson", name, features)


def _geometry(polygons: list[list[tessellation.Ring]]) -> dict[str, Any]:
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def _write_population(folder: Path, place: County) -> None:
    """Mid-2019 and mid-2020, in the form of ONS's workbooks SAPE22DT2 and SAPE23DT2: persons."""
    for year, ages in ((2019, place.ages - (place.ages > 20)), (2020, place.ages)):
        title = f"Synthetic population estimates for {FORCE_AREA[1]}, mid-{year}: no real place"
        edition = year + 1
        header = [
            "LSOA Code",
            "LSOA Name",
            "LA Code (2018 boundaries)",
            "LA name (2018 boundaries)",
            f"LA Code ({edition} boundaries)",
            f"LA name ({edition} boundaries)",
            "All Ages",
            *AGES,
        ]
        rows = [
            [place.code[i], place.name[i], *_district(place, i), *_district(place, i), sum(row), *row]
            for i, row in enumerate(ages.tolist())
        ]
        sheets = {
            "Notes": [[title]],
            f"Mid-{year} Persons": [[title], ["Persons"], ["Not official statistics"], [""], header, *rows],
        }
        files.write_workbook(folder / f"synthetic-mid-{year}-lsoa-single-year-of-age.xlsx", sheets)


def _write_deprivation(folder: Path, place: County) -> None:
    """The English Indices, file 7: all scores, ranks and deciles; 2019 by LSOA 2011, 2025 by LSOA 2021."""
    after = place.later
    first = np.array([earlier[0] for earlier in after.earlier])
    moved = np.minimum(
        place.imd_rank[first] * LSOAS_IN_ENGLAND_2021 // LSOAS_IN_ENGLAND + 1, LSOAS_IN_ENGLAND_2021
    )
    # Halves of a split LSOA would share a rank; ranks are unique in the published file.
    moved = _unique(moved)
    editions = (
        (2019, 2011, 2019, place.code, place.name, place.imd_rank, place.district, LSOAS_IN_ENGLAND),
        (2025, 2021, 2024, after.code, after.name, moved, place.district[first], LSOAS_IN_ENGLAND_2021),
    )
    for edition, census, boundaries, code, name, rank, district, england in editions:
        header = _deprivation_header(census, boundaries)
        lad = [DISTRICTS[i] for i in district.tolist()]
        rows = [
            (c, n, *d, *_scores(r, england))
            for c, n, d, r in zip(code, name, lad, rank.tolist(), strict=True)
        ]
        path = folder / f"synthetic-IoD{edition}-file-7.csv"
        files.write_bytes(path, files.csv_bytes(header, rows))


def _unique(rank: Array) -> Array:
    taken: set[int] = set()
    found: list[int] = []
    for one in rank.tolist():
        while one in taken:
            one += 1
        taken.add(one)
        found.append(one)
    return np.array(found)


def _deprivation_header(census: int, boundaries: int) -> list[str]:
    columns = [
        f"LSOA code ({census})",
        f"LSOA name ({census})",
        f"Local Authority District code ({boundaries})",
        f"Local Authority District name ({boundaries})",
    ]
    for domain in ("Index of Multiple Deprivation (IMD)", *DOMAINS):
        rate = " (rate)" if domain in ("Income", "Employment") else ""
        columns += [
            f"{domain} Score{rate}",
            f"{domain} Rank (where 1 is most deprived)",
            f"{domain} Decile (where 1 is most deprived 10% of LSOAs)",
        ]
    return columns


def _scores(rank: int, england: int) -> list[object]:
    """Score, rank and decile of the index and of each domain; domains stray a little from the index."""
    found: list[object] = []
    for domain in range(len(DOMAINS) + 1):
        here = min(rank + domain * 613, england)
        found += [round(80 * (1 - here / england) ** 2, 3), here, (here * 10 - 1) // england + 1]
    return found
