"""How much violence was recorded in an area, and how that compares with the year before?"""

from __future__ import annotations

from evenhand.disclosure.release import Cell
from evenhand.reports import words
from evenhand.reports.about import About
from evenhand.reports.blocks import Block, Facts, Heading, Line, Link, Paragraph
from evenhand.reports.figures import Row
from evenhand.reports.gaps import gaps_between
from evenhand.reports.material import Area, Material
from evenhand.reports.pages.trail import COVERAGE

NOT_ALL = "This is what the police recorded. Most violence is never reported to them."
CHANCE = (
    "The range beside a figure shows how far chance alone may move what is recorded. It says nothing of "
    "violence that nobody reported."
)


A_MONTH = (
    "These are figures of one month, the latest that we have. There are none of a whole year yet: that takes "
    "12 months in a row."
)
RANGE = ("lower_95", "upper_95")
CHANGE = ("change_percent", "lower_percent", "upper_percent")


def amount_sentence(row: Row | None, area: Area, about: About) -> str:
    """How many incidents in the latest year, or why that cannot be said."""
    if row is None:
        return f"We hold no yearly figure for {area.name}."
    if words.known(row, "incidents"):
        counted = words.cell(row, "incidents")
        return f"The police recorded {counted} incidents in {area.name} in {words.period(row)}."
    said = (
        f"The number of incidents in {area.name} in {words.period(row)} {words.is_absent(row, 'incidents')}"
    )
    unknown = row.cell("incidents") is Cell.NOT_KNOWN and not row.is_withdrawn("incidents")
    why = gaps_between(about, *row.months) if unknown else ""
    return f"{said}: {why}." if why else f"{said}."


def rate_sentence(row: Row | None) -> str:
    """The rate for every 1,000 people with its limits, or why there is none."""
    if row is None or not words.known(row, "per_1000"):
        return f"The rate for every 1,000 people {words.is_absent(row, 'per_1000')}."
    return (
        f"That is {words.cell(row, 'per_1000', words.places_of(row, *RANGE))} for every 1,000 people "
        f"(range {words.limits(row, 'lower_95', 'upper_95')})."
    )


def change_sentence(row: Row | None) -> str:
    """The change on the year before: higher, lower or no clear change, and on how many months."""
    if row is None or not words.known(row, *CHANGE):
        return f"How it compares with the year before {words.is_absent(row, *CHANGE)}."
    said = words.change(row)
    compared = _compared(row)
    spread = f"(range {words.limits(row, 'lower_percent', 'upper_percent')}%)"
    if said == "no clear change":
        return f"There is no clear change from the year before {spread}.{compared}"
    return f"Recorded violence was {said} than the year before {spread}.{compared}"


def later_sentence(later: list[Row]) -> str:
    """That a later year is not known, where one is not: a reader would take the year shown for the latest."""
    if not later:
        return ""
    return f" T{words.period(later[-1])[1:]} is not known: a month of it has no figures."


def a_month_only(material: Material) -> tuple[Block, ...]:
    """That the pages speak of a month, where they do: a reader would take its figures for a year's."""
    return (Paragraph((A_MONTH,)),) if material.by_month else ()


def _compared(row: Row) -> str:
    return f" This compares {only}." if (only := _fewer(row)) else ""


def _fewer(row: Row) -> str:
    """`only the 11 months that …`, where a change is not of the whole period; else empty."""
    if row["months_compared"] == row["months_in_period"]:
        return ""
    return f"only the {row['months_compared']} months that have figures in both years"


def compared_note(rows: list[Row | None]) -> str:
    """That changes in a table compare fewer months than its counts are of, where one does; else empty."""
    said = {_fewer(row) for row in rows if row is not None and words.known(row, *CHANGE)}
    if not said - {""}:
        return ""
    of = f"is of {said.pop()}" if len(said) == 1 else "of some areas is of fewer months than their incidents"
    return (
        f"The comparison with the year before {of}, so it may be shown where the incidents of the "
        "whole year are not."
    )


def amount(material: Material, area: Area) -> tuple[Block, ...]:
    """The section: figures of the latest year in words."""
    count = material.row("recorded_violence", area)
    rate = material.row("violence_rate", area)
    change = material.row("change_on_year", area)
    return (
        Heading("How much violence was recorded?", "how-much"),
        Paragraph((f"{amount_sentence(count, area, material.about)} {rate_sentence(rate)}",)),
        Paragraph((f"{change_sentence(change)}{later_sentence(material.later_years)}", *_gaps(material))),
        *a_month_only(material),
        Facts(_facts(count, rate, change)),
        Paragraph((f"{NOT_ALL} {CHANCE}",), tone="inset"),
        material.know("recorded_violence", "violence_rate", "change_on_year"),
    )


def _gaps(material: Material) -> Line:
    """The way to what is missing, where anything is."""
    if not material.about.missing_months:
        return ()
    return (" ", Link("Months without figures, and why", COVERAGE), ".")


def _facts(
    count: Row | None, rate: Row | None, change: Row | None
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    facts: list[tuple[str, tuple[str, ...]]] = []
    if count is not None:
        facts.append((f"Incidents in {words.period(count)}", (words.cell(count, "incidents"),)))
    if rate is not None:
        facts.append(
            (
                "For every 1,000 people",
                (
                    f"{words.cell(rate, 'per_1000', words.places_of(rate, *RANGE))}, "
                    f"range {words.limits(rate, *RANGE)}",
                ),
            )
        )
        year = rate["population_year"]
        facts.append((f"People, middle of {year}" if year else "People", (words.cell(rate, "population"),)))
    if change is not None:
        facts.append(
            (
                "Compared with the year before",
                (
                    f"{words.change(change)}, range {words.limits(change, 'lower_percent', 'upper_percent')}%"
                    if words.known(change, "lower_percent")
                    else words.change(change),
                ),
            )
        )
    return tuple(facts)
