"""What differs between two releases of a table: against numbers by hand, and a plain twin."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.engine.comparison import Columns, Difference, Largest, difference, rows_where

KEY = ("area_code", "period_from")
FIGURES = ("incidents", "per_1000")
OF = Columns(KEY, FIGURES)
HEAD = "area_code,area_name,period_from,incidents,per_1000"
BEFORE = [
    "E1,East,2023-01-01,10,1.5",
    "E1,East,2023-02-01,[x],[x]",
    'E2,"West, the ""old""\nend",2023-01-01,7,0.5',
    "E3,Gone,2023-01-01,1,1",
]


def table(rows: list[str], head: str = HEAD) -> bytes:
    return ("\n".join([head, *rows]) + "\n").encode()


def test_a_table_is_the_same_as_itself_in_another_order():
    assert difference(table(BEFORE), table(BEFORE[::-1]), OF) == Difference(8)


def test_cells_of_rows_that_both_have_are_compared_and_no_others():
    after = [BEFORE[0].replace(",10,1.5", ",12,1.5"), BEFORE[1], BEFORE[2].replace(",7,", ",2,")]
    found = difference(table(BEFORE), table([*after, "E9,New,2023-01-01,900,9"]), OF)
    assert (found.compared, found.moved, found.rows_added, found.rows_gone) == (6, 2, 1, 1)
    assert found.largest is not None
    assert (found.largest.column, found.largest.before, found.largest.after) == ("incidents", "7", "2")
    assert found.largest.row["area_code"] == "E2"


def test_what_was_not_known_and_now_is_has_moved_without_a_largest_difference():
    after = [BEFORE[0], BEFORE[1].replace("[x],[x]", "4,0.2"), *BEFORE[2:]]
    assert difference(table(BEFORE), table(after), OF) == Difference(8, 2)


def test_of_equal_differences_the_first_by_key_is_named_whatever_the_order():
    after = [BEFORE[2].replace(",7,", ",8,"), BEFORE[0].replace(",10,", ",11,")]
    found = difference(table(BEFORE), table(after), OF).largest
    assert found is not None
    assert found.row["area_code"] == "E1"


def test_a_name_that_changed_moves_no_figure():
    after = [row.replace("East", "Eastham") for row in BEFORE]
    assert difference(table(BEFORE), table(after), OF).moved == 0


def test_a_column_that_only_one_has_is_not_compared():
    narrow = [",".join(row.split(",")[:4]) for row in BEFORE[:2]]
    assert difference(table(narrow, HEAD.removesuffix(",per_1000")), table(BEFORE), OF).compared == 2


def test_tables_with_another_key_have_no_row_in_common():
    assert difference(table(BEFORE), table(BEFORE), Columns((*KEY, "kind"), FIGURES)) == Difference()


def test_columns_worked_out_again_are_counted_apart_and_are_never_the_largest():
    after = [BEFORE[0].replace(",10,1.5", ",11,900"), BEFORE[1].replace("[x],[x]", "[x],3"), BEFORE[2]]
    found = difference(table(BEFORE[:3]), table(after), Columns(KEY, ("incidents",), ("per_1000",)))
    assert (found.compared, found.moved, found.again) == (3, 1, 2)
    assert found.largest is not None
    assert found.largest.column == "incidents"


def test_rows_are_found_by_the_words_in_their_columns():
    assert [row["incidents"] for row in rows_where(table(BEFORE), {"area_code": "E1"})] == ["10", "[x]"]
    assert rows_where(table(BEFORE), {"area_code": "E4"}) == []
    assert rows_where(table(BEFORE), {"no_such_column": "E1"}) == []


CELLS = st.one_of(st.integers(-50, 50).map(str), st.sampled_from(["[x]", "[c]", "0.5", "-1.25"]))
TABLES = st.dictionaries(st.integers(0, 8), st.tuples(CELLS, CELLS), max_size=9)


@given(before=TABLES, after=TABLES)
def test_the_plainest_comparison_finds_the_same(
    before: dict[int, tuple[str, str]], after: dict[int, tuple[str, str]]
):
    def written(rows: dict[int, tuple[str, str]]) -> bytes:
        return table([f"{key},{a},{b}" for key, (a, b) in rows.items()], "key,a,b")

    both = sorted(before.keys() & after.keys())
    moved = [(at, key) for at in (0, 1) for key in both if before[key][at] != after[key][at]]
    gaps = [
        (abs(float(after[key][at]) - float(before[key][at])), at, key)
        for at, key in moved
        if "[" not in before[key][at] + after[key][at]
    ]
    found = difference(written(before), written(after), Columns(("key",), ("a", "b")))
    assert (2 * len(both), len(moved)) == (found.compared, found.moved)
    if not gaps:
        assert found.largest is None
        return
    first = min(at for _, at, _ in gaps)
    most = max(gap for gap, at, _ in gaps if at == first)
    key = min(key for gap, at, key in gaps if at == first and gap == most)
    row = found.largest.row if found.largest else {}
    assert found.largest == Largest("ab"[first], before[key][first], after[key][first], row)
    assert row["key"] == str(key)


@pytest.mark.parametrize("rows", [[], BEFORE[3:]])
def test_an_empty_table_has_nothing_to_compare(rows: list[str]):
    assert difference(table([]), table(rows), OF) == Difference(rows_added=len(rows))
