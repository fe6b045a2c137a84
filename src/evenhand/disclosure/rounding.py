"""Controlled rounding: every shown count to a multiple beside it, so that all sums between them still hold.

A count that is a multiple stays (zero-restricted: Cox 1987, Journal of the American Statistical Association
82; Salazar-Gonzalez 2006, Statistics and Computing 16), all tables are rounded at once, and they move as
little as can be. It is found over multiples as the first world is over counts: a linear programme for all
that hangs together, and whole numbers around what is not whole. Where no such table is found, multiples one
further on are taken for as few counts as can be, if the policy has that leeway; else nothing is published.

The same counts give the same table: nothing is drawn. A reader takes a shown multiple for any count that the
policy could move to it. They know the method too, and that another table would have come of some of those
counts, since it moves as little as can be. That rest of knowledge is not reckoned with: nobody can use it
without trying the method on all counts there could be at once. Only a count that is in no sum goes to its
nearest multiple for certain: of it no more is left than plain rounding leaves, of a 0 by 5 the counts 0 to 2.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

import numpy as np

from evenhand.disclosure.before import Before
from evenhand.disclosure.cells import Flags, Integers
from evenhand.disclosure.first import FAR, Range, first_world, near
from evenhand.disclosure.proposal import reader_of
from evenhand.disclosure.reader import Reader
from evenhand.disclosure.system import UNBOUNDED, System, bounds, nearly_none
from evenhand.disclosure.windows import Windows
from evenhand.disclosure.worlds import Walk, go_on, move_many

FURTHER = 1_000.0
"""What it costs to take a multiple one further on, in units of counts."""

Ends: TypeAlias = tuple[Integers, Integers]
"""From what to what each may be."""


def rounded_together(system: System, before: Before) -> tuple[System, Integers]:
    """The system with its counts shown as multiples, and with what a reader then knows of each.

    What was shown before under the same policy, and still may be, is shown again; where no multiples add up
    with all of that, only what was shown as 0 or the base. Besides, the cells in sums that do not hold: none
    where such multiples were found.
    """
    base, again = system.policy.rounding_base, before.as_before
    least, most = sides = _sides(system, before)
    again = np.where((least <= again // base) & (again // base <= most), again, -1)
    small = np.where(again <= base, again, -1)
    values = np.zeros(len(again), dtype=np.int64)
    for kept, leeway in dict.fromkeys(((0, 1), (0, system.policy.leeway), (1, system.policy.leeway))):
        values = _in_multiples(system, replace(before, as_before=small if kept else again), sides, leeway)
        if not np.any(system.matrix @ values):
            break
    left = np.flatnonzero(system.matrix @ values)
    shown = np.where(system.shown < 0, -1, values * base)
    return _known(system, shown, before), np.unique(system.matrix[left].indices)


def _in_multiples(system: System, before: Before, sides: Ends, leeway: int) -> Integers:
    """Multiples of the base for all counts, each within the leeway; they add up where such were found."""
    nearest = _nearest(system, before, sides)
    ranges = [_multiples(system, before, sides, nearest, each) for each in range(1, leeway + 1)]
    return near(nearest, ranges, system.lean)


def _nearest(system: System, before: Before, sides: Ends) -> Integers:
    """The multiple nearest to each count, or as before; of one that is not shown today, to what was shown."""
    base = system.policy.rounding_base
    middle = np.where(_told(system, before), before.low + before.high, 0)
    twice = np.where(system.shown < 0, middle, 2 * system.truth)
    again = before.as_before >= 0
    on_its_side = np.clip((twice + base) // (2 * base), *sides)
    return np.where(again, before.as_before // base, on_its_side)


def _sides(system: System, before: Before) -> Ends:
    """The least and the most multiple that lie on that side of each revised figure where the count does.

    A reader takes it to lie on the side of what is shown. A count between two figures is let be: no side is
    right, and `refuse_known` refuses it.
    """
    base = system.policy.rounding_base
    least, most = np.zeros(len(system.truth), dtype=np.int64), np.full(len(system.truth), UNBOUNDED)
    cell, _table, low, high = before.revised[before.revised[:, 1] >= 0].T
    above = high < system.truth[cell]
    np.maximum.at(least, cell[above], -(-(low + high)[above] // (2 * base)))
    np.minimum.at(most, cell[~above], (low + high - 1)[~above] // (2 * base))
    between = least > most
    return np.where(between, 0, least), np.where(between, UNBOUNDED, most)


def _told(system: System, before: Before) -> Flags:
    """The counts of which earlier releases showed a multiple."""
    return before.high - before.low <= 2 * system.policy.largest_change


def _multiples(system: System, before: Before, sides: Ends, nearest: Integers, leeway: int) -> Range:
    """From which to which multiple each count may become, and what one farther from the nearest costs.

    A count that is not shown today may be anything that it may have been before, and a little besides.
    """
    base, count, free = system.policy.rounding_base, system.truth, system.shown < 0
    reach = leeway * base - 1
    low, high = np.maximum(-((reach - count) // base), 0), (count + reach) // base
    cost = base - 2.0 * np.abs(count - nearest * base) if leeway == 1 else np.full(len(count), FURTHER)
    most = int(nearest.sum()) + FAR
    low, high = np.where(free, before.low // base, low), np.where(free, -(-before.high // base), high)
    cost = np.where(free, np.where(_told(system, before), float(base), 0.0), cost)
    low, high = (np.clip(each, *sides) for each in (low, high))
    again = before.as_before >= 0
    low, high = np.where(again, nearest, low), np.where(again, nearest, np.minimum(high, most))
    return low, high, cost


def _known(system: System, shown: Integers, before: Before) -> System:
    """The system as readers see it, who have all that was shown before.

    A revised figure that could still hold is known to hold no more, since it would have been shown again: the
    count lies beyond its range, on the side of what is shown.
    """
    policy, there = system.policy, shown >= 0
    ends = bounds(shown, policy)
    low = np.where(there, np.maximum(system.low, ends[0]), system.low)
    high = np.where(there, np.minimum(system.high, ends[1]), system.high)
    revised = before.revised[before.revised[:, 1] >= 0]
    cell, _table, was_low, was_high = revised[_overlap(revised, ends)].T
    above = was_low + was_high <= 2 * shown[cell]
    np.maximum.at(low, cell[above], was_high[above] + 1)
    np.minimum.at(high, cell[~above], was_low[~above] - 1)
    near_none = there & nearly_none(*ends, policy)
    return replace(system, shown=shown, low=low, high=high, near=system.near | (near_none & ~before.none))


def _overlap(revised: Integers, ends: Ends) -> Flags:
    """Which revised figures agree with what is shown now."""
    cell, _table, was_low, was_high = revised.T
    return (was_low <= ends[1][cell]) & (ends[0][cell] <= was_high)


def worlds_around(system: System, windows: Windows, before: Before, seed: int) -> tuple[Integers, Walk]:
    """The world that is shown, and a walk from there.

    A world stays one where any incident there could be is counted so often more that every count it is in
    is at most the largest that could stand for what is shown. So whatever is made of incidents is safe, and a
    place of which nothing is shown that is not has none: a ward and a tenth of deprivation that do not meet.
    So the walk keeps to 0 wherever the world that is shown has it and nothing else tells of the place, as far
    as that leaves enough. What has to move then may be left too near: then it is 0 in a walk of its own, and
    other ways are looked for. Not where earlier releases tell more.
    """
    reader = reader_of(system, np.zeros(len(system.truth), dtype=bool))
    begun = first_world(reader, system.shown)
    unseen = ~reader.guarded & (begun == 0) & reader.unseen & (not _tells_more(system, before))
    walk = Walk(_with_none(reader, unseen), begun)
    _again_and_again(walk, begun, windows, seed)
    empty = np.zeros(len(begun), dtype=bool)
    if walk.unsafe.any() and unseen.any():
        walk.reader = reader
        _again_and_again(walk, begun, windows, seed)
    while (more := walk.unsafe & unseen & ~empty).any():
        empty |= more
        walk = Walk(_with_none(reader, empty), begun)
        _again_and_again(walk, begun, windows, seed)
    walk.reader = reader
    return begun, walk


def _with_none(reader: Reader, empty: Flags) -> Reader:
    """A reader who takes these counts for 0."""
    return replace(reader, high=np.where(empty, 0, reader.high))


def _again_and_again(walk: Walk, begun: Integers, windows: Windows, seed: int) -> None:
    """Walk on until each guarded cell is safe, from the world that is shown whenever no more is found.

    There every count has room above it. Few at a time: programmes for hundreds come out in fractions.
    """
    walk.many = False
    before = len(begun) + 1
    while 0 < (left := int(walk.unsafe.sum())) < before:
        before = left
        walk.back_to(begun)
        move_many(walk, windows, seed + left)
    walk.back_to(begun)
    go_on(walk, windows, seed)


def _tells_more(system: System, before: Before) -> bool:
    """Whether earlier releases tell anything that today's tables do not."""
    there = system.shown >= 0
    low, high = bounds(system.shown, system.policy)
    narrower = there & ((system.low > low) | (system.high < high))
    return bool((narrower | (before.told & ~there)).any())
