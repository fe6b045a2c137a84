"""The fast reader and the record-by-record one both take just the rows that the plainest Python takes."""

from __future__ import annotations

import csv
import io
import re
import shutil
import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evenhand.actions.ingest import ingest
from evenhand.actions.init import NewPartnership, init
from evenhand.actions.status import quarantined
from evenhand.engine import session, store
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


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(ROWS, st.sampled_from(["\n", "\r\n"]), st.sampled_from([b"", b"\xef\xbb\xbf"]))
def test_what_is_taken_equals_the_plain_twin(rows, end, mark):
    folder = Path(tempfile.mkdtemp())
    try:
        workspace = init(folder / "workspace", NewPartnership(area="E23000007"))
        (workspace.incoming / "x.csv").write_bytes(written(rows, end, mark))
        (file,) = ingest(workspace).files
        engine = session.begin(folder)
        table = session.stored(engine, workspace.store, store.read(workspace.store), "incident")
        found = [tuple(row.values()) for row in engine.to_pyarrow(table.drop("supply")).to_pylist()]
        engine.disconnect()
        aside = quarantined(workspace)
    finally:
        shutil.rmtree(folder)
    good = [conformed(row) for row, _ in rows if is_good(row)]
    assert sorted(map(repr, found)) == sorted(map(repr, good))
    assert (file.rows_read, file.rows_accepted) == (len(rows), len(good))
    assert len(aside) == len(rows) - len(good)
