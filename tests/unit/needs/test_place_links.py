"""Which links between areas are behind a place: of several editions, those that hold."""

from __future__ import annotations

import ibis
import pyarrow as pa
import pytest

from evenhand.engine.session import arrow_schema
from evenhand.needs.place import area_name, assigned, place
from evenhand.needs.place_links import links_used
from evenhand.tables import AREA_LINK

pytestmark = pytest.mark.filterwarnings("ignore:fetch_:DeprecationWarning")

OLD_AUTHORITY = ("LSOA11", "E01A", "Alpha 1", 2011, "LAD", "E07OLD", "Old Alpha", 2019)
SAME_BUT_OLDER = ("LSOA11", "E01A", "Alpha 1", 2011, "LAD", "E06A", "Alpha", 2022)
OLD_WARD = ("LSOA11", "E01A", "Alpha 1", 2011, "WD", "E05OLD", "Old ward", 2017)
ACROSS = ("LSOA11", "E01A", "Alpha 1", 2011, "LSOA21", "E01X", "Alpha 1", 2021)
ACROSS_TO_NOTHING = ("LSOA11", "E01A", "Alpha 1", 2011, "LSOA21", "E01Y", "Alpha 9", 2021)
WARD = ("LSOA21", "E01X", "Alpha 1", 2021, "WD", "E05A", "North", 2024)
AUTHORITY = ("LSOA21", "E01X", "Alpha 1", 2021, "LAD", "E06A", "Alpha", 2024)
FORCE = ("LAD", "E06A", "Alpha", 2024, "PFA", "E23", None, 2024)
OLDER_FORCE = ("LAD", "E06A", "Alpha", 2016, "PFA", "E23", "Force of old", 2016)
NAMES_FORCE = ("LAD", "E06Z", "Zeta", 2024, "PFA", "E23", "Force", 2024)
ELSEWHERE = ("LSOA11", "E01Z", "Zeta 1", 2011, "LAD", "E06Z", "Zeta", 2024)
LINKS = [
    OLD_AUTHORITY, SAME_BUT_OLDER, OLD_WARD, ACROSS, ACROSS_TO_NOTHING, WARD, AUTHORITY, FORCE, OLDER_FORCE,
    NAMES_FORCE, ELSEWHERE,
]  # fmt: skip


def used(
    links: list[tuple[object, ...]], level: str, code: str, vintage: str = "LSOA11"
) -> set[tuple[object, ...]]:
    rows = [dict(zip(AREA_LINK.names, link, strict=True)) for link in links]
    held = ibis.memtable(pa.Table.from_pylist(rows, arrow_schema(AREA_LINK)))
    mine = place(assigned(held, vintage), area_name(held), area_level=level, area_code=code)
    found = ibis.duckdb.connect().to_pyarrow(links_used(held, mine, vintage))
    return {tuple(row[name] for name in AREA_LINK.names) for row in found.to_pylist()}


def test_links_of_older_editions_and_of_other_places_are_not_behind_a_place():
    assert used(LINKS, "LAD", "E06A") == {ACROSS, WARD, AUTHORITY, FORCE}


def test_a_link_that_alone_names_an_area_of_the_place_is_behind_it():
    assert used(LINKS, "PFA", "E23") >= {ACROSS, WARD, AUTHORITY, FORCE, NAMES_FORCE, ELSEWHERE}
    assert used(LINKS, "PFA", "E23") & {OLD_AUTHORITY, SAME_BUT_OLDER, OLD_WARD, OLDER_FORCE} == set()


def test_without_a_newer_edition_the_older_link_is_the_one():
    assert used([OLD_WARD, SAME_BUT_OLDER], "LAD", "E06A") == {OLD_WARD, SAME_BUT_OLDER}


def test_a_link_read_backwards_is_behind_a_place_of_2021():
    board = ("LSOA11", "E01A", "Alpha 1", 2011, "ICB", "E54", "Board", 2022)
    links = [ACROSS, WARD, AUTHORITY, FORCE, board, OLD_WARD, SAME_BUT_OLDER, ELSEWHERE]
    assert used(links, "ICB", "E54", "LSOA21") == {ACROSS, WARD, AUTHORITY, FORCE, board}
