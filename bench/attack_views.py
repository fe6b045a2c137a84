"""What there is to be seen of each count: of one publication, or of several that one reader has.

Nothing here is shared with the gate.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeAlias

from attack_releases import Publication, Spot, Table, World, spots

from evenhand.disclosure.release import Cell, Release
from evenhand.rules.policy import Policy

ENDLESS = 10**12
"""No largest count is known."""

Range: TypeAlias = tuple[list[int], list[int]]
"""The smallest and largest that each count can be."""
Ends: TypeAlias = tuple[int, int]
"""The smallest and largest that one count can be."""


class Contradiction(Exception):
    """What is shown cannot be the truth, or a reader came to something that is not."""


@dataclass(frozen=True)
class View:
    """What there is to be seen of each count, with the truth for the judge."""

    world: World
    spots: list[Spot]
    low: list[int]
    high: list[int]
    hidden: list[bool]
    truth: list[int]
    known: list[bool]
    policy: Policy
    published: list[bool]
    """Which are in the tables of the publication that all this is asked of."""
    need: list[int]
    """How far apart the smallest and largest of each may not be less than; 0 where it is not guarded."""

    @property
    def guarded(self) -> list[bool]:
        """Counts that may not be narrowed down: hidden ones, and small ones that are shown rounded."""
        return [need > 0 for need in self.need]

    def broken(self, found: Range) -> list[int]:
        """The guarded counts of which a reader found too narrow a range. Raises Contradiction."""
        for number, (low, high) in enumerate(zip(*found, strict=True)):
            if not low <= self.truth[number] <= high:
                raise Contradiction(f"{self.spots[number]} is {self.truth[number]}, not {low} to {high}")
        return [number for number, need in enumerate(self.need) if found[1][number] - found[0][number] < need]


Released: TypeAlias = tuple[Publication, Mapping[str, Release]]


def view(
    published: Publication, releases: Mapping[str, Release], before: Iterable[Released] = (), as_of: int = -1
) -> View:
    """All counts of the releases, once each, with what all tables together show of it.

    Those of the publications before are seen too, of which more is known as time goes on. Where counts were
    revised, it is what there is to be seen of them as they were when one of these came out, today else: of
    all figures those that were right then, as if the reader knew which. What may not be narrowed down is what
    was hidden then, or of today's what was hidden when it was shown last.
    """
    every = [*before, (published, releases)]
    world = _world_of([one.world for one, _ in every], as_of)
    flat, periods = world.counts.ravel(), world.periods
    shown: dict[Spot, dict[int, _Figure]] = {}
    for number, (one, its) in enumerate(every):
        for spot, figure in _figures(one, its).items():
            if spot[2] in periods:
                shown.setdefault(spot, {})[number] = figure
    truth = {spot: int(flat[world.atoms(spot)].sum()) for spot in shown}
    now = published.policy
    last = len(every) - 1 if as_of == -1 else as_of
    low, high, hidden, need = [], [], [], []
    for spot, figures in shown.items():
        right = {each: its for each, its in figures.items() if its.low <= truth[spot] <= its.high}
        asked = max(figures) if as_of == -1 else as_of
        guard = right[asked] if asked in right and right[asked].guarded else None
        # What one publication told by leaving a count out, the next cannot take back by showing it.
        others = [
            its
            for each, its in right.items()
            if guard and ((its.left_out and each < asked) or its.policy.label != guard.policy.label)
        ]
        if guard and asked != len(every) - 1:
            others.append(guard)
        ends = _together(right.values())
        low.append(ends[0])
        high.append(ends[1])
        hidden.append(guard is not None and guard.hidden)
        open_by_others = _together(others)
        promised = min(now.protection, guard.policy.protection) if guard else 0
        need.append(min(promised, open_by_others[1] - open_by_others[0]))
    known = [its[max(its)].known for its in shown.values()]
    mine = [last in figures for figures in shown.values()]
    seen = View(
        world, list(shown), low, high, hidden, list(truth.values()), known, every[last][0].policy, mine, need
    )
    seen.broken((seen.low, seen.high))
    return seen


def _world_of(worlds: list[World], as_of: int) -> World:
    """The world of the last with the counts of another as far as that goes."""
    counts = worlds[-1].counts.copy()
    counts[:, : len(worlds[as_of].months)] = worlds[as_of].counts
    return replace(worlds[-1], counts=counts)


@dataclass(frozen=True)
class _Figure:
    """What one publication shows of a count."""

    low: int
    high: int
    hidden: bool
    known: bool
    policy: Policy
    left_out: bool = False
    """Whether it is not there, at a place of which others are."""

    @property
    def guarded(self) -> bool:
        """Whether it is hidden, or small and shown rounded."""
        policy = self.policy
        near = policy.rounding_base * (policy.leeway + 1 if policy.controlled else 1.5)
        return self.hidden or (self.known and self.low < self.high < near)


def _figures(published: Publication, releases: Mapping[str, Release]) -> dict[Spot, _Figure]:
    """What all tables of a publication show of each count, and what they show by leaving it out."""
    policy = published.policy
    found: dict[Spot, _Figure] = {}
    for table in published.tables:
        for spot, value, state in counts(table, releases[table.name]):
            ends = _behind(value, state, policy)
            was = found.get(spot, _Figure(0, ENDLESS, hidden=False, known=False, policy=policy))
            hidden, known = was.hidden or state is Cell.HIDDEN, was.known or state is not Cell.NOT_KNOWN
            found[spot] = _Figure(max(was.low, ends[0]), min(was.high, ends[1]), hidden, known, policy)
    none = _Figure(0, 0, hidden=False, known=True, policy=policy, left_out=True)
    return found | dict.fromkeys(published.left_out, none)


def _together(figures: Collection[_Figure]) -> Ends:
    """What is left where all of these are known."""
    return max((its.low for its in figures), default=0), min((its.high for its in figures), default=ENDLESS)


def counts(table: Table, release: Release) -> Iterator[tuple[Spot, int | None, Cell]]:
    states = {name: values.to_pylist() for name, values in release.cells.items()}
    for number, row in enumerate(release.table.to_pylist()):
        for spot, column in spots(table, row):
            yield spot, row[column], Cell(states[column][number])


def _behind(value: int | None, state: Cell, policy: Policy) -> tuple[int, int]:
    """The smallest and largest count behind what is shown, taken at its word."""
    match state:
        case Cell.HIDDEN:
            return policy.hide_from or 0, ENDLESS
        case Cell.NOT_KNOWN:
            return 0, ENDLESS
        case Cell.SHOWN if value is not None:
            return value, value
        case Cell.ROUNDED if value is not None and policy.controlled:
            return (max(value - (most := policy.leeway * policy.rounding_base - 1), 0), value + most)
        case Cell.ROUNDED if value is not None:
            return _rounded(value, policy.rounding_base, policy.hide_from, policy.hide_to)
        case _:
            raise Contradiction(f"{value} is {state}")


@cache
def _rounded(value: int, base: int, first: int | None, last: int | None) -> tuple[int, int]:
    """Of all counts near it, those that would be shown so: halves go up, small ones are hidden."""
    found = [
        count
        for count in range(max(value - base, 0), value + base + 1)
        if (2 * count + base) // (2 * base) * base == value
        and not (first is not None and last is not None and first <= count <= last)
    ]
    return found[0], found[-1]


def primary(seen: View) -> list[int]:
    """The counts that the policy itself hides."""
    first, last = seen.policy.hide_from, seen.policy.hide_to
    if first is None or last is None:
        return []
    among = zip(seen.truth, seen.known, seen.published, strict=True)
    return [n for n, (truth, known, mine) in enumerate(among) if known and mine and first <= truth <= last]
