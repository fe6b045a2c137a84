"""The check of a population row, which is made in one stroke for a sound one, against its plain twin."""

from __future__ import annotations

import re
from functools import cache

import ibis
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evenhand.engine import session
from evenhand.sources import Head, recognise

# Ibis 12 calls DuckDB's older name for it; the pinned pair of versions works.
pytestmark = pytest.mark.filterwarnings("ignore:fetch_:DeprecationWarning")

AGES = [*map(str, range(90)), "90+"]
COLUMNS = ("lsoa11_code", "total_population", *AGES)
NO_NUMBER = "ages|hold something that is no whole number"
NEGATIVE = "ages|hold a number below zero"
NO_SUM = "total_population|is not the sum of the ages"
ODD = [
    "",
    " 7",
    "7 ",
    "+7",
    "-7",
    "-0",
    "007",
    "1.0",
    "1e3",
    "1,234",
    "12,34",
    "x",
    "٣",
    "9" * 18,
    "1" * 20,
    None,
]


@cache
def engine():
    return ibis.duckdb.connect()


def whole(text: str | None) -> int | None:
    """A whole number written as one, thousands set off or not; null for anything else that 64 bits hold."""
    digits = (text or "").replace(",", "")
    found = int(digits) if re.fullmatch(r"0|-?[1-9][0-9]*", digits) else None
    return found if found is not None and -(2**63) <= found < 2**63 else None


def twin(total: str | None, ages: list[str | None]) -> str | None:
    counts = [whole(age) for age in ages]
    if None in counts:
        return NO_NUMBER
    if min(counts) < 0:
        return NEGATIVE
    return None if whole(total) == sum(counts) else NO_SUM


def problem(total: str | None, ages: list[str | None]) -> str | None:
    layout = recognise(Head(COLUMNS, "population20_lsoa11.csv"))
    values = dict(zip(COLUMNS, ("E01008162", total, *ages), strict=True))
    texts = {name: ibis.literal(value, "string") for name, value in values.items()}
    raw = engine().create_table("raw", ibis.range(1).unnest().as_table().select(**texts), overwrite=True)
    judged = raw.select(problem=layout.source.problem(raw, layout))
    return session.rows(engine(), judged)[0]["problem"]


@settings(max_examples=60, deadline=None)
@given(
    odd=st.dictionaries(st.integers(0, 90), st.sampled_from(ODD), max_size=3),
    total=st.sampled_from(["", "x", "910", " 910", "+910", "0910", "9,10", None, "right", "right", "right"]),
)
@example(odd={}, total="910")
@example(odd={0: None}, total="900")
@example(odd={0: ""}, total="900")
@example(odd={3: "-7"}, total="893")
@example(odd={3: "-0"}, total="900")
@example(odd={3: "1,234"}, total="2,134")
def test_a_row_is_judged_as_its_plain_twin_judges_it(odd, total):
    ages: list[str | None] = [odd.get(at, "10") for at in range(91)]
    stated = str(sum(whole(age) or 0 for age in ages)) if total == "right" else total
    assert problem(stated, ages) == twin(stated, ages)


def test_a_year_that_stands_nowhere_is_to_be_put_into_the_name():
    nameless = recognise(Head(COLUMNS, "population.csv.gz"))
    assert nameless is not None
    assert nameless.missing == ("a year, in the name of the sheet or the file",)
    assert nameless.next_step == "name it for the year of the estimates, such as population-2020.csv"
    named = recognise(Head(COLUMNS, "population-2020.csv"))
    assert named is not None
    assert (named.facts["year"], named.missing) == (2020, ())
    torn = recognise(Head(COLUMNS[:-5], "population.csv"))
    assert torn is not None
    assert torn.next_step.startswith("ask for the file with every column, and name it")
