"""Write rows as publishers write them: CSV, an archive of CSVs, a workbook, GeoJSON.

The same rows give the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

Row = Sequence[object]
SheetRows = Iterable[Row]

LONG_AGO = (2023, 1, 1, 0, 0, 0)
"""One date for every member of an archive, so that its bytes depend on its rows alone."""


def csv_bytes(header: Row, rows: Iterable[Row], *, quote_all: bool = False, bom: bool = False) -> bytes:
    """A CSV file in UTF-8. `quote_all` quotes blanks too, as some publishers' files do."""
    text = io.StringIO()
    quoting = csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
    writer = csv.writer(text, lineterminator="\n", quoting=quoting)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig" if bom else "utf-8")


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content`, making the folder it goes in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def write_zip(path: Path, members: Mapping[str, bytes]) -> None:
    """A zip archive of `members`, in their order."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for name, content in members.items():
            member = zipfile.ZipInfo(name, LONG_AGO)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)


def write_geojson(path: Path, name: str, features: Iterable[tuple[Mapping[str, object], object]]) -> None:
    """A FeatureCollection in longitude and latitude; a feature is its properties and its geometry."""
    collection = {
        "type": "FeatureCollection",
        "name": name,
        "features": [
            {"type": "Feature", "properties": dict(properties), "geometry": geometry}
            for properties, geometry in features
        ],
    }
    write_bytes(path, json.dumps(collection, separators=(",", ":")).encode() + b"\n")


def write_workbook(path: Path, sheets: Mapping[str, SheetRows]) -> None:
    """The smallest XLSX workbook that spreadsheets open: one worksheet a name, text and numbers."""
    names = list(sheets)
    members = {
        "[Content_Types].xml": _CONTENT_TYPES.format(
            sheets="".join(_CONTENT_TYPE.format(i) for i in range(1, len(names) + 1))
        ),
        "_rels/.rels": _ROOT_RELATION,
        "xl/workbook.xml": _WORKBOOK.format(
            sheets="".join(
                f'<sheet name="{escape(name)}" sheetId="{i}" r:id="rId{i}"/>'
                for i, name in enumerate(names, 1)
            )
        ),
        "xl/_rels/workbook.xml.rels": _RELATIONS.format(
            sheets="".join(_RELATION.format(i) for i in range(1, len(names) + 1))
        ),
    }
    for i, rows in enumerate(sheets.values(), 1):
        members[f"xl/worksheets/sheet{i}.xml"] = _SHEET.format(rows="".join(map(_sheet_row, rows)))
    write_zip(path, {name: (_XML + content).encode() for name, content in members.items()})


def _sheet_row(row: Row) -> str:
    return f"<row>{''.join(map(_sheet_cell, row))}</row>"


def _sheet_cell(value: object) -> str:
    if isinstance(value, (int, float)):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_CONTENT_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>{{sheets}}</Types>'
)
_CONTENT_TYPE = f'<Override PartName="/xl/worksheets/sheet{{0}}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
_ROOT_RELATION = (
    f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_WORKBOOK = f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{{sheets}}</sheets></workbook>'
_RELATIONS = f'<Relationships xmlns="{_PACKAGE}/relationships">{{sheets}}</Relationships>'
_RELATION = f'<Relationship Id="rId{{0}}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{{0}}.xml"/>'
_SHEET = f'<worksheet xmlns="{_MAIN}"><sheetData>{{rows}}</sheetData></worksheet>'
