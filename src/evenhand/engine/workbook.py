"""Workbooks (XLSX) made plain: worksheets as rows of text, within what memory holds.

ONS publishes tables as worksheets below titles and notes. A workbook is a zip of XML from outside, read
whole by a library, so every part of it is looked through before the library may have it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evenhand.engine.plain import Plain, write
from evenhand.engine.unpacking import swollen
from evenhand.errors import BadData

_LARGEST_SHEET_CELLS = 6_000_000
"""ONS's largest sheet (every LSOA by single year of age) has 3.7 million."""
_LARGEST_SHEET_BYTES = 512 << 20
_LONGEST_TAG = 1 << 16
_CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br\s*=\s*["']([A-Za-z]{1,3})(\d{1,7})["']""")
_ROW = re.compile(rb"""<(?:\w+:)?row\s[^>]*?\br\s*=\s*["'](\d{1,7})["']""")


@dataclass
class _Extent:
    """How far the cells of a sheet reach, told as its XML goes by."""

    rows: int = 0
    columns: int = 0

    def take(self, text: bytes) -> None:
        """Look at the next piece."""
        for name, row in _CELL.findall(text):
            self.rows = max(self.rows, int(row))
            self.columns = max(self.columns, _column_number(name.upper()))
        self.rows = max(self.rows, *map(int, _ROW.findall(text)), 0)


def check_workbook(path: Path, label: str) -> None:
    """Refuse a workbook that would not fit in memory or that carries XML entities. Raises BadData.

    A sheet is as large as its furthest cell, whatever it says of itself, so the cells are looked at.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for part in archive.infolist():
                _check_part(archive, part, label)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError) as trouble:
        raise BadData(
            f"is a workbook that cannot be opened ({trouble})", where=label, next_step="ask for it again"
        ) from None


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, label: str) -> None:
    where, extent = f"{label} {part.filename}", _Extent()
    for size, text in _pieces(archive, part):
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            raise BadData("is a workbook with XML entities", where=label, next_step="do not trust this file")
        extent.take(text)
        if extent.rows * max(extent.columns, 1) > _LARGEST_SHEET_CELLS:
            claim = f"{extent.rows:,} rows by {extent.columns:,} columns"
            raise _too_large(f"is a workbook whose sheet claims {claim}", where)
        if size > _LARGEST_SHEET_BYTES or swollen(size, part.compress_size):
            raise _too_large(f"is a workbook with a part of more than {size >> 20} MB", where)


def _pieces(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[tuple[int, bytes]]:
    """The part, unpacked piece by piece: bytes so far, and the piece behind the tag cut off before it."""
    size, tail = 0, b""
    with archive.open(part) as stream:
        while chunk := stream.read(1 << 20):
            size += len(chunk)
            text = tail + chunk
            tail = text[max(text.rfind(b"<"), len(text) - _LONGEST_TAG) :]
            yield size, text


def _too_large(what: str, where: str) -> BadData:
    return BadData(what, where=where, next_step="save the table alone, as CSV")


def _column_number(name: bytes) -> int:
    number = 0
    for letter in name:
        number = number * 26 + letter - 64
    return number


def sheets(path: Path, label: str) -> Iterator[tuple[str, list[list[str]]]]:
    """Each worksheet's name and its rows as text, dates in ISO form and whole numbers without a point."""
    import python_calamine

    check_workbook(path, label)
    try:
        workbook = python_calamine.CalamineWorkbook.from_path(str(path))
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            yield name, [[_text(cell) for cell in row] for row in sheet.iter_rows()]
    except python_calamine.CalamineError as trouble:
        raise BadData(
            f"is a workbook that cannot be read ({trouble})", where=label, next_step="save it as CSV"
        ) from None


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def from_rows(rows: list[list[str]], start: int, target: Path) -> Plain:
    """A worksheet whose header is in row `start` (0 the first); rows that are blank are left out."""
    columns = tuple(rows[start])
    plain = Plain(target, columns)
    body = [(start + 2 + at, row) for at, row in enumerate(rows[start + 1 :]) if any(row)]
    plain.rows = len(body)
    write(plain, body)
    return plain
