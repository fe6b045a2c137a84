"""States: what is said of a cell, and what is withheld with the counts that it comes from."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from evenhand.disclosure.gate import judge, release
from evenhand.disclosure.partition import Partition
from evenhand.disclosure.states import (
    HIDDEN,
    NOT_APPLICABLE,
    NOT_KNOWN,
    ROUNDED,
    SHOWN,
    count_states,
    derived_states,
)
from evenhand.needs import MEASURES
from evenhand.rules.policy import policy
from evenhand.tables.schema import Column, Handling, Kind, Role, Schema

OPEN = policy("open-data", reason="is published already by the police")
BELOW_5 = policy("counts", threshold=5)
BY_3 = policy("counts", threshold=3, rounding=3)
TO_5 = policy("counts", threshold=0, rounding=5)
KINDS = {Kind.TEXT: pa.string(), Kind.INTEGER: pa.int64(), Kind.DATE: pa.date32(), Kind.NUMBER: pa.float64()}
MONTH = {"period_kind": "month", "period_from": date(2022, 5, 1), "period_to": date(2022, 5, 31)}
HOLDING = ("lsoas_holding_half", "share_percent")


def _rows(measure: str, rows: list[dict[str, object]]) -> pa.Table:
    columns = MEASURES[measure].result.columns
    return pa.table(
        {c.name: pa.array([(MONTH | row).get(c.name) for row in rows], KINDS[c.kind]) for c in columns}
    )


def _small(level: str = "LSOA11", **counts: int | None) -> list[dict[str, object]]:
    return [
        {
            "area_level": level,
            "area_code": area,
            "incidents": count,
            "months_supplied": 1,
            "months_in_period": 1,
        }
        for area, count in counts.items()
    ]


def _concentration(**counts: int | None) -> pa.Table:
    known = {"lsoas": 3, "lsoas_holding_half": 1, "share_percent": 33.3}
    return _rows("violence_concentration", [row | known for row in _small("LAD", **counts)])


def _total(whole: str, *parts: str) -> Partition:
    return Partition(("area_code",), (whole,), tuple((part,) for part in parts))


def _holding(recorded: list[dict[str, object]], whole: int, chosen, *partitions: Partition) -> list[str]:
    """The states of what is worked out from the LSOAs of T, in their table and in no other."""
    tables = {
        "recorded_violence": _rows("recorded_violence", recorded),
        "violence_concentration": _concentration(T=whole),
    }
    measures = {name: MEASURES[name] for name in tables}
    made = judge(tables, measures, chosen, partitions, "d").releases["violence_concentration"]
    return [made.cells[name][0].as_py() for name in HOLDING]


def test_concentration_is_shown_where_every_count_beneath_is_exact():
    parts = _small(A=9, B=8, C=0)
    assert _holding(parts, 17, BELOW_5, _total("T", "A", "B", "C")) == ["shown", "shown"]


def test_concentration_is_hidden_where_a_count_beneath_is_hidden():
    parts = _small(A=90, B=80, C=3, D=2)
    assert _holding(parts, 175, BELOW_5, _total("T", "A", "B", "C", "D")) == ["hidden", "hidden"]


def test_concentration_is_hidden_where_a_count_beneath_is_rounded():
    # The total is the multiple itself, and no count is hidden.
    assert _holding(_small(A=10, B=20), 30, TO_5, _total("T", "A", "B")) == ["hidden", "hidden"]


def test_concentration_is_hidden_where_what_is_hidden_is_two_levels_beneath():
    parts = _small(A=3, B=2, C=90) + _small("MSOA11", M=5, N=90)
    partitions = (_total("T", "M", "N"), _total("M", "A", "B"), _total("N", "C"))
    assert _holding(parts, 95, BELOW_5, *partitions) == ["hidden", "hidden"]


def test_concentration_of_an_area_is_not_hidden_for_what_lies_in_another():
    parts = [*_small(A=9, B=8, C=3, D=2), *_small("LAD", U=5)]
    partitions = (_total("T", "A", "B"), _total("U", "C", "D"))
    assert _holding(parts, 17, BELOW_5, *partitions) == ["shown", "shown"]


def test_concentration_is_hidden_where_the_counts_beneath_are_in_no_table():
    made = release(
        _concentration(T=17), MEASURES["violence_concentration"], BELOW_5, (_total("T", "A", "B"),), "d"
    )
    assert [made.cells[name][0].as_py() for name in HOLDING] == ["hidden", "hidden"]


def test_concentration_of_open_data_is_shown():
    made = release(_concentration(T=17), MEASURES["violence_concentration"], OPEN, (), "d")
    assert [made.cells[name][0].as_py() for name in HOLDING] == ["shown", "shown"]


def test_the_state_of_a_count_depends_on_what_is_shown_alone():
    counts = np.array([0, 0, 3, 3, 3, 9, -1])
    hidden = np.array([False, True, True, False, False, False, False])
    assert count_states(counts, hidden, BY_3).tolist() == [
        SHOWN,
        HIDDEN,
        HIDDEN,
        ROUNDED,
        ROUNDED,
        ROUNDED,
        NOT_KNOWN,
    ]
    counts = np.array([0, 1, 9, 5, 10, -1])
    hidden = np.array([False, True, True, False, False, False])
    found = count_states(counts, hidden, BELOW_5).tolist()
    assert found == [SHOWN, HIDDEN, HIDDEN, SHOWN, SHOWN, NOT_KNOWN]


@pytest.mark.parametrize(
    ("from_parts", "beneath", "state"),
    [(False, True, SHOWN), (True, True, HIDDEN), (True, False, SHOWN)],
)
def test_a_column_is_withheld_for_what_is_beneath_only_where_it_comes_from_it(from_parts, beneath, state):
    count = Column("n", Kind.INTEGER, "", Handling.GROUPED, role=Role.COUNT)
    rate = Column(
        "rate",
        Kind.NUMBER,
        "",
        Handling.GROUPED,
        role=Role.DERIVED,
        derived_from=("n",),
        from_parts=from_parts,
    )
    schema = Schema("m", "", (count, rate), ())
    table = pa.table({"n": [9], "rate": [1.5]})
    counts = {"n": np.array([SHOWN], dtype=np.int8)}, {"n": np.array([beneath])}
    assert derived_states(rate, table, schema, counts, BELOW_5).tolist() == [state]


def test_a_null_beneath_exact_counts_says_why_it_has_no_number():
    count = Column("n", Kind.INTEGER, "", Handling.GROUPED, role=Role.COUNT)
    rate = Column("rate", Kind.NUMBER, "", Handling.GROUPED, role=Role.DERIVED, derived_from=("n",))
    table = pa.table({"n": [0, None, 3], "rate": pa.array([None] * 3, pa.float64())})
    counts = {"n": np.array([SHOWN, NOT_KNOWN, HIDDEN], dtype=np.int8)}, {"n": np.zeros(3, dtype=bool)}
    found = derived_states(rate, table, Schema("m", "", (count, rate), ()), counts, BELOW_5)
    assert found.tolist() == [NOT_APPLICABLE, NOT_KNOWN, HIDDEN]
