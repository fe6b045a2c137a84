"""The gate: every way through it and every way it refuses."""

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest

from evenhand.disclosure import gate
from evenhand.disclosure.gate import judge, release
from evenhand.disclosure.partition import Partition
from evenhand.disclosure.proposal import proposal
from evenhand.disclosure.release import Cell
from evenhand.disclosure.solver import LESS
from evenhand.errors import Refused
from evenhand.measure import Measure
from evenhand.rules.policy import policy
from evenhand.tables.schema import Column, Counted, Handling, Kind, Role, Schema

OPEN = policy("open-data", reason="is published already by the police")
NHS = policy("nhs-subnational")
BELOW_5 = policy("counts", threshold=5)
TO_5 = policy("counts", threshold=0, rounding=5)


def _column(name, kind=Kind.INTEGER, role=Role.COUNT, handling=Handling.GROUPED, **more) -> Column:
    if role is Role.COUNT:
        more = {"counted": Counted(name)} | more
    return Column(name, kind, name, handling, nullable=role is not Role.DIMENSION, role=role, **more)


AREA = _column("area_code", Kind.TEXT, Role.DIMENSION, Handling.OPEN)
INCIDENTS = _column("incidents")
RATE = _column("per_1000", Kind.NUMBER, Role.DERIVED, derived_from=("incidents",))


def _measure(*columns: Column, key=("area_code",), sums_over=("area_code",), name="m") -> Measure:
    schema = Schema("result", "One area.", columns, key)
    return Measure(name, "M", "How many?", "", "", (), (), schema, lambda: None, sums_over=sums_over)


COUNTED = _measure(AREA, INCIDENTS)
RATED = _measure(AREA, INCIDENTS, RATE)


def _counts(**counts: int | None) -> pa.Table:
    return pa.table({"area_code": list(counts), "incidents": pa.array(list(counts.values()), pa.int64())})


def _rates(**counts: int | None) -> pa.Table:
    rates = [None if count is None else count / 2 for count in counts.values()]
    return _counts(**counts).append_column("per_1000", pa.array(rates, pa.float64()))


def _total(*parts: str, whole="T") -> tuple[Partition, ...]:
    return (Partition(("area_code",), (whole,), tuple((part,) for part in parts)),)


def _seen(found, name="incidents"):
    return list(zip(found.table[name].to_pylist(), found.cells[name].to_pylist(), strict=True))


def _hidden(found, name="incidents") -> str:
    """The areas whose count is hidden."""
    states = zip(found.table["area_code"].to_pylist(), found.cells[name].to_pylist(), strict=True)
    return "".join(area for area, state in states if state == "hidden")


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
    days = [_column(name, Kind.DATE, Role.DIMENSION, Handling.OPEN) for name in ("period_from", "period_to")]
    mean = _column(
        "mean", Kind.NUMBER, Role.DERIVED, derived_from=("incidents",), derived_over=("period_from",)
    )
    measure = _measure(AREA, *days, INCIDENTS, mean, key=("area_code", "period_from"), sums_over=())
    table = pa.table(
        {
            "area_code": ["A", "A", "B", "B"],
            "period_from": [date(2022, 5, 1), date(2022, 6, 1)] * 2,
            "period_to": [date(2022, 5, 31), date(2022, 6, 30)] * 2,
            "incidents": [3, 9, 6, 8],
            "mean": [6.0, 6.0, 7.0, 7.0],
        }
    )
    found = release(table, measure, BELOW_5, (), "d")
    assert _seen(found, "mean") == [(None, "hidden"), (None, "hidden"), (7.0, "shown"), (7.0, "shown")]
    assert release(table, measure, OPEN, (), "d").count(Cell.HIDDEN) == 0


@pytest.mark.parametrize("partitions", [(), _total("A", "B")])
def test_an_empty_result_is_released_empty(partitions):
    assert release(_counts(), COUNTED, NHS, partitions, "d").table.num_rows == 0


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


def test_a_count_that_does_not_say_what_it_counts_is_refused_where_counts_are_hidden():
    unsaid = _measure(AREA, replace(INCIDENTS, counted=None))
    with pytest.raises(Refused, match=r"result\.incidents: does not say what it counts; set `counted`"):
        release(_counts(A=9), unsaid, BELOW_5, (), "d")


