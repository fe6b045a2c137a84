"""Revised: what counts were that are another now, and the sums that held among those.

A sum of earlier figures held when they were published, whatever was revised since. So it is asked for once
more, with the figures of that time for counts that were revised, and today's counts for all others. Where
something in it was revised that nothing shows to be, it does not come out: that it is so is taken on trust.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

from evenhand.disclosure.checker.book import NOTHING, Book, Cell, both, name_of
from evenhand.disclosure.checker.earlier import bytes_of, shown_earlier
from evenhand.disclosure.checker.policies import Range, Unsafe, guards, protection_of
from evenhand.disclosure.checker.rows import Row, cell_of, read_rows
from evenhand.disclosure.checker.sums import telling

WAYS = (("by", "from"), ("hidden by", "hidden from"))
"""What a publication, or one before it, showed last; or it, or one after it, showed first: of what was
revised; and of what was hidden or rounded then too, or is today, which may have been another as well."""


@dataclass
class Was:
    """A range that a count had for some time, as publications showed it, the latest first."""

    ends: Range
    guarded: bool
    policy: dict[str, Any]
    latest: int
    kind: str


Line: TypeAlias = list[tuple[int, "Was | None"]]
"""What a count was in each publication (its entry), the latest first; None where it was as it is today."""


Seen: TypeAlias = dict[Cell, tuple[Range, bool]]
"""What a table shows of counts, and whether it guards them."""


@dataclass
class Past:
    """What counts were that are another now, or may be."""

    book: Book
    lines: dict[bool, dict[Cell, Line]] = field(
        default_factory=lambda: {hidden: defaultdict[Cell, Line](Line) for hidden in (False, True)}
    )
    """Of what was revised; and of what was not exact, which may have been another each time."""
    guarded: dict[Cell, Was] = field(default_factory=dict[Cell, Was])
    """Counts as they were that were hidden then."""
    times: list[int] = field(default_factory=list[int])
    """The entries of the publications."""
    let_go: int = 0
    """How many sums do not come out."""

    def publication(self, time: int, tables: list[tuple[dict[str, Any], Seen]]) -> None:
        """Take in the tables of one publication, the latest first."""
        found: dict[Cell, tuple[Was, bool]] = {}
        for layout, its in tables:
            for cell, (ends, guarded) in its.items():
                differs = ends in self.book.differs.get(cell, ())
                was, before = found.get(cell, (Was(ends, guarded, layout["policy"], time, "in"), False))
                was.ends = both(was.ends, ends)
                found[cell] = was, before or differs
        self.times.append(time)
        for cell, (was, differs) in found.items():
            if cell in self.book.differs:
                self._take(cell, was, differs)
            if cell in self.book.once_inexact:
                inexact = differs or cell in self.book.lost or was.ends[0] < was.ends[1]
                self._take(cell, replace(was, kind="hidden in"), inexact)

    def seen(self, layout: dict[str, Any], rows: list[Row]) -> Seen:
        """What one table shows of what was revised, or may have been."""
        found: Seen = {}
        for row in rows:
            for count in layout["counts"]:
                cell = cell_of(self.book, layout, count, row)
                text = row[count["column"]]
                ends = shown_earlier(text, layout["policy"])
                if ends and (cell in self.book.differs or cell in self.book.once_inexact):
                    first = found.get(cell, (ends, guards(text, ends, layout["policy"])))
                    found[cell] = both(ends, first[0]), first[1]
        for cell, entries in self.book.left_out.items():
            if layout["entry"] in entries and (cell in self.book.differs or cell in self.book.once_inexact):
                found[cell] = (0, 0), False
        return found

    def _take(self, cell: Cell, was: Was, differs: bool) -> None:
        line, time = self.lines[was.kind == "hidden in"][cell], was.latest
        later = line[-1][1] if line else None
        if differs and later and max(later.ends[0], was.ends[0]) <= min(later.ends[1], was.ends[1]):
            later.ends = both(later.ends, was.ends)
            was = later
        line.append((time, was if differs else None))

    def at(self, cell: Cell, time: int, way: str) -> Was | None:
        """What a count was at the time of a publication."""
        lines = self.lines[way in WAYS[1] and cell in self.lines[True]]
        if cell not in lines:
            return None
        line = lines[cell]
        if way in ("by", "hidden by"):
            return next((was for each, was in line if each <= time), line[-1][1])
        until = [was for each, was in line if each >= time]
        if until:
            return until[-1]
        return line[0][1] if cell in self.book.lost else None

    def rows(self, today: list[list[Cell]]) -> Iterator[list[Cell]]:
        """The sums as they were, each once."""
        of_cell: dict[Cell, list[int]] = defaultdict(list)
        for number, row in enumerate(today):
            for cell in row:
                of_cell[cell].append(number)
        written: set[tuple[Cell, ...]] = set()
        done: set[Any] = set()
        for time in sorted(self.times, reverse=True):
            begin = [cell for cell in self.lines[False] if any(self.at(cell, time, way) for way in WAYS[0])]
            for way, affected in self._ways(time, begin, (today, of_cell, done)):
                made: list[list[Cell]] = []
                for number in affected:
                    row = [self._then(cell, time, way) for cell in today[number]]
                    if row != today[number] and tuple(row) not in written and self._tells(row):
                        made.append(row)
                for row in telling(self.book, made):
                    written.add(tuple(row))
                    yield row

    def _ways(
        self, time: int, begin: list[Cell], sums: tuple[list[list[Cell]], dict[Cell, list[int]], set[Any]]
    ) -> Iterator[tuple[str, list[int]]]:
        """The ways to say what counts were then that are not one, each with the sums that speak of them.

        `sums` are today's, those of each count, and what was said of a time that came after.
        """
        today, of_cell, done = sums
        for by, since in WAYS:
            affected = self._affected(begin, by, today, of_cell)
            cells = {cell for number in affected for cell in today[number]}
            were = [(self.at(cell, time, by), self.at(cell, time, since)) for cell in cells]
            inexact = any(self._is_inexact(cell, by) for cell in cells)
            what = (
                by,
                frozenset(affected),
                frozenset((cell, *map(id, pair)) for cell, pair in zip(cells, were, strict=True)),
            )
            if what in done:
                continue
            done.add(what)
            if by == "by" or inexact or any(was and was.kind == "hidden in" for pair in were for was in pair):
                yield by, affected
                if inexact or any(one is not other for one, other in were):
                    yield since, affected

    def _affected(
        self, cells: list[Cell], way: str, today: list[list[Cell]], of_cell: dict[Cell, list[int]]
    ) -> list[int]:
        """The sums that speak of these, and of what is not known exactly and may have been another too."""
        ahead, reached, found = list(cells), set(cells), dict[int, None]()
        while ahead:
            for number in of_cell[ahead.pop()]:
                if number not in found:
                    found[number] = None
                    more = {cell for cell in today[number] if self._may_differ(cell, way)} - reached
                    reached |= more
                    ahead += more
        return list(found)

    def _may_differ(self, cell: Cell, way: str) -> bool:
        """Whether it may have been another, though nothing shows it."""
        once = way in WAYS[1] and cell in self.book.once_inexact
        return once or self._is_open(cell) or self._is_inexact(cell, way)

    def _is_open(self, cell: Cell) -> bool:
        """Whether it is not told exactly, and not today, so that it may have been another too."""
        low, high = self.book.known(cell)
        return low < high and not self.book.told_now(cell) and cell not in self.book.differs

    def _is_inexact(self, cell: Cell, way: str) -> bool:
        """Whether today's tables do not tell it exactly, and it is taken for another then."""
        # Rounded with all others it is told exactly by what held before alone: that speaks of then too.
        controlled = self.book.policy.get("controlled")
        low, high = self.book.before.get(cell, NOTHING) if controlled else self.book.known(cell)
        return way in WAYS[1] and low < high and self.book.told_now(cell)

    def _then(self, cell: Cell, time: int, way: str) -> Cell:
        """The count as it was then; itself where it was what it is today."""
        was, named = self.at(cell, time, way), (f"{cell[0]} {way} entry {time}", *cell[1:])
        if was is None and self._is_open(cell):
            self.book.before[named] = self.book.known(cell)
            if cell in self.book.kept:
                self.guarded[named] = Was(self.book.known(cell), True, self.book.kept[cell], time, way)
            return named
        if was is None and self._is_inexact(cell, way):
            # Then nothing was told of it, or it looked as it does today.
            nothing = way == WAYS[1][0] or self.book.policy.get("controlled")
            self.book.before[named] = NOTHING if nothing else self.book.as_shown(cell)
            return named
        if was is None:
            return cell
        named = (f"{cell[0]} {was.kind} entry {was.latest}", *cell[1:])
        self.book.before[named] = was.ends
        if was.guarded:
            self.guarded[named] = was
        return named

    def _tells(self, row: list[Cell]) -> bool:
        """Whether it tells anything of what is not told exactly, or of what today's tables may hide."""
        ends = map(self.book.known, row)
        return any(map(self.book.told_now, row)) or any(low < high for low, high in ends)

    def guard(self, rows: Iterable[list[Cell]]) -> None:
        """Have those counts proved safe that were hidden when these sums held. Raises Unsafe."""
        for row in rows:
            for cell in self.guarded.keys() & set(row):
                was = self.guarded[cell]
                if was.ends[1] - was.ends[0] >= protection_of(self.book.policy):
                    self.book.kept[cell] = was.policy
                elif was.policy["name"] != self.book.policy["name"]:
                    self.book.narrow.add(cell)
            must_be_open(self.book, row)


def must_be_open(book: Book, row: list[Cell]) -> None:
    """Raise Unsafe where a sum speaks of a count that another policy left too little open of."""
    for cell in book.narrow & set(row):
        raise Unsafe(f"another policy left of {name_of(cell)} less open than this one would have to")


def past(book: Book, folder: Path, certificate: dict[str, Any]) -> Past:
    """What counts were that are another now."""
    found = Past(book)
    if book.differs:
        latest_first = sorted(certificate["earlier"], key=lambda each: -each["entry"])
        tables = [
            (each, found.seen(each, read_rows(each["file"], bytes_of(folder, each).decode("utf-8"))))
            for each in latest_first
        ]
        for time in sorted({time for each in latest_first for time in each["published"]}, reverse=True):
            found.publication(time, [each for each in tables if time in each[0]["published"]])
    return found
