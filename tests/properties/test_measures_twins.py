"""Measures equal the plainest Python that counts the same, and do not mind the order of rows."""

from datetime import date
from itertools import product
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evenhand.needs import MEASURES

# Ibis 12 still calls DuckDB by a name that DuckDB 1.5 is about to take away.
pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")

LSOAS = {"E01900001": "E07900001", "E01900002": "E07900001", "E01900003": "E07900002"}
MONTHS = [date(2021 + place // 12, place % 12 + 1, 1) for place in range(24)]
VIOLENCE = ("Robbery", "Violence and sexual offences")
FORCE = "Moorland Police"
PLACE = [
    {"lsoa_code": lsoa, "area_level": level, "area_code": code, "area_name": f"Name of {code}"}
    for lsoa, lad in LSOAS.items()
    for level, code in (("LSOA21", lsoa), ("LAD", lad))
]
AREAS = {(row["area_level"], row["area_code"]) for row in PLACE}

INCIDENTS = st.lists(
    st.fixed_dictionaries(
        {
            "month": st.sampled_from(MONTHS),
            "reported_by": st.sampled_from([FORCE, FORCE, FORCE, "Valley Police"]),
            "lsoa_code": st.sampled_from([*LSOAS, *LSOAS, "E01900009", None]),
            "crime_type": st.sampled_from([*VIOLENCE, *VIOLENCE, "Burglary"]),
            "last_outcome": st.sampled_from([None, "Local resolution", "Under investigation"]),
        }
    ),
    min_size=1,
    max_size=60,
)
MISSING = st.sets(st.sampled_from(MONTHS), max_size=3)
TYPES = pa.schema(
    [
        ("month", pa.date32()),
        ("reported_by", pa.string()),
        ("lsoa_code", pa.string()),
        ("crime_type", pa.string()),
        ("last_outcome", pa.string()),
    ]
)
RANKS = pa.schema(
    [
        ("edition", pa.int64()),
        ("area_level", pa.string()),
        ("area_code", pa.string()),
        ("imd_decile", pa.int64()),
    ]
)
DATABASE = ibis.duckdb.connect()
quick = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _months(missing: set[date]) -> pa.Table:
    return pa.Table.from_pylist(
        [{"month": m, "supplied": m not in missing, "year_to": date(m.year, 12, 1)} for m in MONTHS]
    )


def _run(name: str, tables: dict[str, pa.Table]) -> pa.Table:
    measure = MEASURES[name]
    plain = {
        "crime_types": VIOLENCE,
        "reported_by": (FORCE,),
        "lsoa_level": "LSOA21",
        "deprivation_edition": 2025,
    }
    inputs = {
        table: DATABASE.create_table(table, tables[table], overwrite=True, temp=True)
        for table in measure.inputs
    }
    counted = measure.expression(**inputs, **{key: plain[key] for key in measure.settings}).to_pyarrow()
    return measure.statistics(counted.sort_by([(key, "ascending") for key in measure.result.key]))


def _recorded(incidents: list[dict[str, Any]], missing: set[date]) -> dict[str, pa.Table]:
    kept = [row for row in incidents if row["month"] not in missing]
    tables = {
        "incident": pa.Table.from_pylist(kept, schema=TYPES),
        "place": pa.Table.from_pylist(PLACE),
        "month": _months(missing),
    }
    return tables | {"recorded_violence": _run("recorded_violence", tables)}


def _counts(rows: pa.Table, kind: str, name: str = "incidents") -> dict[tuple[str, date], int | None]:
    return {
        (row["area_code"], row["period_from"]): row[name]
        for row in rows.to_pylist()
        if row["period_kind"] == kind
    }


def _in_area(row: dict[str, Any], level: str, code: str) -> bool:
    counts = row["reported_by"] == FORCE and row["crime_type"] in VIOLENCE
    return counts and (row["lsoa_code"] if level != "LAD" else LSOAS.get(row["lsoa_code"])) == code


def _plain_counts(incidents: list[dict[str, Any]], missing: set[date]) -> dict[tuple[str, date], int | None]:
    return {
        (code, month): None
        if month in missing
        else sum(_in_area(row, level, code) and row["month"] == month for row in incidents)
        for (level, code), month in product(AREAS, MONTHS)
    }


@quick
@given(INCIDENTS, MISSING)
def test_recorded_violence_equals_counting_one_by_one(incidents, missing):
    found = _recorded(incidents, missing)["recorded_violence"]
    plain = _plain_counts(incidents, missing)
    assert _counts(found, "month") == plain
    for (code, first), total in _counts(found, "year").items():
        months = [plain[code, month] for month in MONTHS if month.year == first.year]
        assert total == (None if None in months else sum(months))


@quick
@given(INCIDENTS, MISSING)
def test_change_on_year_compares_the_months_supplied_in_both(incidents, missing):
    found = _run("change_on_year", _recorded(incidents, missing))
    plain = _plain_counts(incidents, missing)
    assert found.num_rows == len(AREAS) * 13
    for row in found.to_pylist():
        months = [m for m in MONTHS[12:] if row["period_from"] <= m <= row["period_to"]]
        pairs = [(plain[row["area_code"], m], plain[row["area_code"], m.replace(year=2021)]) for m in months]
        both = [(now, then) for now, then in pairs if now is not None and then is not None]
        assert row["months_compared"] == len(both)
        expected = tuple(map(sum, zip(*both, strict=True))) if both else (None, None)
        assert (row["incidents_compared"], row["incidents_before"]) == expected


@quick
@given(INCIDENTS, MISSING)
def test_coverage_adds_up_to_every_row_the_force_supplied(incidents, missing):
    found = _run("coverage", _recorded(incidents, missing)).to_pylist()
    for row in found:
        codes = [
            one["lsoa_code"]
            for one in incidents
            if one["month"] == row["period_from"] and one["reported_by"] == FORCE
        ]
        parts = [row["in_area"], row["outside_area"], row["no_location"]]
        if row["period_from"] in missing:
            assert parts == [None] * 3
            assert row["incidents_supplied"] is None
        else:
            assert parts == [sum(c in LSOAS for c in codes), codes.count("E01900009"), codes.count(None)]
            assert row["incidents_supplied"] == sum(parts) == len(codes)
    assert [row["period_from"] for row in found] == MONTHS


def _periods(missing: set[date]) -> list[tuple[str, date, bool]]:
    """Kind, first day and whether every month was supplied."""
    years = [
        ("year", date(year, 1, 1), not any(m.year == year for m in missing))
        for year in sorted({m.year for m in MONTHS})
    ]
    return [("month", month, month not in missing) for month in MONTHS] + years


def _in_period(row: dict[str, Any], kind: str, first: date) -> bool:
    return row["month"] == first if kind == "month" else row["month"].year == first.year


def _outcome(row: dict[str, Any]) -> str:
    return row["last_outcome"] or "No outcome given"


@quick
@given(INCIDENTS, MISSING)
def test_outcomes_equal_counting_one_by_one(incidents, missing):
    """Months at the larger level alone, every outcome that occurs, and shares of the period's own total."""
    tables = _recorded(incidents, missing)
    kept = tables["incident"].to_pylist()
    plain = {}
    for (level, code), (kind, first, whole) in product(AREAS, _periods(missing)):
        if kind == "month" and level != "LAD":
            continue
        here = [_outcome(r) for r in kept if _in_area(r, level, code) and _in_period(r, kind, first)]
        for outcome in {_outcome(r) for r in kept if any(_in_area(r, *area) for area in AREAS)}:
            share = here.count(outcome) * 100 / len(here) if here and whole else None
            plain[level, code, kind, first, outcome] = (here.count(outcome) if whole else None, share)
    found = {
        (row["area_level"], row["area_code"], row["period_kind"], row["period_from"], row["outcome"]): (
            row["incidents"],
            row["percent"],
        )
        for row in _run("outcomes_recorded", tables).to_pylist()
    }
    assert found == plain


def _in_lsoas(incidents: list[dict[str, Any]], kind: str, first: date) -> dict[str, int]:
    return {
        lsoa: sum(_in_area(row, "LSOA21", lsoa) and _in_period(row, kind, first) for row in incidents)
        for lsoa in LSOAS
    }


@quick
@given(INCIDENTS, MISSING)
def test_concentration_equals_taking_the_highest_until_half_is_held(incidents, missing):
    found = {
        (row["area_code"], row["period_kind"], row["period_from"]): row["lsoas_holding_half"]
        for row in _run("violence_concentration", _recorded(incidents, missing)).to_pylist()
    }
    plain = {}
    for code, (kind, first, whole) in product(set(LSOAS.values()), _periods(missing)):
        counts = _in_lsoas(incidents, kind, first)
        ranked = sorted((counts[lsoa] for lsoa in LSOAS if LSOAS[lsoa] == code), reverse=True)
        enough = [n for n in range(1, len(ranked) + 1) if 2 * sum(ranked[:n]) >= sum(ranked)]
        plain[code, kind, first] = enough[0] if whole and sum(ranked) else None
    assert found == plain


@quick
@given(INCIDENTS, MISSING, st.tuples(*[st.sampled_from([1, 2, None])] * len(LSOAS)))
def test_deprivation_equals_adding_up_each_tenths_small_areas(incidents, missing, tenths):
    of = dict(zip(LSOAS, tenths, strict=True))
    tables = _recorded(incidents, missing) | {
        "deprivation": pa.Table.from_pylist(
            [
                {"edition": 2025, "area_level": "LSOA21", "area_code": lsoa, "imd_decile": of[lsoa]}
                for lsoa in LSOAS
                if of[lsoa]
            ],
            schema=RANKS,
        ),
        "population": pa.Table.from_pylist(
            [{"area_level": "LSOA21", "area_code": lsoa, "year": 2020, "persons": 1000} for lsoa in LSOAS]
        ),
    }
    found = {
        (row["area_code"], row["period_kind"], row["period_from"], row["decile"]): (
            row["lsoas"],
            row["incidents"],
            row["population"],
        )
        for row in _run("violence_by_deprivation", tables).to_pylist()
    }
    plain = {}
    # Without a rank of any there is nothing to show.
    for code, (kind, first, whole) in product(set(LSOAS.values()), _periods(missing) if any(tenths) else ()):
        counts = _in_lsoas(incidents, kind, first)
        for tenth in {of[lsoa] for lsoa in LSOAS if LSOAS[lsoa] == code}:
            held = [counts[lsoa] for lsoa in LSOAS if LSOAS[lsoa] == code and of[lsoa] == tenth]
            total = sum(held) if whole else None
            plain[code, kind, first, tenth] = (len(held), total, 1000 * len(held))
    assert found == plain


@quick
@given(INCIDENTS, MISSING, st.randoms())
@pytest.mark.parametrize(
    "name",
    [
        "recorded_violence",
        "change_on_year",
        "violence_control_chart",
        "violence_concentration",
        "outcomes_recorded",
    ],
)
def test_order_of_rows_does_not_matter(name, incidents, missing, random):
    tables = _recorded(incidents, missing)
    mixed = {
        key: table.take(pa.array(random.sample(range(table.num_rows), table.num_rows), pa.int64()))
        for key, table in tables.items()
    }
    assert _run(name, tables).equals(_run(name, mixed))
