"""The gate: every way through it and every way it refuses."""

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest

from evenhand.disclosure.gate import release
from evenhand.disclosure.partition import Partition
from evenhand.disclosure.release import Cell
from evenhand.errors import Refused
from evenhand.measure import Measure
from evenhand.rules.policy import policy
from evenhand.tables.schema import Column, Handling, Kind, Role, Schema

OPEN = policy("open-data", reason="is published already by the police")
NHS = policy("nhs-subnational")
BELOW_5 = policy("counts", threshold=5)
TO_5 = policy("counts", threshold=0, rounding=5)


def _column(name, kind=Kind.INTEGER, role=Role.COUNT, handling=Handling.GROUPED, **more) -> Column:
    return Column(name, kind, name, handling, nullable=role is not Role.DIMENSION, role=role, **more)


AREA = _column("area_code", Kind.TEXT, Role.DIMENSION, Handling.OPEN)
INCIDENTS = _column("incidents")
RATE = _column("per_1000", Kind.NUMBER, Role.DERIVED, derived_from=("incidents",))


def _measure(*columns: Column, key=("area_code",), sums_over=("area_code",)) -> Measure:
    schema = Schema("result", "One area.", columns, key)
    return Measure("m", "M", "How many?", "", "", (), (), schema, lambda: None, sums_over=sums_over)


COUNTED = _measure(AREA, INCIDENTS)
RATED = _measure(AREA, INCIDENTS, RATE)


def _counts(**counts: int | None) -> pa.Table:
    return pa.table({"area_code": list(counts), "incidents": pa.array(list(counts.values()), pa.int64())})


def _rates(**counts: int | None) -> pa.Table:
    rates = [None if count is None else count / 2 for count in counts.values()]
    return _counts(**counts).append_column("per_1000", pa.array(rates, pa.float64()))


def _total(*parts: str) -> tuple[Partition, ...]:
    return (Partition("area_code", "T", parts),)


def _seen(found, name="incidents"):
    return list(zip(found.table[name].to_pylist(), found.cells[name].to_pylist(), strict=True))


# What is shown


def test_open_data_is_shown_as_it_is_in_key_order():
    found = release(_rates(B=1, A=0, C=None), RATED, OPEN, (), "violence 1")
    assert found.table["area_code"].to_pylist() == ["A", "B", "C"]
    assert _seen(found) == [(0, "shown"), (1, "shown"), (None, "not known")]
    assert _seen(found, "per_1000") == [(0.0, "shown"), (0.5, "shown"), (None, "not known")]
    assert (found.policy, found.definition, found.measure) == ("open-data 1", "violence 1", "m")
    assert [found.count(cell) for cell in Cell] == [4, 0, 0, 2, 0]


def test_nhs_counts_are_hidden_from_1_to_7_and_rounded_from_8():
    counts = {f"A{count:02}": count for count in (0, 1, 7, 8, 10, 12, 13)}
    found = release(_counts(**counts), COUNTED, NHS, _total(*counts, "A99"), "d")
    hidden = (None, "hidden")
    rounded = [(value, "rounded") for value in (10, 10, 10, 15)]
    assert _seen(found) == [(0, "shown"), hidden, hidden, *rounded]


def test_rounding_alone_says_of_0_that_it_is_rounded_and_goes_up_at_half():
    found = release(_counts(A=0, B=2, C=3), COUNTED, TO_5, (), "d")
    assert _seen(found) == [(0, "rounded"), (0, "rounded"), (5, "rounded")]
    by_10 = policy("counts", threshold=0, rounding=10)
    assert _seen(release(_counts(A=5, B=4), COUNTED, by_10, (), "d")) == [(10, "rounded"), (0, "rounded")]


def test_a_count_nobody_supplied_is_not_known_and_not_0():
    found = release(_counts(A=None, B=3, C=4), COUNTED, BELOW_5, _total("A", "B", "C"), "d")
    assert _seen(found) == [(None, "not known"), (None, "hidden"), (None, "hidden")]


