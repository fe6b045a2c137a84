"""Is recorded violence higher where people are more deprived?"""

from __future__ import annotations

import ibis
import pyarrow as pa
from ibis import Deferred, _
from ibis.expr.types import Table

from evenhand.measure import Measure
from evenhand.needs.columns import (
    AREA_AND_PERIOD,
    INCIDENTS,
    KEY,
    LARGER_LEVELS,
    POPULATION,
    POPULATION_YEAR,
    RATE,
    reference,
)
from evenhand.needs.violence_rate import population_years, residents_of_lsoas, with_rates
from evenhand.tables.schema import Column, Handling, Kind, Role, Schema

DECILE = Column(
    "decile",
    Kind.INTEGER,
    "Tenth of England by deprivation, 1 the most deprived; null for LSOAs the edition does not rank",
    Handling.OPEN,
    unit="decile",
    nullable=True,
    role=Role.DIMENSION,
)


def violence_by_deprivation(
    recorded_violence: Table,
    place: Table,
    population: Table,
    deprivation: Table,
    *,
    lsoa_level: str,
    deprivation_edition: int,
) -> Table:
    """Incidents and residents, one row an area, period and decile that has an LSOA in the area.

    LSOAs the edition does not rank (Wales, another vintage) are in a row with decile null. Where it was not
    supplied, there are no rows.
    """
    ranked = deprivation.filter(_.edition == deprivation_edition, _.area_level == lsoa_level).select(
        lsoa_code="area_code", decile="imd_decile"
    )
    small = _lsoas_by_period(recorded_violence, population, lsoa_level).left_join(ranked, "lsoa_code")
    supplied = deprivation.filter(_.edition == deprivation_edition).count().as_scalar() != 0
    larger = place.filter(_.area_level.isin(LARGER_LEVELS), supplied)
    cells = (
        larger.inner_join(small, "lsoa_code")
        .group_by(*(column.name for column in AREA_AND_PERIOD), "decile", "population_year")
        .agg(
            lsoas=_.count(),
            incidents=_sum_if_all_known(_.incidents),
            population=_sum_if_all_known(_.persons),
        )
    )
    return cells.select(
        *(column.name for column in AREA_AND_PERIOD),
        "decile",
        "lsoas",
        "incidents",
        "population",
        "population_year",
        edition=ibis.literal(deprivation_edition, "int64"),
    )


def _lsoas_by_period(recorded_violence: Table, population: Table, lsoa_level: str) -> Table:
    """Incidents and residents, one row an LSOA and period; null where not known."""
    small = recorded_violence.filter(_.area_level == lsoa_level).select(
        "period_kind", "period_from", "period_to", "incidents", lsoa_code="area_code"
    )
    years = population_years(recorded_violence, population, lsoa_level)
    dated = small.inner_join(years, ["period_kind", "period_from"])
    residents = residents_of_lsoas(population, lsoa_level).rename(population_year="year")
    return dated.left_join(residents, ["lsoa_code", "population_year"])


def _sum_if_all_known(column: Deferred) -> Deferred:
    return (column.count() == _.count()).ifelse(column.sum(), None).cast("int64")


def rates_in_order(counted: pa.Table) -> pa.Table:
    """The table with its rates, the edition last."""
    return with_rates(counted).select(MEASURE.result.names)


MEASURE = Measure(
    name="violence_by_deprivation",
    title="Violence and deprivation",
    question="Is recorded violence higher where people are more deprived?",
    method=(
        "Each LSOA is in one of ten equal groups of England's LSOAs, ranked by the Index of Multiple "
        "Deprivation: group 1 is the most deprived tenth. The incidents and the residents of an area's LSOAs "
        "are added up by group, and the rate per 1,000 residents and its 95% limits are worked out as for "
        "the whole area (Byar's limits, exact below ten incidents). The rate is for the period shown: a "
        "month's rate is about a twelfth of a year's. The tenths are of England, so an area may have none "
        "of its LSOAs in some. LSOAs that the edition does not rank, as in Wales, are in a row of their own."
    ),
    limits=(
        "It tells of places, not of people: it does not say that deprived people are violent or hurt more "
        "often. Incidents are counted where they happened; town centres, which many visit, are often in "
        "deprived tenths. The index itself has a part that measures crime, so some of the link is built in. "
        "An edition can only be used with the LSOAs it was made for. A month's tenth may have few incidents; "
        "its limits say how little one month tells.\n\n"
        "It is given for local authorities and larger areas only. An LSOA lies in one tenth, so there is "
        "nothing to compare inside it; a middle-layer area or a ward has a handful of LSOAs in a few tenths, "
        "and its rates would be those of single LSOAs under another name."
    ),
    inputs=("recorded_violence", "place", "population", "deprivation"),
    settings=("lsoa_level", "deprivation_edition"),
    result=Schema(
        name="violence_by_deprivation",
        row="One area, one period and one national tenth of LSOAs by deprivation.",
        columns=(
            *AREA_AND_PERIOD,
            DECILE,
            reference("lsoas", "LSOAs of the area in this tenth", "LSOAs"),
            INCIDENTS,
            POPULATION,
            POPULATION_YEAR,
            *RATE,
            reference("edition", "Edition of the indices of deprivation", "year"),
        ),
        key=(*KEY, "decile"),
    ),
    expression=violence_by_deprivation,
    statistics=rates_in_order,
    sums_over=("area_code", "period_from", "decile"),
)
