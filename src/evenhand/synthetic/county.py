"""Exampleshire: its districts, small areas, people and deprivation, drawn from a seed.

Codes have ONS's form and lie in ranges ONS has never issued, so none can meet a real place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from evenhand.synthetic import tessellation
from evenhand.synthetic.census_change import Later, Small, later
from evenhand.synthetic.tessellation import SEA, Array, Cells

FORCE = "Exampleshire Police"
FORCE_SLUG = "exampleshire"
FORCE_AREA = ("E23000901", "Exampleshire (synthetic)")
CARE_BOARD = ("E54000901", "QX9", "NHS Exampleshire (synthetic) Integrated Care Board")
CARE_SUB_BOARD = ("E38000901", "99X", "NHS Exampleshire (synthetic) ICB - 99X")
DISTRICTS = (
    ("E06000901", "Evenhaven"),
    ("E06000902", "Wexmoor"),
    ("E06000903", "Saltmere"),
    ("E06000904", "Upper Marling"),
)
SAFETY_PARTNERSHIPS = (
    ("E22000901", "Evenhaven"),
    ("E22000902", "Wexmoor"),
    ("E22000903", "Saltmere and Upper Marling"),
    ("E22000903", "Saltmere and Upper Marling"),
)
"""The community safety partnership of each district; the last two share one, as some real ones do."""
REACH = np.array([0.62, 1.0, 1.0, 1.0])
"""How far each district reaches from its town, relative to its neighbours: the city is compact."""
CELLS_PER_LSOA = 24
LSOAS_IN_ENGLAND = 32_844


@dataclass(frozen=True)
class County:
    """Everything about the place. Arrays run over the LSOAs of 2011 unless said otherwise."""

    cells: Cells
    lsoa_of_cell: Array
    """The LSOA of each cell, or SEA."""
    code: list[str]
    name: list[str]
    district: Array
    msoa: Array
    ward: Array
    ages: Array
    """Residents in the middle of 2020 by single year of age, 91 columns, the last 90 and over."""
    imd_rank: Array
    """Rank in an imagined England of 32,844 LSOAs, 1 the most deprived."""
    centrality: Array
    """1 in the middle of the city, falling to 0 in the country."""
    later: Later

    @property
    def deprivation(self) -> Array:
        """From 0, the least deprived LSOA of England, to 1, the most."""
        return 1 - (self.imd_rank - 0.5) / LSOAS_IN_ENGLAND

    def msoa_code(self, msoa: int) -> str:
        """ONS's form of code for an MSOA."""
        return f"E02{990_001 + msoa:06d}"

    def ward_name(self, ward: int) -> str:
        """A ward's name: its district's, and its number there."""
        district = int(self.district[self.ward == ward][0])
        return f"{DISTRICTS[district][1]} Ward {ward - int(self.ward[self.district == district].min()) + 1}"

    def ward_code(self, ward: int) -> str:
        """ONS's form of code for a ward."""
        return f"E05{900_001 + ward:06d}"


def county(rng: Generator, lsoas: int) -> County:
    """The place, with `lsoas` lower layer super output areas of 2011."""
    cells = tessellation.cells(rng, lsoas * CELLS_PER_LSOA)
    lsoa_of_cell, middles, district = _small_areas(cells, lsoas)
    msoa = _within_districts(middles, district, size=5)
    name = _names(district, msoa)
    code = [f"E01{900_001 + i:06d}" for i in range(lsoas)]
    centrality = np.exp(-np.hypot(*(middles - tessellation.TOWNS[0]).T) / 5)
    rank = _ranks(rng, middles)
    return County(
        cells,
        lsoa_of_cell,
        code,
        name,
        district,
        msoa,
        _within_districts(middles, district, size=8),
        _residents(rng, centrality),
        rank,
        centrality,
        later(cells, Small(code, name, msoa, middles, lsoa_of_cell)),
    )


def _small_areas(cells: Cells, lsoas: int) -> tuple[Array, Array, Array]:
    """Each cell's LSOA, each LSOA's middle in kilometres and its district; in order of district."""
    land = tessellation.kilometres(cells.points[cells.land])
    raw = tessellation.groups(land, lsoas)
    size = np.bincount(raw, minlength=lsoas)
    middles = np.stack([np.bincount(raw, land[:, i], lsoas) / size for i in (0, 1)], axis=1)
    away = np.hypot(*(middles[:, None, :] - tessellation.TOWNS).transpose(2, 0, 1)) / REACH
    district = away.argmin(axis=1)
    order = np.argsort(district, kind="stable")
    lsoa_of_cell = np.full(len(cells.points), SEA)
    lsoa_of_cell[cells.land] = np.argsort(order)[raw]
    return lsoa_of_cell, middles[order], district[order]


def _within_districts(middles: Array, district: Array, size: int) -> Array:
    """Compact groups of about `size` LSOAs, none of which crosses a district's boundary."""
    group = np.zeros(len(middles), dtype=int)
    number = 0
    for one in range(len(DISTRICTS)):
        members = np.flatnonzero(district == one)
        for part in tessellation.bisected(middles[members], max(1, round(len(members) / size))):
            group[members[part]] = number
            number += 1
    return group


def _names(district: Array, msoa: Array) -> list[str]:
    """ONS's form of name: the district, the MSOA's number in it, and a letter."""
    first = [int(msoa[district == one].min()) for one in range(len(DISTRICTS))]
    letters: dict[int, int] = {}
    names: list[str] = []
    for of, middle in zip(district.tolist(), msoa.tolist(), strict=True):
        letters[middle] = letters.get(middle, -1) + 1
        names.append(f"{DISTRICTS[of][1]} {middle - first[of] + 1:03d}{chr(65 + letters[middle])}")
    return names


def _ranks(rng: Generator, middles: Array) -> Array:
    """Ranks of deprivation: towns and two poor quarters high, neighbours alike, none equal."""
    poor = np.array([[0.0, -1.0], [-8.0, -6.0], [20.0, 14.0], [9.0, -22.0]])
    away = np.hypot(*(middles[:, None, :] - poor).transpose(2, 0, 1))
    latent = (np.exp(-away / 3.0) * [1.6, 1.2, 1.1, 0.7]).sum(axis=1) + rng.normal(0, 0.3, len(middles))
    order = np.argsort(np.argsort(-latent))
    # 1.5: more deprived than England as a whole: half of the LSOAs are in England's poorest 35%.
    spread = ((order + 0.5) / len(middles)) ** 1.5
    return np.maximum(order + 1, np.round(spread * LSOAS_IN_ENGLAND).astype(int))


def _residents(rng: Generator, centrality: Array) -> Array:
    """Residents by single year of age: students in the city, older people in the country."""
    age = np.arange(91)
    settled = np.interp(age, [0, 20, 55, 75, 89, 90], [1.0, 1.05, 1.25, 0.9, 0.15, 0.6])
    young = np.where((age >= 18) & (age <= 29), 4.5, 0.6)
    share = settled + centrality[:, None] * young
    share /= share.sum(axis=1, keepdims=True)
    total = rng.normal(1600, 220, len(centrality)).clip(1000, 3000)
    return rng.poisson(share * total[:, None])
