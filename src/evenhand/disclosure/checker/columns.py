"""Columns that are no counts: figures worked out from counts, and sums such as money by recipient."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from evenhand.disclosure.checker.book import Book, Cell, Summed, name_of
from evenhand.disclosure.checker.policies import Unsafe, behind
from evenhand.disclosure.checker.rows import COMPANIONS, Row, cell_of

SIGNS = ("[c]", "[x]", "[z]")


def check_layout(book: Book, layout: dict[str, Any], rows: list[Row]) -> None:
    """That the certificate says of every column of a table what it is. Raises Unsafe."""
    measure, key = layout["measure"], layout["key"]
    kinds = [name for name in key if name not in COMPANIONS]
    if [kinds, "area_code" in key, "period_from" in key] != [
        layout[name] for name in ("categories", "area", "period")
    ]:
        raise Unsafe(f"the certificate takes other columns for the key of {measure} than for its places")
    counts, sums = ({each["column"] for each in layout[name]} for name in ("counts", "magnitudes"))
    for each in layout["derived"]:
        if not each["from"] or not {*each["from"]} <= counts | sums:
            raise Unsafe(f"the certificate does not say from which counts {each['column']} is worked out")
    for each in layout["magnitudes"]:
        if not each["shared_by"] or not {*each["shared_by"]} <= counts:
            raise Unsafe(f"the certificate does not say how many have a part in {each['column']}")
    derived = {each["column"] for each in layout["derived"]}
    book.derived |= {(measure, each) for each in derived}
    for column in sorted({*(rows[0] if rows else ())} - {*key, *counts, *sums, *derived}):
        if any(row[column] == "[c]" for row in rows):
            raise Unsafe(f"{measure} hides {column}, and the certificate does not say what it is")
        book.unsaid.add(column)


def check_columns(book: Book, layout: dict[str, Any], policy: dict[str, Any], rows: list[Row]) -> None:
    """That figures worked out from what is hidden or rounded in a row are hidden too. Raises Unsafe.

    Where a count is said to be not known, another table may hide it: that is kept, to be asked for when all
    tables are read.
    """
    check_layout(book, layout, rows)
    counts = {each["column"]: each for each in layout["counts"]}
    inexact = _inexact(policy)

    def hides(row: Row, name: str) -> bool:
        return inexact(row[name]) if name in counts else row[name] == "[c]"

    for each in layout["derived"]:
        column, key = each["column"], [name for name in layout["key"] if name not in each["over"]]
        not_all = {_at(row, key) for row in rows if any(hides(row, name) for name in each["from"])}
        shown = {_at(row, key) for row in rows if row[column] not in SIGNS}
        for row in rows:
            if _at(row, key) in not_all and row[column] != "[c]":
                raise Unsafe(f"{_words(layout, row, column)}, and not what it is made of")
            unknown = [name for name in each["from"] if row[name] == "[x]"]
            if unknown and not each["over"] and row[column] not in SIGNS:
                raise Unsafe(f"{_words(layout, row, column)}, and what it is made of is not known")
            if unknown and _at(row, key) in shown:
                cells = (cell_of(book, layout, counts[name], row) for name in unknown if name in counts)
                book.not_known |= dict.fromkeys(cells, _words(layout, row, column))


def _inexact(policy: dict[str, Any]) -> Callable[[str], bool]:
    """Tells whether a text that stands for a count leaves several counts behind it."""

    @cache
    def inexact(text: str) -> bool:
        if text in ("[c]", "[x]"):
            return text == "[c]"
        low, high = behind(int(text), policy)
        return low < high

    return inexact


def _at(row: Row, names: Iterable[str]) -> Cell:
    return tuple(row[name] for name in names)


def _words(layout: dict[str, Any], row: Row, column: str) -> str:
    """That a figure is shown, in words."""
    return f"{layout['measure']} shows {column} of {name_of(_at(row, layout['key']))}"


def take_parts(book: Book, layout: dict[str, Any], row: Row, cells: dict[str, Cell]) -> None:
    """Keep the figures of a row that are worked out from the smaller counts that its own are sums of."""
    for each in layout["derived"]:
        if each["of_parts"] and row[each["column"]] not in ("[c]", "[x]"):
            for name in each["from"]:
                book.of_parts.setdefault(cells[name], each["column"])


def check_parts(book: Book) -> None:
    """That no figure is shown whose counts another table hides, or whose smaller counts are not all exact.

    Raises Unsafe. All tables and sums have to be in the book.
    """
    for cell, figure in book.not_known.items():
        low, high = book.as_shown(cell)
        if book.told_now(cell) and low < high:
            raise Unsafe(f"{figure}, and another table hides what it is made of")
    parts: dict[Cell, list[Cell]] = defaultdict(list)
    for whole, *its in book.sums:
        parts[whole] += its
    for cell, column in book.of_parts.items():
        if not parts.get(cell) or any(_hides(book, each) for each in _beneath(parts, cell)):
            said = f"{column} of {name_of(cell)} is shown, and not all smaller counts that it is made of"
            raise Unsafe(said)


def _hides(book: Book, cell: Cell) -> bool:
    low, high = book.known(cell)
    return low < high or book.shown.get(cell) == "[c]"


def _beneath(parts: dict[Cell, list[Cell]], cell: Cell) -> Iterator[Cell]:
    """The cell and all that it is the sum of, however far below, each once."""
    reached, ahead = {cell}, [cell]
    while ahead:
        one = ahead.pop()
        yield one
        found = dict.fromkeys(each for each in parts.get(one, ()) if each not in reached)
        reached.update(found)
        ahead += found


def take_magnitudes(book: Book, layout: dict[str, Any], rows: list[Row], entry: int) -> None:
    """Keep the sums of a table, 0 as the entry of today's. Raises Unsafe where one shared by few is shown."""
    counts = {each["column"]: each for each in layout["counts"]}
    for each in layout["magnitudes"]:
        sums: dict[Cell, str] = {}
        for row in rows:
            cell = cell_of(book, layout, each, row)
            text = row[each["column"]]
            if sums.setdefault(cell, text) != text:
                raise Unsafe(f"{_words(layout, row, each['column'])} twice")
            if text not in SIGNS:
                for name in each["shared_by"]:
                    if row[name] == "[c]":
                        raise Unsafe(f"{_words(layout, row, each['column'])}, and not of how many")
                    if row[name] == "[x]":
                        shared = cell_of(book, layout, counts[name], row)
                        book.not_known[shared] = _words(layout, row, each["column"])
        which = layout["measure"], each["column"]
        levels = {row["area_level"] for row in rows if "area_level" in row}
        several = len(levels) > 1 or (layout["area"] and not levels)
        adds_up = [*layout["adds_up_over"], *(["area_code"] if several and rows else [])]
        book.summed[each["of"]].append(Summed(which, entry, sums, levels, adds_up))


