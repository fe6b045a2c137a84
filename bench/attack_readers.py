"""Readers who try to work out what a publication hides. Nothing here is shared with the gate.

Each knows all that is shown, what adds up to what, that counts are whole numbers from 0, and the policy.
Each gives the smallest and largest that every count can be; one that is wrong about a count is a mistake of
this suite, and raises. The exact reader finds everything that can be found; the others are simpler, each by
itself, and keep the exact one honest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, TypeAlias

import numpy as np
from attack_releases import ALL, LARGER, LEVELS, PARTS, WHOLE, Spot, World
from attack_views import ENDLESS, Contradiction, Range, View
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import connected_components

COMBINATIONS = 3_000
"""Pairs and triples of sums tried on a publication, at most."""
SECONDS = 20.0
"""For one question to the solver."""

Sum: TypeAlias = dict[int, int]
"""How often each count, by number, stands in a sum that comes to 0."""


# --- what adds up to what ---------------------------------------------------------------------------


def sums(seen: View) -> list[Sum]:
    """Every sum between counts that are shown or hidden: a whole and its parts, or two ways to cut one."""
    number = {spot: each for each, spot in enumerate(seen.spots)}
    found: list[Sum] = []
    for whole in _wholes(seen):
        ways = [
            [number[part] for part in way] for way in _ways(seen.world, whole) if number.keys() >= set(way)
        ]
        if whole in number:
            ways.insert(0, [number[whole]])
        found += [_difference(ways[0], way) for way in ways[1:]]
    return [each for each in found if each]


def _difference(one: list[int], other: list[int]) -> Sum:
    left: Sum = defaultdict(int)
    for part in one:
        left[part] -= 1
    for part in other:
        left[part] += 1
    return {part: times for part, times in left.items() if times}


def _wholes(seen: View) -> Iterator[Spot]:
    """Whatever might be a sum."""
    counted = (WHOLE, *{spot[0] for spot in seen.spots if spot[0] != WHOLE})
    outcomes = (ALL, *{spot[3] for spot in seen.spots if spot[3] is not ALL})
    for what, (level, area), period, outcome in product(
        sorted(counted), seen.world.within, seen.world.periods, sorted(outcomes, key=str)
    ):
        yield (what, area, period, outcome, ALL)
        if level in LARGER:
            its = {seen.world.tenth[lsoa] for lsoa in seen.world.within[(level, area)]}
            yield from ((what, area, period, outcome, tenth) for tenth in sorted(its, key=str))


def _ways(world: World, whole: Spot) -> Iterator[tuple[Spot, ...]]:
    """The ways to cut a count into parts."""
    what, area, period, outcome, tenth = whole
    if what == WHOLE and world.counts.shape[3] > 1:
        yield tuple((part, area, period, outcome, tenth) for part in PARTS)
    if outcome is ALL and len(world.outcomes) > 1:
        yield tuple((what, area, period, each, tenth) for each in world.outcomes)
    months = world.periods[period]
    if len(months) > 1:
        yield tuple((what, area, world.months[month], outcome, tenth) for month in months)
    level = next(level for level, code in world.within if code == area)
    its = set(world.within[(level, area)])
    for below in LEVELS[: LEVELS.index(level)]:
        parts = {code: set(lsoas) & its for (kind, code), lsoas in world.within.items() if kind == below}
        if tenth is ALL and all(parts[code] in (set(), set(world.within[(below, code)])) for code in parts):
            yield tuple((what, code, period, outcome, ALL) for code in parts if parts[code])
        elif tenth is not ALL and below in LARGER:
            yield tuple(
                (what, code, period, outcome, tenth)
                for code in parts
                if any(world.tenth[lsoa] == tenth for lsoa in parts[code])
            )
    if tenth is not ALL:
        lsoas = (world.lsoas[lsoa] for lsoa in sorted(its) if world.tenth[lsoa] == tenth)
        yield tuple((what, code, period, outcome, ALL) for code in lsoas)
    elif level in LARGER:
        tenths = sorted({world.tenth[lsoa] for lsoa in its}, key=str)
        yield tuple((what, area, period, outcome, each) for each in tenths)


# --- simple readers ---------------------------------------------------------------------------------


def by_difference(seen: View, among: list[Sum]) -> Range:
    """Sums with one unknown, again and again. Rounded counts are unknown."""
    low, high = list(seen.low), list(seen.high)
    going = True
    while going:
        going = False
        for each in among:
            unknown = [part for part in each if low[part] < high[part]]
            if len(unknown) == 1:
                rest = sum(times * low[part] for part, times in each.items() if part != unknown[0])
                low[unknown[0]] = high[unknown[0]] = -rest // each[unknown[0]]
                going = True
    return low, high


def by_ranges(seen: View, among: list[Sum]) -> Range:
    """The ranges of all parts of a sum, rounded ones too, narrow each other until nothing more moves."""
    low, high = list(seen.low), list(seen.high)
    for _turn in range(60):
        moved = [narrow(each, low, high) for each in among]
        if not any(moved):
            break
    return low, high


def by_groups(seen: View, among: list[Sum]) -> Range:
    """Pairs and triples of sums that share counts, added or taken away so that what they share is gone."""
    low, high = list(seen.low), list(seen.high)
    unknown = [part for part in range(len(low)) if low[part] < high[part]]
    holding: dict[int, list[int]] = {part: [] for part in unknown}
    for number, each in enumerate(among):
        for part in each.keys() & holding.keys():
            holding[part].append(number)
    left = COMBINATIONS
    for combined in _combined(among, holding):
        # From what is shown alone, so that this reader stands by itself.
        mine, yours = list(seen.low), list(seen.high)
        if narrow(combined, mine, yours):
            for part in combined:
                low[part], high[part] = max(low[part], mine[part]), min(high[part], yours[part])
        left -= 1
        if not left:
            break
    return low, high


def _combined(among: list[Sum], holding: dict[int, list[int]]) -> Iterator[Sum]:
    """Pairs first, the shortest of them with a third."""
    pairs: list[tuple[Sum, tuple[int, int]]] = []
    for part, its in holding.items():
        for one, other in product(its[:12], its[:12]):
            if one < other:
                found = _without(among[one], among[other], part)
                pairs.append((found, (one, other)))
                yield found
    pairs.sort(key=lambda pair: len(pair[0].keys() & holding.keys()))
    for pair, numbers in pairs[:400]:
        for part in list(pair.keys() & holding.keys())[:4]:
            for third in holding[part][:4]:
                if third not in numbers:
                    yield _without(pair, among[third], part)


def _without(one: Sum, other: Sum, part: int) -> Sum:
    """A combination of two sums in which that part is no more."""
    found = {each: times * other[part] for each, times in one.items()}
    for each, times in other.items():
        found[each] = found.get(each, 0) - times * one[part]
    return {each: times for each, times in found.items() if times}


def narrow(each: Sum, low: list[int], high: list[int]) -> bool:
    """Narrow the range of each count in a sum by those that the others had before; True where one moved."""
    ends = {part: (low[part], high[part]) for part in each}
    least = sum(times * ends[part][times < 0] for part, times in each.items())
    most = sum(times * ends[part][times > 0] for part, times in each.items())
    moved = False
    for part, times in each.items():
        rest_least, rest_most = least - times * ends[part][times < 0], most - times * ends[part][times > 0]
        one, other = (-rest_most, -rest_least) if times > 0 else (rest_least, rest_most)
        smallest, largest = -(-one // abs(times)), other // abs(times)
        if smallest > low[part] or (largest < high[part] and largest < ENDLESS // 2):
            low[part], high[part] = max(low[part], smallest), min(high[part], largest)
            moved = True
    return moved


# --- the exact reader -------------------------------------------------------------------------------


@dataclass
class Exact:
    """What the exact reader found: counts too narrow, with their range, and those the solver gave up on."""

    broken: dict[int, tuple[int, int]]
    undecided: list[int]
    only_in_whole_numbers: int = 0
    """Of the broken ones, those that real numbers would have left wide enough."""


@dataclass
class _Atoms:
    """The atoms that are not settled at once, and what each count is of them."""

    rows: Any
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    worlds: tuple[NDArray[np.int64], NDArray[np.int64]]
    """The smallest and largest sum each count had in any world so far."""


def exactly(seen: View) -> Exact:
    """For each guarded count: are there two worlds, all in whole numbers, that have it the protection apart?

    Every world is a count for each atom that makes all tables look as they do. The truth is the first; each
    question to the solver gives another, and settles as many counts as it can.
    """
    count = len(seen.spots)
    whole = np.array([seen.world.atoms(spot) for spot in seen.spots], dtype=np.int8).reshape(count, -1)
    whole, group = np.unique(whole[:, whole.any(axis=0)], axis=1, return_inverse=True)[:2]
    counts = seen.world.counts.ravel()[np.any([seen.world.atoms(spot) for spot in seen.spots], axis=0)]
    truth = np.bincount(group.ravel(), counts, minlength=whole.shape[1]).astype(np.int64)
    low, high = np.array(seen.low), np.array(seen.high)
    free, fixed = _settled(whole, low, high)
    add = whole[:, ~free] @ fixed[~free]
    part = whole[:, free]
    held = np.array(seen.truth) - add
    found = Exact({}, [])
    if not np.array_equal(part @ truth[free], held):
        raise Contradiction("the atoms do not make the counts")
    guarded = np.array(seen.guarded, dtype=bool)
    label = _linked(part)
    for number in np.unique(label[guarded]) if len(label) else ():
        rows = np.flatnonzero(label == number)
        columns = np.flatnonzero(part[rows].any(axis=0))
        atoms = _Atoms(
            sparse.csr_array(part[rows][:, columns].astype(float)),
            (low - add)[rows].astype(float),
            np.where(high < ENDLESS, high - add, np.inf)[rows].astype(float),
            (held[rows].copy(), held[rows].copy()),
        )
        for place in np.flatnonzero(guarded[rows]):
            _ask(atoms, int(place), seen.need[rows[place]], (found, int(rows[place]), int(add[rows[place]])))
    return found


def _settled(
    whole: NDArray[np.int8], low: NDArray[np.int64], high: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """The atoms that are not told by a shown count at once, and the value of those that are."""
    free = np.ones(whole.shape[1], dtype=bool)
    fixed = np.zeros(whole.shape[1], dtype=np.int64)
    free[whole[high == 0].any(axis=0)] = False
    for row in np.flatnonzero(low == high):
        left = np.flatnonzero(whole[row].astype(bool) & free)
        if len(left) == 1:
            fixed[left] = low[row] - whole[row] @ fixed
            free[left] = False
    return free, fixed


def _linked(part: NDArray[np.int8]) -> NDArray[np.int64]:
    """For each count the number of what it hangs together with; each without free atoms by itself."""
    rows, columns = part.shape
    at, to = np.nonzero(part)
    size = rows + columns
    graph = sparse.csr_array((np.ones(len(at)), (at, to + rows)), shape=(size, size))
    return connected_components(graph, directed=False)[1][:rows].astype(np.int64)


def _ask(atoms: _Atoms, place: int, protection: int, to: tuple[Exact, int, int]) -> None:
    """Look for a world far enough from those there are; keep what that says of the count."""
    found, number, add = to
    lowest, highest = atoms.worlds
    for sign in (1, -1):
        if highest[place] - lowest[place] >= protection or _beyond(atoms, place, sign, protection):
            return
        if not _furthest(atoms, place, sign, protection, whole=True):
            found.undecided.append(number)
            return
    if highest[place] - lowest[place] < protection:
        found.broken[number] = (int(lowest[place] + add), int(highest[place] + add))
        loose = _Atoms(atoms.rows, atoms.low, atoms.high, (lowest.copy(), highest.copy()))
        ends = [_furthest(loose, place, sign, protection, whole=False) for sign in (1, -1)]
        spread = sum(each for each in ends if each is not False)
        found.only_in_whole_numbers += spread >= protection - 1e-6


def _beyond(atoms: _Atoms, place: int, sign: int, protection: int) -> bool:
    """Is there a world as far off as the protection or farther? There may be one where none lies between."""
    if not atoms.rows.shape[1]:
        return False
    lowest, highest = atoms.worlds
    low, high = atoms.low.copy(), atoms.high.copy()
    if sign > 0:
        low[place] = max(low[place], lowest[place] + protection)
    else:
        high[place] = min(high[place], highest[place] - protection)
    if low[place] > high[place]:
        return False
    count = atoms.rows.shape[1]
    answer = milp(
        sign * atoms.rows[[place]].toarray().ravel(),
        integrality=np.ones(count),
        bounds=Bounds(0, np.inf),
        constraints=LinearConstraint(atoms.rows, low, high),
        options={"time_limit": SECONDS, "mip_rel_gap": 0.0},
    )
    if answer.status != 0:
        return False
    values = (atoms.rows @ np.rint(answer.x)).astype(np.int64)
    return not (np.any(np.rint(answer.x) < 0) or np.any(values < low) or np.any(values > high))


def _furthest(atoms: _Atoms, place: int, sign: int, protection: int, *, whole: bool) -> Any:
    """Move one count as far as it goes, or as the protection; False where the solver gives up.

    In whole numbers the world is kept, and True returned; in real ones, how far the count can go that way
    from the worlds there are.
    """
    if not atoms.rows.shape[1]:
        return True if whole else 0.0
    lowest, highest = atoms.worlds
    low, high = atoms.low.copy(), atoms.high.copy()
    low[place] = max(low[place], highest[place] - protection)
    high[place] = min(high[place], lowest[place] + protection)
    count = atoms.rows.shape[1]
    answer = milp(
        -sign * atoms.rows[[place]].toarray().ravel(),
        integrality=np.full(count, int(whole)),
        bounds=Bounds(0, np.inf),
        constraints=LinearConstraint(atoms.rows, low, high),
        options={"time_limit": SECONDS, "mip_rel_gap": 0.0},
    )
    if answer.status != 0:
        return False
    if not whole:
        return abs(float(-sign * answer.fun) - (highest[place] if sign > 0 else lowest[place]))
    values = (atoms.rows @ np.rint(answer.x)).astype(np.int64)
    if np.any(np.rint(answer.x) < 0) or np.any(values < low) or np.any(values > high):
        return False
    np.minimum(lowest, values, out=lowest)
    np.maximum(highest, values, out=highest)
    return True


# --- groups -----------------------------------------------------------------------------------------


def groups_in_one_kind(seen: View) -> tuple[int, int]:
    """Groups with anybody in them, of areas and periods whose kinds are in a table; those that a reader
    sees to be all of one kind."""
    held: dict[Any, list[tuple[int, int]]] = defaultdict(list)
    for number, (what, area, period, outcome, tenth) in enumerate(seen.spots):
        if outcome is not ALL:
            held[(what, area, period, tenth)].append((seen.low[number], seen.high[number]))
    some = [its for its in held.values() if any(low > 0 for low, _high in its)]
    return len(some), sum(_one_kind(its) for its in some)


def _one_kind(ranges: Iterable[tuple[int, int]]) -> bool:
    return sum(high > 0 for _low, high in ranges) == 1
