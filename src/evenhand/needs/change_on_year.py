"""How has recorded violence changed since the year before?"""

from __future__ import annotations

import ibis
import pyarrow as pa
from ibis import _
from ibis.expr.types import Table

from evenhand.measure import Measure
from evenhand.needs.columns import AREA_AND_PERIOD, KEY, derived, numbers, reference, with_numbers
from evenhand.stats.change import change
from evenhand.tables.schema import Column, Counted, Handling, Kind, Role, Schema

AREA_KEY = ("area_level", "area_code")
PERIOD_KEY = ("period_kind", "period_from")
COUNTS = ("incidents_compared", "incidents_before")


def change_on_year(recorded_violence: Table) -> Table:
    """Incidents of the same months in both years, one row an area and period that has a year before.

    Only months supplied in both years are counted, on both sides; with none, both counts are null.
    """
    within = _months_of_periods(recorded_violence)
    pairs = _pairs_of_months(recorded_violence)
    cells = recorded_violence.select(*(column.name for column in AREA_AND_PERIOD), "months_in_period")
    return (
        cells.inner_join(within, PERIOD_KEY)
        .inner_join(pairs, [*AREA_KEY, "month"])
        .group_by(*cells.columns)
        .agg(
            incidents_compared=_.compared.sum().cast("int64"),
            incidents_before=_.before.sum().cast("int64"),
            months_compared=_.compared.count(),
        )
        .relocate("months_in_period", after="months_compared")
    )


def _months_of_periods(recorded_violence: Table) -> Table:
    """One row a period and month in it."""
    periods = recorded_violence.select(*PERIOD_KEY, "period_to").distinct()
    months = _months(recorded_violence).select(month="period_from").distinct()
    return periods.inner_join(
        months, [months.month >= periods.period_from, months.month <= periods.period_to]
    ).select(*PERIOD_KEY, "month")


def _pairs_of_months(recorded_violence: Table) -> Table:
    """One row an area and month whose month a year before is there; null unless both were supplied."""
    later = _months(recorded_violence).select(*AREA_KEY, month="period_from", now="incidents")
    earlier = _months(recorded_violence).select(
        *AREA_KEY,
        month=(_.period_from + ibis.interval(years=1)).cast("date"),
        then="incidents",
    )
    pairs = later.inner_join(earlier, [*AREA_KEY, "month"])
    both = pairs.now.notnull() & pairs.then.notnull()
    return pairs.select(
        *AREA_KEY,
        "month",
        compared=ibis.ifelse(both, pairs.now, None),
        before=ibis.ifelse(both, pairs.then, None),
    )


def _months(recorded_violence: Table) -> Table:
    return recorded_violence.filter(_.period_kind == "month")


def with_change(counted: pa.Table) -> pa.Table:
    """The table with `change_percent`, `lower_percent` and `upper_percent` added; null is not known."""
    found = change(*(numbers(counted, name) for name in COUNTS))
    return with_numbers(
        counted, change_percent=found.percent, lower_percent=found.lower, upper_percent=found.upper
    )


def _count(name: str, meaning: str, years_before: int = 0) -> Column:
    return Column(
        name,
        Kind.INTEGER,
        meaning,
        Handling.GROUPED,
        unit="incidents",
        nullable=True,
        role=Role.COUNT,
        counted=Counted("incidents", years_before, months="months_compared"),
    )


MEASURE = Measure(
    name="change_on_year",
    title="Change on the year before",
    question="How has recorded violence changed since the year before?",
    method=(
        "Each period is set against the same period a year before, like with like: only months supplied in "
        "both years are counted, in both. Where a month is missing, a year is compared on the months that "
        "are left, and the table says how many. The change is in per cent of the earlier count.\n\n"
        "The 95% limits show the play of chance. They are exact limits of the ratio of two Poisson counts, "
        "given their sum (Przyborowski & Wilenski 1940; Clopper & Pearson 1934). Where both limits are on "
        "the same side of 0, chance alone would seldom make such a change."
    ),
    limits=(
        "It compares two periods only; one of them may be the odd one out, as in the lockdowns of 2020 and "
        "2021. The control chart shows the months between. A change in what is reported, or in how the "
        "police record, looks the same as a change in violence. With many areas some will pass their "
        "limits by chance. From 0 incidents no percentage can be worked out, so none is shown."
    ),
    inputs=("recorded_violence",),
    settings=(),
    result=Schema(
        name="change_on_year",
        row="One area and one period whose period a year before is in the data, in part at least.",
        columns=(
            *AREA_AND_PERIOD,
            _count("incidents_compared", "Incidents of the months supplied in both years"),
            _count("incidents_before", "Incidents of the same months a year before", 1),
            reference("months_compared", "Months supplied in both years", "months"),
            reference("months_in_period", "Months in the period", "months"),
            derived("change_percent", "Change since the year before", "per cent", *COUNTS),
            derived("lower_percent", "Lower 95% limit of change_percent", "per cent", *COUNTS),
            derived("upper_percent", "Upper 95% limit of change_percent", "per cent", *COUNTS),
        ),
        key=KEY,
    ),
    expression=change_on_year,
    statistics=with_change,
    sums_over=("area_code", "period_from"),
)