@pytest.mark.parametrize("counts", [{"A": 3, "B": 9, "T": 13}, {"A": 3, "B": 9, "C": 8, "T": 13}])
def test_a_total_that_its_parts_do_not_make_up_is_refused(counts):
    parts = ("A", "B", *(["C", "D"] if "C" in counts else []))
    with pytest.raises(Refused, match=r"area_code T: it is not so that area_code T is the sum of \d parts"):
        release(_counts(**counts), COUNTED, BELOW_5, _total(*parts), "d")


def test_a_hidden_count_that_nothing_keeps_safe_is_refused_with_cell_and_sum(monkeypatch):
    monkeypatch.setattr(gate, "secondary", lambda system, _windows, _seed: proposal(system))
    monkeypatch.setattr(gate, "hide_more", lambda *_: None)
    expected = (
        "incidents, area_code B: 1 counts that must stay hidden could be worked out or nearly so: "
        f"area_code T is the sum of 3 parts; {LESS}"
    )
    with pytest.raises(Refused) as refusal:
        release(_counts(A=9, B=3, C=8, T=20), COUNTED, BELOW_5, _total("A", "B", "C"), "d")
    assert str(refusal.value) == expected
    assert refusal.value.exit_code == 5


# What is hidden besides


def test_one_small_part_of_a_shown_total_is_hidden_with_another():
    found = release(_counts(A=9, B=3, C=8, T=20), COUNTED, BELOW_5, _total("A", "B", "C"), "d")
    assert len(_hidden(found)) == 2
    assert "B" in _hidden(found)
    assert _seen(found)[3] == (20, "shown")


def test_where_nothing_is_small_nothing_is_hidden():
    found = release(_counts(A=9, B=5, C=0, T=14), COUNTED, BELOW_5, _total("A", "B", "C"), "d")
    assert found.count(Cell.HIDDEN) == 0


@pytest.mark.parametrize("counts", [{"A": 3, "B": 3, "T": 6}, {"A": 4, "B": 4, "T": 8}])
def test_two_small_parts_of_a_shown_total_keep_each_other(counts):
    assert _hidden(release(_counts(**counts), COUNTED, BELOW_5, _total("A", "B"), "d")) == "AB"


def test_small_parts_that_are_as_small_as_can_be_are_hidden_with_their_total():
    ones = dict.fromkeys("ABCDE", 1)
    found = release(_counts(**ones, T=5), COUNTED, BELOW_5, _total(*ones), "d")
    assert _hidden(found) == "ABCDET"


def test_a_small_part_alone_with_zeros_is_hidden_with_its_total_and_the_zeros_are_shown():
    found = release(_counts(A=3, B=0, C=0, T=3), COUNTED, BELOW_5, _total("A", "B", "C"), "d")
    assert _hidden(found) == "AT"


def test_a_total_that_is_its_only_part_is_hidden_with_it():
    assert _hidden(release(_counts(A=3, T=3), COUNTED, BELOW_5, _total("A"), "d")) == "AT"


def test_a_small_count_in_no_sum_is_hidden_alone():
    assert _hidden(release(_counts(A=3, B=9), COUNTED, BELOW_5, (), "d")) == "A"


def test_a_part_that_is_not_in_the_table_may_hold_what_is_missing():
    assert _hidden(release(_counts(A=3, T=9), COUNTED, BELOW_5, _total("A", "B"), "d")) == "A"


def test_a_part_that_is_not_in_the_table_may_hold_too_little_to_hide_another():
    found = release(_counts(A=1, C=6, T=8), COUNTED, BELOW_5, _total("A", "B", "C"), "d")
    assert len(_hidden(found)) == 2
    assert "A" in _hidden(found)


def test_a_total_that_its_supplied_parts_make_up_leaves_nothing_for_the_rest():
    found = release(_counts(A=3, B=6, C=None, T=9), COUNTED, BELOW_5, _total("A", "B", "C"), "d")
    assert _hidden(found) in ("AB", "AT")


def test_a_rounded_total_and_a_rounded_part_hide_a_part_only_so_far():
    # B is 8 to 12 and T too: A, from 1 to 7 in general, is known to be 1 to 4. That is as far as 3 apart.
    found = release(_counts(A=3, B=9, T=12), COUNTED, NHS, _total("A", "B"), "d")
    assert _hidden(found) == "A"
    found = release(_counts(A=3, B=9, C=9, T=21), COUNTED, NHS, _total("A", "B", "C"), "d")
    assert _hidden(found) == "A"


