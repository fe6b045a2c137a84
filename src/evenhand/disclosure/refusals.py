"""Refusals: which earlier release gives a count away, and which count."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np

from evenhand.disclosure.before import Before
from evenhand.disclosure.cells import COUNTED, Cells, Flags, Integers
from evenhand.disclosure.partition import PERIOD
from evenhand.disclosure.solver import LESS, WITHOUT
from evenhand.disclosure.sums import Sums
from evenhand.disclosure.system import UNBOUNDED, System, entries, linked
from evenhand.errors import Refused
from evenhand.rules.policy import Policy

MOST_NAMED = 3
"""Periods that a refusal names."""


def refuse_known(cells: Cells, system: System, before: Before) -> None:
    """Refuse to hide what an earlier release showed, or nearly so. Raises Refused, naming both."""
    told = before.told.copy()
    told[before.revised[before.revised[:, 1] >= 0, 0]] = True
    told &= system.truth >= 0
    narrow = system.near & (system.high - system.low < system.policy.protection) & ~before.guarded
    # A count between two figures that it was is on the side of neither.
    lost = (system.truth >= 0) & ((system.truth < system.low) | (system.truth > system.high))
    nothing_left = system.policy.controlled & (lost | (system.low > system.high))
    known = np.flatnonzero((system.small & ~system.hideable) | (told & narrow) | nothing_left)
    if not len(known):
        return
    first = int(known[0])
    by = before.by[first]
    was = before.revised[before.revised[:, 0] == first]
    release = before.earlier[by if by >= 0 else int(was[0, 1])]
    low, high = (before.low[first], before.high[first]) if by >= 0 and not len(was) else was[0, 2:]
    shown = f"as {low:,}" if low == high else f"to be {low:,} to {high:,}"
    if before.none[first]:
        shown = "to be 0, by leaving it out beside others of its place"
    many = f"{len(known):,} counts that must be hidden were" if len(known) > 1 else "a count to be hidden was"
    raise Refused(
        f"{many} shown before, or nearly so: {release.words} showed this one {shown}",
        where=cells.words(int(cells.code[first])),
        next_step=f"publish under the policy it was shown under, or {WITHOUT}",
    )


def refuse_narrow(cells: Cells, among: Sums, before: Before, policy: Policy) -> None:
    """Refuse sums over counts of which another policy left less open than this one would. Raises Refused."""
    found = np.intersect1d(np.flatnonzero(before.narrow), among.cell)
    if len(found):
        first = int(found[0])
        code = int(among.codes(cells)[first])
        raise Refused(
            f"{len(found):,} counts were protected by less than {policy.label} does, and could be told now: "
            f"{before.earlier[before.by[first]].words} showed this one to be "
            f"{before.low[first]:,} to {before.high[first]:,}",
            where=cells.words(code),
            next_step=f"publish under the policy of that entry, or {WITHOUT}",
        )


def what_next(before: Before, revised: Integers) -> str:
    """What can be done where too little can be hidden, and those counts that were revised are in it."""
    others = [each.scope_of for each in before.earlier if each.scope_of]
    if others:
        return (
            f"go back to the crime types and forces of entry {min(others)}: what it showed can be subtracted"
        )
    if len(revised):
        return f"leave the files out that revised them, or {WITHOUT}"
    return LESS


def revised_with(of: tuple[Cells, Sums, System, Before], hidden: Flags, unsafe: Integers) -> Integers:
    """The revised ones of the counts that hang together with unsafe ones by what a reader cannot tell."""
    cells, among, system, before = of
    low, high = system.known(hidden)
    loose = np.flatnonzero(low < high)
    of_sums, of_cells = linked(system.matrix[:, loose])
    its = np.flatnonzero(np.isin(of_sums, of_cells[np.isin(loose, unsafe)]))
    # What a count was is a cell of its own.
    places = cells.over_all(COUNTED, among.codes(cells))
    there = np.isin(places, places[np.union1d(unsafe, entries(system.matrix, its))])
    return np.flatnonzero((before.differs & there)[: len(cells.code)])


def revised_since(cells: Cells, revised: Integers) -> str:
    """The part of a refusal that says of which periods those counts were revised. Empty where none were."""
    places: list[Any] = list(cells.axes[PERIOD].places)
    named = [places[number] for number in np.unique(cells.digit(PERIOD, cells.code[revised])).tolist()]
    # A period of which not all months were supplied has more to it than its days.
    days = {each[:2] for each in named if isinstance(each, tuple)}
    periods = [each for each in days if None not in each]
    shortest = sorted(one for one in periods if not any(_holds(one, other) for other in periods))
    if not shortest:
        return ""
    words = [f"{first:%Y-%m}" if _is_month(first, last) else f"{first} to {last}" for first, last in shortest]
    left = len(words) - MOST_NAMED
    more = f" and {left:,} other period{'s' if left > 1 else ''}" if left > 0 else ""
    return f"; figures of {', '.join(words[:MOST_NAMED])}{more} are others now than were published before"


def _is_month(first: date, last: date) -> bool:
    return first == last.replace(day=1) and (last + timedelta(days=1)).day == 1


def _holds(one: tuple[date, date], other: tuple[date, date]) -> bool:
    """Whether a period has another in it."""
    return one != other and one[0] <= other[0] and other[1] <= one[1]


def refuse_left(of: tuple[Cells, Sums], policy: Policy, before: Before, left: Integers) -> None:
    """Refuse counts that could not be rounded together. Raises Refused, naming one, and its entry."""
    cells, among = of
    if not len(left):
        return
    again = left[before.as_before[left] >= 0]
    here = left[left < len(cells.code)]
    cell = int(np.r_[again, here, left][0])
    with_it = f", one of them as {before.earlier[before.by[cell]].words} showed it" if len(again) else ""
    further = "" if policy.leeway > 1 else "set leeway = 2, or "
    raise Refused(
        f"no multiples of {policy.rounding_base} were found that add up, each count moved by "
        f"{policy.largest_change} at most{with_it}",
        where=cells.words(int(among.codes(cells)[cell])),
        next_step=f"{further}{LESS}",
    )


def refuse_too_many(among: Sums, before: Before) -> None:
    """Refuse more counts in no table than can be reckoned with. Raises Refused."""
    if among.too_many:
        raise Refused(
            f"{len(among.absent):,} counts that no table has could follow from those that tables have: "
            "more than can be tried",
            next_step=what_next(before, np.flatnonzero(before.differs)),
        )


def told_by(of: tuple[Cells, Sums, System, Before], cell: int) -> str:
    """The end of a refusal: the nearest count of which an earlier release says what hiding it would not undo.

    Nearest over the sums. Empty where no earlier release plays a part.
    """
    cells, among, system, before = of
    lowest = system.policy.hide_from or 0
    told = before.told & ((system.hidden_low > lowest) | (system.hidden_high < UNBOUNDED))
    if not told.any():
        return ""
    inside = np.zeros(len(before.by), dtype=bool)
    inside[cell] = True
    while True:
        near = np.flatnonzero(inside & told)
        if len(near):
            which = int(near[0])
            release = before.earlier[before.by[which]]
            code = int(among.codes(cells)[which])
            return f"; with {cells.words(code)} from {release.words}"
        over = np.isin(among.number, among.number[inside[among.cell]])
        reached = inside.copy()
        reached[among.cell[over]] = True
        if np.array_equal(reached, inside):
            return ""
        inside = reached
