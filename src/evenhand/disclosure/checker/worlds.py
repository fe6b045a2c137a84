"""Worlds: counts for all that is hidden, which the tables must not rule out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from evenhand.disclosure.checker.book import NOTHING, Book, Cell, name_of
from evenhand.disclosure.checker.policies import Unsafe, largest_small, protection_of


def binding(book: Book) -> list[list[Cell]]:
    """The sums that say something, less parts that must be 0.

    A sum says nothing where counts that nobody knows and that stand in no other take up any difference:
    its whole, or all its parts.
    """
    unknown: dict[Cell, bool] = {}
    rows: list[list[Cell]] = []
    for whole, *parts in {(each[0], tuple(sorted(each[1:], key=str))): each for each in book.sums}.values():
        for cell in (whole, *parts):
            if cell not in unknown:
                told = book.told_now(cell) or book.before.get(cell, NOTHING) != NOTHING
                unknown[cell] = not told and book.known(cell)[1] > 0
        rows.append([whole, *(part for part in parts if unknown[part] or book.known(part)[1] > 0)])
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


@dataclass
class Rows:
    """The sums over the cells of which the certificate gives counts."""

    book: Book
    place: dict[Cell, int]
    """The number of each cell in the certificate."""
    of_cell: dict[int, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    """For each cell the sums that it is in, and how often."""
    left: list[int] = field(default_factory=list[int])
    """What the known counts of each sum leave for the others, which must come to 0."""

    def build(self) -> None:
        """Write every sum with the certificate's cells alone. Raises Unsafe for a count that is not given."""
        for number, (whole, *parts) in enumerate(binding(self.book)):
            for cell in {whole, *parts} & self.book.narrow:
                raise Unsafe(f"another policy left of {name_of(cell)} less open than this one would have to")
            terms: dict[int, int] = defaultdict(int)
            self.left.append(sum(self.put(part, 1, terms) for part in parts) + self.put(whole, -1, terms))
            for cell, times in terms.items():
                if times:
                    self.of_cell[cell].append((number, times))

    def put(self, cell: Cell, times: int, terms: dict[int, int]) -> int:
        """Add a cell to a sum; what it adds by itself. Raises Unsafe for a count that is not given."""
        if cell in self.place:
            terms[self.place[cell]] += times
            return 0
        low, high = self.book.known(cell)
        if low < high:
            raise Unsafe(f"the certificate gives no count for {name_of(cell)}")
        return times * low


@dataclass
class Walk:
    """Where the worlds have been: the smallest and largest count of each cell."""

    now: list[int]
    lowest: list[int]
    highest: list[int]


def walk(book: Book, certificate: dict[str, Any]) -> Walk:
    """Go through all worlds. Raises Unsafe at the first that the publication rules out."""
    cells: list[Cell] = [tuple(each) for each in certificate["cells"]]
    place = {cell: number for number, cell in enumerate(cells)}
    if len(place) < len(cells) or len(certificate["first"]) != len(cells):
        raise Unsafe("the certificate does not give one count for each of its cells")
    rows = Rows(book, place)
    rows.build()
    ranges = [book.known(cell) for cell in cells]
    totals = list(rows.left)
    first: list[int] = certificate["first"]
    for number, value in enumerate(first):
        _inside(value, ranges[number], cells[number], "the first world")
        for row, times in rows.of_cell[number]:
            totals[row] += times * value
    if any(totals):
        raise Unsafe("the first world does not add up")
    found = Walk(list(first), list(first), list(first))
    for number, (changed, by) in enumerate(certificate["steps"], 1):
        where = f"world {number + 1}"
        moved: dict[int, int] = defaultdict(int)
        if not all(type(cell) is int and 0 <= cell < len(cells) for cell in changed):
            raise Unsafe(f"{where} has a count for a cell that the certificate does not name")
        for cell, change in zip(changed, by, strict=True):
            found.now[cell] += change
            for row, times in rows.of_cell[cell]:
                moved[row] += times * change
        if any(moved.values()):
            raise Unsafe(f"{where} does not add up")
        for cell in changed:
            value = found.now[cell]
            _inside(value, ranges[cell], cells[cell], where)
            found.lowest[cell] = min(found.lowest[cell], value)
            found.highest[cell] = max(found.highest[cell], value)
    return found


def _inside(value: Any, ends: tuple[int, int], cell: Cell, where: str) -> None:
    if type(value) is not int or not ends[0] <= value <= ends[1]:
        raise Unsafe(f"{where} has {value} for {name_of(cell)}, which would not have looked as published")


def unproved(book: Book, certificate: dict[str, Any], found: Walk) -> Iterator[Cell]:
    """The guarded counts that no two worlds have far enough apart."""
    place = {tuple(each): number for number, each in enumerate(certificate["cells"])}
    protection = protection_of(book.policy)
    for cell in book.to_prove:
        number = place.get(cell)
        if number is None or found.highest[number] - found.lowest[number] < protection:
            yield cell
    largest = largest_small(book.policy)
    for number, (lowest, highest) in enumerate(zip(found.lowest, found.highest, strict=True)):
        # A count that no table has is not small where it is 0 in every world, or larger than small ones are.
        cell = tuple(certificate["cells"][number])
        unseen = book.shown.get(cell, "[x]") == "[x]" and cell not in book.before
        if unseen and highest - lowest < protection and highest > 0 and lowest <= largest:
            yield cell


def must_add_up(book: Book) -> None:
    """Raise Unsafe where counts are rounded together, and a sum of which all is shown does not hold."""
    if not book.policy.get("controlled"):
        return
    for whole, *parts in book.sums:
        shown = [_number(book, cell) for cell in (whole, *parts)]
        if None not in shown and shown[0] != sum(each for each in shown[1:] if each):
            raise Unsafe(
                f"{name_of(whole)} is shown as {shown[0]}, and what it is the sum of adds up to another"
            )


def _number(book: Book, cell: Cell) -> int | None:
    """What is shown of a count, 0 where it can only be that; None where there is no number."""
    if book.told_now(cell):
        return int(book.shown[cell])
    return 0 if book.as_shown(cell) == (0, 0) else None
