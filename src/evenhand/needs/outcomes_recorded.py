"""What became of the violence the police recorded?"""

from __future__ import annotations

import ibis
from ibis import _
from ibis.expr.types import Table

from evenhand.measure import Measure
from evenhand.needs.columns import AREA_AND_PERIOD, INCIDENTS, KEY, LARGER_LEVELS, derived
from evenhand.needs.recorded_violence import AREA_NAMES, last_day
from evenhand.tables.schema import Column, Handling, Kind, Role, Schema

NO_OUTCOME = "No outcome given"

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
    """Incidents by latest outcome, one row an area, year and outcome that any incident counted has.

    A year with a month that was not supplied has null incidents; an outcome that no incident of the
    area and year has is 0.
    """
    counted = incident.filter(_.crime_type.isin(crime_types), _.reported_by.isin(reported_by)).select(
        "month", "lsoa_code", outcome=_.last_outcome.nullif("").fill_null(NO_OUTCOME)
    )
    larger = place.filter(_.area_level.isin(LARGER_LEVELS))
    found = (
        counted.inner_join(larger, "lsoa_code")
        .inner_join(month.select("month", "year_to"), "month")
        .group_by(*AREA_NAMES[:2], "year_to", "outcome")
        .agg(found=_.count())
    )
    areas = larger.select(*AREA_NAMES).distinct()
    outcomes = found.select("outcome").distinct()
    cells = areas.cross_join(_years(month)).cross_join(outcomes)
    return _with_percent(
        cells.left_join(found, [*AREA_NAMES[:2], "year_to", "outcome"]).select(
            *AREA_NAMES,
            period_kind=ibis.literal("year"),
            period_from=(_.year_to - ibis.interval(months=11)).cast("date"),
            period_to=last_day(_.year_to),
            outcome="outcome",
            incidents=_.whole.ifelse(_.found.fill_null(0), None).cast("int64"),
        )
    )


def _years(month: Table) -> Table:
    """One row a year of the period published: were all its twelve months supplied?"""
    return month.group_by("year_to").agg(whole=_.supplied.cast("int64").sum() == 12)


def _with_percent(counts: Table) -> Table:
    """Add each outcome's share of the incidents of its area and year; null where there are none."""
    cell = ibis.window(group_by=("area_level", "area_code", "period_from"))
    total = _.incidents.sum().over(cell).cast("float64")
    return counts.mutate(percent=_.incidents.cast("float64") * 100 / total.nullif(0))


MEASURE = Measure(
    name="outcomes_recorded",
    title="Outcomes recorded",
    question="What became of the violence the police recorded?",
    method=(
        "Each incident of the year is counted once. Its outcome is the latest one in its row of the "
        "publisher's file, in the publisher's words. The share is of all incidents of the area and year, "
        "with those that have no outcome. An outcome found anywhere in the data has a row for every area "
        "and year. So where no incident has it, the table says 0 and leaves no gap."
    ),
    limits=(
        "An outcome is the latest when the file was made: recent incidents have had less time, so the "
        "latest year always looks less finished. The publisher's outcomes are short labels: they do not say "
        "what a victim wanted, why a case ended or what a court decided later. A share is not a measure of "
        "how well anybody did their work."
    ),
    inputs=("incident", "place", "month"),
    settings=("crime_types", "reported_by"),
    result=Schema(
        name="outcomes_recorded",
        row="One area, one year and one outcome.",
        columns=(
            *AREA_AND_PERIOD,
            OUTCOME,
            INCIDENTS,
            derived(
                "percent",
                "Share of all incidents of the area and year",
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
