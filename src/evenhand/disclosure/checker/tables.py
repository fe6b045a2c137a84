"""Tables: the counts in their rows, and what adds up within them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from evenhand.disclosure.checker.book import Book, Cell, put_at
from evenhand.disclosure.checker.columns import check_columns, take_magnitudes, take_parts
from evenhand.disclosure.checker.rows import Row, cell_of


def take_in(book: Book, layout: dict[str, Any], rows: list[Row]) -> None:
    """The counts of a table, and the sums over its kinds and columns."""
    check_columns(book, layout, book.policy, rows)
    take_magnitudes(book, layout, rows, 0)
    for row in rows:
        cells = {count["column"]: cell_of(book, layout, count, row) for count in layout["counts"]}
        take_parts(book, layout, row, cells)
        for column, cell in cells.items():
            book.add(cell, row[column])
            in_whole(book, layout, cell)
        add_columns(book, layout, cells)
        if "area_level" in row:
            book.levels[row["area_code"]] = row["area_level"]
        if "lsoas" in row:
            place = (row["area_code"], *(row[kind].replace("[x]", "") for kind in layout["categories"]))
            book.filled[("area_code", *layout["categories"]), place] = int(row["lsoas"])


def in_whole(book: Book, layout: dict[str, Any], cell: Cell) -> None:
    """That the cell is a part of the count over all kinds."""
    for kind in layout["categories"]:
        whole = put_at(cell, (book.dimensions.index(kind),), (None,))
        book.wholes.setdefault((layout["measure"], whole, kind), {})[cell] = None


def add_columns(book: Book, layout: dict[str, Any], cells: dict[str, Cell]) -> None:
    """The sums over the columns of a row."""
    for count in layout["counts"]:
        if count["sum_of"]:
            book.sums.append([cells[count["column"]], *(cells[name] for name in count["sum_of"])])


def hash_of(path: Path) -> str:
    """The SHA-256 of a file; nothing where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def name_earlier(layout: dict[str, Any]) -> str:
    """Where a table lies once it is withdrawn or another has taken its place."""
    return f"earlier/{layout['measure']}-{layout.get('sha256', '')[:12]}.csv"
