"""Stop and search rows: they say what officers did, and follow the city rather than the violence."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from evenhand.synthetic.street import SnapPoints

A_MONTH = 230
TYPES = {"Person search": 0.85, "Person and Vehicle search": 0.12, "Vehicle search": 0.03}
GENDERS = {"Male": 0.87, "Female": 0.12, "": 0.01}
AGES = {"10-17": 0.22, "18-24": 0.26, "25-34": 0.25, "over 34": 0.25, "": 0.02}
ETHNICITIES = {"White": 0.72, "Asian": 0.12, "Black": 0.07, "Mixed": 0.04, "Other": 0.02, "": 0.03}
SELF_DEFINED = {
    "White": "White - English/Welsh/Scottish/Northern Irish/British",
    "Asian": "Asian/Asian British - Any other Asian background",
    "Black": "Black/African/Caribbean/Black British - African",
    "Mixed": "Mixed/Multiple ethnic groups - Any other Mixed/Multiple ethnic background",
    "Other": "Other ethnic group - Not stated",
    "": "",
}
POWERS = {
    ("Misuse of Drugs Act 1971 (section 23)", "Controlled drugs"): 0.5,
    ("Police and Criminal Evidence Act 1984 (section 1)", "Offensive weapons"): 0.27,
    ("Police and Criminal Evidence Act 1984 (section 1)", "Stolen goods"): 0.15,
    ("Police and Criminal Evidence Act 1984 (section 1)", "Articles for use in criminal damage"): 0.08,
}
OUTCOMES = {
    "A no further action disposal": 0.73,
    "Arrest": 0.16,
    "Community resolution": 0.07,
    "Summons / charged by post": 0.04,
}


def lines(rng: Generator, month: str, points: SnapPoints) -> list[tuple[str, ...]]:
    """About `A_MONTH` rows of one month, in order of time; one in fifty has no location."""
    size = int(rng.poisson(A_MONTH))
    when = np.sort(rng.integers(0, 28 * 24 * 12, size=size)) * 5
    where = rng.integers(int(points.number.sum()), size=size)
    located = rng.random(size) >= 0.02
    ethnicity = _draw(rng, ETHNICITIES, size)
    power, outcome = _draw(rng, POWERS, size), _draw(rng, OUTCOMES, size)
    columns = (
        _draw(rng, TYPES, size),
        [f"{month}-{m // 1440 + 1:02d}T{m // 60 % 24:02d}:{m % 60:02d}:00+00:00" for m in when.tolist()],
        [""] * size,
        [""] * size,
        np.where(located, points.latitude[where], "").tolist(),
        np.where(located, points.longitude[where], "").tolist(),
        _draw(rng, GENDERS, size),
        _draw(rng, AGES, size),
        [SELF_DEFINED[group] for group in ethnicity],
        ethnicity,
        [law for law, _ in power],
        [sought for _, sought in power],
        outcome,
        ["" if said == "A no further action disposal" else "True" for said in outcome],
        _draw(rng, {"False": 0.95, "True": 0.05}, size),
    )
    return list(zip(*columns, strict=True))


def _draw(rng: Generator, choices: dict[Any, float], size: int) -> list[Any]:
    options = list(choices)
    return [options[i] for i in rng.choice(len(options), size=size, p=list(choices.values())).tolist()]
