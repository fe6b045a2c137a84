"""Earlier tables: what they leave of each count, since they are still known."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evenhand.disclosure.checker.book import NOTHING, Book, Cell, both, over_kinds
from evenhand.disclosure.checker.columns import check_columns, take_magnitudes
from evenhand.disclosure.checker.policies import UNBOUNDED, Range, Unsafe, behind, guards, protection_of
from evenhand.disclosure.checker.rows import Row, cell_of, read_rows
from evenhand.disclosure.checker.tables import add_columns, in_whole, name_earlier


@dataclass
class Earlier:
    """What the earlier tables so far leave of each count; they come one after the other, the latest first."""

    book: Book
    revised: dict[Cell, list[int]]
    """The entries whose figure of a count is said to hold no more; an empty list means all of them."""
    reached: set[str | None]
    """The periods that sums tie to one of today's."""
    kinds_hold: bool
    """Whether which kinds the tables have says anything of today's counts."""
    spoken_of: set[Cell] = field(default_factory=set[Cell])
    kinds: set[tuple[int, Cell]] = field(default_factory=set[tuple[int, Cell]])
    """Places of which the tables so far have some kind."""
    read: set[tuple[str, ...]] = field(default_factory=set[tuple[str, ...]])
    """The rows that say all they can."""

    def table(self, layout: dict[str, Any], rows: list[Row]) -> None:
        """Take in the table of one entry."""
        found: dict[Cell, Range | None] = {}
        guarded: dict[Cell, bool] = {}
        alive: list[Cell] = []
        check_columns(self.book, layout, layout["policy"], rows)
        take_magnitudes(self.book, layout, rows, layout["entry"])
        said = (layout["measure"], json.dumps(layout["policy"]), str(layout.get("scope_of")))
        for row in rows:
            if (*said, *row.values()) in self.read:
                # A later table says the same.
                continue
            cells = {count["column"]: cell_of(self.book, layout, count, row) for count in layout["counts"]}
            mine = [cell for cell in cells.values() if self._is_alive(cell)]
            if len(mine) == len(cells):
                self.read.add((*said, *row.values()))
            for column, cell in cells.items():
                ends = shown_earlier(row[column], layout["policy"])
                if ends:
                    self.book.periods.add(cell[2])
                if ends and cell in mine:
                    found[cell] = both(ends, found.get(cell) or ends)
                    guarded.setdefault(cell, guards(row[column], ends, layout["policy"]))
            if mine:
                alive += mine
                add_columns(self.book, layout, cells)
        for cell in alive:
            self.kinds.update(over_kinds(cell))
            self.book.before.setdefault(cell, (0, UNBOUNDED))
            if self.kinds_hold:
                self.book.has_kinds(cell)
                in_whole(self.book, layout, cell)
        for cell, ends in found.items():
            if ends:
                self.figure(cell, ends, guarded=guarded[cell], layout=layout)

    def _is_alive(self, cell: Cell) -> bool:
        """Whether the count may be tied to one of today's. Kinds that later tables lack are 0 since."""
        known = cell in self.book.shown or cell in self.book.before
        none = self.book.none_by_now(cell) or any(place in self.kinds for place in over_kinds(cell))
        return cell[2] in self.reached and (known or not none)

    def figure(self, cell: Cell, ends: Range, *, guarded: bool, layout: dict[str, Any]) -> None:
        """What one table shows of a count, or tells by leaving it out; nothing where it was revised since."""
        book, entry = self.book, layout["entry"]
        book.before.setdefault(cell, NOTHING)
        if ends[0] < ends[1]:
            book.once_inexact.add(cell)
        entries = self.revised.get(cell)
        if entries is not None and not entries:
            book.lost.add(cell)
            book.differs.setdefault(cell, set()).add(ends)
            return
        if entries and entry in entries:
            book.differs.setdefault(cell, set()).add(ends)
            if book.policy.get("controlled") and book.told_now(cell):
                beside = _beside(int(book.shown[cell]), ends)
                book.beside[cell] = both(book.beside.get(cell, NOTHING), beside)
            elif ends[1] >= (book.policy["hide_from"] or 0):
                was = book.gone.get(cell, ends)
                book.gone[cell] = min(was[0], ends[0]), max(was[1], ends[1])
            return
        now, first = book.told_now(cell), cell not in self.spoken_of
        self.spoken_of.add(cell)
        low, high = both(both(book.as_shown(cell), book.before[cell]), ends)
        # What was hidden had not been shown before, unless it was revised: so the policy then saw to.
        shown_before = cell in book.kept and ends[1] - ends[0] < protection_of(book.kept[cell])
        if guarded and first and not now:
            book.kept[cell] = layout["policy"]
        if low <= high and not shown_before:
            book.before[cell] = both(book.before[cell], ends)
        else:
            book.differs.setdefault(cell, set()).add(ends)


