"""English indices of deprivation, 2019 and 2025, by LSOA.

Publisher: Ministry of Housing, Communities and Local Government.
Licence: Open Government Licence v3.0.
Address: https://www.gov.uk/government/collections/english-indices-of-deprivation
Cannot say: how deprived a person is; how much an area changed between editions. 2019 is on 2011
LSOAs and 2025 on 2021 LSOAs, and all eight crime indicators of 2025 are new or modified. Ranks
compare areas within England and one edition only.
"""

from __future__ import annotations

import ibis
from ibis import _
from ibis.expr.types import Table

from evenhand.sources.source import OGL3, Head, Layout, Source, Values
from evenhand.tables import DEPRIVATION

_IMD = "Index of Multiple Deprivation (IMD)"
_RANK = "Rank (where 1 is most deprived)"
_DECILE = "Decile (where 1 is most deprived 10% of LSOAs)"
_TIDIED = {"imd_rank": "IMD_rank", "imd_decile": "IMD_decile", "crime_decile": "Crime_decile"}
_PUBLISHED = {
    "imd_rank": f"{_IMD} {_RANK}",
    "imd_decile": f"{_IMD} {_DECILE}",
    "crime_decile": f"Crime {_DECILE}",
}
_EDITIONS = {
    2019: ("LSOA11", "LSOA code (2011)", "lsoa11_code", "Housing_and_Access_decile"),
    2025: ("LSOA21", "LSOA code (2021)", "lsoa21_code", "Housing_and_Services_decile"),
}
_LSOAS_RANKED = {2019: 32_844, 2025: 33_755}
"""LSOAs of England in each edition: the largest rank there can be."""


def _recognise(head: Head) -> Layout | None:
    for edition, (level, published, tidied, marker) in _EDITIONS.items():
        if published in head.columns and any(name.startswith(_IMD) for name in head.columns):
            return _layout(head, edition, level, published, _PUBLISHED)
        if tidied in head.columns and marker in head.columns and "IMD_rank" in head.columns:
            return _layout(head, edition, level, tidied, _TIDIED)
    return None


def _layout(head: Head, edition: int, level: str, code: str, names: dict[str, str]) -> Layout:
    crime = names["crime_decile"]
    needed = (names["imd_rank"], names["imd_decile"])
    facts: dict[str, str | int] = {"edition": edition, "level": level, "code": code, **names}
    if crime not in head.columns:
        facts["crime_decile"] = ""
    return Layout(DEPRIVATION_INDICES, facts, tuple(name for name in needed if name not in head.columns))


def _whole(layout: Layout, fact: str) -> Values:
    name = str(layout.facts[fact])
    if not name:
        return ibis.null("int64")
    digits = _[name].replace(",", "")
    number = digits.try_cast("int64")
    return ibis.ifelse(number.cast("string") == digits, number, None)


def _problem(_raw: Table, layout: Layout) -> Values:
    code = str(layout.facts["code"])
    largest = _LSOAS_RANKED[int(layout.facts["edition"])]
    rank, decile = _whole(layout, "imd_rank"), _whole(layout, "imd_decile")
    return ibis.cases(
        (
            ~_[code].re_search(r"^E01[0-9]{6}$").fill_null(False),
            ibis.literal(f"{code}|is no English LSOA code, such as E01008162"),
        ),
        (
            ~rank.between(1, largest).fill_null(False),
            ibis.literal(f"{layout.facts['imd_rank']}|is no rank from 1 to {largest}"),
        ),
        (
            ~decile.between(1, 10).fill_null(False),
            ibis.literal(f"{layout.facts['imd_decile']}|is no decile from 1 to 10"),
        ),
        else_=None,
    )


def _conform(raw: Table, layout: Layout) -> Table:
    return raw.select(
        supply=_["supply"],
        edition=ibis.literal(layout.facts["edition"], "int64"),
        area_level=ibis.literal(layout.facts["level"]),
        area_code=_[str(layout.facts["code"])],
        imd_rank=_whole(layout, "imd_rank"),
        imd_decile=_whole(layout, "imd_decile"),
        crime_decile=_whole(layout, "crime_decile"),
    )


def _part() -> Values:
    return _["edition"].cast("string") + " edition"


DEPRIVATION_INDICES = Source(
    name="deprivation",
    title="English indices of deprivation",
    publisher="Ministry of Housing, Communities and Local Government",
    licence=OGL3,
    address="https://www.gov.uk/government/collections/english-indices-of-deprivation",
    cannot_say="About areas, not people. Editions cannot be compared with one another.",
    table=DEPRIVATION,
    recognise=_recognise,
    problem=_problem,
    conform=_conform,
    row_for_row=True,
    part=_part(),
)
