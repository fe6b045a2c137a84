"""Pieces: what the areas of tables cut the smallest areas into, where no table has these.

By month and outcome, say, tables have districts and health areas alone. Were all small areas reckoned with,
they would be hundreds of thousands of counts. A piece is all that is inside the same of these areas: a health
area less a district is one, and whatever follows from differences of areas follows of pieces.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from evenhand.disclosure.cells import COUNTED, Cells, Flags, Integers, by_place
from evenhand.disclosure.partition import ALL, AREA, Partition, Place

Whole = tuple[tuple[str, ...], Place]
"""Some dimensions, and a place on them that areas add up to."""


@dataclass(frozen=True)
class Told:
    """Of which periods and kinds tables have any of the smallest areas, and which kinds they have at once."""

    cells: Cells
    small: Integers
    """Places over all areas, as codes."""
    at_once: Integers
    """What is counted, and of which dimensions there is a kind, as one number each."""

    def smallest_at(self, codes: Integers) -> Flags:
        """Whether tables have any of the smallest areas at each of these places over all areas."""
        return np.isin(codes, self.small)

    def crossed(self, codes: Integers) -> Flags:
        """Whether each is of kinds of several dimensions at once of which no table has any."""
        key = _key(self.cells, codes)
        kinds = key & (2 ** len(self.cells.kinds) - 1)
        return (kinds & (kinds - 1) > 0) & ~np.isin(key, self.at_once)


def told(cells: Cells, partitions: tuple[Partition, ...]) -> Told:
    """What tables have."""
    places = cells.axes[AREA].places
    areas = np.array([places[area] for area in smallest(partitions)], dtype=np.int64)
    of_small = cells.code[np.isin(cells.digit(AREA, cells.code), areas)]
    bits = len(cells.kinds)
    held = np.unique(_key(cells, cells.code))
    less = [key for each in held for key in range(each >> bits << bits, each + 1) if each & key == key]
    return Told(cells, np.unique(cells.over_all(AREA, of_small)), np.unique(np.array(less, dtype=np.int64)))


def _key(cells: Cells, codes: Integers) -> Integers:
    key = cells.digit(COUNTED, codes)
    for name in cells.kinds:
        key = key * 2 + (cells.digit(name, codes) > 0)
    return key


def smallest(partitions: tuple[Partition, ...]) -> set[Hashable]:
    """The areas that others are made up of, and that are made up of none."""
    along = [each for each in partitions if AREA in each.dimensions]
    wholes = {each.whole[0] for each in along if each.dimensions == (AREA,)}
    return {part[each.dimensions.index(AREA)] for each in along for part in each.parts} - wholes


def pieces(cells: Cells, partitions: tuple[Partition, ...]) -> tuple[Partition, ...]:
    """The pieces as sums of the smallest areas; and what tables have without these as sums of pieces."""
    small, has = smallest(partitions), told(cells, partitions)
    held: dict[tuple[str, ...], dict[int, Integers]] = {}
    found: dict[Whole, frozenset[Hashable]] = {}
    for each in partitions:
        names = each.dimensions
        if AREA not in names or (names, each.whole) in found:
            continue
        if names not in held:
            held[names] = by_place(cells, cells.code, names)
        parts = frozenset(part[names.index(AREA)] for part in each.parts)
        offset = cells.offset(names, each.whole)
        rests = held[names].get(offset, np.zeros(0, dtype=np.int64)) - offset
        if parts <= small and not has.smallest_at(rests).all():
            found[names, each.whole] = parts
    return _cut(found)


def _cut(found: dict[Whole, frozenset[Hashable]]) -> tuple[Partition, ...]:
    """The pieces into which all these areas cut the smallest ones: each is inside an area or outside it."""
    inside: dict[Hashable, list[int]] = defaultdict(list)
    areas: dict[frozenset[Hashable], Hashable] = {}
    for number, ((names, whole), parts) in enumerate(found.items()):
        for part in parts:
            inside[part].append(number)
        if names == (AREA,):
            # The first, of areas that are the same, is that of the smallest kind: others are made up of it.
            areas.setdefault(parts, whole[0])
    cut: dict[tuple[int, ...], list[Hashable]] = defaultdict(list)
    for part in sorted(inside, key=str):
        cut[tuple(inside[part])].append(part)
    made: list[Partition] = []
    name: dict[tuple[int, ...], Hashable] = {}
    for within, its in cut.items():
        if len(its) == 1 or frozenset(its) in areas:
            name[within] = areas.get(frozenset(its), its[0])
        else:
            name[within] = f"{its[0]} and {len(its) - 1} more"
            made.append(Partition((AREA,), (name[within],), tuple((each,) for each in its)))
    for number, (names, whole) in enumerate(found):
        of = [name[within] for within in cut if number in within]
        if (names, whole) != ((AREA,), (of[0],)):
            parts = tuple(tuple(area if each == AREA else ALL for each in names) for area in of)
            made.append(Partition(names, whole, parts, of_pieces=True))
    return tuple(made)
