"""Tables made to harm, or mangled on the way: one clear line, or rows kept aside, and nothing lost."""

from __future__ import annotations

import json
import random
import zipfile
from pathlib import Path

import pyarrow.parquet as parquet
import pytest

from evenhand.actions.ingest import ingest
from evenhand.actions.ingest_report import Fate
from evenhand.actions.init import NewPartnership, init
from evenhand.engine import checking, delimited, quarantine
from evenhand.sources.police_uk import STREET_COLUMNS

# Ibis 12 calls DuckDB's older name for it; the pinned pair of versions works.
pytestmark = pytest.mark.filterwarnings("ignore:fetch_:DeprecationWarning")

BOUND_MB = 700
HEADER = ",".join(STREET_COLUMNS)


def put(workspace, content: str | bytes, name: str = "x.csv") -> None:
    path = workspace.incoming / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def aside(workspace) -> list[tuple[int, str, str, str]]:
    folder = workspace.store / "quarantine"
    return [
        (row.line, row.column, row.reason, row.text)
        for file in sorted(folder.glob("*"))
        for row in quarantine.kept(folder, file.stem)
    ]


def lines(text: str) -> list[str]:
    return text.splitlines()


def test_an_empty_file_is_refused(workspace, taken):
    put(workspace, b"")
    assert taken().only.note == "x.csv: is empty; ask the sender for the file again"


def test_a_header_alone_is_read_as_no_rows(workspace, taken, street):
    put(workspace, street(0))
    only = taken().only
    assert (only.fate, only.rows_read, only.rows_accepted) == (Fate.READ, 0, 0)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_a_byte_order_mark_and_line_ends_of_windows_are_read(workspace, taken, street, start, end):
    put(workspace, start + street(4).replace("\n", end).encode())
    assert (taken().only.rows_accepted, aside(workspace)) == (4, [])


def test_line_ends_of_an_old_macintosh_are_refused(workspace, taken, street):
    put(workspace, street(4).replace("\n", "\r"))
    assert taken().only.note == (
        "x.csv line 1: is no CSV: it has a carriage return in its header; "
        "save it with line ends of Windows or Unix"
    )


def test_a_carriage_return_in_one_row_costs_that_row(workspace, taken, street):
    text = street(4)
    put(workspace, text.replace("Grey", "Gr\rey", 1))
    assert taken().only.rows_accepted == 3
    assert aside(workspace) == [
        (
            2,
            "row",
            "holds a carriage return, or a field without end",
            lines(text)[1].replace("Grey", "Gr\rey"),
        )
    ]


def test_utf_16_is_refused(workspace, taken, street):
    put(workspace, street().encode("utf-16"))
    assert taken().only.note == (
        "x.csv: is UTF-16 text; save it as CSV UTF-8, or send the file as first published"
    )


def test_windows_1252_is_read_and_said(workspace, taken, row, street):
    put(workspace, street(rows=[row(1, Location="Café £1"), row(2)]).encode("windows-1252"))
    only = taken().only
    assert only.rows_accepted == 2
    assert only.note == "1 lines are not UTF-8 and were read as Windows-1252"
    held = parquet.read_table(workspace.store / "incident")["location"].to_pylist()
    assert "Café £1" in held


def test_bytes_of_no_encoding_cost_their_row(workspace, taken, street):
    text = street(4).encode()
    put(workspace, text.replace(b"Grey", b"Gr\x81y", 1))
    assert taken().only.rows_accepted == 3
    ((line, column, reason, _),) = aside(workspace)
    assert (line, column, reason) == (2, "row", "holds bytes that are neither UTF-8 nor Windows-1252")


@pytest.mark.parametrize("seed", range(3))
def test_random_bytes_are_left_as_they_are(workspace, taken, seed):
    put(workspace, random.Random(seed).randbytes(200_000))
    assert taken().only.fate is Fate.UNKNOWN_FORMAT


@pytest.mark.parametrize("seed", range(3))
def test_random_bytes_below_a_good_header_are_all_kept_aside(workspace, taken, street, seed):
    put(workspace, street(4).encode() + random.Random(seed).randbytes(20_000))
    only = taken().only
    assert only.rows_accepted == 4
    assert only.rows_quarantined == len(aside(workspace)) > 0


def test_nul_bytes_cost_their_row(workspace, taken, street):
    text = street(4)
    put(workspace, text.replace("Grey", "Gr\0y", 1))
    assert taken().only.rows_accepted == 3
    assert aside(workspace) == [(2, "row", "holds a NUL byte", lines(text)[1].replace("Grey", "Gr\0y"))]


