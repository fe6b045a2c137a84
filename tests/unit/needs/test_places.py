"""Places: which larger areas an LSOA lies in, by the newest lookup, and which lie wholly inside."""

from __future__ import annotations

import ibis
import pyarrow as pa
import pytest

from evenhand.engine.session import arrow_schema
from evenhand.needs import place as places
from evenhand.tables import AREA_LINK

pytestmark = pytest.mark.filterwarnings("ignore:fetch_:DeprecationWarning")

# Two LSOAs of 2011 in Alpha; the second was split in 2021. Beta holds a third. Gamma is the CSP of both,
# and the ICB reaches over all three. A lookup of 2019 knew the first LSOA under an older authority.
LINKS = [
    ("LSOA11", "E01A", "Alpha 1", 2011, "LAD", "E07OLD", "Old Alpha", 2019),
    ("LSOA11", "E01A", "Alpha 1", 2011, "LAD", "E06A", "Alpha", 2022),
    ("LSOA11", "E01B", "Alpha 2", 2011, "LAD", "E06A", "Alpha", 2022),
    ("LSOA11", "E01C", "Beta 1", 2011, "LAD", "E06B", "Beta", 2022),
    ("LSOA11", "E01A", "Alpha 1", 2011, "WD", "E05OLD", None, 2017),
    ("LSOA11", "E01A", "Alpha 1", 2011, "LSOA21", "E01A", "Alpha 1", 2021),
    ("LSOA11", "E01B", "Alpha 2", 2011, "LSOA21", "E01X", "Alpha 2A", 2021),
    ("LSOA11", "E01B", "Alpha 2", 2011, "LSOA21", "E01Y", "Alpha 2B", 2021),
    ("LSOA11", "E01B", "Alpha 2", 2011, "LSOA21", "E01Z", "Alpha 2C", 2021),
    ("LSOA11", "E01C", "Beta 1", 2011, "LSOA21", "E01C", "Beta 1", 2021),
    ("LSOA21", "E01A", "Alpha 1", 2021, "WD", "E05A", "North", 2024),
    ("LSOA21", "E01X", "Alpha 2A", 2021, "WD", "E05A", "North", 2024),
    ("LSOA21", "E01Y", "Alpha 2B", 2021, "WD", "E05B", "South", 2024),
    ("LSOA21", "E01Z", "Alpha 2C", 2021, "WD", "E05B", "South", 2024),
    ("LSOA21", "E01C", "Beta 1", 2021, "WD", "E05C", "East", 2024),
    ("LSOA21", "E01A", "Alpha 1", 2021, "LAD", "E06A", "Alpha", 2024),
    ("LSOA21", "E01X", "Alpha 2A", 2021, "LAD", "E06A", "Alpha", 2024),
    ("LSOA21", "E01Y", "Alpha 2B", 2021, "LAD", "E06A", "Alpha", 2024),
    ("LSOA21", "E01Z", "Alpha 2C", 2021, "LAD", "E06A", "Alpha", 2024),
    ("LSOA21", "E01C", "Beta 1", 2021, "LAD", "E06B", "Beta (renamed)", 2024),
    ("LSOA11", "E01A", "Alpha 1", 2011, "ICB", "E54", "Board", 2022),
    ("LSOA11", "E01B", "Alpha 2", 2011, "ICB", "E54", "Board", 2022),
    ("LSOA11", "E01C", "Beta 1", 2011, "ICB", "E54", "Board", 2022),
    ("LAD", "E06A", "Alpha", 2024, "CSP", "E22A", "Alpha partnership", 2024),
    ("LAD", "E06B", "Beta (renamed)", 2024, "CSP", "E22B", "Beta partnership", 2024),
    ("LAD", "E06A", "Alpha", 2024, "PFA", "E23", "Force", 2024),
    ("LAD", "E06B", "Beta (renamed)", 2024, "PFA", "E23", "Force", 2024),
]


@pytest.fixture(scope="module")
def links() -> ibis.Table:
    rows = [dict(zip(AREA_LINK.names, link, strict=True)) for link in LINKS]
    return ibis.memtable(pa.Table.from_pylist(rows, arrow_schema(AREA_LINK)))


def of(table: ibis.Table) -> dict[tuple[str, str], str]:
    rows = ibis.duckdb.connect().to_pyarrow(table).to_pylist()
    found = {(row["lsoa_code"], row["area_level"]): row["area_code"] for row in rows}
    assert len(found) == len(rows), "an LSOA has two areas of one level"
    return found


def test_newest_lookup_holds_also_through_the_other_vintage(links):
    found = of(places.assigned(links, "LSOA11"))
    assert found["E01A", "LAD"] == "E06A"
    assert found["E01A", "WD"] == "E05A"
    assert found["E01A", "LSOA11"] == "E01A"


