"""The gate: the one way from a measure's result to something that may be published."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
import pyarrow as pa

from evenhand.disclosure.audit import Knowledge, worked_out
from evenhand.disclosure.fitness import fit
from evenhand.disclosure.partition import Partition, axes
from evenhand.disclosure.primary import (
    HIDDEN,
    NOT_KNOWN,
    Integers,
    States,
    as_words,
    bounds,
    count_states,
    derived_states,
    integers,
    protected,
    rounded,
)
from evenhand.disclosure.release import _SEAL, Release  # pyright: ignore[reportPrivateUsage]
from evenhand.disclosure.sums import Sums, sums
from evenhand.errors import Refused
from evenhand.measure import Measure
from evenhand.rules.policy import Policy
from evenhand.tables.schema import Role

NEXT_STEP = "choose a coarser level or a longer period"


def release(
    result: pa.Table, measure: Measure, policy: Policy, partitions: tuple[Partition, ...], definition: str
) -> Release:
    """The result as the policy lets it be seen, in key order, with the state of every protected cell.

    `partitions` say which areas and periods add up to which; those along dimensions that the measure
    does not sum over are left aside. Raises Refused where a column is not classified, a policy does not
    fit, or a hidden cell could be worked out from what is shown.
    """
    schema = measure.result
    table = fit(result, measure)
    counts = {column.name: integers(table[column.name]) for column in schema.with_role(Role.COUNT)}
    states = {name: count_states(values, policy) for name, values in counts.items()}
    for column in schema.with_role(Role.DERIVED):
        states[column.name] = derived_states(column, table, schema, states, policy)
    if any((states[name] == HIDDEN).any() for name in counts):
        _audit(table, measure, policy, partitions)
    return Release(
        measure=measure.name,
        title=measure.title,
        schema=schema,
        table=protected(table, schema, states, policy),
        cells=MappingProxyType({column: as_words(of_column) for column, of_column in states.items()}),
        policy=policy.label,
        definition=definition,
        seal=_SEAL,
    )


def _audit(table: pa.Table, measure: Measure, policy: Policy, partitions: tuple[Partition, ...]) -> None:
    """Raise Refused where a hidden count has only one value that fits what is shown."""
    used = tuple(partition for partition in partitions if partition.dimension in measure.sums_over)
    _structure_given(table, measure, used)
    structure = sums(table, measure.result, used)
    counts = _flat(table, measure)
    knowledge = _knowledge(counts, structure, policy)
    _must_hold(structure, knowledge, table, measure)
    found = worked_out(structure, _without_nulls(structure, knowledge))
    if found is not None:
        how = [structure.why[number] for number in np.unique(structure.number[structure.cell == found])]
        raise Refused(
            f"the hidden count can be worked out: {'; '.join(dict.fromkeys(how))}",
            where=_where(found, table, measure),
            next_step=NEXT_STEP,
        )


def _structure_given(table: pa.Table, measure: Measure, used: tuple[Partition, ...]) -> None:
    given = {partition.dimension for partition in used}
    for axis in axes(table, measure.result):
        if axis.dimension in measure.sums_over and axis.dimension not in given and len(axis.places) > 1:
            raise Refused(
                f"has hidden counts that add up over {axis.dimension}, and no partition says to what",
                where=measure.name,
                next_step="give the gate the partitions of the areas and periods published",
            )


def _flat(table: pa.Table, measure: Measure) -> Integers:
    columns = measure.result.with_role(Role.COUNT)
    return np.concatenate([integers(table[column.name]) for column in columns])


def _knowledge(counts: Integers, structure: Sums, policy: Policy) -> Knowledge:
    """What a reader knows of the cells of the table, and of the cells that are not in it: nothing."""
    states: States = count_states(counts, policy)
    low, high = (ends.astype(float) for ends in bounds(rounded(counts, policy), policy))
    hidden, unknown = states == HIDDEN, states == NOT_KNOWN
    low[hidden], high[hidden] = policy.hide_from or 0, policy.hide_to or 0
    low[unknown], high[unknown] = 0, np.inf
    absent = max(int(structure.cell.max(initial=-1)) + 1 - structure.present, 0)
    return Knowledge(
        np.r_[low, np.zeros(absent)],
        np.r_[high, np.full(absent, np.inf)],
        np.r_[hidden, np.zeros(absent, dtype=bool)],
        np.r_[counts, np.full(absent, -1)],
    )


def _must_hold(structure: Sums, knowledge: Knowledge, table: pa.Table, measure: Measure) -> None:
    """Raise Refused for a whole that its parts do not add up to: the audit would prove nothing."""
    difference, whole_known, all_known = _differences(structure, knowledge)
    wrong = whole_known & ((difference > 0) | (all_known & (difference != 0)))
    if wrong.any():
        number = int(np.flatnonzero(wrong)[0])
        whole = int(structure.cell[(structure.number == number) & (structure.sign < 0)][0])
        raise Refused(
            f"it is not so that {structure.why[number]}",
            where=_where(whole, table, measure),
            next_step="correct the partition, or take the dimension out of the measure's sums_over",
        )


def _differences(structure: Sums, knowledge: Knowledge) -> tuple[Integers, Integers, Integers]:
    """For each sum: known parts less the whole; is the whole known; is everything known."""
    count = len(structure.why)
    known = knowledge.truth[structure.cell] >= 0
    values = np.where(known, knowledge.truth[structure.cell], 0) * structure.sign
    difference = np.bincount(structure.number, values, minlength=count)
    unknown = np.bincount(structure.number, ~known, minlength=count)
    unknown_whole = np.bincount(structure.number, ~known & (structure.sign < 0), minlength=count)
    return difference, unknown_whole == 0, unknown == 0


def _without_nulls(structure: Sums, knowledge: Knowledge) -> Knowledge:
    """A whole that its known parts make up leaves nothing for parts not supplied: a reader may guess so."""
    difference, whole_known, _ = _differences(structure, knowledge)
    complete = (whole_known & (difference == 0))[structure.number]
    not_supplied = (structure.cell < structure.present) & (knowledge.truth[structure.cell] < 0)
    high = knowledge.high.copy()
    high[structure.cell[complete & not_supplied]] = 0
    return Knowledge(knowledge.low, high, knowledge.hidden, knowledge.truth)


def _where(cell: int, table: pa.Table, measure: Measure) -> str:
    """The measure, count column and key of a cell, in words."""
    columns = measure.result.with_role(Role.COUNT)
    row = cell % max(table.num_rows, 1)
    if cell >= len(columns) * table.num_rows:
        return measure.name
    key = ", ".join(f"{name} {table[name][row].as_py()}" for name in measure.result.key)
    return f"{measure.name}.{columns[cell // table.num_rows].name} at {key}"
