"""Calendar: the periods of earlier tables as sums of their months.

Each publication ends its years in its latest month, so that the years of an earlier one are others than
today's, and overlap them. What they have in common is in the months.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from evenhand.disclosure.cells import years_before
from evenhand.disclosure.partition import PERIOD, Partition
from evenhand.measure import Measure
from evenhand.tables.schema import Role


def of_months(
    earlier: Iterable[tuple[str, pa.Table]],
    today: Mapping[str, pa.Table],
    measures: Mapping[str, Measure],
) -> tuple[Partition, ...]:
    """Each period of earlier tables of several whole months as their sum, if no table of today has it.

    Earlier tables come with the name of their measure. Of today's periods it is known what they are made of.
    """
    told = {period for name, table in today.items() for period in _periods(table, measures[name])}
    periods = {period for name, table in earlier for period in _periods(table, measures[name])}
    found: list[Partition] = []
    for period in sorted(periods - told):
        months = _months(*period)
        if len(months) > 1:
            found.append(Partition((PERIOD,), (period,), tuple((month,) for month in months)))
    return tuple(found)


def _periods(table: pa.Table, measure: Measure) -> Iterator[tuple[date, date]]:
    """The periods that the counts of a table are of, those of earlier years that it compares with too."""
    names = ["period_from", "period_to"]
    if not set(names) <= set(table.column_names):
        return
    days: Any = table.select(names).group_by(names).aggregate([])
    ago = {column.counted.years_before for column in measure.result.with_role(Role.COUNT) if column.counted}
    for row in days.to_pylist():
        for years in sorted(ago):
            yield years_before(row["period_from"], years), years_before(row["period_to"], years)


def _months(first: date, last: date) -> list[tuple[Hashable, Hashable]]:
    """The months of a period, by their days; none where it does not begin and end with one."""
    months: list[tuple[Hashable, Hashable]] = []
    begin = first
    while begin <= last and begin.day == 1:
        after = (begin + timedelta(days=31)).replace(day=1)
        months.append((begin, after - timedelta(days=1)))
        begin = after
    return months if begin == last + timedelta(days=1) else []