def check_magnitudes(book: Book) -> Iterator[str]:
    """That hidden sums follow from no others, today's or earlier; what is on trust. Raises Unsafe."""
    changed = 0
    for of, tables in book.summed.items():
        if any("[c]" in each.sums.values() for each in tables):
            over = {name for each in tables for name in each.adds_up}
            over |= {"area_level"} if len(set[str]().union(*(each.levels for each in tables))) > 1 else set()
            over |= {"period"} if _nested({cell[2] for each in tables for cell in each.sums}) else set()
            over |= {" and ".join(each.which) for each in tables if each.which != tables[0].which}
            if over:
                raise Unsafe(f"sums of {of} are hidden, and others may tell them ({', '.join(sorted(over))})")
        now = {place: text for each in tables if not each.entry for place, text in each.sums.items()}
        for each in tables:
            for place, text in each.sums.items() if each.entry else ():
                if text not in SIGNS and now.get(place, text) not in (*SIGNS, text):
                    raise Unsafe(f"the sum of {name_of(place)} was {text} before: the change is shown")
                changed += text not in SIGNS and now.get(place) == "[c]"
    if book.summed:
        yield "which sums one or two make up nearly all of, and that no sum is a part of one of another kind"
    if changed:
        yield f"that {changed:,} hidden sums that were shown before are others now"


def _nested(periods: set[str | None]) -> bool:
    """Whether any period lies in another."""
    days = sorted(tuple(each.split("/")[:2]) for each in periods if each)
    return any(one != other and one[0] <= other[0] and other[1] <= one[1] for one in days for other in days)
