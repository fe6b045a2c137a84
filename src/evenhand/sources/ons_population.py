"""Mid-year population estimates for small areas, by single year of age.

Publisher: Office for National Statistics (small area population estimates).
Licence: Open Government Licence v3.0.
Address: https://www.ons.gov.uk/peoplepopulationandcommunity/populationandmigration/populationestimates
Cannot say: who is there by day or at night; town centres hold many more people than residents.
Estimates between censuses drift, and those before Census 2021 were revised after it.
"""

from __future__ import annotations

import re

import ibis
from ibis import _
from ibis import selectors as s
from ibis.expr.types import Table

from evenhand.sources.ons_lookup import area_column
from evenhand.sources.source import OGL3, Head, Layout, Source, Values
from evenhand.tables import POPULATION

_AGE = re.compile(r"(?:([FM])\s?)?(\d{1,2})\+?")
_PUBLISHED_CODES = {
    "LSOA Code": "LSOA11",
    "LSOA 2021 Code": "LSOA21",
    "MSOA Code": "MSOA11",
    "MSOA 2021 Code": "MSOA21",
}
_TOTALS = ("total_population", "All Ages", "Total")
_PERSONS_SHEET = re.compile(r"Mid-(20\d\d) (Persons|LSOA 2021|MSOA 2021)", re.IGNORECASE)
_YEAR_IN_NAME = (re.compile(r"(?<!\d)(20\d\d)(?!\d)"), re.compile(r"population(\d\d)(?!\d)"))

_EXAMPLE = "population-2020.csv"


def _age_columns(columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in columns if _AGE.fullmatch(name))


def _area(columns: tuple[str, ...]) -> tuple[str, str] | None:
    """The column of area codes and its level: the smallest of the file."""
    for name in columns:
        if name in _PUBLISHED_CODES:
            return name, _PUBLISHED_CODES[name]
        area = area_column(name)
        if area and area[2] == "code":
            return name, area[0]
    return None


def _year(head: Head) -> tuple[int | None, str]:
    """The estimates' year and, where the file's own text does not hold it, a note."""
    sheet = _PERSONS_SHEET.search(head.sheet)
    if sheet:
        return int(sheet[1]), ""
    for pattern in _YEAR_IN_NAME:
        found = pattern.search(head.file)
        if found:
            year = int(found[1]) if len(found[1]) == 4 else 2000 + int(found[1])
            return year, f"the file does not say its year: {year} is taken from its name"
    return None, ""


def _recognise(head: Head) -> Layout | None:
    ages = _age_columns(head.columns)
    area = _area(head.columns)
    if len(ages) < 60 or area is None:
        return None
    whole = {f"{sex}{age}" for sex in ("", "F", "M") for age in range(91)}
    bare = {name.rstrip("+").replace(" ", "") for name in ages}
    sexes = ("F", "M") if any(name[0] in "FM" for name in ages) else ("",)
    missing = tuple(f"{sex}{age}" for sex in sexes for age in range(91) if f"{sex}{age}" not in bare & whole)
    year, note = _year(head)
    facts: dict[str, str | int] = {"code": area[0], "level": area[1]}
    if year is None:
        missing = (*missing, "a year, in the name of the sheet or the file")
        return Layout(ONS_POPULATION, facts, missing, next_step=_next_step(missing))
    return Layout(ONS_POPULATION, {**facts, "year": year}, missing, note)


def _next_step(missing: tuple[str, ...]) -> str:
    """What to do about what is missing, a year among it."""
    named = f"name it for the year of the estimates, such as {_EXAMPLE}"
    return named if len(missing) == 1 else f"ask for the file with every column, and {named}"


def _whole(text: Values) -> Values:
    """A number written as a whole number, or null: 1.5 and 1e3 are none."""
    digits = text.replace(",", "")
    number = digits.try_cast("int64")
    return ibis.ifelse(number.cast("string") == digits, number, None)


def _total(raw: Table) -> str | None:
    """The column that states the sum of the ages, where the file has one."""
    return next((name for name in _TOTALS if name in raw.columns), None)


def _is_sound(raw: Table) -> Values:
    """Are the ages plain digits, their sum the one stated? Nearly every row is, and is told so at once."""
    ages = _ages(raw)
    counts = ages.try_cast("array<uint64>")
    total = _total(raw)
    adds_up: Values = counts.sums() == _whole(_[total]) if total else True
    return ((counts.cast("array<string>") == ages) & adds_up).fill_null(False)


def _ages(raw: Table) -> Values:
    # A blank is null where it is not quoted, and one null equals another in a list: neither is a number.
    return ibis.array([_[name].fill_null("") for name in _age_columns(raw.columns)])


def _problem(raw: Table, layout: Layout) -> Values:
    code = str(layout.facts["code"])
    counts = _ages(raw).map(_whole)
    checks: list[tuple[Values, Values]] = [
        (~_[code].re_search(r"^[EW][0-9]{8}$").fill_null(False), ibis.literal(f"{code}|is no ONS code")),
        (_is_sound(raw), ibis.null("string")),
        (counts.map(_is_null).anys(), ibis.literal("ages|hold something that is no whole number")),
        (counts.mins() < 0, ibis.literal("ages|hold a number below zero")),
    ]
    if total := _total(raw):
        differs = (_whole(_[total]) != counts.sums()).fill_null(True)
        checks.append((differs, ibis.literal(f"{total}|is not the sum of the ages")))
    return ibis.cases(*checks, else_=None)


def _is_null(value: Values) -> Values:
    return value.isnull()


def _conform(raw: Table, layout: Layout) -> Table:
    ages = _age_columns(raw.columns)
    code = str(layout.facts["code"])
    narrow = raw.select("supply", *({code, *ages}))
    long = narrow.pivot_longer(s.cols(*ages), names_to="age", names_transform=_age, values_to="persons_text")
    rows = long.select(
        supply=long["supply"],
        area_level=ibis.literal(layout.facts["level"]),
        area_code=long[code],
        year=ibis.literal(layout.facts["year"], "int64"),
        age=_["age"],
        persons=_["persons_text"].replace(",", "").cast("int64"),
    )
    if len(ages) <= 91:
        return rows
    by_person = rows.group_by("supply", "area_level", "area_code", "year", "age")
    return by_person.agg(persons=_["persons"].sum().cast("int64"))


def _age(column: str) -> Values:
    """The age that a column counts: 90 of `F90+`."""
    return ibis.literal(int(re.sub(r"\D", "", column)), "int64")


def _part() -> Values:
    return _["area_level"] + " mid-" + _["year"].cast("string")


ONS_POPULATION = Source(
    name="ons_population",
    title="Population by single year of age",
    publisher="Office for National Statistics",
    licence=OGL3,
    address="https://www.ons.gov.uk/peoplepopulationandcommunity/populationandmigration/populationestimates",
    cannot_say="Residents only: town centres hold many more people by day and at night.",
    table=POPULATION,
    recognise=_recognise,
    problem=_problem,
    conform=_conform,
    part=_part(),
)
