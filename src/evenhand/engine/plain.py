"""Plain CSV: what the loader reads, made from files it must not or cannot read as they are.

The loader is fast and trusts the form of its input. Files that are no clean CSV (a workbook, GeoJSON,
another encoding, torn rows) come through here first: one record at a time, each with the line it
starts on, so that a row kept aside can be named to the line.
"""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evenhand.engine.intake import swollen
from evenhand.engine.quarantine import Quarantined
from evenhand.errors import BadData

LINE = "__line"
"""Column that plain files carry in front of the supplied ones."""
LONGEST_RECORD = 32 << 20
"""The outline of an area in full detail is the longest text there is in a published table."""
LONGEST_ROW = 1 << 20
"""No row of a CSV is near it; a longer one is many rows, run together by a quote that was never closed."""
_MOST_ASIDE = 64 << 20
"""Characters of torn rows kept of one file: beyond, it is the file that is wrong, not its rows."""
_LARGEST_SHEET_CELLS = 6_000_000
"""ONS's largest sheet (every LSOA by single year of age) has 3.7 million."""
_LARGEST_SHEET_BYTES = 512 << 20
_LARGEST_GEOJSON = 256 << 20
_MOST_GEOJSON_POINTS = 5_000_000

csv.field_size_limit(LONGEST_RECORD)


@dataclass(frozen=True)
class Record:
    """One record as supplied: where it starts, its text, its fields."""

    line: int
    text: str
    fields: list[str]
    is_broken: bool = False
    """No CSV: a carriage return outside quotes, or a field that has no end."""


@dataclass
class Plain:
    """A plain CSV file and what could not go into it."""

    path: Path
    columns: tuple[str, ...]
    rows: int = 0
    torn: list[Quarantined] = field(default_factory=list)
    note: str = ""
    longest: int = 0
    """Characters of the longest row, so that the reader can be given room for it."""
    is_csv: bool = False
    """Made from a CSV, whose own lines are the text as supplied."""


class Lines:
    """The lines of a text file, decoded one at a time and remembered until the record is read."""

    def __init__(self, path: Path, label: str) -> None:
        self._file = path.open("rb")
        self._label = label
        self.seen: list[str] = []
        self.as_windows_1252 = 0
        self.undecodable = False
        self.ended = False
        """Has the last line been read? A record that is still open then has a quote never closed."""
        start = self._file.read(3)
        if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
            self.close()
            raise BadData(
                "is UTF-16 text",
                where=label,
                next_step="save it as CSV UTF-8, or send the file as first published",
            )
        self._file.seek(3 if start == b"\xef\xbb\xbf" else 0)

    def __iter__(self) -> Iterator[str]:
        """Each line as text, its end as supplied."""
        while line := self._file.readline(LONGEST_RECORD):
            if len(line) == LONGEST_RECORD:
                raise BadData(
                    f"holds a line of more than {LONGEST_RECORD >> 20} MB, so it is no table",
                    where=self._label,
                    next_step="check what was sent",
                )
            text = self._decoded(line)
            self.seen.append(text)
            yield text
        self.ended = True

    def _decoded(self, line: bytes) -> str:
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError:
            try:
                text = line.decode("windows-1252")
            except UnicodeDecodeError:
                self.undecodable = True
                return line.decode("utf-8", "replace")
            self.as_windows_1252 += 1
            return text

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def records(lines: Lines) -> Iterator[Record]:
    """The records of a CSV, blank lines left out, quotes read as RFC 4180 has them."""
    reader = csv.reader(lines)
    line = 1
    while True:
        try:
            fields, is_broken = next(reader), False
        except StopIteration:
            return
        except csv.Error:
            fields, is_broken = [], True
        text = "".join(lines.seen).rstrip("\r\n")
        lines.seen.clear()
        if fields or is_broken:
            yield Record(line, text, fields, is_broken)
        lines.undecodable = False
        line = reader.line_num + 1


def header(path: Path, label: str) -> tuple[str, ...]:
    """The first record of a text file, blanks around names removed. Raises BadData for a bad one."""
    lines = Lines(path, label)
    try:
        first = next(records(lines), None)
    finally:
        lines.close()
    if first and first.is_broken:
        raise BadData(
            "is no CSV: it has a carriage return in its header",
            where=f"{label} line 1",
            next_step="save it with line ends of Windows or Unix",
        )
    if first is None:
        raise BadData("is empty", where=label, next_step="ask the sender for the file again")
    return tuple(name.strip() for name in first.fields)


def from_csv(path: Path, label: str, target: Path) -> Plain:
    """A clean copy of a CSV that the fast reader may not have; torn rows are kept aside."""
    lines = Lines(path, label)
    try:
        found = records(lines)
        columns = tuple(name.strip() for name in next(found).fields)
        plain = Plain(target, columns, is_csv=True)
        _write(plain, _sound(found, lines, plain, label))
    finally:
        lines.close()
    if lines.as_windows_1252:
        plain.note = f"{lines.as_windows_1252} lines are not UTF-8 and were read as Windows-1252"
    return plain


def _sound(
    found: Iterator[Record], lines: Lines, plain: Plain, label: str
) -> Iterator[tuple[int, list[str]]]:
    width, aside = len(plain.columns), 0
    for record in found:
        plain.rows += 1
        trouble = _torn(record, width, lines)
        if trouble:
            aside += len(record.text)
            plain.torn.append(Quarantined(label, record.line, "row", trouble, record.text))
        else:
            yield record.line, record.fields
        if aside > _MOST_ASIDE:
            raise BadData(
                f"is torn: {len(plain.torn):,} of its first {plain.rows:,} rows are no rows of its header",
                where=label,
                next_step="check what was sent",
            )


