"""The gate: the one way from the results of measures to something that may be published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import pyarrow as pa

from evenhand.disclosure.before import Before, joined
from evenhand.disclosure.calendar import of_months
from evenhand.disclosure.cells import Cells, Flags, Integers, cells, integers
from evenhand.disclosure.certified import certified
from evenhand.disclosure.differencing import small_between
from evenhand.disclosure.earlier import Earlier, Scope, keys
from evenhand.disclosure.first import first_world
from evenhand.disclosure.fitness import fit
from evenhand.disclosure.magnitude import Beside, magnitude_states, without_contributions
from evenhand.disclosure.partition import Partition
from evenhand.disclosure.pieces import pieces
from evenhand.disclosure.primary import of_one_kind
from evenhand.disclosure.proof import Proof, proof
from evenhand.disclosure.proposal import Proposal, proposal, reader_of
from evenhand.disclosure.refusals import (
    refuse_known,
    refuse_left,
    refuse_narrow,
    refuse_too_many,
    revised_since,
    revised_with,
    told_by,
    what_next,
)
from evenhand.disclosure.release import _SEAL, Release  # pyright: ignore[reportPrivateUsage]
from evenhand.disclosure.revised import times
from evenhand.disclosure.rounding import rounded_together, worlds_around
from evenhand.disclosure.scopes import between, listed, of_data, with_scopes
from evenhand.disclosure.search import hide_more
from evenhand.disclosure.singletons import close, open_sums
from evenhand.disclosure.states import (
    States,
    as_words,
    count_states,
    derived_states,
    inexact_beneath,
    protected,
)
from evenhand.disclosure.sums import Sums, sums
from evenhand.disclosure.suppression import secondary
from evenhand.disclosure.system import System, system
from evenhand.disclosure.vintages import Settled, settled
from evenhand.disclosure.windows import Windows, windows
from evenhand.disclosure.worlds import Walk, go_on
from evenhand.errors import Refused
from evenhand.measure import Measure
from evenhand.rules.policy import Policy
from evenhand.tables.schema import Role

SEED = 0
IN_VAIN, HELPED = 8, 0.7
"""Times that more is hidden in vain before the gate refuses: so that more than this share is unsafe still."""


@dataclass(frozen=True)
class Judged:
    """What may be published: a release for each measure, and the proof that they are safe together.

    `small` says, for each measure and count column, which rows the policy itself hides: for the partnership's
    own review, never for publication. There is no proof where the policy changes nothing. `told_to_ones` is
    how many sums tell somebody behind a hidden 1 another count, where nothing was left to hide.
    """

    releases: dict[str, Release]
    small: Mapping[tuple[str, str], Flags]
    proof: Proof | None = None
    told_to_ones: int = 0


@dataclass(frozen=True)
class _Problem:
    """All that the tables say together: their cells, the sums among them, and what a reader knows."""

    cells: Cells
    sums: Sums
    system: System
    windows: Windows
    before: Before
    partitions: tuple[Partition, ...]
    exact: Flags
    """Counts that sums of what counts were take for shown exactly."""

    @property
    def all_of_it(self) -> tuple[Cells, Sums, System, Before]:
        """What others are to look at."""
        return self.cells, self.sums, self.system, self.before

    @property
    def same_counts(self) -> bool:
        """Whether every count was published before, and no other one can be tied to them."""
        told = self.before.told[: len(self.cells.code)] | (self.cells.count < 0)
        return bool(self.before.earlier) and bool(told.all()) and not self.cells.held.any()


def judge(
    results: Mapping[str, pa.Table],
    measures: Mapping[str, Measure],
    policy: Policy,
    partitions: tuple[Partition, ...],
    definition: str,
    earlier: Sequence[Earlier] = (),
    scopes: Mapping[str, Scope] = MappingProxyType({}),
) -> Judged:
    """The results as the policy lets them be seen together, in key order, with the state of each cell.

    `partitions` say which areas and periods add up to which. A count that stands in several tables is one
    cell, shown in all of them or in none. `earlier` are the tables of all releases before: what is hidden
    stays so for a reader who has them all. `scopes` say what each measure counts, so that tables under
    another definition are told from those of other data. Raises Refused where a column is not classified, a
    result is not its schema's, tables or sums contradict each other, or a hidden count cannot be kept safe.
    """
    tables = {name: fit(results[name], measures[name]) for name in results}
    if policy.changes_nothing:
        hidden = {which: np.zeros(len(tables[which[0]]), dtype=bool) for which in _counts(measures, tables)}
        as_it_is = {(name, column): integers(tables[name][column]) for name, column in hidden}
        made = _released(tables, measures, policy, hidden, (as_it_is, hidden, definition, ()))
        return Judged(made, MappingProxyType({}))
    of_same = of_data(earlier, definition, scopes)
    before = [(each, keys(each, measures)) for each in of_same]
    over_scopes, parts = between(measures, scopes, of_same)
    measures = with_scopes(measures, of_same)
    told = [(each.reads_as, table) for each, table in before]
    partitions = (*partitions, *of_months(told, tables, measures), *over_scopes)
    problem = _problem(tables, measures, policy, partitions, before)
    hidden, found = _hidden(problem, tables, measures)
    while (hidden & problem.exact).any():
        # They may have been others then, and nobody would see that they were revised.
        problem = _problem(tables, measures, policy, partitions, before, hidden)
        hidden, found = _hidden(problem, tables, measures)
    found = found.after(certified(problem.all_of_it, hidden, earlier, measures) | {"scopes": listed(parts)})
    by_column = {which: hidden[cell] for which, cell in problem.cells.of.items()}
    by_policy = problem.system.small & ~problem.before.kept
    small = {which: by_policy[cell] for which, cell in problem.cells.of.items()}
    inexact = hidden | (problem.system.low < problem.system.high)
    beneath = inexact_beneath(problem.sums, inexact, len(problem.system.truth))
    under = {which: beneath[cell] for which, cell in problem.cells.of.items()}
    shown = {which: problem.system.shown[cell] for which, cell in problem.cells.of.items()}
    made = _released(tables, measures, policy, by_column, (shown, under, definition, of_same))
    return Judged(made, MappingProxyType(small), found, len(open_sums(problem.system, hidden)))


def _counts(measures: Mapping[str, Measure], tables: Mapping[str, pa.Table]) -> list[tuple[str, str]]:
    return [(name, column.name) for name in tables for column in measures[name].result.with_role(Role.COUNT)]


def _problem(
    tables: dict[str, pa.Table],
    measures: Mapping[str, Measure],
    policy: Policy,
    partitions: tuple[Partition, ...],
    earlier: list[tuple[Earlier, pa.Table]],
    hidden: Flags | None = None,
) -> _Problem:
    """All that the tables say together, where at least those cells are hidden."""
    told = [(each.reads_as, table) for each, table in earlier]
    releases = [each for each, _ in earlier]
    as_it_was = tuple(times(releases))
    held, before = joined(cells(tables, measures, partitions, told, as_it_was), releases, partitions, policy)
    among = sums(held, measures, partitions)
    if among.too_many:
        partitions = (*partitions, *pieces(held, partitions))
        every = cells(tables, measures, partitions, told, as_it_was)
        held, before = joined(every, releases, partitions, policy)
        among = sums(held, measures, partitions, in_pieces=True)
        refuse_too_many(among, before)
    found, of_today = None, len(held.code)
    hidden = np.zeros(of_today, dtype=bool) if hidden is None else hidden[:of_today]
    if earlier and not among.contradicted:
        found = settled(held, among, policy, before, hidden)
    if earlier and found is None:
        among = sums(held, measures, partitions, earlier_kinds=False, in_pieces=among.in_pieces)
        found = settled(held, among, policy, before, hidden)
        if found is None:
            raise AssertionError("today's counts contradict each other")
    count = len(held.code) + len(among.absent)
    none = np.zeros(count, dtype=bool)
    found = found or Settled(among, system(held, among, policy), before.padded(count), none)
    among, built, before = found.sums, found.system, found.before
    if policy.controlled:
        built, left = rounded_together(built, before)
        refuse_left((held, among), policy, before, left)
    built = replace(built, between=small_between(among, built.matrix, built.truth, policy))
    if policy.group:
        alone = np.pad(of_one_kind(held, measures), (0, len(among.absent)))
        built = replace(built, small=built.small | alone)
        before = replace(before, kept=before.kept & ~alone)
    return _Problem(held, among, built, windows(held, among, built), before, partitions, found.exact)


def _hidden(
    problem: _Problem,
    tables: dict[str, pa.Table],
    measures: Mapping[str, Measure],
) -> tuple[Flags, Proof]:
    """The cells that are hidden, with the proof from what is published alone that they stay so."""
    refuse_known(problem.cells, problem.system, problem.before)
    refuse_narrow(problem.cells, problem.sums, problem.before, problem.system.policy)
    if problem.system.policy.controlled:
        hidden = np.zeros(len(problem.system.truth), dtype=bool)
        begun, walk = worlds_around(problem.system, problem.windows, problem.before, SEED)
    else:
        hidden, begun, walk = _hidden_enough(problem)
    _refuse(problem, hidden, np.flatnonzero(walk.unsafe))
    if not walk.holds:
        raise AssertionError("a step between worlds does not fit a sum that follows from others")
    return hidden, proof(
        problem.cells,
        problem.sums,
        (begun, walk),
        (tables, measures, problem.partitions, problem.system.policy),
    )


def _hidden_enough(problem: _Problem) -> tuple[Flags, Integers, Walk]:
    """What is hidden, the first world and the walk, more being hidden where a cell is not safe."""
    # What was hidden before will do where it can: publishing the same again changes nothing.
    again = problem.same_counts
    of = problem.system, problem.windows
    draft = proposal(problem.system) if again else secondary(*of, SEED)
    begun, walk = _walked(problem, draft, hurried=not again)
    if again and walk.unsafe.any():
        draft = secondary(*of, SEED)
        begun, walk = _walked(problem, draft, hurried=True)
    hidden, more = draft.hidden.copy(), bool(walk.unsafe.any())
    attempt, in_vain, helped = 0, 0, True
    while walk.unsafe.any() and in_vain < IN_VAIN:
        left = int(walk.unsafe.sum())
        hide_more(draft, walk, problem.windows, (SEED, attempt))
        if attempt == 0:
            # Not for ever: what is hidden for a sum's ones has to be safe itself.
            close(draft)
        walk.reader = reader_of(problem.system, draft.hidden)
        attempt += 1
        go_on(walk, problem.windows, attempt, hurried=helped and in_vain < IN_VAIN - 1)
        helped = int(walk.unsafe.sum()) < HELPED * left
        in_vain += not helped
    if not walk.unsafe.any() and more and (walk.many or not np.array_equal(hidden, draft.hidden)):
        # The proof is of what is hidden, not of how that came about, so that it is the same another time.
        anew = _walked(problem, draft, hurried=False)
        begun, walk = (begun, walk) if anew[1].unsafe.any() else anew
    return draft.hidden, begun, walk


def _walked(problem: _Problem, draft: Proposal, *, hurried: bool) -> tuple[Integers, Walk]:
    """The first world, and a walk from there, for a reader of what the draft leaves to be seen."""
    reader = reader_of(problem.system, draft.hidden)
    begun = first_world(reader)
    walk = Walk(reader, begun)
    go_on(walk, problem.windows, SEED, hurried=hurried)
    return begun, walk


def _refuse(problem: _Problem, hidden: Flags, unsafe: Integers) -> None:
    """Raise Refused where a hidden count can be worked out: it, a sum it is in, and an earlier release."""
    if not len(unsafe):
        return
    cell = int(unsafe[0])
    code = problem.sums.codes(problem.cells)[cell]
    why = {problem.sums.why[number] for number in problem.sums.number[problem.sums.cell == cell]}
    with_it = told_by(problem.all_of_it, cell)
    revised = revised_with(problem.all_of_it, hidden, unsafe)
    raise Refused(
        f"{len(unsafe):,} counts that must stay hidden could be worked out or nearly so: "
        + (f"{sorted(why)[0]}" if why else "nothing else is hidden with them")
        + with_it
        + revised_since(problem.cells, revised),
        where=problem.cells.words(int(code)),
        next_step=what_next(problem.before, revised),
    )


def _released(
    tables: dict[str, pa.Table],
    measures: Mapping[str, Measure],
    policy: Policy,
    hidden: Mapping[tuple[str, str], Flags],
    more: tuple[Mapping[tuple[str, str], Integers], Mapping[tuple[str, str], Flags], str, Sequence[Earlier]],
) -> dict[str, Release]:
    """A release for each measure.

    `more`: what is shown of each count, what is inexact beneath it, the definition, and earlier tables.
    """
    shown, beneath, definition, earlier = more
    made: dict[str, Release] = {}
    beside = Beside(tuple(measures[name] for name in tables), measures, earlier)
    for name, table in tables.items():
        schema = measures[name].result
        states: dict[str, States] = {}
        below = {column.name: beneath[(name, column.name)] for column in schema.with_role(Role.COUNT)}
        as_shown = {column.name: shown[(name, column.name)] for column in schema.with_role(Role.COUNT)}
        for column, its in as_shown.items():
            states[column] = count_states(its, hidden[(name, column)], policy)
        states |= magnitude_states(table, measures[name], states, policy, beside)
        below |= {
            column.name: np.full(len(table), not policy.changes_nothing)
            for column in schema.with_role(Role.MAGNITUDE)
        }
        for column in schema.with_role(Role.DERIVED):
            states[column.name] = derived_states(column, table, schema, (states, below), policy)
        table, schema = without_contributions(protected(table, schema, states, as_shown), schema)
        made[name] = Release(
            measure=name,
            title=measures[name].title,
            schema=schema,
            table=table,
            cells=MappingProxyType({each: as_words(of_column) for each, of_column in states.items()}),
            policy=policy.label,
            definition=definition,
            seal=_SEAL,
        )
    return made


def release(
    result: pa.Table, measure: Measure, policy: Policy, partitions: tuple[Partition, ...], definition: str
) -> Release:
    """The release of one result that is published by itself. Raises Refused as `judge` does."""
    return judge({measure.name: result}, {measure.name: measure}, policy, partitions, definition).releases[
        measure.name
    ]