def test_a_missing_column_is_named(workspace, taken, street):
    put(workspace, "\n".join(line.partition(",")[2] for line in lines(street(4))))
    assert taken().only.note == (
        "x.csv line 1: looks like street-level crime but lacks Crime ID; "
        "ask for the file with every column, as first published"
    )


def test_extra_columns_and_another_order_are_read(workspace, taken, row):
    good = dict(zip(STREET_COLUMNS, map(str, row(1)), strict=True)) | {"Beat": "7", "": "?"}
    put(workspace, "\n".join(",".join(line) for line in zip(*reversed(good.items()), strict=True)) + "\n")
    assert taken().only.rows_accepted == 1


@pytest.mark.parametrize("again", ["Month", "month", "MONTH "])
def test_a_column_twice_is_refused(workspace, taken, street, again):
    put(workspace, "\n".join(f"{again if not at else 'x'},{line}" for at, line in enumerate(lines(street()))))
    assert taken().only.note.endswith("twice; remove one of them")


@pytest.mark.parametrize(
    "extra",
    [
        '"x""); DROP TABLE raw; --"',
        "x'); DROP TABLE raw; --",
        "supply",
        "SUPPLY",
        "__file",
        "__line",
        "problem",
    ],
)
@pytest.mark.parametrize("is_torn", [False, True])
def test_names_of_columns_are_names_and_nothing_else(workspace, taken, street, extra, is_torn):
    text = "\n".join(f"{extra if not at else 'x'},{line}" for at, line in enumerate(lines(street(4))))
    put(workspace, text + ("\ntorn" if is_torn else "") + "\n")
    only = taken().only
    assert (only.rows_accepted, only.rows_quarantined) == (4, int(is_torn))


@pytest.mark.parametrize(
    "name",
    [
        'it\'s "one".csv',
        "a\nb.csv",
        "x[1]*?.csv",
        "[red]x[-red].csv",
        "x.csv.gz",
        "x.zst",
        "{a,b}.csv",
        "é ☂.csv",
    ],
)
def test_names_of_files_are_names_and_nothing_else(workspace, taken, street, name):
    put(workspace, street(4), name)
    only = taken().only
    assert (only.file, only.rows_accepted) == (name, 4)


def test_a_folder_named_like_a_column_does_not_stand_for_it(workspace, taken, street):
    (workspace.incoming / "Month=2021-07").mkdir()
    put(workspace, street(4), "Month=2021-07/x.csv")
    assert taken().only.period_from == "2020-05-01"


def test_a_workspace_may_lie_in_a_folder_with_brackets(tmp_path, street):
    here = init(tmp_path / "a[b]=*" / "workspace", NewPartnership(area="E23000007"))
    put(here, street(4))
    assert ingest(here).files[0].rows_accepted == 4


def test_a_name_that_is_no_text_is_refused(workspace, taken, street):
    path = Path(str(workspace.incoming) + "/caf\udce9.csv")
    path.write_text(street(4))
    assert taken().only.note == "caf\ufffd.csv: has a name that is not UTF-8; rename it"


@pytest.mark.parametrize(
    "month", ["2020-13", "2020-00", "2020", "0000-05", "9999-12", "5-6-7-8", "2010-11", ""]
)
def test_what_is_no_month_is_kept_aside(workspace, taken, street, row, month):
    put(workspace, street(rows=[row(1), row(2, Month=month)]))
    assert taken().only.rows_accepted == 1
    ((line, column, _, text),) = aside(workspace)
    assert (line, column) == (3, "Month")
    assert f",{month}," in text


STOP = "Person search,{},,,54.9,-1.6,Male,25-34,,Mixed,Law,Drugs,No,True,False"
STOP_HEADER = (
    "Type,Date,Part of a policing operation,Policing operation,Latitude,Longitude,Gender,Age range,"
    "Self-defined ethnicity,Officer-defined ethnicity,Legislation,Object of search,Outcome,"
    "Outcome linked to object of search,Removal of more than just outer clothing"
)


@pytest.mark.parametrize(
    "date", ["2022-02-31T01:00:00+00:00", "infinity", "epoch", "0001-01-01 (BC)", "31/05/2022"]
)
def test_what_is_no_day_is_kept_aside(workspace, taken, date):
    body = [STOP_HEADER, STOP.format("2022-02-28T01:00:00+00:00"), STOP.format(date)]
    put(workspace, "\n".join(body), "2022-02-northumbria-stop-and-search.csv")
    only = taken().only
    assert (only.rows_accepted, only.period_to) == (1, "2022-02-28")
    assert [(line, column) for line, column, *_ in aside(workspace)] == [(3, "Date")]