def _torn(record: Record, width: int, lines: Lines) -> str | None:
    if lines.undecodable:
        return "holds bytes that are neither UTF-8 nor Windows-1252"
    if record.is_broken:
        return "holds a carriage return, or a field without end"
    if lines.ended:
        return "opens a quote that is never closed"
    if "\0" in record.text:
        return "holds a NUL byte"
    if len(record.fields) != width:
        return f"has {len(record.fields)} fields, the header has {width}"
    if len(record.text) > LONGEST_ROW:
        return f"is longer than {LONGEST_ROW:,} characters"
    return None


def texts(plain: Plain, supplied: Path, label: str, wanted: set[int]) -> dict[int, str]:
    """The text of the records that start on the `wanted` lines: as supplied, of a CSV to the letter."""
    path, first = (supplied, 0) if plain.is_csv else (plain.path, 1)
    lines = Lines(path, label)
    try:
        found: dict[int, str] = {}
        for record in records(lines):
            line = int(record.fields[0]) if first and record.line > 1 else record.line
            if line in wanted and record.line > first:
                found[line] = record.text if plain.is_csv else ",".join(record.fields[1:])
        return found
    finally:
        lines.close()


def _write(plain: Plain, rows: Iterable[tuple[int, list[str]]]) -> None:
    with plain.path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([LINE, *plain.columns])
        for line, fields in rows:
            plain.longest = max(plain.longest, sum(map(len, fields)))
            writer.writerow([line, *fields])


def from_geojson(path: Path, label: str, target: Path) -> Plain:
    """One row a feature: its properties as text, and its geometry as GeoJSON text."""
    features = _features(path, label)
    names: dict[str, None] = {}
    for feature in features:
        names.update(dict.fromkeys(feature.get("properties") or {}))
    plain = Plain(target, (*names, "geometry"), rows=len(features))
    _write(plain, ((number, _feature(feature, names)) for number, feature in enumerate(features, 1)))
    return plain


def _feature(feature: dict[str, Any], names: Iterable[str]) -> list[str]:
    properties = feature.get("properties") or {}
    values = ["" if properties.get(name) is None else str(properties[name]) for name in names]
    geometry = feature.get("geometry")
    return [*values, json.dumps(geometry) if geometry else ""]


def _features(path: Path, label: str) -> list[dict[str, Any]]:
    if path.stat().st_size > _LARGEST_GEOJSON:
        raise BadData(
            f"is GeoJSON of more than {_LARGEST_GEOJSON >> 20} MB",
            where=label,
            next_step="use the publisher's generalised boundaries, or your area's alone",
        )
    try:
        document = json.loads(_bounded(path.read_bytes(), label))
    except (ValueError, RecursionError) as trouble:
        raise BadData(f"is not valid JSON ({trouble})", where=label, next_step="download it again") from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not all(map(_is_feature, features)):
        raise BadData(
            "is JSON but no GeoJSON FeatureCollection", where=label, next_step="check what was sent"
        )
    projected = str(document.get("crs", "")).find("27700") >= 0
    if projected:
        raise BadData(
            "is in British National Grid",
            where=label,
            next_step="download it in WGS 84 (longitude, latitude)",
        )
    return features


def _bounded(content: bytes, label: str) -> bytes:
    """The content, if it does not unfold beyond memory: a point of 24 bytes takes 150 when read."""
    if content.count(b"[") + content.count(b"{") + content.count(b",") > 3 * _MOST_GEOJSON_POINTS:
        raise BadData(
            f"is GeoJSON of more than {_MOST_GEOJSON_POINTS:,} points",
            where=label,
            next_step="use the publisher's generalised boundaries, or your area's alone",
        )
    return content


def _is_feature(feature: object) -> bool:
    return isinstance(feature, dict) and isinstance(feature.get("properties") or {}, dict)


_CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br\s*=\s*["']([A-Za-z]{1,3})(\d{1,7})["']""")
_LONGEST_TAG = 1 << 16
_ROW = re.compile(rb"""<(?:\w+:)?row\s[^>]*?\br\s*=\s*["'](\d{1,7})["']""")


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
    size, tail, rows, columns = 0, b"", 0, 0
    with archive.open(part) as stream:
        while chunk := stream.read(1 << 20):
            size += len(chunk)
            text = tail + chunk
            tail = text[max(text.rfind(b"<"), len(text) - _LONGEST_TAG) :]
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                raise BadData(
                    "is a workbook with XML entities", where=label, next_step="do not trust this file"
                )
            for name, row in _CELL.findall(text):
                rows = max(rows, int(row))
                columns = max(columns, _column_number(name.upper()))
            rows = max(rows, *map(int, _ROW.findall(text)), 0)
            if rows * max(columns, 1) > _LARGEST_SHEET_CELLS:
                raise BadData(
                    f"is a workbook whose sheet claims {rows:,} rows by {columns:,} columns",
                    where=f"{label} {part.filename}",
                    next_step="save the table alone, as CSV",
                )
            if size > _LARGEST_SHEET_BYTES or swollen(size, part.compress_size):
                raise BadData(
                    f"is a workbook with a part of more than {size >> 20} MB",
                    where=f"{label} {part.filename}",
                    next_step="save the table alone, as CSV",
                )


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
    _write(plain, body)
    return plain
