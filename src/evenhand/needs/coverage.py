"""Which months were supplied, and how much of them can be placed in the area?"""

from __future__ import annotations

import ibis
from ibis import Deferred, _
from ibis.expr.types import Table

from evenhand.measure import Measure
from evenhand.needs.columns import PERIOD, reference
from evenhand.needs.recorded_violence import last_day
from evenhand.tables.schema import Column, Counted, Handling, Kind, Role, Schema


def coverage(incident: Table, place: Table, month: Table, *, reported_by: tuple[str, ...]) -> Table:
    """Rows supplied by `reported_by`, of every type, by where they can be placed, one row a month.

    A month that was not supplied has null counts; a month supplied without rows has 0.
    """
    supplied = incident.filter(_.reported_by.isin(reported_by)).select("month", given=_.lsoa_code.nullif(""))
    inside = place.select(given="lsoa_code").distinct().mutate(inside=ibis.literal(True))
    placed = supplied.left_join(inside, "given")
    counts = placed.group_by("month").agg(
        all_rows=_.count(),
        in_place=_.inside.count(),
        unplaced=_.given.isnull().sum().cast("int64"),
    )
    return month.left_join(counts, "month").select(
        period_kind=ibis.literal("month"),
        period_from="month",
        period_to=last_day(_.month),
        supplied="supplied",
        incidents_supplied=_where_supplied(_.all_rows),
        in_area=_where_supplied(_.in_place),
        outside_area=_where_supplied(_.all_rows - _.in_place - _.unplaced),
        no_location=_where_supplied(_.unplaced),
    )


def _where_supplied(count: Deferred) -> Deferred:
    return _.supplied.ifelse(count.fill_null(0), None).cast("int64")


def _count(name: str, meaning: str, sum_of: tuple[str, ...] = ()) -> Column:
    return Column(
        name,
        Kind.INTEGER,
        f"{meaning}; null where the month was not supplied",
        Handling.GROUPED,
        unit="incidents",
        nullable=True,
        role=Role.COUNT,
        sum_of=sum_of,
        counted=Counted(meaning.lower()),
    )


MEASURE = Measure(
    name="coverage",
    title="What was supplied",
    question="Which months were supplied, and how much of them can be placed in the area?",
    method=(
        "All rows that the area's police force supplied for the month, of every crime type and not only "
        "those the local definition counts. Each is counted once: in an LSOA of the area, in an LSOA "
        "outside it, or without an LSOA. The three add up to the rows supplied. Only rows in the area are "
        "in the other figures."
    ),
    limits=(
        "It tells of the files, not of violence. It cannot say what a file should have held: a month "
        "supplied in part looks like a quiet month, and what was never reported is in no file. A month "
        "that was not supplied is not known; it is not zero."
    ),
    inputs=("incident", "place", "month"),
    settings=("reported_by",),
    result=Schema(
        name="coverage",
        row="One month of the period published.",
        columns=(
            *PERIOD,
            reference("supplied", "Was the month supplied?", "", Kind.FLAG),
            _count(
                "incidents_supplied",
                "Rows supplied, of every type",
                sum_of=("in_area", "outside_area", "no_location"),
            ),
            _count("in_area", "Rows in an LSOA of the area"),
            _count("outside_area", "Rows in an LSOA outside the area"),
            _count("no_location", "Rows without an LSOA"),
        ),
        key=("period_kind", "period_from"),
    ),
    expression=coverage,
    sums_over=("period_from",),
)