@pytest.mark.parametrize(
    "chosen",
    [TO_5, BELOW_5, NHS, *(policy("counts", threshold=t, rounding=r) for t, r in ((3, 5), (5, 5), (0, 4)))],
)
def test_counts_in_no_sum_are_hidden_by_the_policy_alone(chosen):
    counts = {f"A{count:02}": count for count in range(16)}
    found = judge({"m": _counts(**counts)}, {"m": COUNTED}, chosen, (), "d")
    hidden = [state == "hidden" for state in found.releases["m"].cells["incidents"].to_pylist()]
    assert hidden == found.small[("m", "incidents")].tolist()


def test_counts_rounded_to_0_may_not_be_narrowed_down():
    # Two parts of 2 are each shown as 0, and their total of 4 as 5: 1 or 2 each, and not 0.
    found = release(_counts(A=2, B=2, T=4), COUNTED, TO_5, _total("A", "B"), "d")
    assert found.count(Cell.HIDDEN) > 0
    found = release(_counts(A=1, B=1, T=2), COUNTED, TO_5, _total("A", "B"), "d")
    assert found.count(Cell.HIDDEN) == 0


def test_counts_that_are_large_protect_small_ones_too():
    found = release(_counts(A=3, B=200_000, T=200_003), COUNTED, BELOW_5, _total("A", "B"), "d")
    assert _hidden(found) in ("AB", "AT")


def test_a_policy_that_hides_many_counts_is_kept_too():
    below_100 = policy("counts", threshold=100)
    counts = {"A": 33, "B": 50, "C": 200, "D": 300, "T": 583}
    found = release(_counts(**counts), COUNTED, below_100, _total("A", "B", "C", "D"), "d")
    assert {"A", "B"} <= set(_hidden(found))


def test_counts_across_a_row_are_a_sum_too():
    supplied = replace(_column("supplied"), sum_of=("inside", "outside"))
    measure = _measure(AREA, _column("inside"), _column("outside"), supplied)
    rows = {"area_code": ["A"], "inside": [9], "outside": [2], "supplied": [11]}
    found = release(pa.table(rows), measure, BELOW_5, (), "d")
    assert _hidden(found, "outside") == "A"
    assert _hidden(found, "inside") + _hidden(found, "supplied") == "A"


def test_the_kinds_of_a_category_add_up_to_all_of_them_in_another_table():
    outcome = _column("outcome", Kind.TEXT, Role.DIMENSION, Handling.OPEN)
    key = ("area_code", "outcome")
    kinds = _measure(AREA, outcome, INCIDENTS, key=key, sums_over=key, name="kinds")
    table = pa.table({"area_code": ["A"] * 3, "outcome": ["x", "y", "z"], "incidents": [3, 9, 8]})
    found = judge({"m": _counts(A=20), "kinds": table}, {"m": COUNTED, "kinds": kinds}, BELOW_5, (), "d")
    hidden = _hidden(found.releases["m"]) + _hidden(found.releases["kinds"])
    assert found.releases["kinds"].cells["incidents"][0].as_py() == "hidden"
    assert hidden == "AA"
    alone = release(table, kinds, BELOW_5, (), "d")
    assert _hidden(alone) == "A", "no table says how many there are of all kinds"


def test_a_category_that_the_measure_does_not_add_up_over_is_no_sum():
    outcome = _column("outcome", Kind.TEXT, Role.DIMENSION, Handling.OPEN)
    kinds = _measure(AREA, outcome, INCIDENTS, key=("area_code", "outcome"), sums_over=(), name="kinds")
    table = pa.table({"area_code": ["A"] * 2, "outcome": ["x", "y"], "incidents": [3, 9]})
    found = judge({"m": _counts(A=11), "kinds": table}, {"m": COUNTED, "kinds": kinds}, BELOW_5, (), "d")
    assert _hidden(found.releases["kinds"]) == "A"
    assert _hidden(found.releases["m"]) == ""


# Several tables


OTHER = _measure(AREA, replace(INCIDENTS, name="found"), name="n")


def _found(**counts: int | None) -> pa.Table:
    return _counts(**counts).rename_columns(["area_code", "found"])


