"""Worlds: counts for all that is hidden, which the tables must not rule out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from evenhand.disclosure.checker.book import Book, Cell, name_of
from evenhand.disclosure.checker.policies import Unsafe, largest_small, protection_of
from evenhand.disclosure.checker.revised import Past, must_be_open
from evenhand.disclosure.checker.sums import binding


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
    past: dict[int, list[Cell]] = field(default_factory=dict[int, "list[Cell]"])
    """Sums as they were that come to the same in all worlds so far."""
    let_go: set[int] = field(default_factory=set[int])
    """Those that do not."""
    not_given: int = 0
    """How many more speak of counts that the certificate does not give."""

    def build(self, past: Past) -> None:
        """Write every sum with the certificate's cells alone. Raises Unsafe for a count that is not given."""
        today = binding(self.book)
        for row in today:
            must_be_open(self.book, row)
            self.write(row)
        for row in past.rows(today):
            if all(cell in self.place or len({*self.book.known(cell)}) == 1 for cell in row):
                self.past[len(self.left)] = row
                self.write(row)
            else:
                self.not_given += 1

    def write(self, row: list[Cell]) -> None:
        """Write a sum."""
        terms: dict[int, int] = defaultdict(int)
        number, (whole, *parts) = len(self.left), row
        self.left.append(sum(self.put(part, 1, terms) for part in parts) + self.put(whole, -1, terms))
        for cell, times in terms.items():
            if times:
                self.of_cell[cell].append((number, times))

    def stay(self, moved: Mapping[int, int]) -> bool:
        """Whether all sums come to what they did; those as they were that do not are let go."""
        for number, by in moved.items():
            if by and self.past.pop(number, None):
                self.let_go.add(number)
            elif by and number not in self.let_go:
                return False
        return True

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


def walk(book: Book, certificate: dict[str, Any], past: Past) -> Walk:
    """Go through all worlds. Raises Unsafe at the first that the publication rules out.

    Counts as they were that were hidden then, in sums that come out, are put into the book as guarded.
    """
    cells: list[Cell] = [tuple(each) for each in certificate["cells"]]
    place = {cell: number for number, cell in enumerate(cells)}
    if len(place) < len(cells) or len(certificate["first"]) != len(cells):
        raise Unsafe("the certificate does not give one count for each of its cells")
    rows = Rows(book, place)
    rows.build(past)
    ranges = [book.known(cell) for cell in cells]
    totals = list(rows.left)
    first: list[int] = certificate["first"]
    for number, value in enumerate(first):
        _inside(value, ranges[number], cells[number], "the first world")
        for row, times in rows.of_cell[number]:
            totals[row] += times * value
    if any(total for row, total in enumerate(totals) if row not in rows.past):
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
        if not rows.stay(moved):
            raise Unsafe(f"{where} does not add up")
        for cell in changed:
            value = found.now[cell]
            _inside(value, ranges[cell], cells[cell], where)
            found.lowest[cell] = min(found.lowest[cell], value)
            found.highest[cell] = max(found.highest[cell], value)
    past.guard(rows.past.values())
    past.let_go = len(rows.let_go) + rows.not_given
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
