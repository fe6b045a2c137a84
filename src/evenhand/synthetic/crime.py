"""How many crimes of each type each LSOA has in each month: expected by a known rule, then drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from evenhand.synthetic.county import DISTRICTS, County
from evenhand.synthetic.tessellation import Array
from evenhand.synthetic.truth import Step

VIOLENCE = "Violence and sexual offences"
MONTHLY_PER_1000: dict[str, float] = {
    "Anti-social behaviour": 2.90,
    "Bicycle theft": 0.10,
    "Burglary": 0.36,
    "Criminal damage and arson": 1.08,
    "Drugs": 0.18,
    "Other crime": 0.20,
    "Other theft": 0.65,
    "Possession of weapons": 0.07,
    "Public order": 0.95,
    "Robbery": 0.06,
    "Shoplifting": 0.50,
    "Theft from the person": 0.06,
    "Vehicle crime": 0.43,
    VIOLENCE: 3.10,
}
"""Rows per 1,000 residents a month, near those of a real metropolitan force, in the order files have them."""
CRIME_TYPES = tuple(MONTHLY_PER_1000)
NIGHT_TIME = {
    VIOLENCE: 1.0,
    "Public order": 1.5,
    "Robbery": 1.5,
    "Theft from the person": 3.0,
    "Shoplifting": 2.5,
}
"""How strongly each type gathers in the middle of the city, as powers of e."""

FIRST_YEAR, YEARS = 2020, 3
MISSING_MONTH = "2021-07"
GROWTH = 0.08
DEPRIVATION_RATIO = 4.0
HOT_SPOT_FACTOR = 5.0
HOT_SPOTS = 6
STEP = Step(DISTRICTS[2][0], VIOLENCE, "2022-03", 1.4)


@dataclass(frozen=True)
class Drawn:
    """`counts` by crime type, LSOA and month; `hot_spots` by position."""

    counts: Array
    hot_spots: Array


def months() -> tuple[str, ...]:
    """Every month of the period, the missing one too."""
    return tuple(f"{FIRST_YEAR + i // 12}-{i % 12 + 1:02d}" for i in range(YEARS * 12))


def draw(rng: Generator, place: County) -> Drawn:
    """Poisson counts about `expected`; nothing in the missing month."""
    hot_spots = np.sort(np.argsort(-place.centrality, kind="stable")[: 2 * HOT_SPOTS : 2])
    mean = np.stack([expected(place, kind, hot_spots) for kind in CRIME_TYPES])
    counts = rng.poisson(mean)
    counts[:, :, months().index(MISSING_MONTH)] = 0
    return Drawn(counts, hot_spots)


def expected(place: County, kind: str, hot_spots: Array) -> Array:
    """Expected counts of one type, one row an LSOA, one column a month."""
    level = DEPRIVATION_RATIO**place.deprivation * np.exp(NIGHT_TIME.get(kind, 0.0) * place.centrality)
    level = level / level.mean()
    residents = place.ages.sum(axis=1) / 1000
    by_lsoa = MONTHLY_PER_1000[kind] * residents * level
    if kind == VIOLENCE:
        by_lsoa[hot_spots] *= HOT_SPOT_FACTOR
    return by_lsoa[:, None] * _course(kind) * _step(place, kind)


def _course(kind: str) -> Array:
    """Season (more in summer, by up to 6%) and, for violence, steady growth; one value a month."""
    month = np.arange(YEARS * 12)
    season = 1 + 0.06 * np.cos(2 * np.pi * (month % 12 - 6) / 12)
    return season * (1 + GROWTH) ** (month / 12) if kind == VIOLENCE else season


def _step(place: County, kind: str) -> Array:
    after = np.arange(YEARS * 12) >= months().index(STEP.month)
    there = place.district == [code for code, _ in DISTRICTS].index(STEP.district_code)
    return np.where(there[:, None] & after & (kind == STEP.crime_type), STEP.factor, 1.0)
