"""Write the whole synthetic partnership into a folder, and return what is true of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.random import Generator

from evenhand.sources.police_uk import OUTCOME_COLUMNS, STOP_COLUMNS, STREET_COLUMNS
from evenhand.synthetic import crime, files, stop_search, street
from evenhand.synthetic.county import DISTRICTS, FORCE, FORCE_SLUG, County, county
from evenhand.synthetic.crime import Drawn
from evenhand.synthetic.figure_files import write_deprivation, write_population
from evenhand.synthetic.outcomes import Pending, decide, outcome_lines
from evenhand.synthetic.place_files import write_places
from evenhand.synthetic.truth import BadRow, Truth

OUTSIDE_POINTS = 12
NOWHERE_A_MONTH, OUTSIDE_A_MONTH = 8, 4
QUOTED_MONTH = "2020-02"
"""Its street file quotes every field, blanks too, as some editions of the archive do."""
SPOILT_MONTHS = ("2020-06", "2021-03", "2022-09")
LOOSE_MONTHS = 3
"""The latest months come as plain folders, as a monthly download is unpacked; the rest in one archive."""


@dataclass
class Police:
    """Files of the force by their name in the publisher's layout, and counts of what is in them."""

    members: dict[str, bytes] = field(default_factory=dict)
    bad_rows: list[BadRow] = field(default_factory=list)
    total: Counter[str] = field(default_factory=Counter)


def write(folder: Path, seed: int = 1, *, truth_file: Path | None = None, lsoas: int = 300) -> Truth:
    """Write Exampleshire into `folder` (a workspace's `incoming/`), in its publishers' formats.

    The same seed and size give the same bytes. 300 LSOAs give about 197,000 street rows over 35
    months (one of the 36 is missing). What is true of the files is returned, and written to
    `truth_file` where one is given; that file belongs outside `folder`, or it would be ingested.
    """
    rng = np.random.default_rng(seed)
    place = county(rng, lsoas)
    drawn = crime.draw(rng, place)
    police = _police(rng, place, drawn)
    _write_police(folder, police.members)
    write_places(folder, place)
    write_population(folder / "population-synthetic", place)
    write_deprivation(folder / "deprivation-synthetic", place)
    truth = _truth(seed, place, drawn, police)
    if truth_file is not None:
        truth.write(truth_file)
    return truth


def _police(rng: Generator, place: County, drawn: Drawn) -> Police:
    police = Police()
    points = street.snap_points(rng, place, OUTSIDE_POINTS)
    months = crime.months()
    pending = Pending(last=len(months) - 1)
    for number, month in enumerate(months):
        if month == crime.MISSING_MONTH:
            continue
        extra = (int(rng.poisson(NOWHERE_A_MONTH)), int(rng.poisson(OUTSIDE_A_MONTH)))
        rows = street.month_rows(rng, drawn.counts[:, :, number], points, extra)
        last_outcome = decide(rng, rows, points, number, pending)
        lines = list(zip(*street.street_columns(month, rows, points, last_outcome), strict=True))
        police.total.update(street=len(lines), nowhere=extra[0], outside=extra[1])
        _add_street(police, month, lines)
        _add(
            police, month, "outcomes", OUTCOME_COLUMNS, outcome_lines(month, pending.by_month.get(number, []))
        )
        _add(police, month, "stop-and-search", STOP_COLUMNS, stop_search.lines(rng, month, points))
    return police


def _add_street(police: Police, month: str, lines: list[tuple[str, ...]]) -> None:
    name = _member(month, "street")
    if month in SPOILT_MONTHS:
        police.bad_rows += street.spoil(lines, name)
    police.members[name] = files.csv_bytes(STREET_COLUMNS, lines, quote_all=month == QUOTED_MONTH)


def _add(police: Police, month: str, kind: str, header: files.Row, lines: list[tuple[str, ...]]) -> None:
    police.total[kind] += len(lines)
    police.members[_member(month, kind)] = files.csv_bytes(header, lines)


def _member(month: str, kind: str) -> str:
    return f"{month}/{month}-{FORCE_SLUG}-{kind}.csv"


def _write_police(folder: Path, members: dict[str, bytes]) -> None:
    loose = crime.months()[-LOOSE_MONTHS:]
    archived = {name: content for name, content in members.items() if name[:7] not in loose}
    files.write_zip(folder / "police-uk-synthetic.zip", archived)
    for name in members.keys() - archived.keys():
        files.write_bytes(folder / name, members[name])


def _truth(seed: int, place: County, drawn: Drawn, police: Police) -> Truth:
    supplied = [i for i, month in enumerate(crime.months()) if month != crime.MISSING_MONTH]
    counts = drawn.counts[:, :, supplied].tolist()
    return Truth(
        seed=seed,
        force=FORCE,
        months=tuple(crime.months()[i] for i in supplied),
        missing_month=crime.MISSING_MONTH,
        districts=dict(DISTRICTS),
        district_of_lsoa={
            c: DISTRICTS[d][0] for c, d in zip(place.code, place.district.tolist(), strict=True)
        },
        hot_spots=tuple(place.code[i] for i in drawn.hot_spots.tolist()),
        hot_spot_factor=crime.HOT_SPOT_FACTOR,
        violence_growth_per_year=crime.GROWTH,
        step=crime.STEP,
        deprivation_ratio=crime.DEPRIVATION_RATIO,
        counts={
            kind: {code: tuple(row) for code, row in zip(place.code, of_kind, strict=True)}
            for kind, of_kind in zip(crime.CRIME_TYPES, counts, strict=True)
        },
        street_rows=police.total["street"],
        rows_without_lsoa=police.total["nowhere"],
        rows_outside_area=police.total["outside"],
        outcome_rows=police.total["outcomes"],
        stop_search_rows=police.total["stop-and-search"],
        population=dict(zip(place.code, place.ages.sum(axis=1).tolist(), strict=True)),
        changed_lsoas=dict(Counter(kind for _, kind, _ in place.later.links)),
        bad_rows=tuple(police.bad_rows),
    )
