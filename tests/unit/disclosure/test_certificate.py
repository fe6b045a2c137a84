"""Certificates: the checker accepts what the gate made, and a certificate tells no more than the tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from itertools import product
from typing import Any

import pyarrow as pa
import pytest

from evenhand.disclosure.check import check
from evenhand.disclosure.gate import Judged
from evenhand.disclosure.partition import Partition
from evenhand.reports.data import csv_bytes
from evenhand.rules.policy import Policy, policy

LINKED = ("recorded_violence", "violence_rate", "violence_by_deprivation")
BELOW_5 = policy("counts", threshold=5)
POLICIES = (
    BELOW_5,
    policy("counts", threshold=3, rounding=3),
    policy("counts", threshold=0, rounding=5),
    policy("nhs-subnational"),
)


# What is accepted


@pytest.mark.parametrize("chosen", POLICIES, ids=lambda chosen: chosen.label)
@pytest.mark.parametrize("number", [1, 2, 3])
def test_what_the_gate_made_is_accepted(chosen, number, judged_of, written, tmp_path):
    judged = judged_of(chosen, LINKED[:number])
    found = check(written(tmp_path, judged))
    assert judged.proof is not None
    assert found.guarded == judged.proof.guarded > 0
    assert found.worlds == len(judged.proof.fields["steps"]) + 1
    assert found.line.startswith(f"{found.guarded:,} hidden counts proved safe")


@pytest.mark.parametrize("chosen", POLICIES, ids=lambda chosen: chosen.label)
@pytest.mark.parametrize(
    "counts",
    [
        {"A": (0, 0), "B": (0, 0), "C": (0, 0)},
        {"A": (1, 0), "B": (0, 0), "C": (0, 0)},
        {"A": (1, 1), "B": (1, 1), "C": (1, 1)},
        {"A": (4, 4), "B": (4, 4), "C": (4, 4)},
        {"A": (90, 80), "B": (70, 60), "C": (50, 40)},
        {"A": (3, 200_000), "B": (14, 9), "C": (20, 6)},
    ],
    ids=str,
)
def test_what_the_gate_made_of_few_and_of_many_is_accepted(chosen, counts, judged_of, written, tmp_path):
    assert check(written(tmp_path, judged_of(chosen, counts=counts))).worlds > 0


def test_a_total_whose_parts_are_in_no_table_is_accepted(rows_of, judged_rows, written, tmp_path):
    rows = list(rows_of({"T": (40, 22), "S": (3, 9)}, "LAD"))
    judged = judged_rows("recorded_violence", rows, BELOW_5)
    assert check(written(tmp_path, judged)).guarded == 2


def test_a_total_that_is_not_known_though_its_parts_are_is_accepted(rows_of, judged_rows, written, tmp_path):
    rows = list(rows_of({"A": (2, 9), "B": (14, 7), "C": (20, 6)}, "LSOA11"))
    rows += rows_of({"T": (36, 22)}, "LAD", incidents=None)
    judged = judged_rows("recorded_violence", rows, BELOW_5)
    assert check(written(tmp_path, judged)).guarded >= 1


def test_a_count_that_only_one_of_two_tables_knows_is_accepted(tables_of, judged_tables, written, tmp_path):
    tables = tables_of(measures=LINKED[:2])
    counts = tables["violence_rate"].column_names.index("incidents")
    nothing = pa.nulls(tables["violence_rate"].num_rows, pa.int64())
    tables["violence_rate"] = tables["violence_rate"].set_column(counts, "incidents", nothing)
    judged = judged_tables(tables, BELOW_5)
    assert check(written(tmp_path, judged)).guarded >= 1


@pytest.fixture
def of_outcomes(rows_of, judged_rows) -> Callable[[str, str], Judged]:
    """Judges years of two LSOAs and of their local authority by outcome, and its months, but not theirs."""
    of_year = {("A", 0): 2, ("A", 1): 9, ("B", 0): 8, ("B", 1): 7}
    areas = Partition(("area_code",), ("T",), (("A",), ("B",)))
    may, june = (date(2022, 5, 1), date(2022, 5, 31)), (date(2022, 6, 1), date(2022, 6, 30))
    months = Partition(("period",), ((may[0], june[1]),), ((may,), (june,)))

    def judged(*words: str) -> Judged:
        rows: list[dict[str, Any]] = []
        for number, word in enumerate(words):
            lsoas = {area: (0, count) for (area, of), count in of_year.items() if of == number}
            total = sum(count for _first, count in lsoas.values())
            small = rows_of(lsoas, "LSOA11", outcome=word, percent=50.0)
            rows += [row for row in small if row["period_kind"] == "year"]
            rows += rows_of({"T": (total // 2, total - total // 2)}, "LAD", outcome=word, percent=50.0)
        return judged_rows("outcomes_recorded", rows, BELOW_5, (areas, months))

    return judged


def test_years_of_which_only_the_larger_areas_months_are_published_are_protected_and_accepted(
    of_outcomes, written, tmp_path
):
    judged = of_outcomes("Charged", "No outcome")
    made = judged.releases["outcomes_recorded"]
    states = dict(
        zip(
            zip(
                *(made.table[name].to_pylist() for name in ("area_code", "period_kind", "outcome")),
                strict=True,
            ),
            made.cells["incidents"].to_pylist(),
            strict=True,
        )
    )
    assert states["A", "year", "Charged"] == "hidden"
    assert "hidden" in (states["B", "year", "Charged"], states["T", "year", "Charged"])
    assert check(written(tmp_path, judged)).guarded >= 2


def test_a_kind_that_a_spreadsheet_would_run_is_accepted(of_outcomes, written, tmp_path):
    assert check(written(tmp_path, of_outcomes("=1+1", "-none"))).guarded >= 1


# What a certificate tells


def _seen(judged: Judged) -> bytes:
    return b"\n".join(csv_bytes(release) for release in judged.releases.values())


def _pairs(all_of_them: Iterator[Judged]) -> int:
    """Pairs of different true tables that look the same; their certificates are the same bytes."""
    looks: dict[bytes, list[bytes]] = defaultdict(list)
    for judged in all_of_them:
        assert judged.proof is not None
        looks[_seen(judged)].append(judged.proof.to_bytes())
    assert all(len(set(certificates)) == 1 for certificates in looks.values())
    return sum(len(its) * (len(its) - 1) // 2 for its in looks.values())


@pytest.fixture
def total(rows_of, judged_rows) -> Callable[[dict[str, int | None], Policy], Judged]:
    """Judges one month of A and B and their total T, those of them that there are."""
    partition = Partition(("area_code",), ("T",), (("A",), ("B",)))

    def judged(counts: dict[str, int | None], chosen: Policy) -> Judged:
        rows = [
            next(iter(rows_of({area: (0, 0)}, "LAD" if area == "T" else "LSOA11", incidents=count)))
            for area, count in counts.items()
        ]
        return judged_rows("recorded_violence", rows, chosen, (partition,))

    return judged


@pytest.mark.parametrize("chosen", POLICIES, ids=lambda chosen: chosen.label)
def test_tables_that_look_the_same_have_the_same_certificate(chosen, total):
    counts = ({"A": a, "B": b, "T": a + b} for a, b in product(range(9), repeat=2))
    assert _pairs(total(each, chosen) for each in counts) >= 20


@pytest.mark.parametrize("chosen", POLICIES, ids=lambda chosen: chosen.label)
@pytest.mark.parametrize("unknown", ["absent", "null"])
def test_tables_that_look_the_same_have_the_same_certificate_whatever_is_not_known(chosen, unknown, total):
    other: dict[str, int | None] = {"B": None} if unknown == "null" else {}
    counts = ({"A": a, **other, "T": total} for total in range(9) for a in range(total + 1))
    assert _pairs(total(each, chosen) for each in counts) >= 20


@pytest.mark.parametrize("chosen", POLICIES, ids=lambda chosen: chosen.label)
def test_publications_of_several_tables_that_look_the_same_have_the_same_certificate(chosen, judged_of):
    few = ((1, 3), (3, 1), (2, 2), (30, 31), (31, 30))
    counts = ({"A": a, "B": b, "C": (20, 6)} for a, b in product(few, repeat=2))
    assert _pairs(judged_of(chosen, counts=each) for each in counts) >= 1
