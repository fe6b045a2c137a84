"""Exampleshire's people and deprivation, under the headers their publishers use."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from evenhand.synthetic import files
from evenhand.synthetic.county import DISTRICTS, FORCE_AREA, LSOAS_IN_ENGLAND, County
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


def write_population(folder: Path, place: County) -> None:
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
            [
                place.code[i],
                place.name[i],
                *DISTRICTS[place.district[i]],
                *DISTRICTS[place.district[i]],
                sum(row),
                *row,
            ]
            for i, row in enumerate(ages.tolist())
        ]
        sheets = {
            "Notes": [[title]],
            f"Mid-{year} Persons": [[title], ["Persons"], ["Not official statistics"], [""], header, *rows],
        }
        files.write_workbook(folder / f"synthetic-mid-{year}-lsoa-single-year-of-age.xlsx", sheets)


def write_deprivation(folder: Path, place: County) -> None:
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
