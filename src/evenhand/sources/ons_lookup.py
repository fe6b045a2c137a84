"""Lookups between areas: LSOA to MSOA, ward, local authority, CSP, police force area and ICB.

Publisher: Office for National Statistics (Open Geography Portal).
Licence: Open Government Licence v3.0. Contains OS data, Crown copyright and database right.
Address: https://geoportal.statistics.gov.uk/
Cannot say: that a smaller area lies wholly in the larger one. ONS assigns each by best fit; wards
and integrated care boards do not follow LSOA boundaries exactly.
"""

from __future__ import annotations

import re
from itertools import combinations

import ibis
from ibis import _
from ibis.expr.types import Table

from evenhand.sources.source import OGL3, Head, Layout, Source, Values
from evenhand.tables import AREA_LINK
from evenhand.tables.area import LEVELS

_PUBLISHED = re.compile(r"(LSOA|MSOA|WD|LAD|CSP|PFA|ICB)(\d\d)(CD|NM)")
_TIDIED = re.compile(r"(lsoa|msoa|ward|ltla|csp|pfa|icb)(\d\d)_(code|name)")
_LEVEL = {"WARD": "WD", "LTLA": "LAD"}
_AREA_LIKE = re.compile(r"[A-Z]+\d\d(CD|NM|NMW|CDH)|[a-z_]+\d\d_(code|name)\w*")
_CODE = r"^[EWSN][0-9]{8}$"


def area_column(name: str) -> tuple[str, int, str] | None:
    """Level, vintage and 'code' or 'name' of an ONS column, in either spelling; None for others.

    `LSOA11CD` and `lsoa11_code` are both ("LSOA11", 2011, "code"). A level that Evenhand does not
    use (a census area of another year, a Scottish one) is None.
    """
    found = _PUBLISHED.fullmatch(name) or _TIDIED.fullmatch(name)
    if not found:
        return None
    kind = _LEVEL.get(found[1].upper(), found[1].upper())
    level = kind + found[2] if kind in ("LSOA", "MSOA") else kind
    if level not in LEVELS:
        return None
    return level, 2000 + int(found[2]), "code" if found[3] in ("CD", "code") else "name"


def _codes(columns: tuple[str, ...]) -> dict[tuple[str, int], str]:
    """Column that holds the code, by level and vintage, smallest areas first."""
    found = {area[:2]: name for name in columns if (area := area_column(name)) and area[2] == "code"}
    order = list(LEVELS)
    return dict(sorted(found.items(), key=lambda item: (order.index(item[0][0]), item[0][1])))


def _names(columns: tuple[str, ...]) -> dict[tuple[str, int], str]:
    return {area[:2]: name for name in columns if (area := area_column(name)) and area[2] == "name"}


def _recognise(head: Head) -> Layout | None:
    """Codes of two levels or more, and hardly a column beside codes and names."""
    levels = {level for level, _ in _codes(head.columns)}
    area_like = sum(bool(_AREA_LIKE.fullmatch(name)) for name in head.columns)
    if len(levels) < 2 or area_like < 0.7 * len(head.columns):
        return None
    return Layout(ONS_LOOKUP)


def _problem(raw: Table, _layout: Layout) -> Values:
    bad = [
        (
            ~_[name].re_search(_CODE).fill_null(False),
            ibis.literal(f"{name}|is no ONS code, such as E08000021"),
        )
        for name in _codes(raw.columns).values()
    ]
    return ibis.cases(*bad, else_=None)


def _conform(raw: Table, _layout: Layout) -> Table:
    """One row a pair of levels: every smaller area of the row in every larger one."""
    codes = _codes(raw.columns)
    pairs = [(child, parent) for child, parent in combinations(codes, 2) if child[0] != parent[0]]
    return ibis.union(*[_pair(raw, child, parent) for child, parent in pairs], distinct=True)


def _pair(raw: Table, child: tuple[str, int], parent: tuple[str, int]) -> Table:
    codes, names = _codes(raw.columns), _names(raw.columns)
    columns: dict[str, Values] = {"supply": _["supply"]}
    for end, area in (("child", child), ("parent", parent)):
        columns[f"{end}_level"] = ibis.literal(area[0])
        columns[f"{end}_code"] = _[codes[area]]
        name = _[names[area]].nullif("") if area in names else ibis.null("string")
        columns[f"{end}_name"] = name
        columns[f"{end}_vintage"] = ibis.literal(area[1], "int64")
    return raw.select(**columns)


ONS_LOOKUP = Source(
    name="ons_lookup",
    title="Lookups between areas",
    publisher="Office for National Statistics",
    licence=OGL3,
    address="https://geoportal.statistics.gov.uk/",
    cannot_say="Areas are assigned by best fit: a ward or an ICB does not follow LSOA boundaries exactly.",
    table=AREA_LINK,
    recognise=_recognise,
    problem=_problem,
    conform=_conform,
    latest_by=("child_level", "child_code", "child_vintage", "parent_level", "parent_vintage"),
)
