"""Whose records count in an area: every force that polices a part of it, where none is written."""

from __future__ import annotations

import ibis
import pyarrow as pa
import pytest

from evenhand.actions.area import Chosen, forces, refuse_other_forces
from evenhand.errors import BadConfig
from evenhand.rules.partnership import Area

pytestmark = pytest.mark.filterwarnings("ignore:fetch_:DeprecationWarning")

NORTHUMBRIA, DURHAM, FICTIONAL = "E23000007", "E23000008", "E23900001"
BOARD = Chosen("ICB", "E54000050", "North East and North Cumbria")
LIES_IN = [
    ("E01000001", "ICB", "E54000050"),
    ("E01000001", "PFA", NORTHUMBRIA),
    ("E01000002", "ICB", "E54000050"),
    ("E01000002", "PFA", DURHAM),
    ("E01000003", "ICB", "E54000051"),
    ("E01000003", "PFA", "E23000009"),
]


def assigned(rows=LIES_IN):
    columns = ("lsoa_code", "area_level", "area_code")
    return ibis.memtable(pa.Table.from_pylist([dict(zip(columns, row, strict=True)) for row in rows]))


def counted(area: Chosen, *written: str, rows=LIES_IN) -> tuple[str, ...]:
    return forces(ibis.duckdb.connect(), assigned(rows), Area(area.code, "", written, None), area)


def test_an_area_that_no_lookup_links_to_its_forces_gets_those_of_its_lsoas():
    assert counted(BOARD) == ("Northumbria Police", "Durham Constabulary")
    assert counted(Chosen("PFA", NORTHUMBRIA, "Northumbria")) == ("Northumbria Police",)


def test_the_forces_found_are_the_ones_that_may_not_be_left_out():
    engine = ibis.duckdb.connect()
    refuse_other_forces(engine, assigned(), BOARD, counted(BOARD))
    with pytest.raises(BadConfig, match="police_forces lacks Durham Constabulary"):
        refuse_other_forces(engine, assigned(), BOARD, ("Northumbria Police",))


def test_what_is_written_holds_and_a_force_that_nobody_knows_must_be_written():
    made_up = [("E01900001", "CSP", "E22900001"), ("E01900001", "PFA", FICTIONAL)]
    safer = Chosen("CSP", "E22900001", "Safer Saltmere")
    assert counted(safer, "Saltmere Police", rows=made_up) == ("Saltmere Police",)
    with pytest.raises(BadConfig, match="the area's own force is not known"):
        counted(safer, rows=made_up)
