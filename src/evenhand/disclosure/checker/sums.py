"""Sums over areas, periods and kinds: of what tables have, and of counts that none has."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, Literal

from evenhand.disclosure.checker.book import Book, Cell, over_kinds, put_at
from evenhand.disclosure.checker.pieces import Told, told
from evenhand.disclosure.checker.policies import UNBOUNDED

PASSES = 3
"""A count in no table can be the sum of others, and a part of one: so often sums are looked for again."""
PARTS = {"every": 600, "over all": 600, "none": UNBOUNDED}
"""Which parts in no table are looked for: the first that are not more than so many."""


def add_up(book: Book, certificate: dict[str, Any]) -> Iterator[str]:
    """Put every sum over partitions, and over kinds that no table has, into the book; what is on trust."""
    of_tables = book.sums
    kinds = list(_of_kinds(book, certificate))
    has = told(book, certificate["partitions"])
    by_kind = {place for cell in has.counts for place in over_kinds(cell)}
    for parts, most in PARTS.items():
        spoken_of = _spoken_of(book, of_tables, parts, has)
        for _each in range(PASSES):
            along = list(_along(book, spoken_of, certificate["partitions"], certificate["in_pieces"] and has))
            for each in kinds:
                number = book.dimensions.index(each["dimensions"][1])
                rows = _along(book, spoken_of, [each], False)
                along += [row for row in rows if (number, row[0]) not in by_kind]
            book.sums = of_tables + [row for row in along if not certificate["in_pieces"] or has.tells(row)]
            spoken_of = _spoken_of(book, book.sums, parts, has)
            if len(spoken_of) - len(has.counts) > most:
                break
        else:
            if parts != "every":
                kinds_of = "by kind " if parts == "over all" else ""
                yield f"that what parts {kinds_of}in no table are made up of says nothing"
            return


def _spoken_of(book: Book, sums: list[list[Cell]], parts: str, has: Told) -> list[Cell]:
    """All counts, the wholes that sums speak of, pieces, and other parts: every one, or those of no kind."""
    found = dict.fromkeys([*book.shown, *book.before])
    for whole, *its in sums:
        found[whole] = None
        for cell in its:
            if cell[1] in has.pieces or parts == "every" or (parts == "over all" and _of_no_kind(cell)):
                found[cell] = None
    return list(found)


def _of_no_kind(cell: Cell) -> bool:
    return all(kind is None for kind in cell[3:])


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
        if parts:
            yield {"dimensions": ["counted", kind], "whole": [of, None], "parts": parts}


def _along(
    book: Book, cells: list[Cell], partitions: list[dict[str, Any]], has: Told | Literal[False]
) -> Iterator[list[Cell]]:
    """The sums of each partition, for every combination of the other dimensions that any table has.

    With what tables have of the smallest areas, those of pieces wherever that is nothing, and there alone.
    """
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
        for rest in dict.fromkeys(rest for place in places for rest in held[numbers].get(place, ())):
            if not has or 1 not in numbers or has.stands_for(rest) == bool(each.get("of_pieces")):
                yield [put_at(rest, numbers, place) for place in places]


def binding(book: Book) -> list[list[Cell]]:
    """The sums that say something, less parts that must be 0.

    A sum says nothing where counts that nobody knows and that stand in no other take up any difference:
    its whole, or all its parts.
    """
    rows: list[list[Cell]] = []
    was_another = book.differs.keys() | book.once_inexact
    for whole, *parts in {(each[0], tuple(sorted(each[1:], key=str))): each for each in book.sums}.values():
        # What is 0 today need not have been.
        rows.append([whole, *(part for part in parts if book.known(part)[1] > 0 or part in was_another)])
    return telling(book, rows)


def telling(book: Book, rows: list[list[Cell]]) -> list[list[Cell]]:
    """Those that say something."""
    unknown = {cell: book.unknown(cell) for cell in {cell for row in rows for cell in row}}
    uses = Counter(cell for row in rows for cell in row if unknown[cell])
    before = -1
    while len(rows) != before:
        before, kept = len(rows), []
        for whole, *parts in rows:
            alone = bool(parts) and all(uses[part] == 1 for part in parts)
            if uses[whole] == 1 or alone:
                uses.subtract(cell for cell in (whole, *parts) if unknown[cell])
            else:
                kept.append([whole, *parts])
        rows = kept
    return rows
