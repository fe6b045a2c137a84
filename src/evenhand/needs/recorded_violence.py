"""How much violence did the police record in each area?"""

from __future__ import annotations

import ibis
from ibis import Deferred, _
from ibis.expr.types import Table

from evenhand.measure import Measure
from evenhand.needs.columns import AREA, AREA_AND_PERIOD, INCIDENTS, KEY, reference
from evenhand.tables.schema import Schema

AREA_NAMES = tuple(column.name for column in AREA)


def recorded_violence(
    incident: Table, place: Table, month: Table, *, crime_types: tuple[str, ...], reported_by: tuple[str, ...]
) -> Table:
    """Incidents of `crime_types` recorded by `reported_by`, one row an area and period.

    A period with a month that was not supplied has null incidents; a supplied month without
    incidents has 0. Incidents without an LSOA, or in an LSOA outside `place`, are in no row.
    """
    counted = incident.filter(_.crime_type.isin(crime_types), _.reported_by.isin(reported_by))
    by_area = (
        counted.select("lsoa_code", "month")
        .inner_join(place, "lsoa_code")
        .group_by("area_level", "area_code", "month")
        .agg(found=_.count())
    )
    areas = place.select("area_level", "area_code", "area_name").distinct()
    cells = areas.cross_join(month).left_join(by_area, ["area_level", "area_code", "month"])
    filled = cells.select(
        *AREA_NAMES,
        "month",
        "supplied",
        "year_to",
        incidents=_.supplied.ifelse(_.found.fill_null(0), None).cast("int64"),
    )
    return _by_month(filled).union(_by_year(filled))


def _by_month(filled: Table) -> Table:
    return filled.select(
        *AREA_NAMES,
        period_kind=ibis.literal("month"),
        period_from="month",
        period_to=last_day(_.month),
        incidents="incidents",
        months_supplied=_.supplied.cast("int64"),
        months_in_period=ibis.literal(1, "int64"),
    )


def _by_year(filled: Table) -> Table:
    years = filled.group_by(*AREA_NAMES, "year_to").agg(
        known=_.incidents.sum(), months_supplied=_.supplied.cast("int64").sum().cast("int64")
    )
    return years.select(
        *AREA_NAMES,
        period_kind=ibis.literal("year"),
        period_from=(_.year_to - ibis.interval(months=11)).cast("date"),
        period_to=last_day(_.year_to),
        incidents=(_.months_supplied == 12).ifelse(_.known, None).cast("int64"),
        months_supplied="months_supplied",
        months_in_period=ibis.literal(12, "int64"),
    )


def last_day(month: Deferred) -> Deferred:
    """The last day of the month that begins on that day."""
    return (month + ibis.interval(months=1) - ibis.interval(days=1)).cast("date")


MEASURE = Measure(
    name="recorded_violence",
    title="Recorded violence",
    question="How much violence did the police record in each area?",
    method=(
        "Incidents whose type the local definition counts, recorded by the area's police force and "
        "placed by the publisher in an LSOA of the area. Larger areas are sums of their LSOAs. A year "
        "is the twelve months to the latest month supplied."
    ),
    limits=(
        "Most violence is never reported to the police. The publisher moves each incident to a nearby "
        "map point, gives one type for violence and sexual offences together, and says nothing of "
        "victims, weapons or domestic abuse. A month that was not supplied is not known; it is not zero."
    ),
    inputs=("incident", "place", "month"),
    settings=("crime_types", "reported_by"),
    result=Schema(
        name="recorded_violence",
        row="One area and one period.",
        columns=(
            *AREA_AND_PERIOD,
            INCIDENTS,
            reference("months_supplied", "Months of the period that were supplied", "months"),
            reference("months_in_period", "Months in the period", "months"),
        ),
        key=KEY,
    ),
    expression=recorded_violence,
    sums_over=("area_code", "period_from"),
)
