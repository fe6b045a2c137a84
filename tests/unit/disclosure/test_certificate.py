"""Certificates: the checker takes what the gate made, refuses what was tampered with, and learns nothing."""

from __future__ import annotations

import ast
import csv
import io
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from evenhand.disclosure import check as checker
from evenhand.disclosure.check import CERTIFICATE, Unsafe, check
from evenhand.disclosure.gate import Judged, judge
from evenhand.disclosure.partition import ALL, Partition
from evenhand.needs import MEASURES
from evenhand.reports.data import csv_bytes
from evenhand.rules.policy import Policy, policy
from evenhand.tables.schema import Kind

KINDS = {Kind.TEXT: pa.string(), Kind.INTEGER: pa.int64(), Kind.DATE: pa.date32(), Kind.NUMBER: pa.float64()}
MONTHS = ((date(2022, 5, 1), date(2022, 5, 31)), (date(2022, 6, 1), date(2022, 6, 30)))
YEAR = (MONTHS[0][0], MONTHS[1][1])
PERIODS = (("month", *MONTHS[0]), ("month", *MONTHS[1]), ("year", *YEAR))
TENTHS = {"A": 1, "B": 1, "C": 2}
PARTITIONS = (
    Partition(("area_code",), ("T",), (("A",), ("B",), ("C",))),
    Partition(("area_code", "decile"), ("T", 1), (("A", ALL), ("B", ALL))),
    Partition(("area_code", "decile"), ("T", 2), (("C", ALL),)),
    Partition(("period",), (YEAR,), tuple((month,) for month in MONTHS)),
)
LINKED = ("recorded_violence", "violence_rate", "violence_by_deprivation")
COUNTS = {"A": (2, 9), "B": (14, 7), "C": (20, 6)}
"""By LSOA, in each month."""
BELOW_5 = policy("counts", threshold=5)
POLICIES = (
    BELOW_5,
    policy("counts", threshold=3, rounding=3),
    policy("counts", threshold=0, rounding=5),
    policy("nhs-subnational"),
)


def _of_periods(counts: tuple[int, int]) -> tuple[int, int, int]:
    return (*counts, sum(counts))


def _table(measure: str, rows: list[dict[str, Any]]) -> pa.Table:
    columns = MEASURES[measure].result.columns
    return pa.table({c.name: pa.array([row.get(c.name) for row in rows], KINDS[c.kind]) for c in columns})


def _rows(counts: dict[str, tuple[int, int]], level: str, **more: object) -> Iterator[dict[str, Any]]:
    for area, its in counts.items():
        for (kind, first, last), count in zip(PERIODS, _of_periods(its), strict=True):
            yield {
                "area_level": level,
                "area_code": area,
                "period_kind": kind,
                "period_from": first,
                "period_to": last,
                "incidents": count,
                "months_supplied": 1,
                "months_in_period": 1,
                "population": 1500,
                "population_year": 2020,
                "per_1000": count / 1.5,
                "lower_95": count / 1.6,
                "upper_95": count / 1.4,
            } | more


def _sum(*counts: tuple[int, int]) -> tuple[int, int]:
    first, second = (sum(of_month) for of_month in zip(*counts, strict=True))
    return first, second


def _tables(counts: dict[str, tuple[int, int]], measures: tuple[str, ...]) -> dict[str, pa.Table]:
    """Three LSOAs and their local authority, in two months and their year, as each measure has them."""
    rows = [*_rows(counts, "LSOA11"), *_rows({"T": _sum(*counts.values())}, "LAD")]
    tenths = [
        row
        for tenth in (1, 2)
        for row in _rows(
            {"T": _sum(*(its for area, its in counts.items() if TENTHS[area] == tenth))},
            "LAD",
            decile=tenth,
            lsoas=1,
            edition=2019,
        )
    ]
    by_name = {name: tenths if name == "violence_by_deprivation" else rows for name in measures}
    return {name: _table(name, its) for name, its in by_name.items()}


def _judged(
    chosen: Policy = BELOW_5,
    measures: tuple[str, ...] = LINKED,
    counts: dict[str, tuple[int, int]] = COUNTS,
) -> Judged:
    its = {name: MEASURES[name] for name in measures}
    return judge(_tables(counts, measures), its, chosen, PARTITIONS, "violence 1 (abc)")


