"""The fast reader and the record-by-record one both take just the rows that the plainest Python takes."""

from __future__ import annotations

import csv
import io
import re
import shutil
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from evenhand.actions.ingest import ingest
from evenhand.actions.init import NewPartnership, init
from evenhand.actions.status import quarantined
from evenhand.engine import session, store
from evenhand.engine.delivered import Delivered
from evenhand.sources.police_uk import STREET_COLUMNS
from evenhand.tables.incident import CRIME_TYPES

# Ibis 12 calls DuckDB's older name for it; the pinned pair of versions works.
pytestmark = pytest.mark.filterwarnings("ignore:fetch_:DeprecationWarning")

TEXTS = st.text(st.sampled_from("ab,\"é\u2028 \n=|'"), max_size=6)
FIELDS = {
    "Crime ID": st.sampled_from(["", "a" * 64]),
    "Month": st.sampled_from(
        ["2020-05"] * 6 + ["2020-06", "2020-13", "2020-5", "2010-11", "05-2020", "", "2020/05"]
    ),
    "Reported by": st.sampled_from(["Northumbria Police"] * 4 + ["", "Durham Constabulary"]),
    "Falls within": TEXTS,
    "Longitude": st.sampled_from(["-1.6", "", "2.5", "2.6", "-9.6", "x", "nan", "1e0", "-0"]),
    "Latitude": st.sampled_from(["54.9", "", "49", "61.6", "inf", "5 4"]),
    "Location": TEXTS,
    "LSOA code": st.sampled_from(
        ["E01008162"] * 4 + ["", "W01000001", "E02000001", "E0100816", "E01-00816", "E01008.62"]
    ),
    "LSOA name": TEXTS,
    "Crime type": st.sampled_from([*CRIME_TYPES[:3], "Piracy", "", CRIME_TYPES[0].lower()]),
    "Last outcome category": TEXTS,
    "Context": TEXTS,
}
QUOTING = st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
ROWS = st.lists(st.tuples(st.fixed_dictionaries(FIELDS), QUOTING), min_size=1, max_size=8)


def is_degrees(text: str, low: float, high: float) -> bool:
    try:
        return not text or low <= float(text) <= high
    except ValueError:
        return False


def is_good(row: dict[str, str]) -> bool:
    month = re.fullmatch(r"(\d{4})-(\d{2})", row["Month"])
    return bool(
        month
        and 1 <= int(month[2]) <= 12
        and row["Month"] >= "2010-12"
        and row["Reported by"]
        and is_degrees(row["Longitude"], -9.5, 2.5)
        and is_degrees(row["Latitude"], 49, 61.5)
        and re.fullmatch(r"([EWS]01\d{6})?", row["LSOA code"])
        and row["Crime type"] in CRIME_TYPES
    )


def conformed(row: dict[str, str]) -> tuple[object, ...]:
    return (
        row["Crime ID"] or None,
        date.fromisoformat(row["Month"] + "-01"),
        row["Reported by"],
        float(row["Longitude"]) if row["Longitude"] else None,
        float(row["Latitude"]) if row["Latitude"] else None,
        row["Location"] or None,
        row["LSOA code"] or None,
        row["Crime type"],
        row["Last outcome category"] or None,
    )


def written(rows, end: str, mark: bytes) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator=end).writerow(STREET_COLUMNS)
    for row, quoting in rows:
        csv.writer(text, lineterminator=end, quoting=quoting).writerow([row[name] for name in STREET_COLUMNS])
    return mark + text.getvalue().encode()


@dataclass(frozen=True)
class Taken:
    """What became of a file: its rows in the store, and the lines of those kept aside."""

    read: int
    accepted: int
    rows: list[str]
    aside: list[tuple[int, str]]


def ingested(content: bytes) -> Taken:
    folder = Path(tempfile.mkdtemp())
    try:
        workspace = init(folder / "workspace", NewPartnership(area="E23000007"))
        (workspace.incoming / "x.csv").write_bytes(content)
        (file,) = ingest(workspace).files
        engine = session.begin(folder)
        table = session.stored(engine, workspace.store, store.read(workspace.store), "incident")
        found = [tuple(row.values()) for row in engine.to_pyarrow(table.drop("supply")).to_pylist()]
        engine.disconnect()
        aside = sorted((row.line, row.text) for row in quarantined(workspace))
    finally:
        shutil.rmtree(folder)
    return Taken(file.rows_read, file.rows_accepted, sorted(map(repr, found)), aside)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(ROWS, st.sampled_from(["\n", "\r\n"]), st.sampled_from([b"", b"\xef\xbb\xbf"]))
def test_what_is_taken_equals_the_plain_twin(rows, end, mark):
    taken = ingested(written(rows, end, mark))
    good = [conformed(row) for row, _ in rows if is_good(row)]
    assert taken.rows == sorted(map(repr, good))
    assert (taken.read, taken.accepted) == (len(rows), len(good))
    assert len(taken.aside) == len(rows) - len(good)


