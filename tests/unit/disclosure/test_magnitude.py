"""Sums of money: hidden where one or two recipients make up nearly all, refused where others would tell them.

Worked by hand (rules of Hundepool et al. 2012, chapter 4). Of 100 with largest parts 60 and 31, the two have
91: more than 90%. What is left beyond them is 9, which is more than 10% of 60 (6). Of 100 with 80 and 13 the
rest is 7, less than 10% of 80 (8), and the two have 93.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from evenhand.disclosure.check import CERTIFICATE, Unsafe, check
from evenhand.disclosure.checker.book import Book, Summed
from evenhand.disclosure.checker.columns import check_magnitudes
from evenhand.disclosure.earlier import Earlier
from evenhand.disclosure.gate import Judged, judge
from evenhand.disclosure.primary import dominated, nearly_told
from evenhand.disclosure.release import Cell, Release
from evenhand.engine.released import as_text
from evenhand.errors import Refused
from evenhand.ledger.lines import digest, earlier_name
from evenhand.measure import Measure
from evenhand.reports.data import csv_bytes, data_files
from evenhand.rules.policy import policy
from evenhand.rules.policy_label import labelled
from evenhand.tables.schema import Column, Counted, Handling, Kind, Role, Schema

ACRO = policy("acro", hide_zeros=False)
OPEN = policy("open-data", reason="Grants are published under the Open Government Licence")


@pytest.mark.parametrize(
    ("total", "largest", "two_have_over_90", "rest_below_10"),
    [
        (100, (60, 30), False, False),
        (100, (60, 31), True, False),
        (100, (80, 13), True, True),
        (1000, (800, 100), False, False),
        (1000, (500, 450), True, False),
        (1000, (500, 451), True, True),
        (50, (50, 0), True, True),
        (50, (25, 25), True, True),
        (0, (0, 0), False, False),
        (10**13 + 1, (6 * 10**12, 3 * 10**12), False, False),
    ],
)
def test_the_rules_by_hand(total, largest, two_have_over_90, rest_below_10):
    sums, parts = np.array([total]), np.array([largest])
    assert dominated(sums, parts, 2, 90).tolist() == [two_have_over_90]
    assert nearly_told(sums, parts, 10).tolist() == [rest_below_10]


def test_a_rule_for_the_largest_alone_looks_at_it_alone():
    assert dominated(np.array([100, 100]), np.array([[76, 20], [75, 25]]), 1, 75).tolist() == [True, False]


def _column(name: str, kind: Kind, role: Role, **more) -> Column:
    return Column(name, kind, name, Handling.GROUPED, nullable=True, role=role, **more)


PROGRAMME = _column("programme", Kind.TEXT, Role.DIMENSION)
RECIPIENTS = _column("recipients", Kind.INTEGER, Role.COUNT, counted=Counted("recipients"))
PENCE = _column(
    *("pence", Kind.INTEGER, Role.MAGNITUDE),
    counted=Counted("pence"),
    derived_from=("recipients",),
    contributions=("first", "second"),
)
FIRST, SECOND = (_column(name, Kind.INTEGER, Role.CONTRIBUTION) for name in ("first", "second"))
MEAN = _column("mean", Kind.NUMBER, Role.DERIVED, derived_from=("pence", "recipients"))
COLUMNS = (PROGRAMME, RECIPIENTS, PENCE, FIRST, SECOND, MEAN)
ROWS = {
    "even": (20, 100, 10, 9),
    "one has most": (20, 100, 80, 13),
    "few": (4, 100, 30, 30),
    "none": (0, 0, 0, 0),
}


def _measure(*columns: Column, name: str = "awards", over: tuple[str, ...] = ()) -> Measure:
    key = tuple(column.name for column in columns if column.role is Role.DIMENSION)
    schema = Schema(name, "", columns, key)
    return Measure(name, name, "?", "", "", (), (), schema, lambda: None, sums_over=over)


def _table(rows=ROWS) -> pa.Table:
    columns = list(zip(*rows.values(), strict=True))
    numbers = {
        name: pa.array(c, pa.int64())
        for name, c in zip(("recipients", "pence", "first", "second"), columns, strict=True)
    }
    means = [pence / recipients if recipients else None for recipients, pence, *_ in rows.values()]
    return pa.table({"programme": list(rows), **numbers, "mean": pa.array(means, pa.float64())})


def _release(chosen, measure: Measure | None = None, table: pa.Table | None = None) -> Release:
    measure = measure or _measure(*COLUMNS)
    return judge({"awards": table or _table()}, {"awards": measure}, chosen, (), "d").releases["awards"]


def _seen(release: Release, column: str) -> dict[str, object]:
    return dict(zip(release.table["programme"].to_pylist(), release.table[column].to_pylist(), strict=True))


def test_a_sum_that_few_share_or_one_dominates_is_hidden_and_what_is_worked_out_from_it():
    release = _release(ACRO)
    assert _seen(release, "recipients") == {"even": 20, "one has most": 20, "few": None, "none": 0}
    assert _seen(release, "pence") == {"even": 100, "one has most": None, "few": None, "none": 0}
    assert _seen(release, "mean") == {"even": 5.0, "one has most": None, "few": None, "none": None}
    assert release.cells["pence"].to_pylist().count(Cell.HIDDEN.value) == 2


@pytest.mark.parametrize("chosen", [ACRO, OPEN], ids=lambda each: each.label)
def test_the_largest_parts_never_reach_a_release(chosen):
    release = _release(chosen)
    assert release.schema.names == ("programme", "recipients", "pence", "mean")
    assert release.table.column_names == list(release.schema.names)
    assert b"first" not in csv_bytes(release)
    assert "first" not in release.cells


def test_of_open_data_every_sum_is_shown():
    assert _seen(_release(OPEN), "pence") == {name: row[1] for name, row in ROWS.items()}


def test_a_sum_that_is_not_known_is_not_known():
    rows = {"even": (20, 100, 10, 9), "unknown": (20, None, None, None)}
    table = _table({"even": rows["even"], "unknown": (20, 100, 10, 9)})
    at = table.column_names.index("pence")
    release = _release(ACRO, table=table.set_column(at, "pence", pa.array([100, None], pa.int64())))
    assert release.cells["pence"].to_pylist() == [Cell.SHOWN.value, Cell.NOT_KNOWN.value]


def test_a_hidden_sum_that_a_total_would_tell_is_refused_in_one_line():
    with pytest.raises(
        Refused, match=r"awards\.pence: has sums that must stay hidden, .* over programme"
    ) as refusal:
        _release(ACRO, _measure(*COLUMNS, over=("programme",)))
    assert "\n" not in str(refusal.value)


def test_sums_of_which_none_is_hidden_may_add_up():
    table = _table({"even": (20, 100, 10, 9), "other": (30, 90, 8, 8)})
    release = _release(ACRO, _measure(*COLUMNS, over=("programme",)), table)
    assert _seen(release, "pence") == {"even": 100, "other": 90}


def test_a_hidden_sum_is_refused_where_another_table_sums_the_same():
    other = _measure(*COLUMNS, name="again")
    tables = {"awards": _table(), "again": _table()}
    with pytest.raises(Refused, match="others could tell them"):
        judge(tables, {"awards": _measure(*COLUMNS), "again": other}, ACRO, (), "d")


def test_a_hidden_sum_is_refused_beside_the_sum_of_a_period_that_holds_its_own():
    """May 100, June hidden, both together 190: June is 90. No column says which period is of which kind."""
    days = [(5, 31, 5), (6, 30, 6), (5, 30, 6)]
    first, last = (_column(name, Kind.DATE, Role.DIMENSION) for name in ("period_from", "period_to"))
    measure = _measure(first, last, *COLUMNS[1:])
    table = _table({"May": ROWS["even"], "June": ROWS["one has most"], "both": (40, 190, 20, 19)})
    table = table.set_column(0, "period_from", pa.array([date(2022, month, 1) for month, _last, _to in days]))
    table = table.add_column(1, "period_to", pa.array([date(2022, month, day) for _from, day, month in days]))
    with pytest.raises(Refused, match="add up over period"):
        _release(ACRO, measure, table)
    assert _release(ACRO, measure, table.slice(0, 2)).table.num_rows == 2


@pytest.mark.parametrize("level", ["area_level", "area_code"])
def test_a_hidden_sum_is_refused_in_a_table_of_several_levels(level):
    column = _column(level, Kind.TEXT, Role.DIMENSION)
    table = _table().append_column(level, pa.array(["WD", "LAD", "WD", "WD"]))
    table = table.select([level, *(name for name in table.column_names if name != level)])
    with pytest.raises(Refused, match=f"add up over {level}"):
        _release(ACRO, _measure(column, *COLUMNS), table)


def test_a_policy_without_a_rule_for_sums_refuses_them():
    with pytest.raises(Refused, match="the policy ons-5 1 has no rule for sums; choose a policy with one"):
        _release(policy("ons-5"))


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ((replace(PENCE, contributions=()),), "does not say how many have a part in it"),
        ((replace(PENCE, derived_from=()),), "does not say how many have a part in it"),
        ((replace(PENCE, contributions=("first", "recipients")),), "contributions names recipients"),
        ((replace(PENCE, counted=None),), "does not say what it sums"),
        ((replace(PENCE, kind=Kind.NUMBER),), "is a magnitude of kind number"),
        ((PENCE, replace(MEAN, derived_from=("recipients", "first"))), "first, which is for the gate alone"),
    ],
)
def test_a_magnitude_that_does_not_say_what_the_gate_needs_is_refused(columns, words):
    changed = {column.name: column for column in COLUMNS} | {column.name: column for column in columns}
    with pytest.raises(Refused, match=words):
        _release(ACRO, _measure(*changed.values()))


def test_too_few_of_the_largest_parts_are_refused():
    columns = (PROGRAMME, RECIPIENTS, replace(PENCE, contributions=("first",)), FIRST, MEAN)
    with pytest.raises(Refused, match="gives 1 of its largest parts, and the policy asks for 2"):
        _release(ACRO, _measure(*columns), _table().drop_columns(["second"]))


@pytest.mark.parametrize("row", [(20, 100, 9, 10), (20, 100, 60, 50)])
def test_parts_that_are_not_the_largest_in_order_are_refused(row):
    with pytest.raises(Refused, match="contributions that are not its largest parts in order"):
        _release(ACRO, table=_table({"wrong": row, "even": (20, 100, 10, 9)}))


# Across releases

DAY, SAME = "2026-01-01", "d"


def _published(release: Release, number: int = 7) -> Earlier:
    content = csv_bytes(release)
    return Earlier(
        number=number,
        measure=release.measure,
        made_on=DAY,
        definition=release.definition,
        policy=labelled(release.policy),
        file=earlier_name(release.measure, digest(content)).removeprefix("data/"),
        sha256=digest(content),
        table=as_text(content),
    )


def _again(rows, earlier: Earlier, *others: Measure) -> Judged:
    measures = {each.name: each for each in (_measure(*COLUMNS), *others)}
    return judge({"awards": _table(rows)}, measures, ACRO, (), SAME, [earlier])


def test_a_sum_that_is_shown_again_as_it_was_is_shown():
    again = _again(ROWS, _published(_release(ACRO))).releases["awards"]
    assert _seen(again, "pence") == _seen(_release(ACRO), "pence")


def test_a_sum_that_was_another_before_is_hidden_and_its_mean():
    """20 had 100, 21 have 105: that the new one has 5 is for nobody to know."""
    rows = ROWS | {"even": (21, 105, 10, 9)}
    again = _again(rows, _published(_release(ACRO))).releases["awards"]
    assert _seen(again, "recipients")["even"] == 21
    assert (_seen(again, "pence")["even"], _seen(again, "mean")["even"]) == (None, None)


def test_a_sum_to_be_hidden_that_was_shown_before_is_refused_naming_the_entry_and_the_sum():
    rows = ROWS | {"even": (20, 100, 80, 13)}
    with pytest.raises(
        Refused, match=r"awards\.pence, even: .*entry 7 of the ledger .* showed it"
    ) as refusal:
        _again(rows, _published(_release(ACRO)))
    assert "\n" not in str(refusal.value)


def test_a_total_of_sums_that_an_earlier_table_hides_is_refused():
    totals = _measure(*(replace(each, name="all_of_it") if each is PROGRAMME else each for each in COLUMNS))
    totals = replace(totals, name="totals")
    table = _table({"all": (40, 220, 80, 60)}).rename_columns(["all_of_it", *_table().column_names[1:]])
    measures = {"totals": totals, "awards": _measure(*COLUMNS)}
    assert judge({"totals": table}, measures, ACRO, (), SAME).releases
    with pytest.raises(Refused, match=r"they add up over entry 7 of the ledger \(awards, 2026-01-01\)"):
        judge({"totals": table}, measures, ACRO, (), SAME, [_published(_release(ACRO))])


def test_a_hidden_sum_is_refused_beside_an_earlier_table_of_larger_areas():
    column = _column("area_level", Kind.TEXT, Role.DIMENSION)
    measure = _measure(column, *COLUMNS)

    def of(level: str, rows) -> dict[str, pa.Table]:
        table = _table(rows)
        levels = pa.array([level] * table.num_rows)
        return {"awards": table.add_column(0, "area_level", levels)}

    wards = of("WD", ROWS)
    whole = judge(of("LAD", {"even": ROWS["even"]}), {"awards": measure}, ACRO, (), SAME)
    assert judge(wards, {"awards": measure}, ACRO, (), SAME).releases
    with pytest.raises(Refused, match="they add up over area_level"):
        judge(wards, {"awards": measure}, ACRO, (), SAME, [_published(whole.releases["awards"])])


# What the checker says of them


def _written(folder: Path, judged: Judged, *earlier: tuple[Earlier, bytes]) -> Path:
    (folder / "earlier").mkdir(parents=True)
    for name, (table, described) in data_files(judged.releases).items():
        (folder / f"{name}.csv").write_bytes(table)
        (folder / f"{name}.json").write_bytes(described)
    for each, content in earlier:
        (folder / each.file).write_bytes(content)
    assert judged.proof is not None
    (folder / CERTIFICATE).write_bytes(judged.proof.to_bytes())
    return folder


def _judged(rows=ROWS) -> Judged:
    return judge({"awards": _table(rows)}, {"awards": _measure(*COLUMNS)}, ACRO, (), SAME)


def _alter(folder: Path, was: str, now: str) -> None:
    path = folder / "awards.csv"
    text = path.read_text("utf-8")
    assert was in text
    path.write_text(text.replace(was, now), encoding="utf-8")
    (folder / "awards.json").unlink()


def test_sums_that_the_gate_made_are_accepted_and_what_is_on_trust_is_said(tmp_path):
    found = check(_written(tmp_path / "data", _judged()))
    on_trust = "which sums one or two make up nearly all of, and that no sum is a part of one of another kind"
    assert on_trust in found.trusted


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("few,[c],[c],[c]", "few,[c],100,[c]", "awards shows pence of few, and not of how many"),
        ("most,20,[c],[c]", "most,20,[c],5", "awards shows mean of one has most, and not what it is made of"),
    ],
)
def test_a_sum_or_mean_that_is_shown_beside_what_is_hidden_is_refused(tmp_path, was, now, said):
    folder = _written(tmp_path / "data", _judged())
    _alter(folder, was, now)
    with pytest.raises(Unsafe, match=said):
        check(folder)


MAY, YEAR = "2022-05-01/2022-05-31", "2022-01-01/2022-12-31"


def _summed(*places: str, levels=("WD",), which="pence", entry=0, adds_up=()) -> Summed:
    """A column of sums in which the first place is hidden."""
    sums = {("pence", "A", place): "[c]" if not number else "5" for number, place in enumerate(places)}
    return Summed(("awards", which), entry, sums, set(levels), list(adds_up))


@pytest.mark.parametrize(
    ("tables", "over"),
    [
        ([_summed(MAY), _summed(MAY, levels=("LAD",), entry=1)], "area_level"),
        ([_summed(MAY, YEAR)], "period"),
        ([_summed(MAY), _summed(YEAR, entry=1)], "period"),
        ([_summed(MAY, adds_up=["programme"])], "programme"),
        ([_summed(MAY), _summed(MAY, which="spent")], "awards and spent"),
        ([_summed(MAY), _summed("2022-06-01/2022-06-30", entry=1)], ""),
        ([_summed("2021-06-01/2022-05-31"), _summed("2021-09-01/2022-08-31", entry=1)], ""),
    ],
)
def test_hidden_sums_that_others_may_tell_are_refused_by_the_checker(tables, over):
    book = Book(["counted", "area_code", "period"], {})
    book.summed["pence"] += tables
    if not over:
        assert next(iter(check_magnitudes(book))).startswith("which sums one or two")
        return
    with pytest.raises(Unsafe, match=rf"^sums of pence are hidden, and others may tell them \({over}\)$"):
        list(check_magnitudes(book))


def test_a_change_of_a_sum_since_an_earlier_table_is_refused_and_a_hidden_one_is_on_trust(tmp_path):
    first = _judged()
    content = csv_bytes(first.releases["awards"])
    earlier = _published(first.releases["awards"])
    rows = ROWS | {"even": (21, 105, 10, 9)}
    folder = _written(tmp_path / "data", _again(rows, earlier), (earlier, content))
    assert "that 1 hidden sums that were shown before are others now" in check(folder).trusted
    _alter(folder, "even,21,[c]", "even,21,105")
    with pytest.raises(Unsafe, match="the sum of pence even was 100 before: the change is shown"):
        check(folder)


@pytest.mark.parametrize("which", ["tables", "earlier"])
def test_a_certificate_that_says_that_sums_are_of_something_else_is_refused(tmp_path, which):
    first = _judged()
    content = csv_bytes(first.releases["awards"])
    earlier = _published(first.releases["awards"])
    folder = _written(tmp_path / "data", _again(ROWS | {"more": (30, 90, 8, 8)}, earlier), (earlier, content))
    assert check(folder).earlier == 1
    fields = json.loads((folder / CERTIFICATE).read_text("utf-8"))
    fields[which][0]["magnitudes"][0]["of"] = "pounds"
    (folder / CERTIFICATE).write_text(json.dumps(fields), encoding="utf-8")
    said = {
        "tables": "the certificate says otherwise than awards.json which columns are summed",
        "earlier": f"the certificate reads {earlier.file} otherwise than awards is read",
    }
    with pytest.raises(Unsafe, match=f"^{said[which]}$"):
        check(folder)