def _write(folder: Path, judged: Judged) -> Path:
    folder.mkdir(exist_ok=True)
    for name, release in judged.releases.items():
        (folder / f"{name}.csv").write_bytes(csv_bytes(release))
    assert judged.proof is not None
    (folder / CERTIFICATE).write_bytes(judged.proof.to_bytes())
    return folder


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """The data folder of three linked tables, of which counts below 5 are hidden."""
    return _write(tmp_path / "data", _judged())


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    """The data folder of one table."""
    return _write(tmp_path / "data", _judged(measures=("recorded_violence",)))


Fields = dict[str, Any]


def _change(folder: Path, change: Callable[[Fields], object]) -> None:
    fields = json.loads((folder / CERTIFICATE).read_text("utf-8"))
    change(fields)
    (folder / CERTIFICATE).write_text(json.dumps(fields), encoding="utf-8")


def _rewrite(path: Path, area: str, period: int, count: Callable[[str], str]) -> tuple[str, str]:
    """Change one count of a table; how it was and is."""
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    kind, first, _last = PERIODS[period]
    for row in rows:
        if (row["area_code"], row["period_kind"], row["period_from"]) == (area, kind, first.isoformat()):
            before, row["incidents"] = row["incidents"], count(row["incidents"])
            with path.open("w", encoding="utf-8", newline="") as lines:
                writer = csv.DictWriter(lines, rows[0].keys(), lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
            return before, row["incidents"]
    raise AssertionError(f"{path.name} has no {area}")


def _refused(folder: Path) -> str:
    """What the checker says, which is one short line."""
    with pytest.raises(Unsafe) as refusal:
        check(folder)
    said = str(refusal.value)
    assert "\n" not in said
    assert 0 < len(said) < 200
    return said


def _hidden_places(folder: Path) -> list[tuple[str, int]]:
    with (folder / "recorded_violence.csv").open(encoding="utf-8", newline="") as lines:
        return [
            (
                row["area_code"],
                [str(each[1]) + each[0] for each in PERIODS].index(row["period_from"] + row["period_kind"]),
            )
            for row in csv.DictReader(lines)
            if row["incidents"] == "[c]"
        ]


# What is accepted


@pytest.mark.parametrize("chosen", POLICIES, ids=lambda chosen: chosen.label)
@pytest.mark.parametrize("measures", [LINKED[:1], LINKED[:2], LINKED], ids=len)
def test_what_the_gate_made_is_accepted(chosen, measures, tmp_path):
    judged = _judged(chosen, measures)
    found = check(_write(tmp_path, judged))
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
def test_what_the_gate_made_of_few_and_of_many_is_accepted(chosen, counts, tmp_path):
    assert check(_write(tmp_path, _judged(chosen, counts=counts))).worlds > 0


def test_a_total_whose_parts_are_in_no_table_is_accepted(tmp_path):
    rows = [*_rows({"T": (40, 22)}, "LAD"), *_rows({"S": (3, 9)}, "LAD")]
    name = "recorded_violence"
    judged = judge({name: _table(name, rows)}, {name: MEASURES[name]}, BELOW_5, PARTITIONS, "d")
    assert check(_write(tmp_path, judged)).guarded == 2


def test_a_total_that_is_not_known_though_its_parts_are_is_accepted(tmp_path):
    rows = list(_rows(COUNTS, "LSOA11"))
    rows += [row | {"incidents": None} for row in _rows({"T": (36, 22)}, "LAD")]
    name = "recorded_violence"
    judged = judge({name: _table(name, rows)}, {name: MEASURES[name]}, BELOW_5, PARTITIONS, "d")
    assert check(_write(tmp_path, judged)).guarded >= 1


def test_a_count_that_only_one_of_two_tables_knows_is_accepted(tmp_path):
    tables = _tables(COUNTS, LINKED[:2])
    counts = tables["violence_rate"].column_names.index("incidents")
    nothing = pa.nulls(tables["violence_rate"].num_rows, pa.int64())
    tables["violence_rate"] = tables["violence_rate"].set_column(counts, "incidents", nothing)
    judged = judge(tables, {name: MEASURES[name] for name in tables}, BELOW_5, PARTITIONS, "d")
    assert check(_write(tmp_path, judged)).guarded >= 1


def _of_outcomes(words: tuple[str, str]) -> Judged:
    """Years of two LSOAs and of their local authority by outcome, and its months, but not theirs."""
    of_year = {("A", 0): 2, ("A", 1): 9, ("B", 0): 8, ("B", 1): 7}
    rows = []
    for outcome, word in enumerate(words):
        lsoas = {area: count for (area, of), count in of_year.items() if of == outcome}
        for area, count in [*lsoas.items(), ("T", sum(lsoas.values()))]:
            halves = count // 2, count - count // 2
            for row in _rows({area: halves}, "LAD" if area == "T" else "LSOA11", outcome=word, percent=50.0):
                if area == "T" or row["period_kind"] == "year":
                    rows.append(row)
    name = "outcomes_recorded"
    partitions = (Partition(("area_code",), ("T",), (("A",), ("B",))), PARTITIONS[-1])
    return judge({name: _table(name, rows)}, {name: MEASURES[name]}, BELOW_5, partitions, "d")


def test_years_of_which_only_the_larger_areas_months_are_published_are_protected_and_accepted(tmp_path):
    judged = _of_outcomes(("Charged", "No outcome"))
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
    assert check(_write(tmp_path, judged)).guarded >= 2


def test_a_kind_that_a_spreadsheet_would_run_is_accepted(tmp_path):
    assert check(_write(tmp_path, _of_outcomes(("=1+1", "-none")))).guarded >= 1


# What is refused


def test_a_shown_count_changed_in_one_table_is_refused(published):
    _rewrite(published / "recorded_violence.csv", "T", 0, lambda _shown: "37")
    assert _refused(published) == "incidents T 2022-05-01/2022-05-31 is 37 in one table and 36 in another"


@pytest.mark.parametrize(("area", "period"), list(product("ABCT", range(3))))
def test_any_count_changed_is_refused(alone, area, period):
    def other(shown: str) -> str:
        return "9" if shown == "[c]" else str(int(shown) + 1)

    before, after = _rewrite(alone / "recorded_violence.csv", area, period, other)
    assert before != after
    _refused(alone)


def test_a_sign_in_place_of_a_shown_count_is_refused(alone):
    for area, period in set(product("ABCT", range(3))) - set(_hidden_places(alone)):
        kept = (alone / "recorded_violence.csv").read_bytes()
        _rewrite(alone / "recorded_violence.csv", area, period, lambda _shown: "[c]")
        _refused(alone)
        (alone / "recorded_violence.csv").write_bytes(kept)


def test_the_true_number_in_place_of_a_sign_is_refused(alone):
    hidden = _hidden_places(alone)
    assert len(hidden) >= 4
    truth = COUNTS | {"T": _sum(*COUNTS.values())}
    for area, period in hidden:
        kept = (alone / "recorded_violence.csv").read_bytes()
        number = str(_of_periods(truth[area])[period])
        _rewrite(alone / "recorded_violence.csv", area, period, lambda _sign, number=number: number)
        _refused(alone)
        (alone / "recorded_violence.csv").write_bytes(kept)


def test_text_in_place_of_a_count_is_refused(alone):
    _rewrite(alone / "recorded_violence.csv", "T", 0, lambda _shown: "many")
    assert _refused(alone) == "certificate.json is no certificate of these tables (ValueError)"


def test_a_count_that_the_policy_would_not_show_is_refused(alone):
    _rewrite(alone / "recorded_violence.csv", "T", 0, lambda _shown: "3")
    assert "the policy would show no count as 3" in _refused(alone)


def test_a_hidden_count_that_no_world_moves_is_refused(published):
    _change(published, lambda fields: fields.update(steps=[]))
    hidden = len(_hidden_places(published))
    assert f"{hidden} hidden counts are not proved safe, the first incidents " in _refused(published)


def test_a_hidden_count_that_no_world_moves_far_enough_is_refused(published):
    def slow(fields: Fields) -> None:
        cells, change = fields["steps"][0]
        fields["steps"] = [[cells, [1 if by > 0 else -1 for by in change]]]
        assert all(abs(by) > 1 for by in change)

    _change(published, slow)
    assert "not proved safe" in _refused(published)


def test_a_step_removed_is_refused(tmp_path):
    folder = _write(tmp_path, _judged(POLICIES[2]))
    steps = json.loads((folder / CERTIFICATE).read_text("utf-8"))["steps"]
    assert len(steps) > 1
    for number in range(len(steps)):
        _change(
            folder, lambda fields, number=number: fields.update(steps=steps[:number] + steps[number + 1 :])
        )
        _refused(folder)


def test_a_first_world_that_does_not_add_up_is_refused(published):
    def one_more(fields: Fields) -> None:
        fields["first"][0] += 1

    _change(published, one_more)
    assert _refused(published) == "the first world does not add up"


def test_a_world_that_does_not_add_up_is_refused(published):
    def one_more(fields: Fields) -> None:
        fields["steps"][0][1][0] += 1

    _change(published, one_more)
    assert _refused(published) == "world 2 does not add up"


def test_a_count_out_of_its_range_is_refused(published):
    def far(fields: Fields) -> None:
        cells, change = fields["steps"][0]
        fields["steps"] = [[cells, [-1_000 * by for by in change]]]

    _change(published, far)
    assert "which would not have looked as published" in _refused(published)


def test_a_world_in_which_a_hidden_count_is_0_is_refused(published):
    """Zeros are shown, so a hidden count is none."""

    def to_0(fields: Fields) -> None:
        cells, change = fields["steps"][0]
        sign = [by // abs(by) for by in change]
        assert {abs(by) for by in change} == {abs(change[0])}, "a loop"
        least = min(fields["first"][cell] for cell, by in zip(cells, sign, strict=True) if by < 0)
        fields["steps"].insert(0, [cells, [by * least for by in sign]])

    _change(published, to_0)
    assert " has 0 for incidents " in _refused(published)


@pytest.mark.parametrize("value", [1.5, 3.0, True, None, "3", [3], float("nan")])
def test_a_count_that_is_no_whole_number_is_refused(published, value):
    def odd(fields: Fields) -> None:
        fields["first"][0] = value

    _change(published, odd)
    _refused(published)


@pytest.mark.parametrize("cell", [-1, 10_000, 0.0, True, "0", None])
def test_a_step_of_a_cell_that_is_not_there_is_refused(published, cell):
    # By -1 Python means the last: a step there would be put to none of its sums.
    def odd(fields: Fields) -> None:
        fields["steps"].append([[cell], [2]])

    _change(published, odd)
    _refused(published)


def test_worlds_that_move_each_hidden_count_alone_are_refused(published):
    def forged(fields: Fields) -> None:
        count = len(fields["cells"])
        fields["steps"] = [[[number - count], [30]] for number in range(count)]

    _change(published, forged)
    _refused(published)


def test_a_step_with_more_cells_than_changes_is_refused(published):
    _change(published, lambda fields: fields["steps"].append([[0, 1], [1]]))
    _refused(published)


def test_a_cell_given_twice_is_refused(published):
    def twice(fields: Fields) -> None:
        fields["cells"].append(fields["cells"][0])
        fields["first"].append(fields["first"][0])

    _change(published, twice)
    assert "one count for each of its cells" in _refused(published)


def test_a_cell_left_out_is_refused(published):
    def without(fields: Fields) -> None:
        fields["steps"] = []
        del fields["cells"][0], fields["first"][0]

    _change(published, without)
    _refused(published)


def test_a_table_that_the_certificate_does_not_speak_of_is_refused(published):
    (published / "extra.csv").write_text("area_code,incidents\nA,2\n", encoding="utf-8")
    assert _refused(published) == "extra.csv is published and the certificate does not speak of it"


def test_a_table_taken_out_of_the_certificate_is_refused(published):
    _change(published, lambda fields: fields["tables"].pop())
    assert _refused(published).endswith("is published and the certificate does not speak of it")


def test_a_table_that_was_withdrawn_takes_nothing_from_the_others(published):
    (published / "violence_by_deprivation.csv").unlink()
    assert check(published).guarded >= 4


@pytest.mark.parametrize(
    "other",
    [
        {"A": (2, 9), "B": (15, 7), "C": (20, 6)},
        {"A": (14, 9), "B": (2, 7), "C": (20, 6)},
        {"A": (90, 80), "B": (70, 60), "C": (50, 40)},
    ],
    ids=str,
)
def test_the_certificate_of_another_publication_is_refused(published, other, tmp_path):
    another = _write(tmp_path / "other", _judged(counts=other))
    (published / CERTIFICATE).write_bytes((another / CERTIFICATE).read_bytes())
    _refused(published)


def test_the_certificate_of_another_policy_is_refused(published, tmp_path):
    for number, chosen in enumerate(POLICIES[1:]):
        another = _write(tmp_path / str(number), _judged(chosen))
        (published / CERTIFICATE).write_bytes((another / CERTIFICATE).read_bytes())
        _refused(published)


@pytest.mark.parametrize(
    "rubbish",
    [
        b"",
        b"{",
        b"{}",
        b"[]",
        b"null",
        b"3",
        b'"certificate"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"dimensions": 3, "policy": [], "tables": {}}',
        b'{"dimensions": [], "policy": {}, "tables": [], "partitions": [], "cells": [], "first": []}',
    ],
    ids=lambda rubbish: repr(rubbish[:20]),
)
def test_rubbish_is_refused(published, rubbish):
    (published / CERTIFICATE).write_bytes(rubbish)
    _refused(published)


FIELDS = ("policy", "dimensions", "tables", "partitions", "cells", "first", "steps")


@pytest.mark.parametrize("rubbish", [None, 3, "x", [3], [[3]], [None]], ids=str)
@pytest.mark.parametrize("field", FIELDS)
def test_a_certificate_with_rubbish_in_a_field_is_refused(published, field, rubbish):
    _change(published, lambda fields: fields.update({field: rubbish}))
    _refused(published)


@pytest.mark.parametrize("field", FIELDS)
def test_a_certificate_without_a_field_is_refused(published, field):
    _change(published, lambda fields: fields.pop(field))
    _refused(published)


def test_a_folder_without_certificate_is_refused(published, capsys):
    (published / CERTIFICATE).unlink()
    assert checker.main([str(published)]) == checker.FAILED
    assert "has no certificate.json" in capsys.readouterr().out


# The program


def test_the_program_checks_beside_a_publication_with_python_alone(published):
    program = published.parent / "check_hidden.py"
    program.write_bytes(Path(checker.__file__).read_bytes())
    run = [sys.executable, "-I", "-S", str(program)]
    done = subprocess.run(run, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == check(published).line + "\n"
    _change(published, lambda fields: fields.update(steps=[]))
    done = subprocess.run([*run, str(published)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (checker.FAILED, "")
    assert done.stdout.startswith("Not proved safe: ")


def test_the_checker_needs_the_standard_library_only():
    imported: set[str] = set()
    for node in ast.walk(ast.parse(Path(checker.__file__).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written out in full"
            imported.add((node.module or "").split(".")[0])
    assert imported - set(sys.stdlib_module_names) == set()


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


def _total(counts: dict[str, int | None], chosen: Policy) -> Judged:
    """One month of A and B and their total T, those of them that there are."""
    rows = [
        row | {"incidents": count}
        for area, count in counts.items()
        for row in _rows({area: (0, 0)}, "LAD" if area == "T" else "LSOA11")
        if row["period_from"] == MONTHS[0][0] and row["period_kind"] == "month"
    ]
    name = "recorded_violence"
    partition = Partition(("area_code",), ("T",), (("A",), ("B",)))
    return judge({name: _table(name, rows)}, {name: MEASURES[name]}, chosen, (partition,), "d")


@pytest.mark.parametrize("chosen", POLICIES, ids=lambda chosen: chosen.label)
def test_tables_that_look_the_same_have_the_same_certificate(chosen):
    counts = ({"A": a, "B": b, "T": a + b} for a, b in product(range(9), repeat=2))
    assert _pairs(_total(each, chosen) for each in counts) >= 20


@pytest.mark.parametrize("chosen", POLICIES, ids=lambda chosen: chosen.label)
@pytest.mark.parametrize("unknown", ["absent", "null"])
def test_tables_that_look_the_same_have_the_same_certificate_whatever_is_not_known(chosen, unknown):
    other: dict[str, int | None] = {"B": None} if unknown == "null" else {}
    counts = ({"A": a, **other, "T": total} for total in range(9) for a in range(total + 1))
    assert _pairs(_total(each, chosen) for each in counts) >= 20


@pytest.mark.parametrize("chosen", POLICIES, ids=lambda chosen: chosen.label)
def test_publications_of_several_tables_that_look_the_same_have_the_same_certificate(chosen):
    few = ((1, 3), (3, 1), (2, 2), (30, 31), (31, 30))
    counts = ({"A": a, "B": b, "C": (20, 6)} for a, b in product(few, repeat=2))
    assert _pairs(_judged(chosen, counts=each) for each in counts) >= 1
