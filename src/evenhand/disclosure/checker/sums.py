"""Sums over areas, periods and kinds: of what tables have, and of counts that none has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from evenhand.disclosure.checker.book import Book, Cell, over_kinds, put_at
from evenhand.disclosure.checker.policies import UNBOUNDED

PASSES = 3
"""A count in no table can be the sum of others, and a part of one: so often sums are looked for again."""
PARTS = {"every": 600, "over all": 600, "none": UNBOUNDED}
"""Which parts in no table are looked for: the first that are not more than so many."""


def add_up(book: Book, certificate: dict[str, Any]) -> None:
    """Put every sum over the partitions, and over kinds that no table has, into the book."""
    of_tables = book.sums
    kinds = list(_of_kinds(book, certificate))
    by_kind = {place for cell in (*book.shown, *book.before) for place in over_kinds(cell)}
    told = len({**book.shown, **book.before})
    for parts, most in PARTS.items():
        spoken_of = _spoken_of(book, of_tables, parts)
        for _each in range(PASSES):
            book.sums = list(of_tables)
            _along(book, spoken_of, certificate["partitions"])
            for each in kinds:
                _besides(book, spoken_of, each, by_kind)
            spoken_of = _spoken_of(book, book.sums, parts)
            if len(spoken_of) - told > most:
                break
        else:
            return


def _spoken_of(book: Book, sums: list[list[Cell]], parts: str) -> list[Cell]:
    """All counts, and the wholes that sums speak of, or their parts too: every one, or those of no kind."""
    found = dict.fromkeys([*book.shown, *book.before])
    for whole, *its in sums:
        found[whole] = None
        if parts != "none":
            found.update((cell, None) for cell in its if parts == "every" or _of_no_kind(cell))
    return list(found)


def _of_no_kind(cell: Cell) -> bool:
    return all(kind is None for kind in cell[3:])


def _besides(
    book: Book, spoken_of: list[Cell], kinds: dict[str, Any], by_kind: set[tuple[int, Cell]]
) -> None:
    """The sums over kinds of what no table has by kind."""
    number, start = book.dimensions.index(kinds["dimensions"][1]), len(book.sums)
    _along(book, spoken_of, [kinds])
    book.sums[start:] = [row for row in book.sums[start:] if (number, row[0]) not in by_kind]


def _of_kinds(book: Book, certificate: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Over all kinds of a category: so add up counts of areas and periods too that no table has by kind."""
    adds_up = {
        (count["of"], kind)
        for layout in certificate["tables"]
        for count in layout["counts"]
        for kind in layout["adds_up_over"]
    }
    for of, kind in sorted(adds_up):
        number, counted = book.dimensions.index(kind), book.dimensions.index("counted")
        cells = [cell for cell in (*book.shown, *book.before) if cell[counted] == of]
        kinds = {cell[number] for cell in cells if cell[number] is not None}
        parts = [[of, each] for each in sorted(kinds, key=str)]
        yield {"dimensions": ["counted", kind], "whole": [of, None], "parts": parts}


def _along(book: Book, cells: list[Cell], partitions: list[dict[str, Any]]) -> None:
    """The sums of each partition, for every combination of the other dimensions that any table has."""
    held: dict[tuple[int, ...], dict[Cell, list[Cell]]] = {}
    for each in partitions:
        numbers = tuple(book.dimensions.index(name) for name in each["dimensions"])
        if numbers not in held:
            by_place: dict[Cell, list[Cell]] = defaultdict(list)
            for cell in cells:
                rest = put_at(cell, numbers, (None,) * len(numbers))
                by_place[tuple(cell[number] for number in numbers)].append(rest)
            held[numbers] = by_place
        places = [tuple(each["whole"]), *(tuple(part) for part in each["parts"])]
        rests = dict.fromkeys(rest for place in places for rest in held[numbers].get(place, ()))
        book.sums += [[put_at(rest, numbers, place) for place in places] for rest in rests]
