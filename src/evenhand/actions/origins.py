"""Origins: where each figure comes from, as its line of the ledger says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import pyarrow as pa

from evenhand.actions.inputs import inputs_of
from evenhand.actions.prepare import Prepared
from evenhand.engine import session
from evenhand.engine.code_identity import code_identity
from evenhand.ledger.entry import Origin
from evenhand.needs import MEASURES, by_definition
from evenhand.rules import police_force


def crime_types_of(measure: str, prepared: Prepared) -> tuple[str, ...]:
    """The crime types that a measure counts; empty where it counts every one."""
    return prepared.partnership.definition.crime_types if by_definition(MEASURES[measure]) else ()


def origins(
    prepared: Prepared, tables: Mapping[str, pa.Table], made_on: date, approved_by: str
) -> Iterator[Origin]:
    """The origin of each measure's table, in the order of those."""
    last = next(row["month"] for row in reversed(prepared.months) if row["supplied"])
    inputs, code, mine = inputs_of(prepared, tables), code_identity(), prepared.partnership
    for measure in tables:
        yield Origin(
            measure=measure,
            title=MEASURES[measure].title,
            area_level=prepared.area_level,
            area_code=prepared.area_code,
            police_forces=prepared.police_forces,
            crime_types=crime_types_of(measure, prepared),
            period_from=prepared.months[0]["month"],
            period_to=session.last_day(last),
            inputs=inputs[measure],
            rules=(mine.policy.label, police_force.RULE),
            definition=mine.definition.identity,
            code=code,
            maker=mine.site.maker,
            made_on=made_on,
            approved_by=approved_by,
        )
