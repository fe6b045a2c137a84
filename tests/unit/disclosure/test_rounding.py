"""Controlled rounding: tables to check by hand, certificates that a stranger checks, and later releases."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from evenhand.disclosure import gate, rounding
from evenhand.disclosure.check import CERTIFICATE, Unsafe, check, read
from evenhand.disclosure.partition import Partition
from evenhand.disclosure.system import bounds
from evenhand.errors import Refused
from evenhand.reports.data import csv_bytes
from evenhand.rules.policy import policy

NAME = "recorded_violence"
TO_3 = policy("counts", threshold=0, rounding=3, controlled=True)
TO_5 = policy("counts", threshold=0, rounding=5, controlled=True)
FURTHER = policy("counts", threshold=0, rounding=5, controlled=True, leeway=2)
MONTHS = ((date(2022, 5, 1), date(2022, 5, 31)), (date(2022, 6, 1), date(2022, 6, 30)))
YEAR = Partition(("period",), ((MONTHS[0][0], MONTHS[1][1]),), tuple((month,) for month in MONTHS))


def _whole(area, *parts):
    return Partition(("area_code",), (area,), tuple((part,) for part in parts))


def _shown(judged):
    table = judged.releases[NAME].table.to_pydict()
    found = {}
    for area, count in zip(table["area_code"], table["incidents"], strict=True):
        found.setdefault(area, []).append(count)
    return found


@pytest.fixture
def by_month(rows_of, judged_rows):
    """Judges areas in May, June and both."""

    def judged(counts, chosen, *partitions):
        return judged_rows(NAME, list(rows_of(counts, "LSOA11")), chosen, (YEAR, *partitions))

    return judged


@pytest.fixture
def in_may(rows_of, judged_rows):
    """Judges a count by area in May; T is whatever is there of A to D."""

    def judged(counts, *earlier, chosen=TO_5, partitions=None):
        rows = [
            next(iter(rows_of({area: (0, 0)}, "LSOA11", incidents=count))) for area, count in counts.items()
        ]
        parts = [area for area in ("A", "B", "C", "D") if area in counts]
        return judged_rows(NAME, rows, chosen, partitions or (_whole("T", *parts),), earlier)

    return judged


def test_two_by_two_with_margins_move_as_little_as_can_be(by_month, written, tmp_path):
    # By themselves A in June is 0 and in both 5. Of all tables that add up, this one moves least: by 14.
    judged = by_month({"A": (1, 2), "B": (1, 1), "T": (2, 3)}, TO_5, _whole("T", "A", "B"))
    assert _shown(judged) == {"A": [0, 5, 5], "B": [0, 0, 0], "T": [0, 5, 5]}
    assert check(written(tmp_path, judged)).guarded == 9


def test_a_hierarchy_adds_up_and_multiples_stay(in_may, written, tmp_path):
    counts = {"A": 1, "B": 1, "C": 1, "D": 1, "E": 4, "F": 4, "M": 4, "N": 8, "T": 12}
    partitions = (
        _whole("M", "A", "B", "C", "D"),
        _whole("N", "E", "F"),
        _whole("T", "M", "N"),
        _whole("T", *"ABCDEF"),
    )
    judged = in_may(counts, chosen=TO_3, partitions=partitions)
    found = {area: count for area, (count,) in _shown(judged).items()}
    # 12 stays; 4 is 3 or 6 and 8 is 6 or 9, of which only 3 and 9 make 12.
    assert (found["M"], found["N"], found["T"]) == (3, 9, 12)
    assert sorted(found[area] for area in "ABCD") == [0, 0, 0, 3]
    assert sorted(found[area] for area in "EF") == [3, 6]
    assert check(written(tmp_path, judged)).guarded == 6


def test_nothing_is_hidden_and_rates_are(by_month):
    release = by_month({"A": (1, 2), "B": (6, 9), "T": (7, 11)}, TO_5, _whole("T", "A", "B")).releases[NAME]
    assert set(release.cells["incidents"].to_pylist()) == {"rounded"}
    assert release.policy == "counts 1 (none hidden, controlled rounding to 5)"


def test_linked_tables_show_one_number_for_one_count(judged_of, written, tmp_path):
    judged = judged_of(TO_5)
    rate = judged.releases["violence_rate"]
    assert judged.releases[NAME].table["incidents"].to_pylist() == rate.table["incidents"].to_pylist()
    assert set(rate.cells["per_1000"].to_pylist()) == {"hidden"}
    tenths = judged.releases["violence_by_deprivation"].table.to_pylist()
    of_tenths = [
        sum(row["incidents"] for row in tenths if row["period_to"] == days and row["period_kind"] == kind)
        for kind, days in (("month", MONTHS[0][1]), ("month", MONTHS[1][1]), ("year", MONTHS[1][1]))
    ]
    assert of_tenths == _shown(judged)["T"]
    assert check(written(tmp_path, judged)).guarded > 0


def test_a_count_that_is_not_known_stays_so(in_may):
    found = _shown(in_may({"A": 2, "B": None, "T": 7}))
    assert found["B"] == [None]
    assert found["A"][0] <= found["T"][0]


def test_what_does_not_add_up_is_no_controlled_rounding(in_may, written, tmp_path, monkeypatch):
    def each_by_itself(system, before):
        nearest = rounding._nearest(system, before, rounding._sides(system, before)) * 5
        return rounding._known(system, nearest, before), np.zeros(0, dtype=np.int64)

    monkeypatch.setattr(gate, "rounded_together", each_by_itself)
    folder = written(tmp_path, in_may({"A": 3, "B": 3, "T": 6}))
    with pytest.raises(Unsafe, match="is shown as 5, and what it is the sum of adds up to another"):
        check(folder)


def test_worlds_of_a_wider_range_than_the_policy_says_are_caught(in_may, written, tmp_path, monkeypatch):
    monkeypatch.setattr(rounding, "bounds", lambda shown, chosen: bounds(shown, replace(chosen, leeway=2)))
    monkeypatch.setattr(rounding, "first_world", lambda reader, *_: reader.high.copy())
    monkeypatch.setattr(rounding, "_again_and_again", lambda *_: None)
    monkeypatch.setattr(gate, "_refuse", lambda *_: None)
    with pytest.raises(Unsafe, match="would not have looked as published"):
        check(written(tmp_path, in_may({"A": 2})))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"leeway": 3}, "a leeway of 3 is none that a policy has"),
        ({"rounding_base": 3}, "does not hide and round"),
        ({"hide_from": 1, "hide_to": 4}, "does not hide and round"),
    ],
)
def test_a_certificate_that_says_another_policy_is_refused(in_may, written, tmp_path, change, words):
    folder = written(tmp_path, in_may({"A": 3, "B": 4, "T": 7}))
    fields = json.loads((folder / CERTIFICATE).read_text("utf-8"))
    fields["policy"] |= change
    (folder / CERTIFICATE).write_text(json.dumps(fields), encoding="utf-8")
    with pytest.raises(Unsafe, match=words):
        check(folder)


def test_a_kind_that_a_table_leaves_out_tells_a_0_and_is_refused(in_may, monkeypatch):
    # Where all worlds are one, a 0 is no 0 to 4 any more.
    monkeypatch.setattr(rounding, "_again_and_again", lambda *_: None)
    with pytest.raises(Refused, match="could be worked out or nearly so"):
        in_may({"A": 1, "B": 4, "T": 5})


# --- later releases ---------------------------------------------------------------------------------


def _checked(folder, judged, written, *before):
    return check(written(folder, judged, [(entry, csv_bytes(old.releases[NAME])) for entry, old in before]))


def test_a_count_is_shown_again_as_before_while_it_fits(in_may, published, written, tmp_path):
    first = in_may({"A": 6, "B": 1, "T": 7})
    assert _shown(first) == {"A": [5], "B": [0], "T": [5]}
    entry = published(first, 1)
    # By itself 9 would be 10; that it was 5 before would then leave 6 to 9 of it.
    second = in_may({"A": 9, "B": 0, "T": 9, "U": 3}, entry)
    assert _shown(second) == {"A": [5], "B": [0], "T": [5], "U": [5]}
    assert _checked(tmp_path, second, written, (entry, first)).earlier == 1


def test_a_revised_count_is_known_to_be_revised(in_may, published, written, tmp_path):
    first = in_may({"A": 3})
    entry = published(first, 1)
    second = in_may({"A": 11}, entry)
    assert (_shown(first)["A"], _shown(second)["A"]) == ([5], [10])
    assert _checked(tmp_path, second, written, (entry, first)).revised == 1


@pytest.mark.parametrize(
    ("counts", "then", "shown"),
    [
        # Each could be shown as what it was, which it is no more: 8 as 9, and 5 as 6.
        pytest.param(
            {"A": 9, "B": 9, "T": 18}, {"A": 8, "B": 10, "T": 18}, {"A": 6, "B": 12, "T": 18}, id="in a sum"
        ),
        pytest.param({"A": 6}, {"A": 5}, {"A": 3}, id="below"),
        pytest.param({"A": 6}, {"A": 7}, {"A": 6}, id="above"),
    ],
)
def test_a_revised_count_is_shown_on_the_side_of_what_it_was_where_it_is(
    counts, then, shown, in_may, published, written, tmp_path
):
    first = in_may(counts, chosen=policy("counts", threshold=5))
    second = in_may(then, entry := published(first, 1), chosen=TO_3)
    assert {area: each for area, [each] in _shown(second).items()} == shown
    _checked(tmp_path, second, written, (entry, first))
    book = read(tmp_path, json.loads((tmp_path / CERTIFICATE).read_bytes()))
    ends = {cell[1]: book.known(cell) for cell in book.shown}
    assert all(ends[area][0] <= count <= ends[area][1] for area, count in then.items())


def test_what_was_shown_before_is_not_shown_again_on_the_other_side_of_what_it_was(in_may, published):
    entry = published(in_may({"A": 9}, chosen=policy("counts", threshold=5)), 1)
    second = in_may({"A": 9}, entry, chosen=TO_3)
    assert _shown(second) == {"A": [9]}
    # 9 could still be of 8, if that had not been 9 exactly.
    assert _shown(in_may({"A": 8}, published(second, 2), entry, chosen=TO_3)) == {"A": [6]}


def test_a_count_between_two_that_it_was_is_refused(in_may, published):
    """6 and then 8 exactly, and 7 today: what is shown is on one side of each, and so are not both right."""
    exact = policy("counts", threshold=5)
    entry = published(in_may({"A": 6}, chosen=exact), 1)
    later = published(in_may({"A": 8}, entry, chosen=exact), 2)
    with pytest.raises(Refused, match="shown before, or nearly so"):
        in_may({"A": 7}, later, entry, chosen=TO_5)


def test_what_only_earlier_tables_have_and_cannot_be_rounded_is_named(in_may, published):
    by_3 = policy("counts", threshold=0, rounding=3, controlled=True, leeway=2)
    entry = published(in_may({"A": 10, "B": 8, "C": 1}), 1)
    later = published(in_may({"A": 9, "B": 4, "C": 2, "T": 15}, entry, chosen=by_3), 2)
    with pytest.raises(Refused, match="no multiples of 5 were found"):
        in_may({"A": 9, "B": 3, "C": 2, "T": 14}, later, entry)


def test_a_0_that_was_5_before_would_be_told_and_is_refused(in_may, published):
    entry = published(in_may({"A": 3}), 1)
    with pytest.raises(Refused, match="shown before, or nearly so: entry 1 of the ledger"):
        in_may({"A": 0}, entry)


def test_parts_shown_before_that_no_total_fits_are_refused_unless_there_is_leeway(in_may, published):
    parts = {"A": 2, "B": 2, "C": 2, "D": 2}
    entry = published(in_may(parts), 1)
    with pytest.raises(Refused, match=r"no multiples of 5 .* as entry 1 of the ledger .*set leeway = 2"):
        in_may({**parts, "T": 8}, entry)
    entry = published(in_may(parts, chosen=FURTHER), 1)
    assert _shown(in_may({**parts, "T": 8}, entry, chosen=FURTHER))["T"] == [0]


def test_the_same_counts_again_show_the_same(in_may, published, written, tmp_path):
    counts = {"A": 2, "B": 7, "C": 3, "D": 3, "T": 15}
    first = in_may(counts)
    entry = published(first, 1)
    again = in_may(counts, entry)
    assert _shown(again) == _shown(first)
    assert _checked(tmp_path, again, written, (entry, first)).guarded > 0