def test_what_comes_from_a_hidden_count_is_hidden():
    found = release(_rates(A=3, B=4, C=9, D=None), RATED, BELOW_5, _total("A", "B", "C", "D"), "d")
    assert _seen(found, "per_1000") == [
        (None, "hidden"),
        (None, "hidden"),
        (4.5, "shown"),
        (None, "not known"),
    ]


def test_what_comes_from_a_rounded_count_is_hidden_even_where_rounding_changed_nothing():
    found = release(_rates(A=0, B=10, C=12), RATED, NHS, _total("A", "B", "C"), "d")
    assert _seen(found) == [(0, "shown"), (10, "rounded"), (10, "rounded")]
    assert _seen(found, "per_1000") == [(0.0, "shown"), (None, "hidden"), (None, "hidden")]


def test_what_cannot_be_worked_out_of_known_counts_is_not_said_to_be_not_known():
    table = _counts(A=0, B=None, C=9).append_column("per_1000", pa.array([None, None, 4.5]))
    found = release(table, RATED, OPEN, (), "d")
    assert _seen(found, "per_1000") == [
        (None, "cannot be worked out"),
        (None, "not known"),
        (4.5, "shown"),
    ]


def test_what_needs_more_than_counts_is_not_known_without_it():
    people = _column("people", role=Role.REFERENCE)
    rate = replace(RATE, known_with=("incidents", "people"))
    table = _counts(A=3, B=3, C=None).append_column("people", pa.array([0, None, 5]))
    table = table.append_column("per_1000", pa.array([None, None, None], pa.float64()))
    found = release(table, _measure(AREA, INCIDENTS, people, rate), OPEN, (), "d")
    assert found.cells["per_1000"].to_pylist() == ["cannot be worked out", "not known", "not known"]


def test_that_something_cannot_be_worked_out_is_not_said_where_it_would_tell_of_a_hidden_count():
    table = _counts(A=0, B=3, C=3, D=9).append_column("per_1000", pa.array([None, None, 1.5, 4.5]))
    found = release(table, RATED, BELOW_5, _total("A", "B", "C", "D"), "d")
    assert found.cells["per_1000"].to_pylist() == ["cannot be worked out", "hidden", "hidden", "shown"]


def test_what_comes_from_a_derived_column_comes_from_its_counts():
    words = _column("in_words", Kind.TEXT, Role.DERIVED, derived_from=("per_1000",))
    table = _rates(A=3, B=3, C=9).append_column("in_words", pa.array(["low", "low", "high"]))
    found = release(table, _measure(AREA, INCIDENTS, RATE, words), BELOW_5, _total("A", "B", "C"), "d")
    assert _seen(found, "in_words") == [(None, "hidden"), (None, "hidden"), ("high", "shown")]


def test_a_mean_over_months_is_withheld_for_the_whole_series_of_the_area():
    day = _column("period_from", Kind.DATE, Role.DIMENSION, Handling.OPEN)
    mean = _column(
        "mean", Kind.NUMBER, Role.DERIVED, derived_from=("incidents",), derived_over=("period_from",)
    )
    measure = _measure(AREA, day, INCIDENTS, mean, key=("area_code", "period_from"), sums_over=())
    months = [date(2022, 5, 1), date(2022, 6, 1)]
    table = pa.table(
        {
            "area_code": ["A", "A", "B", "B"],
            "period_from": months * 2,
            "incidents": [3, 9, 6, 8],
            "mean": [6.0, 6.0, 7.0, 7.0],
        }
    )
    found = release(table, measure, BELOW_5, (), "d")
    assert _seen(found, "mean") == [(None, "hidden"), (None, "hidden"), (7.0, "shown"), (7.0, "shown")]
    assert release(table, measure, OPEN, (), "d").count(Cell.HIDDEN) == 0


def test_an_empty_result_is_released_empty():
    assert release(_counts(), COUNTED, NHS, (), "d").table.num_rows == 0


