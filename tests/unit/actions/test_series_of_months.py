"""The series of months that figures are made of: one LSOA vintage, whole months, the rest left out aloud."""

from __future__ import annotations

from datetime import date

import ibis
import pyarrow as pa
import pytest

from evenhand.actions.series import series
from evenhand.engine.session import arrow_schema
from evenhand.errors import NotThere
from evenhand.tables import AREA_LINK, INCIDENT

pytestmark = pytest.mark.filterwarnings("ignore:fetch_:DeprecationWarning")

FORCE = "Northumbria Police"
MAY, JUNE, JULY = (date(2023, month, 1) for month in (5, 6, 7))


def incidents(*months: tuple[date, str, int], force: str = FORCE) -> list[dict[str, object]]:
    rows = [(month, code) for month, code, number in months for _ in range(number)]
    return [
        {"supply": "s", "month": month, "reported_by": force, "lsoa_code": code, "crime_type": "Robbery"}
        for month, code in rows
    ]


def of(rows: list[dict[str, object]], forces: tuple[str, ...] = (FORCE,), vintage: int | None = None):
    links = [
        {"child_level": level, "child_code": code, "parent_level": "LAD", "parent_code": "E08"}
        for level, code in (
            ("LSOA11", "old"),
            ("LSOA11", "kept"),
            ("LSOA21", "new"),
            ("LSOA21", "kept"),
        )
    ]
    tables = [
        ibis.memtable(pa.Table.from_pylist(held, arrow_schema(schema)))
        for held, schema in ((rows, INCIDENT), (links, AREA_LINK))
    ]
    return series(ibis.duckdb.connect(), *tables, forces, vintage)


def test_month_of_the_other_vintage_is_left_out_with_its_reason():
    found = of(incidents((MAY, "old", 9), (JUNE, "old", 9), (JULY, "new", 9)))
    assert (found.lsoa_level, found.months) == ("LSOA11", (MAY, JUNE))
    assert "another census year" in found.left_out[JULY]


def test_vintage_asked_for_is_taken():
    found = of(incidents((MAY, "old", 9), (JUNE, "old", 9), (JULY, "new", 9)), vintage=2021)
    assert (found.lsoa_level, found.months) == ("LSOA21", (JULY,))


def test_month_that_fits_both_vintages_goes_with_the_rest():
    found = of(incidents((MAY, "kept", 9), (JUNE, "new", 9)))
    assert (found.lsoa_level, found.months) == ("LSOA21", (MAY, JUNE))


def test_month_that_mixes_vintages_is_left_out():
    found = of(incidents((MAY, "old", 9), (JUNE, "old", 8), (JUNE, "new", 1)))
    assert found.months == (MAY,)
    assert found.left_out == {JUNE: "it mixes area codes of two census years"}


def test_stray_row_is_no_month():
    stray = date(2090, 5, 1)
    found = of(incidents((MAY, "old", 100), (JUNE, "old", 90), (stray, "old", 1)))
    assert found.months == (MAY, JUNE)
    assert found.left_out == {stray: "it has 1 rows, and the middle month has 90"}


def test_month_that_one_of_two_forces_did_not_supply_is_not_whole():
    other = incidents((MAY, "old", 5), force="Durham Constabulary")
    found = of(incidents((MAY, "old", 9), (JUNE, "old", 9)) + other, (FORCE, "Durham Constabulary"))
    assert found.months == (MAY,)
    assert found.left_out == {JUNE: "1 of the 2 police forces supplied it"}


def test_series_without_a_month_says_what_is_needed():
    with pytest.raises(NotThere, match="no month of street-level crime of Durham Constabulary"):
        of(incidents((MAY, "old", 9)), ("Durham Constabulary",))