def test_a_quote_never_closed_in_the_last_column_swallows_no_row_in_silence(workspace, taken, street):
    text = street(6)
    broken = "\n".join([*lines(text)[:3], lines(text)[3] + '"', *lines(text)[4:]]) + "\n"
    put(workspace, broken)
    only = taken().only
    assert (only.rows_accepted, only.rows_quarantined) == (2, 1)
    ((line, _, reason, kept),) = aside(workspace)
    assert (line, reason) == (4, "opens a quote that is never closed")
    assert kept == "\n".join(lines(broken)[3:])


def test_a_quote_never_closed_over_many_megabytes_is_refused_or_kept(workspace, taken, street):
    text = street(30_000)
    put(workspace, text.replace(",On or near", ',"On or near', 1))
    only = taken().only
    assert (only.rows_accepted, only.rows_quarantined) == (0, 1)
    assert aside(workspace)[0][3] == text.replace(",On or near", ',"On or near', 1).partition("\n")[2].rstrip(
        "\n"
    )


def test_a_row_longer_than_any_costs_that_row(workspace, taken, street, row):
    long = [
        row(1),
        row(2, Location="é" * 3_000_000),
        row(3, Location="b" * 700_000, Context="c" * 700_000),
        row(4),
    ]
    put(workspace, street(rows=long))
    assert taken().only.rows_accepted == 2
    assert [(line, reason) for line, _, reason, _ in aside(workspace)] == [
        (3, "is longer than 1,048,576 characters"),
        (4, "is longer than 1,048,576 characters"),
    ]


@pytest.mark.slow
def test_a_line_of_a_hundred_megabytes_is_refused(workspace, measured, street):
    put(workspace, street(4) + "a" * (100 << 20))
    put(workspace, "a" * (100 << 20), "header.csv")
    found = measured()
    assert found["peak_mb"] < BOUND_MB
    words = "holds a line of more than 32 MB, so it is no table; check what was sent"
    assert found["files"]["x.csv"][-1] == f"x.csv: {words}"
    assert found["files"]["header.csv"][-1] == f"header.csv: {words}"


def test_a_file_in_which_nearly_every_row_is_torn_is_refused(workspace, taken, street, monkeypatch):
    monkeypatch.setattr(delimited, "MOST_ASIDE", 1000)
    put(workspace, street(2) + "torn,row\n" * 1000)
    assert taken().only.note.startswith("x.csv: is torn: 126 of its first 128 rows are no rows of its header")


def test_a_file_in_which_too_many_rows_are_wrong_is_refused(workspace, taken, street, row, monkeypatch):
    monkeypatch.setattr(checking, "MOST_BAD", 5)
    put(workspace, street(rows=[row(at, Month="May") for at in range(6)]))
    assert taken().only.note == (
        "x.csv: has 6 rows that cannot be what its publisher says, of 6; check what was sent"
    )


def test_a_file_refused_late_is_looked_at_again(workspace, street, row, monkeypatch):
    put(workspace, street(rows=[row(at, Month="May") for at in range(6)]))
    with monkeypatch.context() as patched:
        patched.setattr(checking, "MOST_BAD", 5)
        assert [file.fate for file in ingest(workspace).files] == [Fate.REFUSED]
    assert [(file.fate, file.rows_quarantined) for file in ingest(workspace).files] == [(Fate.READ, 6)]


OUTLINE = {"type": "Polygon", "coordinates": [[[-1.6, 54.9], [-1.5, 54.9], [-1.5, 55.0], [-1.6, 54.9]]]}


def geojson(*features: object, **more: object) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features, **more})


def feature(code: object = "E01008162", outline: object = OUTLINE) -> dict[str, object]:
    return {"type": "Feature", "properties": {"LSOA11CD": code, "LSOA11NM": "x"}, "geometry": outline}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"features":' + "[" * 100_000 + "]" * 100_000 + "}", "is not valid JSON ("),
        ('{"features": [], "n": ' + "1" * 10_000 + "}", "is not valid JSON ("),
        ('{"features": [', "is not valid JSON ("),
        ('{"features": {}}', "is JSON but no GeoJSON FeatureCollection"),
        (geojson({"properties": ["a"]}), "is JSON but no GeoJSON FeatureCollection"),
        (geojson({"properties": "a"}), "is JSON but no GeoJSON FeatureCollection"),
        (geojson(feature(), crs={"name": "urn:ogc:def:crs:EPSG::27700"}), "is in British National Grid"),
        (
            geojson({"properties": {"LSOA11CD": "E01008162", "lsoa11cd": 1}}),
            "has the column 'LSOA11CD' twice",
        ),
    ],
)
def test_json_that_is_no_map_is_refused(workspace, taken, content, words):
    put(workspace, content, "x.geojson")
    assert words in taken().only.note