# What is refused


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (replace(INCIDENTS, role=None), "result.incidents: has no role"),
        (replace(INCIDENTS, handling=Handling.IDENTIFYING), "result.incidents: points at persons"),
        (replace(INCIDENTS, kind=Kind.NUMBER), "is a count of kind number"),
        (replace(INCIDENTS, role=Role.DERIVED), "does not say which counts it comes from"),
        (
            replace(INCIDENTS, role=Role.DERIVED, derived_from=("incident",)),
            "comes from incident, which is not",
        ),
        (replace(INCIDENTS, derived_over=("month",)), "derived_over names month; name some of: area_code"),
        (replace(INCIDENTS, known_with=("people",)), "known_with names people; name some of: area_code"),
        (replace(INCIDENTS, sum_of=("here",)), "sum_of names here; name some of: incidents"),
    ],
)
def test_a_column_that_cannot_be_judged_is_refused(column, words):
    with pytest.raises(Refused, match=words):
        release(_counts(A=9), _measure(AREA, column), OPEN, (), "d")


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (_counts(A=9).append_column("name", pa.array(["x"])), r"columns the schema lacks \(name\)"),
        (_counts(A=9).drop_columns("incidents"), r"lacks columns \(incidents\)"),
        (_counts(A=9).select(["incidents", "area_code"]), "columns in another order"),
        (pa.concat_tables([_counts(A=9, B=8), _counts(A=8)]), "1 rows repeat a key"),
        (pa.table({"area_code": pa.array([None], pa.string()), "incidents": [9]}), "1 rows have no key"),
        (pa.table({"area_code": ["A"], "incidents": [9.5]}), "is a count of type double"),
        (pa.table({"area_code": ["A"], "incidents": [-1]}), "holds a negative count"),
    ],
)
def test_a_result_that_is_not_its_schemas_is_refused(table, words):
    with pytest.raises(Refused, match=words):
        release(table, COUNTED, OPEN, (), "d")


def test_a_rate_that_is_no_number_is_refused():
    table = _counts(A=9).append_column("per_1000", pa.array([float("nan")]))
    with pytest.raises(Refused, match=r"result\.per_1000: holds NaN or infinity"):
        release(table, RATED, OPEN, (), "d")


def test_one_hidden_part_of_a_shown_total_is_refused_with_cell_and_sum():
    expected = (
        "m.incidents at area_code B: the hidden count can be worked out, since area_code T is the sum of "
        "its 3 parts; see another measure, or publish open data under the policy open-data"
    )
    with pytest.raises(Refused) as refusal:
        release(_counts(A=9, B=3, C=8, T=20), COUNTED, BELOW_5, _total("A", "B", "C"), "d")
    assert str(refusal.value) == expected
    assert refusal.value.exit_code == 5


def test_two_hidden_parts_of_a_shown_total_pass_unless_they_are_at_an_end_of_the_range():
    parts = _total("A", "B")
    assert release(_counts(A=3, B=3, T=6), COUNTED, BELOW_5, parts, "d").count(Cell.HIDDEN) == 2
    with pytest.raises(Refused, match="area_code A: the hidden count"):
        release(_counts(A=4, B=4, T=8), COUNTED, BELOW_5, parts, "d")


def test_a_part_that_is_not_in_the_table_may_hold_what_is_missing():
    assert release(_counts(A=3, T=9), COUNTED, BELOW_5, _total("A", "B"), "d").count(Cell.HIDDEN) == 1


def test_a_total_that_its_supplied_parts_make_up_leaves_nothing_for_the_rest():
    with pytest.raises(Refused, match="area_code A: the hidden count"):
        release(_counts(A=3, B=6, C=None, T=9), COUNTED, BELOW_5, _total("A", "B", "C"), "d")


def test_a_rounded_total_hides_its_parts():
    found = release(_counts(A=3, B=9, T=12), COUNTED, NHS, _total("A", "B"), "d")
    assert _seen(found) == [(None, "hidden"), (10, "rounded"), (10, "rounded")]


def test_counts_across_a_row_are_a_sum_too():
    supplied = replace(_column("supplied"), sum_of=("inside", "outside"))
    measure = _measure(AREA, _column("inside"), _column("outside"), supplied)
    rows = {"area_code": ["A"], "inside": [9], "outside": [2], "supplied": [11]}
    with pytest.raises(Refused, match=r"outside at area_code A: .* supplied is the sum of inside, outside"):
        release(pa.table(rows), measure, BELOW_5, (), "d")