def test_a_count_in_two_tables_is_hidden_in_both_or_in_neither():
    # The second table has the total, so the first may not show both other parts.
    tables = {"m": _counts(A=9, B=3, C=8), "n": _found(A=9, B=3, C=8, T=20)}
    found = judge(tables, {"m": COUNTED, "n": OTHER}, BELOW_5, _total("A", "B", "C"), "d").releases
    assert _hidden(found["m"]) == _hidden(found["n"], "found").replace("T", "")
    assert len(_hidden(found["n"], "found")) == 2


def test_tables_that_count_something_else_do_not_hide_each_others_counts():
    other = _measure(AREA, replace(INCIDENTS, name="found", counted=Counted("people")), name="n")
    tables = {"m": _counts(A=9, B=3, C=8), "n": _found(A=9, B=7, C=8, T=24)}
    found = judge(tables, {"m": COUNTED, "n": other}, BELOW_5, _total("A", "B", "C"), "d").releases
    assert (_hidden(found["m"]), _hidden(found["n"], "found")) == ("B", "")


def test_a_total_in_one_table_and_parts_in_another_are_a_sum():
    tables = {"m": _counts(A=9, B=3), "n": _found(T=12)}
    found = judge(tables, {"m": COUNTED, "n": OTHER}, BELOW_5, _total("A", "B"), "d").releases
    assert _hidden(found["m"]) + _hidden(found["n"], "found") in ("AB", "BT")


def test_the_rows_that_the_policy_itself_hides_are_told_from_those_hidden_with_them():
    found = judge({"m": _counts(A=9, B=3, C=8, T=20)}, {"m": COUNTED}, BELOW_5, _total("A", "B", "C"), "d")
    assert found.small[("m", "incidents")].tolist() == [False, True, False, False]
    assert found.releases["m"].count(Cell.HIDDEN) == 2


def test_where_the_policy_changes_nothing_there_is_no_proof_and_nothing_is_small():
    found = judge({"m": _counts(A=9, B=3)}, {"m": COUNTED}, OPEN, (), "d")
    assert found.proof is None
    assert not any(found.small.values())


def test_a_proof_says_how_many_counts_it_guards_and_how_many_are_hidden():
    proof = judge(
        {"m": _counts(A=3, B=3, C=9, T=15)}, {"m": COUNTED}, BELOW_5, _total("A", "B", "C"), "d"
    ).proof
    assert proof is not None
    assert (proof.guarded, proof.hidden) == (2, 2)
    proof = judge({"m": _counts(A=1, B=9)}, {"m": COUNTED}, TO_5, (), "d").proof
    assert proof is not None
    assert (proof.guarded, proof.hidden) == (1, 0)


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


YEAR = (JANUARY[0], FEBRUARY[1])
MONTHS = (Partition(("period",), (YEAR,), ((JANUARY,), (FEBRUARY,))),)


def _periods(*rows: tuple[str, tuple[date, date], int]) -> pa.Table:
    kinds, periods, counts = zip(*rows, strict=True)
    starts, ends = zip(*periods, strict=True)
    columns = [["A"] * len(rows), kinds, starts, ends, counts]
    return pa.table(dict(zip(BY_PERIOD.result.names, map(list, columns), strict=True)))


def test_a_year_is_told_from_the_month_it_begins_with():
    table = _periods(("month", JANUARY, 9), ("month", FEBRUARY, 2), ("year", YEAR, 11))
    found = release(table, BY_PERIOD, BELOW_5, MONTHS, "d")
    assert found.cells["incidents"].to_pylist()[1] == "hidden"
    assert found.count(Cell.HIDDEN) == 2
    table = _periods(("month", JANUARY, 3), ("month", FEBRUARY, 3), ("year", YEAR, 6))
    assert release(table, BY_PERIOD, BELOW_5, MONTHS, "d").cells["incidents"].to_pylist() == [
        "hidden",
        "hidden",
        "shown",
    ]


def test_a_year_that_is_not_in_the_table_tells_nothing():
    table = _periods(("month", JANUARY, 9), ("month", FEBRUARY, 2))
    assert release(table, BY_PERIOD, BELOW_5, MONTHS, "d").count(Cell.HIDDEN) == 1
    table = _periods(("month", JANUARY, 2))
    assert release(table, BY_PERIOD, BELOW_5, MONTHS, "d").count(Cell.HIDDEN) == 1