def test_outlines_that_are_none_are_kept_aside(workspace, taken):
    odd = [feature(), feature(None), feature({"a": 1}), feature("E01008163", None), feature("E01008164", "x")]
    put(workspace, geojson(*odd), "x.geojson")
    assert taken().only.rows_accepted == 1
    assert [(line, column) for line, column, *_ in aside(workspace)] == [
        (2, "LSOA11CD"),
        (3, "LSOA11CD"),
        (4, "geometry"),
        (5, "geometry"),
    ]


def test_an_outline_in_full_detail_is_read_whole(workspace, taken):
    ring = [[-1.5 + at / 1e7, 54.9] for at in range(120_000)]
    put(workspace, geojson(feature(outline={"type": "Polygon", "coordinates": [ring]})), "x.geojson")
    assert taken().only.rows_accepted == 1


@pytest.mark.slow
def test_json_that_unfolds_beyond_memory_is_refused(workspace, measured):
    put(workspace, '{"features": [' + "{}," * 20_000_000 + "{}]}", "x.geojson")
    found = measured()
    assert found["peak_mb"] < BOUND_MB
    assert "is GeoJSON of more than 5,000,000 points" in found["files"]["x.geojson"][-1]


SHEET = "xl/worksheets/sheet1.xml"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BOOK = {
    "_rels/.rels": (
        f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Target="xl/workbook.xml" '
        f'Type="{OFFICE}/officeDocument"/></Relationships>'
    ),
    "[Content_Types].xml": "<Types/>",
    "xl/workbook.xml": (
        f'<workbook xmlns:r="{OFFICE}">'
        '<sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Target="worksheets/sheet1.xml" '
        f'Type="{OFFICE}/worksheet"/></Relationships>'
    ),
}


def book(workspace, sheet: str, **more: str) -> None:
    with zipfile.ZipFile(workspace.incoming / "x.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**BOOK, SHEET: sheet, **more}.items():
            archive.writestr(name, text)


def cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def table(rows: list[list[object]], start: int = 1) -> str:
    body = "".join(
        f'<row r="{at}">'
        + "".join(cell(f"{chr(65 + n)}{at}", str(each)) for n, each in enumerate(row))
        + "</row>"
        for at, row in enumerate(rows, start)
    )
    return f"<worksheet><sheetData>{body}</sheetData></worksheet>"


@pytest.mark.parametrize(
    "far",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1048576"><c s="1" t="n" r="XFD1048576"><v>1</v></c></row>',
        "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        '<row><c\n r = "xfd1048576" ><v>1</v></c></row>',
        '<row r="1048576"><c><v>1</v></c><c r="XFD1"><v>1</v></c></row>',
    ],
)
def test_a_cell_at_the_far_end_of_a_sheet_is_refused(workspace, taken, far):
    book(workspace, f'<worksheet><dimension ref="A1:B2"/><sheetData>{far}</sheetData></worksheet>')
    assert "is a workbook whose sheet claims 1,048,576 rows by" in taken().only.note


def test_a_sheet_that_only_says_it_is_huge_is_read(workspace, taken, row):
    sheet = table([list(STREET_COLUMNS), row(1)])
    book(workspace, sheet.replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>', 1))
    assert taken().only.rows_accepted == 1


@pytest.mark.parametrize("where", [SHEET, "xl/sharedStrings.xml", "docProps/core.xml"])
def test_xml_entities_in_a_workbook_are_refused(workspace, taken, where):
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
    book(workspace, table([[1]]), **{where: bomb})
    assert taken().only.note == "x.xlsx: is a workbook with XML entities; do not trust this file"


@pytest.mark.slow
def test_a_workbook_whose_texts_swell_is_refused(workspace, measured):
    book(workspace, table([[1]]), **{"xl/sharedStrings.xml": "<sst>" + "<si><t>a</t></si>" * 25_000_000})
    found = measured()
    assert found["peak_mb"] < BOUND_MB
    assert "is a workbook with a part of more than" in found["files"]["x.xlsx"][-1]


def test_a_workbook_that_is_none_is_refused(workspace, taken):
    book(workspace, "<worksheet><sheetData><row><c")
    assert taken().only.fate in (Fate.REFUSED, Fate.UNKNOWN_FORMAT)


def test_rows_of_a_sheet_are_named_by_their_number_in_it(workspace, taken, row):
    book(
        workspace, table([["A title above"], [], list(STREET_COLUMNS), row(1), row(2, Month="May")], start=3)
    )
    assert taken().only.rows_accepted == 1
    ((line, column, _, text),) = aside(workspace)
    assert (line, column) == (7, "Month")
    assert ",May,Northumbria Police," in text