def test_a_measure_with_hidden_counts_that_add_up_must_be_given_to_what():
    with pytest.raises(Refused, match="m: has hidden counts that add up over area_code, and no partition"):
        release(_counts(A=3, B=9), COUNTED, BELOW_5, (), "d")


def test_partitions_along_what_a_measure_does_not_sum_over_are_left_aside():
    average = _measure(AREA, INCIDENTS, sums_over=())
    assert release(_counts(A=3, B=9, T=6), average, BELOW_5, _total("A", "B"), "d").count(Cell.HIDDEN) == 1


@pytest.mark.parametrize("counts", [{"A": 3, "B": 9, "T": 13}, {"A": 3, "B": 9, "C": 8, "T": 13}])
def test_a_total_that_its_parts_do_not_make_up_is_refused(counts):
    parts = ("A", "B", *(["C", "D"] if "C" in counts else []))
    with pytest.raises(Refused, match="area_code T: it is not so that area_code T is the sum of"):
        release(_counts(**counts), COUNTED, BELOW_5, _total(*parts), "d")


def test_a_partition_along_no_dimension_or_without_parts_is_refused():
    words = "is no sum that can be checked; give it parts along one of: area_code"
    measure = _measure(AREA, INCIDENTS, sums_over=("area_code", "sex"))
    for partition in (Partition("sex", "all", ("female", "male")), Partition("area_code", "T", ())):
        with pytest.raises(Refused, match=words):
            release(_counts(A=3, T=9), measure, BELOW_5, (*_total("A", "B"), partition), "d")


# Years and months


PERIOD = (
    _column("period_kind", Kind.TEXT, Role.DIMENSION, Handling.OPEN),
    _column("period_from", Kind.DATE, Role.DIMENSION, Handling.OPEN),
    _column("period_to", Kind.DATE, Role.DIMENSION, Handling.OPEN),
)
BY_PERIOD = _measure(
    AREA, *PERIOD, INCIDENTS, key=("area_code", "period_kind", "period_from"), sums_over=("period_from",)
)
JANUARY, FEBRUARY = (date(2022, 1, 1), date(2022, 1, 31)), (date(2022, 2, 1), date(2022, 2, 28))


def _periods(*rows: tuple[str, tuple[date, date], int]) -> pa.Table:
    kinds, periods, counts = zip(*rows, strict=True)
    starts, ends = zip(*periods, strict=True)
    columns = [["A"] * len(rows), kinds, starts, ends, counts]
    return pa.table(dict(zip(BY_PERIOD.result.names, map(list, columns), strict=True)))


def test_a_year_is_told_from_the_month_it_begins_with():
    year = (JANUARY[0], FEBRUARY[1])
    partition = (Partition("period_from", JANUARY[0], (JANUARY[0], FEBRUARY[0])),)
    table = _periods(("month", JANUARY, 9), ("month", FEBRUARY, 2), ("year", year, 11))
    with pytest.raises(Refused, match="period_kind month, period_from 2022-02-01: the hidden count"):
        release(table, BY_PERIOD, BELOW_5, partition, "d")
    table = _periods(("month", JANUARY, 3), ("month", FEBRUARY, 3), ("year", year, 6))
    assert release(table, BY_PERIOD, BELOW_5, partition, "d").count(Cell.HIDDEN) == 2


def test_a_year_that_is_not_in_the_table_tells_nothing():
    partition = (Partition("period_from", JANUARY[0], (JANUARY[0], FEBRUARY[0])),)
    table = _periods(("month", JANUARY, 9), ("month", FEBRUARY, 2))
    assert release(table, BY_PERIOD, BELOW_5, partition, "d").count(Cell.HIDDEN) == 1
    table = _periods(("month", JANUARY, 2))
    assert release(table, BY_PERIOD, BELOW_5, partition, "d").count(Cell.HIDDEN) == 1
