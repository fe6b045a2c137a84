"""The audit: a table is refused where a hidden count could be worked out, with the cell and the sum."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from evenhand.disclosure.attack import worked_out
from evenhand.disclosure.partition import Partition, axes
from evenhand.disclosure.primary import HIDDEN, NOT_KNOWN, Integers, bounds, count_states, integers, rounded
from evenhand.disclosure.sums import Sums, sums
from evenhand.disclosure.system import Flags, Knowledge
from evenhand.errors import Refused
from evenhand.measure import Measure
from evenhand.rules.policy import Policy
from evenhand.tables.schema import Role


def audit(table: pa.Table, measure: Measure, policy: Policy, partitions: tuple[Partition, ...]) -> None:
    """Do nothing where every hidden count keeps two possible values at least.

    `table` holds the true counts in key order. Raises Refused for a hidden count that can be worked out,
    for a partition that does not hold, and where the measure sums over a dimension of which no partition
    is given.
    """
    used = tuple(partition for partition in partitions if partition.dimension in measure.sums_over)
    _all_given(table, measure, used)
    structure = sums(table, measure.result, used)
    knowledge = _knowledge(_counts(table, measure), structure, policy)
    knowledge = _told_by_nulls(structure, knowledge, _must_hold(structure, knowledge, table, measure))
    try:
        found = worked_out(structure, knowledge)
    except Refused as cannot_tell:
        raise Refused(cannot_tell.what, where=measure.name, next_step=cannot_tell.next_step) from None
    if found is not None:
        how = dict.fromkeys(structure.why[number] for number in found[1])
        raise Refused(
            f"the hidden count can be worked out, since {' and '.join(how)}",
            where=_where(found[0], table, measure),
            next_step="see another measure, or publish open data under the policy open-data",
        )


def _all_given(table: pa.Table, measure: Measure, used: tuple[Partition, ...]) -> None:
    given = {partition.dimension for partition in used}
    for axis in axes(table, measure.result):
        if axis.dimension in measure.sums_over and axis.dimension not in given and len(axis.places) > 1:
            raise Refused(
                f"has hidden counts that add up over {axis.dimension}, and no partition says to what",
                where=measure.name,
                next_step="see another measure: this one cannot be judged under a policy that hides yet",
            )


def _counts(table: pa.Table, measure: Measure) -> Integers:
    """The counts, column after column, -1 for null: the order of cells in Sums."""
    columns = measure.result.with_role(Role.COUNT)
    return np.concatenate([integers(table[column.name]) for column in columns])


def _knowledge(counts: Integers, structure: Sums, policy: Policy) -> Knowledge:
    """What a reader knows of the cells of the table; of cells that are not in it, that they are not < 0."""
    states = count_states(counts, policy)
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


def _must_hold(structure: Sums, knowledge: Knowledge, table: pa.Table, measure: Measure) -> Flags:
    """For each sum: do the parts that are known make up the whole?

    Raises Refused for a whole that its parts cannot add up to: the audit would prove nothing.
    """
    count = len(structure.why)
    known = knowledge.truth[structure.cell] >= 0
    values = np.where(known, knowledge.truth[structure.cell], 0) * structure.sign
    over = np.bincount(structure.number, values, minlength=count)
    all_known = np.bincount(structure.number, ~known, minlength=count) == 0
    whole_known = np.bincount(structure.number, ~known & (structure.sign < 0), minlength=count) == 0
    wrong = np.flatnonzero(whole_known & ((over > 0) | (all_known & (over != 0))))
    if len(wrong):
        whole = structure.cell[(structure.number == wrong[0]) & (structure.sign < 0)][0]
        raise Refused(
            f"it is not so that {structure.why[wrong[0]]}",
            where=_where(int(whole), table, measure),
            next_step="correct the partition, or take the dimension out of the measure's sums_over",
        )
    return whole_known & (over == 0)


def _told_by_nulls(structure: Sums, knowledge: Knowledge, complete: Flags) -> Knowledge:
    """Where the known parts make up the whole, a reader may guess that those not supplied add nothing."""
    not_supplied = (structure.cell < structure.present) & (knowledge.truth[structure.cell] < 0)
    high = knowledge.high.copy()
    high[structure.cell[complete[structure.number] & not_supplied]] = 0
    return Knowledge(knowledge.low, high, knowledge.hidden, knowledge.truth)


def _where(cell: int, table: pa.Table, measure: Measure) -> str:
    """The measure, count column and key of a cell, in words."""
    columns = measure.result.with_role(Role.COUNT)
    if cell >= len(columns) * table.num_rows:
        return measure.name
    row = cell % table.num_rows
    key = ", ".join(f"{name} {table[name][row].as_py()}" for name in measure.result.key)
    return f"{measure.name}.{columns[cell // table.num_rows].name} at {key}"
