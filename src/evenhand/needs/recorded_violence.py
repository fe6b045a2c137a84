"""How much violence did the police record in each area?"""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

from evenhand.measure import Measure
from evenhand.needs.columns import AREA_AND_PERIOD, INCIDENTS, KEY, reference
from evenhand.tables.schema import Schema


def recorded_violence(
    incident: Table, place: Table, month: Table, *, crime_types: tuple[str, ...], reported_by: tuple[str, ...]
) -> Table:
    """Incidents of `crime_types` recorded by `reported_by`, one row an area and period.

    A period with a month that was not supplied has null incidents; a supplied month without
    incidents has 0. Incidents without an LSOA, or in an LSOA outside `place`, are in no row.
    """
    counted = incident.filter(
        incident.crime_type.isin(crime_types), incident.reported_by.isin(reported_by)
    ).rename(incident_month="month")
    by_area = (
        counted.join(place, "lsoa_code")
        .group_by("area_level", "area_code", "incident_month")
        .agg(incidents=lambda t: t.count())
    )
    areas = place.select("area_level", "area_code", "area_name").distinct()
    cells = areas.cross_join(month)
    filled = cells.left_join(
        by_area,
        [
            cells.area_level == by_area.area_level,
            cells.area_code == by_area.area_code,
            cells.month == by_area.incident_month,
        ],
    ).select(
        cells.area_level,
        cells.area_code,
        cells.area_name,
        cells.month,
        cells.supplied,
        cells.year_to,
        incidents=ibis.ifelse(cells.supplied, by_area.incidents.coalesce(0), None),
    )
    return _by_month(filled).union(_by_year(filled))


def _by_month(filled: Table) -> Table:
    return filled.select(
        "area_level",
        "area_code",
        "area_name",
        period_kind=ibis.literal("month"),
        period_from=filled.month,
        period_to=filled.month + ibis.interval(months=1) - ibis.interval(days=1),
        incidents=filled.incidents,
        months_supplied=filled.supplied.cast("int64"),
        months_in_period=ibis.literal(1, "int64"),
    ).cast({"period_from": "date", "period_to": "date", "incidents": "int64"})


def _by_year(filled: Table) -> Table:
    years = filled.group_by("area_level", "area_code", "area_name", "year_to").agg(
        incidents_known=filled.incidents.sum(),
        months_supplied=filled.supplied.cast("int64").sum(),
    )
    return years.select(
        "area_level",
        "area_code",
        "area_name",
        period_kind=ibis.literal("year"),
        period_from=years.year_to - ibis.interval(months=11),
        period_to=years.year_to + ibis.interval(months=1) - ibis.interval(days=1),
        incidents=ibis.ifelse(years.months_supplied == 12, years.incidents_known, None),
        months_supplied=years.months_supplied,
        months_in_period=ibis.literal(12, "int64"),
    ).cast({"period_from": "date", "period_to": "date", "incidents": "int64", "months_supplied": "int64"})


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
