"""Pieces: what the areas of tables cut the smallest areas into, where no table has these."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from evenhand.disclosure.checker.book import Book, Cell, Place, name_of, put_at
from evenhand.disclosure.checker.policies import Unsafe

ON_TRUST = "that small areas tell no more than their pieces do, where no table has them"


@dataclass(frozen=True)
class Told:
    """Of which periods and kinds tables have any of the smallest areas, and which kinds they have at once."""

    counts: set[Cell]
    """Everything that tables have."""
    small: set[str | None]
    """The areas that others are made up of, and that are made up of none."""
    rests: set[Cell]
    """The periods and kinds of which tables have any of these."""
    at_once: set[tuple[str | None, frozenset[int]]]
    """What is counted, and of which dimensions tables have kinds at once."""
    pieces: set[str | None]

    def crossed(self, cell: Cell) -> bool:
        """Whether it is of kinds of several dimensions at once of which no table has any."""
        kinds = _kinds(cell)
        return len(kinds) > 1 and not any(cell[0] == of and kinds <= has for of, has in self.at_once)

    def stands_for(self, rest: Cell) -> bool:
        """Whether pieces stand for the smallest areas at these kinds and this period."""
        return rest not in self.rests

    def tells(self, row: list[Cell]) -> bool:
        """Whether a sum is of more than an area's months by kind, or several kinds, that no table has."""
        part = row[1]
        of_no_piece = part[1] is not None and part[1] not in self.pieces
        in_a_table = any(cell in self.counts for cell in row[1:])
        by_pieces = of_no_piece and not in_a_table and self.stands_for(put_at(part, (1,), (None,)))
        return not (by_pieces or self.crossed(row[0]) or self.crossed(part))


def _kinds(cell: Cell) -> frozenset[int]:
    return frozenset(number for number in range(3, len(cell)) if cell[number] is not None)


def told(book: Book, partitions: list[dict[str, Any]]) -> Told:
    """What tables have, today's and earlier ones."""
    counts = {*book.shown, *book.before}
    along = [each for each in partitions if "area_code" in each["dimensions"]]
    wholes = {each["whole"][0] for each in along if each["dimensions"] == ["area_code"]}
    parts = {part[each["dimensions"].index("area_code")] for each in along for part in each["parts"]}
    small = parts - wholes
    return Told(
        counts,
        small,
        rests={put_at(cell, (1,), (None,)) for cell in counts if cell[1] in small},
        at_once={(cell[0], _kinds(cell)) for cell in counts},
        pieces={part[0] for each in along if each.get("of_pieces") for part in each["parts"]},
    )


def check_pieces(book: Book, certificate: dict[str, Any]) -> Iterator[str]:
    """That pieces are apart, and make up what tables have without the smallest areas; what is on trust."""
    partitions = [each for each in certificate["partitions"] if each["dimensions"][0] == "area_code"]
    of_pieces = {_place(each): each for each in partitions if each.get("of_pieces")}
    if not certificate["in_pieces"]:
        if of_pieces:
            raise Unsafe("the certificate has pieces and does not reckon with them")
        return
    has = told(book, certificate["partitions"])
    made: dict[Place, frozenset[str | None]] = {}
    for each in partitions:
        areas = frozenset(part[0] for part in each["parts"])
        if areas <= has.small and not each.get("of_pieces"):
            made[_place(each)] = areas
    by_area: dict[str | None, list[Cell]] = defaultdict(list)
    for cell in has.counts:
        by_area[cell[1]].append(cell)
    told_of: set[Place] = set()
    for names, place in made:
        numbers = tuple(book.dimensions.index(name) for name in names)
        for cell in by_area[place[0]]:
            here = tuple(cell[number] for number in numbers) == place
            if here and has.stands_for(put_at(cell, numbers, (None,) * len(numbers))):
                told_of.add((names, place))
    pieces = has.pieces | {place[0] for names, place in told_of - set(of_pieces) if names == ("area_code",)}
    inside = {area: made.get((("area_code",), (area,)), frozenset({area})) for area in pieces}
    if sum(map(len, inside.values())) > len(frozenset[str | None]().union(*inside.values())):
        raise Unsafe("the certificate has a small area in two pieces")
    for names, place in told_of:
        each = of_pieces.get((names, place))
        areas = [part[0] for part in each["parts"]] if each else [place[0]]
        if frozenset[str | None]().union(*map(inside.__getitem__, areas)) != made[names, place]:
            raise Unsafe(f"the certificate does not make up {name_of(place)} of pieces")
    yield ON_TRUST


def _place(partition: dict[str, Any]) -> Place:
    return tuple(partition["dimensions"]), tuple(partition["whole"])
