"""Exampleshire's geography, under the headers of ONS's lookups and boundaries."""

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
    SAFETY_PARTNERSHIPS,
    County,
)


def write_places(folder: Path, place: County) -> None:
    """All lookups and boundaries."""
    for name, (header, rows) in _lookups(place).items():
        path = folder / "lookups-synthetic" / f"{name}.csv"
        files.write_bytes(path, files.csv_bytes(header.split(","), rows, bom=True))
    _write_boundaries(folder / "boundaries-synthetic", place)


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
