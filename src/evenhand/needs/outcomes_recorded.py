"""What became of the violence the police recorded?"""

from __future__ import annotations

import ibis
from ibis import Deferred, _
from ibis.expr.types import Table

from evenhand.measure import Measure
from evenhand.needs.columns import AREA_AND_PERIOD, INCIDENTS, KEY, LARGER_LEVELS, PERIOD, derived
from evenhand.needs.recorded_violence import AREA_NAMES, last_day
from evenhand.tables.schema import Column, Handling, Kind, Role, Schema

NO_OUTCOME = "No outcome given"
PERIOD_NAMES = tuple(column.name for column in PERIOD)

OUTCOME = Column(
    "outcome",
    Kind.TEXT,
    f"Latest outcome in the publisher's words; '{NO_OUTCOME}' where it gives none",
    Handling.OPEN,
    role=Role.DIMENSION,
)


def outcomes_recorded(
    incident: Table, place: Table, month: Table, *, crime_types: tuple[str, ...], reported_by: tuple[str, ...]
) -> Table:
    """Incidents by latest outcome, one row an area, period and outcome that any incident counted has.

    Years for every area, months for those of the larger levels. A period with a month that was not
    supplied has null incidents; an outcome that no incident of the area and period has is 0.
    """
    counted = incident.filter(_.crime_type.isin(crime_types), _.reported_by.isin(reported_by)).select(
        "month", "lsoa_code", outcome=_.last_outcome.nullif("").fill_null(NO_OUTCOME)
    )
    found = _found(counted, place, month)
    areas = place.select(*AREA_NAMES).distinct()
    outcomes = found.select("outcome").distinct()
    cells = _given(areas.cross_join(_periods(month))).cross_join(outcomes)
    return _with_percent(
        cells.left_join(found, [*KEY, "outcome"]).select(
            *AREA_NAMES,
            *PERIOD_NAMES,
            "outcome",
            incidents=_.whole.ifelse(_.found.fill_null(0), None).cast("int64"),
        )
    )


def _found(counted: Table, place: Table, month: Table) -> Table:
    """Incidents, one row an area, period and outcome that has any."""
    months = month.select("month", period_kind=ibis.literal("month"), period_from="month")
    years = month.select("month", period_kind=ibis.literal("year"), period_from=_first_month(_.year_to))
    placed = counted.inner_join(place, "lsoa_code").inner_join(months.union(years), "month")
    return _given(placed).group_by(*KEY, "outcome").agg(found=_.count())


def _given(cells: Table) -> Table:
    """The cells that this measure has: years at every level, months at the larger ones."""
    return cells.filter((_.period_kind == "year") | _.area_level.isin(LARGER_LEVELS))


def _periods(month: Table) -> Table:
    """One row a month and a year of the period published: was every month in it supplied?"""
    months = month.select(
        period_kind=ibis.literal("month"), period_from="month", period_to=last_day(_.month), whole="supplied"
    )
    years = month.group_by("year_to").agg(supplied=_.supplied.cast("int64").sum())
    return months.union(
        years.select(
            period_kind=ibis.literal("year"),
            period_from=_first_month(_.year_to),
            period_to=last_day(_.year_to),
            whole=_.supplied == 12,
        )
    )


def _first_month(year_to: Deferred) -> Deferred:
    return (year_to - ibis.interval(months=11)).cast("date")


def _with_percent(counts: Table) -> Table:
    """Add each outcome's share of the incidents of its area and period; null where there are none."""
    cell = ibis.window(group_by=KEY)
    total = _.incidents.sum().over(cell).cast("float64")
    return counts.mutate(percent=_.incidents.cast("float64") * 100 / total.nullif(0))


MEASURE = Measure(
    name="outcomes_recorded",
    title="Outcomes recorded",
    question="What became of the violence the police recorded?",
    method=(
        "Each incident of the period is counted once. Its outcome is the latest one in its row of the "
        "publisher's file, in the publisher's words, whenever it was given. The share is of all incidents "
        "of the area and period, with those that have no outcome. An outcome found anywhere in the data has "
        "a row for every area and period. So where no incident has it, the table says 0 and leaves no gap."
    ),
    limits=(
        "An outcome is the latest when the file was made: recent incidents have had less time, so the "
        "latest year and months always look less finished. The publisher's outcomes are short labels: they "
        "do not say what a victim wanted, why a case ended or what a court decided later. A share is not a "
        "measure of how well anybody did their work. In a small area one incident may move it far.\n\n"
        "Years are given at every level, months only for local authorities and larger areas. Small areas by "
        "month and outcome would be hundreds of thousands of rows, over a million for a large force, nearly "
        "all of them 0."
    ),
    inputs=("incident", "place", "month"),
    settings=("crime_types", "reported_by"),
    result=Schema(
        name="outcomes_recorded",
        row="One area, one period and one outcome.",
        columns=(
            *AREA_AND_PERIOD,
            OUTCOME,
            INCIDENTS,
            derived(
                "percent",
                "Share of all incidents of the area and period",
                "per cent",
                "incidents",
                over=("outcome",),
            ),
        ),
        key=(*KEY, "outcome"),
    ),
    expression=outcomes_recorded,
    sums_over=("area_code", "period_from", "outcome"),
)
