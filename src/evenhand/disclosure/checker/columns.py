"""Columns that are no counts: figures worked out from counts, and sums such as money by recipient."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from evenhand.disclosure.checker.book import Book, Cell, Columns, name_of
from evenhand.disclosure.checker.policies import Unsafe, behind

COMPANIONS = ("area_level", "area_code", "area_name", "period_kind", "period_from", "period_to")
"""Columns that say of which area and period a row is, be they in the key or not."""
LEVELS = ("area_level", "period_kind")
Row = dict[str, str]


def check_columns(book: Book, layout: dict[str, Any], policy: dict[str, Any], rows: list[Row]) -> None:
    """That figures worked out from a hidden or rounded count of a row are hidden too. Raises Unsafe."""
    counts = [each["column"] for each in layout["counts"]]
    magnitudes = [each["column"] for each in layout["magnitudes"]]
    others = [each["column"] for each in layout["derived"]]
    said = {*layout["key"], *COMPANIONS, *counts, *magnitudes, *others}
    for column in sorted({*(rows[0] if rows else ())} - said):
        if any(row[column] == "[c]" for row in rows):
            raise Unsafe(f"{layout['measure']} hides {column}, and the certificate does not say what it is")
        book.unsaid.add(column)
    inexact = _inexact(policy)
    for each in layout["derived"]:
        if not each["from"] or not {*each["from"]} <= {*counts, *magnitudes}:
            raise Unsafe(f"the certificate does not say from which counts {each['column']} is worked out")
        key = [name for name in layout["key"] if name not in each["over"]]
        of_these = {_place_of(row, key) for row in rows if any(inexact(row[name]) for name in each["from"])}
        for row in rows if of_these else ():
            if row[each["column"]] != "[c]" and _place_of(row, key) in of_these:
                where = name_of(_place_of(row, layout["key"]))
                raise Unsafe(
                    f"{layout['measure']} shows {each['column']} of {where}, and not what it is made of"
                )


def _inexact(policy: dict[str, Any]) -> Callable[[str], bool]:
    """Whether a text that stands for a count leaves several counts behind it."""

    @cache
    def inexact(text: str) -> bool:
        if text in ("[c]", "[x]"):
            return text == "[c]"
        low, high = behind(int(text), policy)
        return low < high

    return inexact


def _place_of(row: Row, names: list[str]) -> Cell:
    return tuple(row[name] for name in names)


def take_parts(book: Book, layout: dict[str, Any], row: Row, cells: dict[str, Cell]) -> None:
    """Keep the figures of a row that are worked out from the smaller counts that its own are sums of."""
    for each in layout["derived"]:
        if each["of_parts"] and row[each["column"]] != "[c]":
            for name in each["from"]:
                book.of_parts.setdefault(cells[name], each["column"])


def check_parts(book: Book) -> None:
    """That no figure that is worked out from smaller counts is shown where one of these is not exact.

    Raises Unsafe. All sums have to be in the book.
    """
    parts: dict[Cell, list[Cell]] = defaultdict(list)
    for whole, *its in book.sums:
        parts[whole] += its
    for cell, column in book.of_parts.items():
        reached, ahead = {cell}, [cell]
        while ahead:
            one = ahead.pop()
            low, high = book.known(one)
            told = one in parts or one != cell
            if low < high or book.shown.get(one) == "[c]" or not told:
                raise Unsafe(
                    f"{column} of {name_of(cell)} is shown, and not all smaller counts that it is made of"
                )
            found = [each for each in parts.get(one, ()) if each not in reached]
            reached.update(found)
            ahead += found


def take_magnitudes(book: Book, layout: dict[str, Any], rows: list[Row], entry: int) -> None:
    """Keep the sums of a table, 0 as the entry of today's. Raises Unsafe where one shared by few is shown."""
    for each in layout["magnitudes"]:
        sums: dict[Cell, str] = {}
        for row in rows:
            text = sums[_place_of(row, layout["key"])] = row[each["column"]]
            if text != "[c]" and any(row[name] == "[c]" for name in each["shared_by"]):
                where = name_of(_place_of(row, layout["key"]))
                raise Unsafe(f"{layout['measure']} shows {each['column']} of {where}, and not of how many")
        levels = {name: {row[name] for row in rows} for name in LEVELS if rows and name in rows[0]}
        which = layout["measure"], each["column"]
        adds_up = [*layout["adds_up_over"], *(["area_code"] if _of_all_areas(layout, rows) else [])]
        book.summed[each["of"]].append(Columns(which, entry, sums, levels, adds_up))


def _of_all_areas(layout: dict[str, Any], rows: list[Row]) -> bool:
    """Whether rows are of areas and do not say of which level, so that some may be made up of others."""
    return layout["area"] and bool(rows) and "area_level" not in rows[0]


def check_magnitudes(book: Book) -> Iterator[str]:
    """That hidden sums follow from no others, today's or earlier; what is on trust. Raises Unsafe."""
    changed = 0
    for of, tables in book.summed.items():
        if any("[c]" in each.sums.values() for each in tables):
            levels = {name for each in tables for name in each.levels if len(_levels(tables, name)) > 1}
            over = sorted(levels.union(*(each.adds_up for each in tables)))
            if len({each.which for each in tables}) > 1 or over:
                raise Unsafe(f"sums of {of} are hidden, and others may tell them ({', '.join(over)})")
        now = {place: text for each in tables if not each.entry for place, text in each.sums.items()}
        for each in tables:
            for place, text in each.sums.items() if each.entry else ():
                if "[c]" in (text, now.get(place, text)) or "[x]" in (text, now.get(place, text)):
                    changed += text != "[c]" and now.get(place) == "[c]"
                elif now.get(place, text) != text:
                    raise Unsafe(
                        f"the sum of {of} of {name_of(place)} was {text} before: the change is shown"
                    )
    if book.summed:
        yield "which sums one or two make up nearly all of"
    if changed:
        yield f"that {changed:,} hidden sums that were shown before are others now"


def _levels(tables: list[Columns], name: str) -> set[str]:
    return {level for each in tables for level in each.levels.get(name, ())}
