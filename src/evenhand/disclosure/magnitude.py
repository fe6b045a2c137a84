"""Magnitudes: sums over few bodies or people, such as money by recipient, and which of them are hidden.

Where one or two make up nearly all of a sum, the sum tells each of them what the other has. What is hidden
here is hidden by itself: no further sums are hidden so that it stays so. So where a hidden sum could be told
from others, of this release or an earlier one, the gate refuses. A sum that was shown as another before is
hidden: what changed may be what one of them has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from evenhand.disclosure.cells import Flags, Integers, integers
from evenhand.disclosure.earlier import Earlier
from evenhand.disclosure.partition import AREA
from evenhand.disclosure.primary import dominated, nearly_told
from evenhand.disclosure.states import HIDDEN, NOT_KNOWN, SHOWN, States
from evenhand.disclosure.summed import (
    Place,
    Summed,
    changed_since,
    nested,
    places,
    refuse_shown,
    summed_before,
)
from evenhand.errors import Refused
from evenhand.measure import Measure
from evenhand.rules.policy import Policy
from evenhand.tables.schema import Column, Role, Schema


@dataclass(frozen=True)
class Beside:
    """What else tells of sums: the measures of this release, and the tables published before, of any."""

    today: tuple[Measure, ...]
    measures: Mapping[str, Measure]
    earlier: Sequence[Earlier] = ()


def magnitude_states(
    table: pa.Table,
    measure: Measure,
    counts: Mapping[str, States],
    policy: Policy,
    beside: Beside,
) -> dict[str, States]:
    """The state of each magnitude of a table, by column; `counts` gives those of its counts.

    Hidden where the number of those who have a part in it is, where the policy's rules for sums say so, or
    where it was another before.
    Raises Refused where the policy has no such rule, where a sum to be hidden was shown before, or where
    anything adds up that could tell one.
    """
    found: dict[str, States] = {}
    for column in measure.result.with_role(Role.MAGNITUDE):
        values = integers(table[column.name])
        hidden = np.zeros(len(values), dtype=bool)
        if not policy.changes_nothing:
            before = summed_before(_of(column), beside.earlier, beside.measures)
            where = places(table, column, measure.result)
            hidden = _sensitive(table, column, measure.result, policy)
            for name in column.derived_from:
                hidden |= counts[name] == HIDDEN
            refuse_shown(where, f"{measure.name}.{column.name}", hidden, before)
            hidden |= (values >= 0) & changed_since(where, values, before)
            if hidden.any() or any(each.hides for each in before):
                _refuse_told(column, table, measure, (beside.today, before, where))
        states = np.where(hidden, HIDDEN, np.where(values < 0, NOT_KNOWN, SHOWN))
        found[column.name] = states.astype(np.int8)
    return found


def _sensitive(table: pa.Table, column: Column, schema: Schema, policy: Policy) -> Flags:
    """Which sums the policy's own rules hide."""
    if policy.dominance_n is None and policy.p_percent is None:
        raise Refused(
            f"is a sum, and the policy {policy.label} has no rule for sums",
            where=f"{schema.name}.{column.name}",
            next_step="choose a policy with one, such as acro, or publish the counts alone",
        )
    total = integers(table[column.name])
    largest = np.stack([np.maximum(integers(table[name]), 0) for name in column.contributions], axis=1)
    if (np.diff(largest, axis=1) > 0).any() or (largest.sum(axis=1) > np.maximum(total, 0))[total >= 0].any():
        raise Refused(
            "has contributions that are not its largest parts in order",
            where=f"{schema.name}.{column.name}",
            next_step="mend the measure: the largest first, none below 0, together no more than the sum",
        )
    found = np.zeros(len(total), dtype=bool)
    if policy.dominance_n is not None and policy.dominance_percent is not None:
        _refuse_short(column, schema, policy.dominance_n, largest)
        found |= dominated(total, largest, policy.dominance_n, policy.dominance_percent)
    if policy.p_percent is not None:
        _refuse_short(column, schema, 2, largest)
        found |= nearly_told(total, largest, policy.p_percent)
    return found & (total >= 0)


def _refuse_short(column: Column, schema: Schema, wanted: int, largest: Integers) -> None:
    if largest.shape[1] < wanted:
        raise Refused(
            f"gives {largest.shape[1]} of its largest parts, and the policy asks for {wanted}",
            where=f"{schema.name}.{column.name}",
            next_step="add a column for each to the measure, and name it in contributions",
        )


def _of(column: Column) -> str:
    assert column.counted is not None, f"{column.name} came through the gate"  # noqa: S101
    return column.counted.of


def _refuse_told(
    column: Column,
    table: pa.Table,
    measure: Measure,
    others: tuple[tuple[Measure, ...], list[Summed], list[Place]],
) -> None:
    """Raise Refused where a hidden sum may follow from others: of its table, or of another one.

    `others` are the measures of this release, what earlier tables have of the same, and where sums are.
    """
    today, before, where = others
    levels = set(table["area_level"].to_pylist()) if "area_level" in table.column_names else set[str]()
    several = [AREA] if AREA in table.column_names and not levels else []
    if len(levels.union(*(each.levels for each in before))) > 1:
        several.append("area_level")
    if nested([*where, *(place for each in before for place in each.sums)]):
        several.append("period")
    tables = [
        other.name
        for other in today
        for each in other.result.with_role(Role.MAGNITUDE)
        if (other.name, each.name) != (measure.name, column.name) and _of(each) == _of(column)
    ]
    tables += [each.by.words for each in before if (each.by.measure, each.column) != (measure.name, column)]
    if measure.sums_over or several or tables:
        why = [*measure.sums_over, *several, *tables][0]
        raise Refused(
            f"has sums that must stay hidden, and others could tell them (they add up over {why})",
            where=f"{measure.name}.{column.name}",
            next_step="publish one kind of area and period, without totals, in one table; or larger groups",
        )


def without_contributions(table: pa.Table, schema: Schema) -> tuple[pa.Table, Schema]:
    """The table and its schema without what only the gate may see."""
    private = [column.name for column in schema.with_role(Role.CONTRIBUTION)]
    kept = tuple(column for column in schema.columns if column.name not in private)
    return table.drop_columns(private), replace(schema, columns=kept)
