"""How few small areas hold half of an area's recorded violence?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
from ibis import _
from ibis.expr.types import Table

from evenhand.measure import Measure
from evenhand.needs.columns import (
    AREA_AND_PERIOD,
    INCIDENTS,
    KEY,
    LARGER_LEVELS,
    derived,
    numbers,
    reference,
)
from evenhand.stats.concentration import areas_holding_half
from evenhand.tables.schema import Column, Kind, Schema

AREA_AND_PERIOD_NAMES = tuple(column.name for column in AREA_AND_PERIOD)


def violence_concentration(recorded_violence: Table, place: Table, *, lsoa_level: str) -> Table:
    """Incidents of the area and, as a list, of each of its LSOAs, one row an area and period.

    In a period with a month not supplied the incidents are null and the list is empty.
    """
    small = recorded_violence.filter(_.area_level == lsoa_level).select(
        "period_kind", "period_from", "period_to", lsoa_code="area_code", in_lsoa="incidents"
    )
    larger = place.filter(_.area_level.isin(LARGER_LEVELS))
    cells = (
        larger.inner_join(small, "lsoa_code")
        .group_by(*AREA_AND_PERIOD_NAMES)
        .agg(
            known=_.in_lsoa.count(),
            total=_.in_lsoa.sum().cast("int64"),
            lsoas=_.count(),
            by_lsoa=_.in_lsoa.collect(),
        )
    )
    return cells.select(
        *AREA_AND_PERIOD_NAMES,
        incidents=(_.known == _.lsoas).ifelse(_.total, None),
        lsoas="lsoas",
        by_lsoa="by_lsoa",
    )


def with_concentration(counted: pa.Table) -> pa.Table:
    """The table with how many of its LSOAs hold half, and their share; null is not known, or no incident."""
    by_lsoa = counted["by_lsoa"].combine_chunks()
    holding = areas_holding_half(
        by_lsoa.flatten().to_numpy(zero_copy_only=False),
        by_lsoa.value_parent_indices().to_numpy(),
        len(counted),
    )
    holding = np.where(np.isnan(numbers(counted, "incidents")), np.nan, holding)
    share = holding / numbers(counted, "lsoas") * 100
    return (
        counted.drop_columns("by_lsoa")
        .append_column("lsoas_holding_half", pa.array(holding, from_pandas=True).cast(pa.int64()))
        .append_column("share_percent", pa.array(share, from_pandas=True))
    )


def _from_lsoas(name: str, meaning: str, unit: str, kind: Kind = Kind.NUMBER) -> Column:
    """A column worked out from the counts of the area's LSOAs, which the table does not show."""
    return replace(derived(name, meaning, unit, "incidents", kind=kind), from_parts=True)


MEASURE = Measure(
    name="violence_concentration",
    title="How concentrated violence is",
    question="How few small areas hold half of an area's recorded violence?",
    method=(
        "The LSOAs of the area are put in order, the one with the most incidents first. Counting down from "
        "the top, this is the number of LSOAs it takes to reach at least half of all incidents of the "
        "period, and what share that is of all LSOAs of the area (Weisburd 2015, the law of crime "
        "concentration). Which of several LSOAs with equal counts comes first does not change the number."
    ),
    limits=(
        "Where incidents are few, some LSOAs have none by chance alone, and violence looks more concentrated "
        "than it is. With fewer incidents than LSOAs, half of them can never be spread over half of the "
        "LSOAs (Bernasco & Steenbeek 2017); compare only areas and periods with many incidents for each "
        "LSOA. A month mostly looks more concentrated than its year for that reason alone: compare months "
        "with months. It counts LSOAs as if all were alike, though their residents and visitors differ, and "
        "the publisher's map points can move an incident over an LSOA's edge. It does not say which LSOAs "
        "they are, or that they are the same in each period. An area without incidents has no number.\n\n"
        "It is given for local authorities and larger areas only. An LSOA has nothing inside it to count; a "
        "middle-layer area or a ward has a handful of LSOAs, too few for the number that hold half of the "
        "incidents to say anything."
    ),
    inputs=("recorded_violence", "place"),
    settings=("lsoa_level",),
    result=Schema(
        name="violence_concentration",
        row="One area and one period.",
        columns=(
            *AREA_AND_PERIOD,
            INCIDENTS,
            reference("lsoas", "LSOAs of the area", "LSOAs"),
            _from_lsoas(
                "lsoas_holding_half",
                "Fewest LSOAs that hold at least half of the incidents; null where there are none",
                "LSOAs",
                kind=Kind.INTEGER,
            ),
            _from_lsoas("share_percent", "These LSOAs' share of all LSOAs of the area", "per cent"),
        ),
        key=KEY,
    ),
    expression=violence_concentration,
    statistics=with_concentration,
    sums_over=("area_code", "period_from"),
)