def left_out(book: Book, layout: dict[str, Any], rows: list[Row]) -> Iterator[Cell]:
    """The counts that a table told to be 0: of today or later, left out at a place of which it had others."""
    if layout["categories"]:
        there = {cell_of(book, layout, count, row) for row in rows for count in layout["counts"]}
        kinds = {place for cell in there for place in over_kinds(cell)}
        for cell in (book.shown.keys() | book.before.keys()) - there:
            told = book.told_now(cell) or cell in book.before
            if told and not kinds.isdisjoint(over_kinds(cell)):
                yield cell


def _beside(shown: int, was: Range) -> Range:
    """What a revised figure leaves of a count that is rounded with all others: it is not what it was."""
    return (was[1] + 1, UNBOUNDED) if sum(was) <= 2 * shown else (0, was[0] - 1)


def shown_earlier(text: str, policy: dict[str, Any]) -> Range | None:
    """The counts that the earlier policy shows so; None where nothing is known."""
    if text == "[x]":
        return None
    return (policy["hide_from"] or 0, UNBOUNDED) if text == "[c]" else behind(int(text), policy)


def take_earlier(book: Book, folder: Path, certificate: dict[str, Any]) -> None:
    """What all earlier tables leave. Raises Unsafe for one that is not certified, is lost or was changed."""
    named = {each["file"] for each in (*certificate["earlier"], *certificate["counts_something_else"])}
    named |= {
        name_earlier(layout)
        for layout in certificate["tables"]
        if not (folder / f"{layout['measure']}.csv").exists()
    }
    for path in sorted((folder / "earlier").glob("*")):
        if f"earlier/{path.name}" not in named:
            raise Unsafe(f"earlier/{path.name} was published and the certificate does not speak of it")
    revised = {tuple(cell): list(entries) for cell, entries, _side in certificate["revised"]}
    book.sides = {tuple(cell): side for cell, _entries, side in certificate["revised"]}
    earlier = Earlier(book, revised, _reached(book, certificate["partitions"]), certificate["earlier_kinds"])
    for layout in sorted(certificate["earlier"], key=lambda each: -each["entry"]):
        content = bytes_of(folder, layout)
        rows = read_rows(layout["file"], content.decode("utf-8"))
        earlier.table(layout, rows)
        for cell in left_out(book, layout, rows):
            book.left_out[cell].add(layout["entry"])
            earlier.figure(cell, (0, 0), guarded=False, layout=layout)
    for cell, policy in list(book.kept.items()):
        if book.before[cell][1] - book.before[cell][0] < protection_of(book.policy):
            # A policy that protects more cannot: what it would tell is refused when the sums are known.
            del book.kept[cell]
            if policy["name"] != book.policy["name"]:
                book.narrow.add(cell)


def bytes_of(folder: Path, layout: dict[str, Any]) -> bytes:
    """The bytes of an earlier table, by their hash: it may be published again since."""
    name = layout["file"]
    if not name.startswith("earlier/") or "/" in name[8:]:
        raise Unsafe(f"{name} is no place for an earlier table")
    for path in (folder / name, folder / f"{layout['measure']}.csv"):
        if path.is_file():
            content = path.read_bytes()
            if hashlib.sha256(content).hexdigest() == layout["sha256"]:
                return content
    raise Unsafe(f"{name}, which the certificate reckons with, is not there as it was published")


def _reached(book: Book, partitions: list[dict[str, Any]]) -> set[str | None]:
    """The periods that any sum over periods ties to one of today's."""
    reached = {cell[2] for cell in book.shown}
    groups = [
        {place[each["dimensions"].index("period")] for place in (each["whole"], *each["parts"])}
        for each in partitions
        if "period" in each["dimensions"]
    ]
    before = -1
    while len(reached) > before:
        before = len(reached)
        for group in groups:
            if group & reached:
                reached |= group
    return reached