def test_split_lsoa_goes_with_most_of_its_parts(links):
    assert of(places.assigned(links, "LSOA11"))["E01B", "WD"] == "E05B"


def test_lsoa_of_2021_lies_in_the_board_of_the_one_it_was_not_in_that_of_most_of_its_authority():
    straddling = [
        ("LSOA11", "E01A", "Alpha 1", 2011, "LSOA21", "E01A", "Alpha 1", 2021),
        ("LSOA11", "E01B", "Alpha 2", 2011, "LSOA21", "E01X", "Alpha 2A", 2021),
        ("LSOA21", "E01A", "Alpha 1", 2021, "LAD", "E06A", "Alpha", 2024),
        ("LSOA21", "E01X", "Alpha 2A", 2021, "LAD", "E06A", "Alpha", 2024),
        ("LSOA11", "E01A", "Alpha 1", 2011, "ICB", "E54N", "North board", 2022),
        ("LSOA11", "E01B", "Alpha 2", 2011, "ICB", "E54S", "South board", 2022),
        ("LAD", "E06A", "Alpha", 2024, "ICB", "E54N", "North board", 2022),
    ]
    rows = [dict(zip(AREA_LINK.names, link, strict=True)) for link in straddling]
    found = of(places.assigned(ibis.memtable(pa.Table.from_pylist(rows, arrow_schema(AREA_LINK))), "LSOA21"))
    assert (found["E01A", "ICB"], found["E01X", "ICB"]) == ("E54N", "E54S")


def test_lsoa_of_2021_that_a_lookup_has_as_a_successor_alone_is_a_place_of_its_own():
    rows = [dict(zip(AREA_LINK.names, link, strict=True)) for link in LINKS if link[0] == "LSOA11"]
    found = of(places.assigned(ibis.memtable(pa.Table.from_pylist(rows, arrow_schema(AREA_LINK))), "LSOA21"))
    assert (found["E01Y", "LSOA21"], found["E01Y", "LAD"], found["E01Y", "ICB"]) == ("E01Y", "E06A", "E54")


def test_lsoa_redrawn_across_a_district_keeps_the_one_it_had():
    redrawn = [
        ("LSOA11", "E01A", "Alpha 1", 2011, "LAD", "E08Z", "Zeta", 2021),
        ("LSOA11", "E01A", "Alpha 1", 2011, "LSOA21", "E01A", "Alpha 1", 2021),
        ("LSOA11", "E01A", "Alpha 1", 2011, "LSOA21", "E01Q", "Beta 9", 2021),
        ("LSOA21", "E01A", "Alpha 1", 2021, "LAD", "E08Z", "Zeta", 2024),
        ("LSOA21", "E01Q", "Beta 9", 2021, "LAD", "E06A", "Alpha", 2024),
    ]
    rows = [dict(zip(AREA_LINK.names, link, strict=True)) for link in redrawn]
    table = ibis.memtable(pa.Table.from_pylist(rows, arrow_schema(AREA_LINK)))
    assert of(places.assigned(table, "LSOA11"))["E01A", "LAD"] == "E08Z"


def test_areas_above_a_local_authority_are_reached_through_it(links):
    found = of(places.assigned(links, "LSOA11"))
    assert {found[code, "PFA"] for code in ("E01A", "E01B", "E01C")} == {"E23"}
    assert (found["E01A", "CSP"], found["E01C", "CSP"]) == ("E22A", "E22B")


def test_new_vintage_stands_on_its_own(links):
    found = of(places.assigned(links, "LSOA21"))
    assert found["E01Y", "WD"] == "E05B"
    assert ("E01B", "LSOA21") not in found


def test_place_holds_only_areas_that_lie_wholly_inside(links):
    assigned, names = places.assigned(links, "LSOA11"), places.area_name(links)
    found = of(places.place(assigned, names, area_level="LAD", area_code="E06A"))
    assert {code for code, _ in found} == {"E01A", "E01B"}
    assert {level for _, level in found} == {"LSOA11", "WD", "LAD", "CSP"}, (
        "the force and the board reach beyond"
    )


def test_areas_reaching_beyond_are_named(links):
    assigned, names = places.assigned(links, "LSOA11"), places.area_name(links)
    beyond = places.reaching_beyond(assigned, names, area_level="LAD", area_code="E06A")
    rows = ibis.duckdb.connect().to_pyarrow(beyond).to_pylist()
    assert {(row["area_level"], row["area_name"]) for row in rows} == {("PFA", "Force"), ("ICB", "Board")}


def test_newest_name_is_given(links):
    names = ibis.duckdb.connect().to_pyarrow(places.area_name(links)).to_pylist()
    found = {(row["area_level"], row["area_code"]): row["area_name"] for row in names}
    assert found["LAD", "E06B"] == "Beta (renamed)"
    assert ("WD", "E05OLD") not in found, "an area without a name is in no row"
