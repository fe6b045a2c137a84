"""How much recorded violence does each area have for its population?"""

from __future__ import annotations

import ibis
import pyarrow as pa
from ibis import _
from ibis.expr.types import Table

from evenhand.measure import Measure
from evenhand.needs.columns import (
    AREA_AND_PERIOD,
    INCIDENTS,
    KEY,
    POPULATION,
    POPULATION_YEAR,
    RATE,
    numbers,
    with_numbers,
)
from evenhand.stats.rates import rate_per_1000
from evenhand.tables.schema import Schema


def violence_rate(recorded_violence: Table, place: Table, population: Table, *, lsoa_level: str) -> Table:
    """Incidents and residents, one row an area and period; the rate follows in `with_rates`.

    Population is null where any LSOA of the area has no estimate for the year.
    """
    residents = _residents_of_areas(place, residents_of_lsoas(population, lsoa_level)).rename(
        population_year="year"
    )
    years = population_years(recorded_violence, population, lsoa_level)
    dated = recorded_violence.inner_join(years, ["period_kind", "period_from"])
    matched = dated.left_join(residents, ["area_level", "area_code", "population_year"])
    return matched.select(
        *(column.name for column in AREA_AND_PERIOD), "incidents", "population", "population_year"
    )


def residents_of_lsoas(population: Table, lsoa_level: str) -> Table:
    """Residents of all ages, one row an LSOA and year: `lsoa_code`, `year`, `persons`."""
    return (
        population.filter(_.area_level == lsoa_level)
        .group_by(lsoa_code="area_code", year="year")
        .agg(persons=_.persons.sum().cast("int64"))
    )


def population_years(recorded_violence: Table, population: Table, lsoa_level: str) -> Table:
    """The year of the population to use, one row a period; null where there is no population at all.

    The latest year not after the one the period ends in, else the earliest there is.
    """
    periods = recorded_violence.select("period_kind", "period_from", "period_to").distinct()
    years = population.filter(_.area_level == lsoa_level).select("year").distinct()
    # Joined on a constant, so that a period stays when there is no year at all.
    one = ibis.literal(1)
    latest = _.year.max(where=_.year <= _.period_to.year())
    return (
        periods.mutate(one=one)
        .left_join(years.mutate(one=one), "one")
        .group_by("period_kind", "period_from")
        .agg(population_year=latest.coalesce(_.year.min()).cast("int64"))
    )


def _residents_of_areas(place: Table, residents: Table) -> Table:
    every = place.select("area_level", "area_code", "lsoa_code").cross_join(
        residents.select("year").distinct()
    )
    joined = every.left_join(residents, ["lsoa_code", "year"])
    totals = joined.group_by("area_level", "area_code", "year").agg(
        known=_.persons.sum().cast("int64"), lacking=_.persons.isnull().sum()
    )
    return totals.select("area_level", "area_code", "year", population=(_.lacking == 0).ifelse(_.known, None))


def with_rates(counted: pa.Table) -> pa.Table:
    """The table with `per_1000`, `lower_95` and `upper_95` after its other columns; null is not known."""
    rate = rate_per_1000(numbers(counted, "incidents"), numbers(counted, "population"))
    return with_numbers(counted, per_1000=rate.value, lower_95=rate.lower, upper_95=rate.upper)


MEASURE = Measure(
    name="violence_rate",
    title="Violence for the population",
    question="How much recorded violence does each area have for its population?",
    method=(
        "Recorded incidents divided by residents, times 1,000. The rate is for the period shown: a month's "
        "rate is about a twelfth of a year's. Residents are the Office for National Statistics' mid-year "
        "estimate, all ages, added up from the area's LSOAs: the latest estimate of a year not after the "
        "period, else the earliest there is.\n\n"
        "The limits show the play of chance in what is recorded: were nothing to change, limits made in this "
        "way would hold the rate that records settle at nineteen times in twenty. From ten incidents on "
        "they are Byar's (Breslow & Day 1987); below ten they are exact (Garwood 1936). The Office for "
        "Health Improvement and Disparities works out its rates in the same way."
    ),
    limits=(
        "Residents are not everyone who could be hurt. A town centre has few residents and many visitors, "
        "so its rate looks high. The limits show chance alone: not what is never reported, and not the "
        "map points the publisher moves incidents to. Incidents are treated as separate events; one "
        "person hurt many times makes the true limits wider. Without the residents of every LSOA of an "
        "area its rate is not known."
    ),
    inputs=("recorded_violence", "place", "population"),
    settings=("lsoa_level",),
    result=Schema(
        name="violence_rate",
        row="One area and one period.",
        columns=(*AREA_AND_PERIOD, INCIDENTS, POPULATION, POPULATION_YEAR, *RATE),
        key=KEY,
    ),
    expression=violence_rate,
    statistics=with_rates,
    sums_over=("area_code", "period_from"),
)
