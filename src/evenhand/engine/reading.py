"""From a file delivered to a file ready to load: what it is, told by its content."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from evenhand.engine import delimited, geojson, kinds, records, unpacking, workbook
from evenhand.engine.delivered import Delivered, unreadable
from evenhand.engine.plain import LINE, Plain
from evenhand.errors import BadData
from evenhand.sources import Head, Layout, recognise

MOST_COLUMNS = 2_000
"""Of all formats read here the widest has under 200; the engine takes minutes over 100,000."""
HEADER_SEARCHED = 15
"""Publishers put titles and notes above the header of a worksheet; none puts more rows than this."""


@dataclass(frozen=True)
class Ready:
    """A file that the loader can read."""

    delivered: Delivered
    layout: Layout
    path: Path
    columns: tuple[str, ...]
    """Columns of the CSV at `path`, in order."""
    plain: Plain | None
    """How it was made plain; None where the fast reader has the file as supplied."""


def ready(delivered: Delivered, scratch: Path) -> Ready | None:
    """The file made ready, or None when it is of no known format.

    Raises BadData, naming file and place, for a file that is of a known format and cannot be read.
    """
    try:
        return _ready(delivered, scratch)
    except OSError as trouble:
        raise unreadable(trouble, delivered.label) from None


def _ready(delivered: Delivered, scratch: Path) -> Ready | None:
    target = scratch / f"plain-{delivered.supply}.csv"
    kinds.refuse_pretence(delivered.path, delivered.name, delivered.label)
    if kinds.kind_not_read(delivered.path):
        return None
    with delivered.path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(b"PK\x03\x04"):
        if not unpacking.is_workbook(delivered.path, delivered.label):
            raise BadData("is an archive in an archive", where=delivered.label, next_step="unpack it first")
        return _from_workbook(delivered, target)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _from_geojson(delivered, target)
    if not start.strip():
        raise BadData("is empty", where=delivered.label, next_step="ask the sender for the file again")
    return _from_csv(delivered, target)


def as_records(file: Ready, scratch: Path) -> Ready:
    """The same file gone through record by record, because the fast reader found something in it."""
    target = scratch / f"plain-{file.delivered.supply}.csv"
    made = delimited.from_csv(file.path, file.delivered.label, target)
    return Ready(file.delivered, file.layout, target, (LINE, *made.columns), made)


def _from_csv(delivered: Delivered, target: Path) -> Ready | None:
    try:
        columns = records.header(delivered.path, delivered.label)
    except BadData:
        if delivered.is_text or _says_utf16(delivered.path):
            raise
        return None
    layout = _recognised(Head(columns, delivered.name), delivered.label)
    if layout is None:
        return None
    if delivered.is_text:
        return Ready(delivered, layout, delivered.path, columns, None)
    made = delimited.from_csv(delivered.path, delivered.label, target)
    return Ready(delivered, layout, target, (LINE, *made.columns), made)


def _says_utf16(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) in (b"\xff\xfe", b"\xfe\xff")


def _from_geojson(delivered: Delivered, target: Path) -> Ready | None:
    made = geojson.from_geojson(delivered.path, delivered.label, target)
    layout = _recognised(Head(made.columns, delivered.name), delivered.label)
    if layout is None:
        return None
    return Ready(delivered, layout, target, (LINE, *made.columns), made)


def _from_workbook(delivered: Delivered, target: Path) -> Ready | None:
    for sheet, rows in workbook.sheets(delivered.path, delivered.label):
        for at, row in enumerate(rows[:HEADER_SEARCHED]):
            layout = _recognised(Head(tuple(row), delivered.name, sheet), f"{delivered.label} sheet {sheet}")
            if layout is not None:
                made = workbook.from_rows(rows, at, target)
                return Ready(delivered, layout, target, (LINE, *made.columns), made)
    return None


def _recognised(head: Head, where: str) -> Layout | None:
    layout = recognise(head)
    if layout is None:
        return None
    if len(head.columns) > MOST_COLUMNS:
        raise BadData(
            f"has {len(head.columns):,} columns, and no file of its publisher has {MOST_COLUMNS:,}",
            where=f"{where} line 1",
            next_step="check what was sent",
        )
    named = Counter(name.casefold() for name in head.columns if name)
    twice = next((name for name in head.columns if named[name.casefold()] > 1), None)
    if twice is not None:
        raise BadData(
            f"has the column {twice!r} twice", where=f"{where} line 1", next_step="remove one of them"
        )
    if layout.missing:
        wanted = ", ".join(layout.missing[:5])
        raise BadData(
            f"looks like {layout.source.title.lower()} but lacks {wanted}",
            where=f"{where} line 1",
            next_step=layout.next_step,
        )
    return layout