def plainly(content: bytes) -> Taken:
    """What Python's csv module makes of a file, line by line: the plain twin."""
    waiting = re.findall(r"[^\n]*\n|[^\n]+", content.decode())
    given_out: list[str] = []
    over = False

    def lines():
        nonlocal over
        for line in waiting:
            given_out.append(line)
            yield line
        over = True

    reader, rows, aside, read = csv.reader(lines()), [], [], -1
    while True:
        start = len(given_out)
        try:
            fields = next(reader)
        except StopIteration:
            return Taken(read, len(rows), sorted(map(repr, rows)), sorted(aside))
        except csv.Error:
            fields = ["broken"]
        text = "".join(given_out[start:])
        if not fields:
            continue
        read += 1
        row = dict(zip(STREET_COLUMNS, fields, strict=False))
        whole = len(fields) == len(STREET_COLUMNS) and "\0" not in text and not over
        if read and whole and is_good(row):
            rows.append(conformed(row))
        elif read:
            aside.append((start + 1, text.rstrip("\r\n")))


SOUND = ",2020-05,Northumbria Police,b,-1.6,54.9,On a road,E01008162,c,Robbery,,"
"""A row as the publisher writes one."""
FAULTS = {
    "a bad month": lambda row: row.replace("2020-05", "2020-31") + "\n",
    "a carriage return joins two rows": lambda row: f"{row}\r{row}\n",
    "a carriage return in a field": lambda row: row.replace("a road", "a\rroad") + "\n",
    "a carriage return too many": lambda row: f"{row}\r\r\n",
    "a carriage return before the line feed": lambda row: f"{row}\r\n",
    "a carriage return in quotes": lambda row: row.replace("On a road", '"On\ra road"') + "\n",
    "a line feed in quotes": lambda row: row.replace("On a road", '"On\na road"') + "\n",
    "both in quotes": lambda row: row.replace("On a road", '"On\r\na road"') + "\n",
    "a blank line": lambda row: f"\n{row}\n",
    "a line of a space": lambda row: f" \n{row}\n",
    "a field too many": lambda row: f"{row},\n",
    "two fields too many": lambda row: f"{row},,\n",
    "a row's worth of fields too many": lambda row: row + "," * (len(STREET_COLUMNS) - 1) + "\n",
    "a quoted field too many": lambda row: f'{row},""\n',
    "a field too few": lambda row: row[:-1] + "\n",
    "three fields alone": lambda _row: "a,b,c\n",
    "torn in two": lambda row: row.replace("a road", "a\nroad") + "\n",
    "two rows joined": lambda row: f"{row}{row}\n",
    "a quote never closed": lambda row: row.replace("On", '"On') + "\n",
    "a quote within": lambda row: row.replace("a road", 'a "road') + "\n",
    "a quote closed too soon": lambda row: row.replace("On a road", '"On" a road') + "\n",
    "a space before quotes": lambda row: row.replace("On a road", ' "On a road"') + "\n",
    "a space after quotes": lambda row: row.replace("On a road", '"On a road" ') + "\n",
    "a quoted comma after a space": lambda row: row.replace("On a road", ' "On, a road"') + "\n",
    "a NUL byte": lambda row: row.replace("a road", "a\0road") + "\n",
    "an end of file of old": lambda row: f"{row}\n\x1a\n",
    "a line separator": lambda row: row.replace("a road", "a\u2028road") + "\n",
}
KINDS = st.sets(st.sampled_from(sorted(FAULTS)), min_size=1, max_size=3).map(sorted)
SEQUENCES = KINDS.flatmap(
    lambda kinds: st.lists(st.sampled_from(["", *kinds]), min_size=1, max_size=2 + 2 * len(kinds))
)


def faulty(sequence: list[str], last: str) -> bytes:
    rows = [FAULTS[fault](SOUND) if fault else f"{SOUND}\n" for fault in sequence]
    return (",".join(STREET_COLUMNS) + "\n" + "".join(rows) + last).encode()


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(SEQUENCES, st.sampled_from(["", "\n", "\r", SOUND, f"{SOUND}\r", f"{SOUND}\r\n"]))
@example(["a bad month", "a carriage return joins two rows", ""], "")
@example(["three fields alone", "a carriage return joins two rows", ""], "")
@example(["a blank line", "a carriage return joins two rows", ""], "")
@example(["a field too many", "", "two fields too many"], "")
@example(["a row's worth of fields too many", "", "a blank line"], "")
def test_whatever_is_wrong_with_a_file_nothing_in_it_goes_missing(sequence, last):
    content = faulty(sequence, last)
    taken = ingested(content)
    assert taken == plainly(content)
    assert taken.read == taken.accepted + len(taken.aside)
    with patch.object(Delivered, "is_grid", lambda _self, _width: False):
        assert ingested(content) == taken
