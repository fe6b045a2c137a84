"""The gate: the one way from a measure's result to something that may be published."""

from __future__ import annotations

from types import MappingProxyType

import pyarrow as pa

from evenhand.disclosure.audit import audit
from evenhand.disclosure.fitness import fit
from evenhand.disclosure.partition import Partition
from evenhand.disclosure.primary import HIDDEN, as_words, count_states, derived_states, integers, protected
from evenhand.disclosure.release import _SEAL, Release  # pyright: ignore[reportPrivateUsage]
from evenhand.measure import Measure
from evenhand.rules.policy import Policy
from evenhand.tables.schema import Role


def release(
    result: pa.Table, measure: Measure, policy: Policy, partitions: tuple[Partition, ...], definition: str
) -> Release:
    """The result as the policy lets it be seen, in key order, with the state of every protected cell.

    `partitions` say which areas and periods add up to which; those along dimensions that the measure
    does not sum over are left aside. Raises Refused where a column is not classified, the result is not
    its schema's, or a hidden count could be worked out from what is shown.

    Judged is this table by itself: hidden counts against its own sums. Rounded counts may be narrowed
    down by sums, and other releases are not looked at.
    """
    schema = measure.result
    table = fit(result, measure)
    states = {
        column.name: count_states(integers(table[column.name]), policy)
        for column in schema.with_role(Role.COUNT)
    }
    if any((of_counts == HIDDEN).any() for of_counts in states.values()):
        audit(table, measure, policy, partitions)
    for column in schema.with_role(Role.DERIVED):
        states[column.name] = derived_states(column, table, schema, states, policy)
    return Release(
        measure=measure.name,
        title=measure.title,
        schema=schema,
        table=protected(table, schema, states, policy),
        cells=MappingProxyType({name: as_words(of_column) for name, of_column in states.items()}),
        policy=policy.label,
        definition=definition,
        seal=_SEAL,
    )
