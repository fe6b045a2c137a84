"""A formula in a supplied name is published as text: no spreadsheet runs it."""

from __future__ import annotations

import csv
import gzip
from datetime import date
from pathlib import Path

import pytest

from evenhand.actions.ingest import ingest
from evenhand.actions.init import NewPartnership, init
from evenhand.actions.publish import publish
from evenhand.actions.show import as_csv, show
from evenhand.synthetic import county, write

# Ibis 12 calls DuckDB's older name for it; the pinned pair of versions works.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:fetch_:DeprecationWarning")]

FORMULA = "=cmd|' /C calc'!A0"


def changed(content: bytes, name: str) -> bytes:
    return content.replace(name.encode(), FORMULA.encode())


def test_a_formula_in_a_name_comes_out_as_text(tmp_path: Path) -> None:
    about = NewPartnership(name="x", area=county.FORCE_AREA[0], police_forces=(county.FORCE,), synthetic=True)
    here = init(tmp_path / "workspace", about)
    write(here.incoming, seed=2, lsoas=60)
    name = county.DISTRICTS[0][1]
    for file in here.incoming.rglob("*"):
        if file.suffix in (".csv", ".gz") and "street" not in file.name:
            content = file.read_bytes()
            if file.suffix == ".gz":
                file.write_bytes(gzip.compress(changed(gzip.decompress(content), name)))
            else:
                file.write_bytes(changed(content, name))
    ingest(here)
    publish(here, date(2026, 1, 31))
    found = set()
    for file in here.published.rglob("*.csv"):
        with file.open(encoding="utf-8-sig", newline="") as rows:
            found |= {cell for row in csv.reader(rows) for cell in row if "cmd" in cell}
    assert f"'{FORMULA}" in found
    assert {cell[:3] for cell in found} == {"'=c"}
    shown = as_csv(show(here, "recorded_violence", ("LAD",)))
    assert f'"\'{FORMULA}"' in shown or f",'{FORMULA}," in shown
