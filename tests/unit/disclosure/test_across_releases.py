"""Across releases: cases to check by hand. T is A, B, C and D together, and counts below 5 are hidden."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from evenhand.disclosure.calendar import of_months
from evenhand.disclosure.cells import cells
from evenhand.disclosure.check import CERTIFICATE, Unsafe, check
from evenhand.disclosure.earlier import Earlier, keys, shown
from evenhand.disclosure.gate import Judged
from evenhand.disclosure.partition import Partition
from evenhand.disclosure.system import UNBOUNDED
from evenhand.engine.released import as_text
from evenhand.errors import Refused
from evenhand.needs import MEASURES
from evenhand.reports.data import csv_bytes
from evenhand.rules.policy import policy

NAME = "recorded_violence"
BELOW_5 = policy("counts", threshold=5)
NHS = policy("nhs-subnational")
MAY = (date(2022, 5, 1), date(2022, 5, 31))
ALL_FOUR = (Partition(("area_code",), ("T",), (("A",), ("B",), ("C",), ("D",))),)
WHERE = "incidents, area_code A, period 2022-05-01 to 2022-05-31"
Quarter = Callable[..., Judged]


@pytest.fixture
def quarter(rows_of, judged_rows) -> Quarter:
    """Judges a table of May: a count by area, those of them that there are."""

    def judged(counts: dict[str, int | None], *earlier: Earlier, chosen=BELOW_5) -> Judged:
        rows = [
            next(iter(rows_of({area: (0, 0)}, "LAD" if area == "T" else "LSOA11", incidents=count)))
            for area, count in counts.items()
        ]
        return judged_rows(NAME, rows, chosen, ALL_FOUR, earlier)

    return judged


def seen(judged: Judged) -> dict[str, int | None]:
    """What is shown of each area; None where it is hidden."""
    table = judged.releases[NAME].table
    return dict(zip(table["area_code"].to_pylist(), table["incidents"].to_pylist(), strict=True))


def fields(judged: Judged) -> dict[str, Any]:
    assert judged.proof is not None
    return judged.proof.fields


# Made safe


def test_what_was_hidden_with_a_small_count_stays_hidden_where_its_total_is_published_no_more(
    quarter, published
):
    first = quarter({"T": 60, "A": 3, "B": 8, "C": 20, "D": 29})
    assert seen(first) == {"T": 60, "A": None, "B": None, "C": 20, "D": 29}
    # By itself it would show B, and 60 - 8 - 20 - 29 is A.
    assert seen(quarter({"A": 3, "B": 8, "C": 20, "D": 29})) == {"A": None, "B": 8, "C": 20, "D": 29}
    second = quarter({"A": 3, "B": 8, "C": 20, "D": 29}, published(first, 1))
    assert seen(second) == {"A": None, "B": None, "C": 20, "D": 29}


def test_a_total_that_was_published_before_is_reckoned_with(quarter, published):
    first = quarter({"T": 60})
    assert seen(first) == {"T": 60}
    second = quarter({"A": 3, "B": 8, "C": 20, "D": 29}, published(first, 1))
    assert seen(second) == {"A": None, "B": None, "C": 20, "D": 29}


def test_what_only_earlier_releases_have_is_guarded_too(quarter, published):
    """A is in no table of today, and follows from the earlier total once B is shown."""
    first = quarter({"T": 60, "A": 3, "B": 8, "C": 20, "D": 29})
    assert seen(quarter({"B": 8, "C": 20})) == {"B": 8, "C": 20}
    assert seen(quarter({"B": 8, "C": 20}, published(first, 1))) == {"B": None, "C": 20}


def test_two_earlier_releases_are_reckoned_with_together(quarter, published):
    first = published(quarter({"T": 60, "C": 20}), 1)
    second = published(quarter({"D": 29}, first), 2)
    # T - C - D is 11: A and B are hidden both, or neither is.
    third = quarter({"A": 3, "B": 8}, first, second)
    assert seen(third) == {"A": None, "B": None}


def test_rounded_figures_are_known_as_far_as_their_rounding_lets_them(quarter, published):
    first = quarter({"T": 60}, chosen=NHS)
    # 60 is 58 to 62, and A is 1 to 5 if the others are shown as 8, 20 and 29 are.
    second = quarter({"A": 3, "B": 8, "C": 20, "D": 29}, published(first, 1))
    assert list(seen(second).values()).count(None) == 1


def test_an_area_of_which_only_an_earlier_table_has_a_larger_one_is_in_it(
    tmp_path, rows_of, judged_rows, published, written
):
    """Today's tables have U, which C is in, and no area of its level with the others: T alone, before."""

    def may(counts: dict[str, int], level: str) -> Iterator[dict[str, Any]]:
        for area, count in counts.items():
            yield next(iter(rows_of({area: (count, 0)}, level)))

    sums = (*ALL_FOUR, Partition(("area_code",), ("U",), (("C",),)))
    small = [*may({"A": 9, "B": 8, "C": 20, "D": 7}, "LSOA11")]
    first = judged_rows(NAME, [*may({"T": 44}, "LAD"), *small], BELOW_5, sums)
    before = published(first, 1)
    second = judged_rows(NAME, [*may({"U": 20}, "WD"), *small], BELOW_5, sums, (before,))
    content = csv_bytes(first.releases[NAME])
    found = check(written(tmp_path, second, [(before, content)]))
    assert found.earlier == 1


# Refused


def test_a_count_that_all_others_were_published_around_is_refused_with_the_entry_and_the_cell(
    quarter, published
):
    open_data = policy("open-data", reason="The publisher has published these counts already.")
    first = quarter({"T": 60, "B": 8, "C": 20, "D": 29}, chosen=open_data)
    assert None not in seen(first).values()
    with pytest.raises(Refused) as refusal:
        quarter({"A": 3}, published(first, 1))
    assert refusal.value.where == WHERE
    assert "from entry 1 of the ledger (recorded_violence, 2026-01-01)" in refusal.value.what


def test_a_small_count_that_was_shown_before_is_refused_with_the_entry_and_the_cell(quarter, published):
    first = quarter({"A": 3, "B": 8}, chosen=policy("counts", threshold=3))
    assert seen(first) == {"A": 3, "B": 8}
    with pytest.raises(Refused) as refusal:
        quarter({"A": 3, "B": 8}, published(first, 1))
    assert refusal.value.where == WHERE
    assert refusal.value.what == (
        "a count to be hidden was shown before, or nearly so: entry 1 of the ledger "
        "(recorded_violence, 2026-01-01) showed this one as 3"
    )


def test_the_entry_named_is_the_one_that_showed_it(quarter, published):
    one = published(quarter({"B": 8}), 1)
    two = published(quarter({"A": 3}, chosen=policy("counts", threshold=3)), 2)
    with pytest.raises(Refused, match="entry 2 of the ledger"):
        quarter({"A": 3, "B": 8}, one, two)


def test_an_earlier_table_that_todays_measure_cannot_read_is_refused(quarter, published):
    first = published(quarter({"A": 9}), 1)
    with pytest.raises(Refused, match=r"other columns than the measure has today \(extra\)"):
        quarter({"A": 9}, replace(first, table=first.table.append_column("extra", pa.array(["1"]))))
    with pytest.raises(Refused, match="other columns than the measure has today"):
        quarter({"A": 9}, replace(first, table=first.table.drop_columns("incidents")))
    with pytest.raises(Refused, match="is of a measure that is there no more"):
        quarter({"A": 9}, replace(first, measure="gone"))


# Revised


def test_a_figure_that_was_revised_is_no_bound_and_the_certificate_says_so(
    quarter, published, written, tmp_path
):
    first = quarter({"T": 64, "A": 7, "B": 8, "C": 20, "D": 29})
    assert None not in seen(first).values()
    before = published(first, 1)
    second = quarter({"T": 60, "A": 3, "B": 8, "C": 20, "D": 29}, before)
    # B, C and D are known already, so that hiding them would not help: the new total gives A away.
    assert seen(second) == {"T": None, "A": None, "B": 8, "C": 20, "D": 29}
    place = [None, "2022-05-01/2022-05-31"]
    assert fields(second)["revised"] == [[["incidents", area, place[1]], [1], "below"] for area in ("T", "A")]
    found = check(written(tmp_path, second, [(before, csv_bytes(first.releases[NAME]))]))
    assert (found.earlier, found.revised) == (1, 2)
    assert (
        "; for readers who have 1 earlier table too, in which 2 figures are said to be revised since"
    ) in found.line


def test_a_count_that_was_revised_is_not_what_it_was_in_any_world(quarter, published):
    first = quarter({"T": 64, "A": 7, "B": 8, "C": 20, "D": 29})
    second = fields(quarter({"T": 60, "A": 3, "B": 8, "C": 20, "D": 29}, published(first, 1)))
    number = [cell[1] for cell in second["cells"]].index("A")
    worlds = [second["first"][number]]
    for moved, by in second["steps"]:
        worlds.append(worlds[-1] + dict(zip(moved, by, strict=True)).get(number, 0))
    assert all(1 <= count < 7 for count in worlds)
    assert max(worlds) - min(worlds) >= BELOW_5.protection


def test_earlier_figures_that_contradict_todays_sums_are_of_another_vintage(
    rows_of, judged_rows, published, written, tmp_path
):
    months = Partition(
        ("period",), ((MAY[0], date(2022, 6, 30)),), ((MAY,), ((date(2022, 6, 1), date(2022, 6, 30)),))
    )
    both = list(rows_of({"A": (7, 9)}, "LSOA11"))
    first = judged_rows(NAME, both[:2], BELOW_5, (months,))
    year = [both[2] | {"incidents": 20}]
    before = published(first, 1)
    second = judged_rows(NAME, year, BELOW_5, (months,), [before])
    assert [[place[1:], entries] for place, entries, _side in fields(second)["revised"]] == [
        [["A", "2022-05-01/2022-05-31"], []],
        [["A", "2022-06-01/2022-06-30"], []],
    ]
    assert check(written(tmp_path, second, [(before, csv_bytes(first.releases[NAME]))])).guarded == 0
    agreeing = judged_rows(NAME, both[2:], BELOW_5, (months,), [before])
    assert fields(agreeing)["revised"] == []


def test_a_kind_that_there_was_none_of_may_be_there_after_a_revision(
    rows_of, judged_rows, published, written, tmp_path
):
    """The county had no incident of the other outcome; today its one district has 6."""

    def rows(area: str, level: str, **kinds: int) -> list[dict[str, Any]]:
        return [
            next(iter(rows_of({area: (count, 0)}, level, outcome=kind, percent=50.0)))
            for kind, count in kinds.items()
        ]

    part = (Partition(("area_code",), ("T",), (("A",),)),)
    first = judged_rows("outcomes_recorded", rows("T", "LAD", charged=9), BELOW_5, part)
    before = published(first, 1, "outcomes_recorded")
    second = judged_rows(
        "outcomes_recorded", rows("A", "LSOA11", charged=9, other=6), BELOW_5, part, [before]
    )
    assert fields(second)["earlier_kinds"] is False
    assert (
        check(written(tmp_path, second, [(before, csv_bytes(first.releases["outcomes_recorded"]))])).earlier
        == 1
    )


@pytest.fixture
def outcomes(rows_of, judged_rows):
    """Judges counts of May by outcome; T is all five others."""

    def judged(counts: dict[str, dict[str, int]], *earlier: Earlier, chosen=BELOW_5) -> Judged:
        level = {"T": "LAD"}
        rows = [
            next(iter(rows_of({area: (count, 0)}, level.get(area, "LSOA11"), outcome=kind, percent=50.0)))
            for area, kinds in counts.items()
            for kind, count in kinds.items()
        ]
        parts = (Partition(("area_code",), ("T",), tuple((area,) for area in "ABCDE")),)
        return judged_rows("outcomes_recorded", rows, chosen, parts, earlier)

    return judged


def test_what_an_earlier_table_left_out_is_0_in_the_sums_of_then(outcomes, published, written, tmp_path):
    """111 were charged in all, 20 of them in C and none in D, which had other outcomes only.

    37 and 50 are charged in B and E now, so that 111 - 20 - 37 - 50 = 4 in A: as if the 0 were there.
    """
    for of_d in ({"other": 7}, {"charged": 0, "other": 7}):
        then = {"T": {"charged": 111, "other": 7}, "C": {"charged": 20}, "D": of_d}
        now = {"A": 4, "B": 37, "C": 20, "E": 50}
        first = outcomes(then)
        before = published(first, 1, "outcomes_recorded")
        rows = {area: {"charged": count} for area, count in now.items()} | {"D": {"charged": 9, "other": 7}}
        second = outcomes(rows, before)
        folder = written(
            tmp_path / str(len(of_d)), second, [(before, csv_bytes(first.releases["outcomes_recorded"]))]
        )
        assert check(folder).guarded == 2
        shown = second.releases["outcomes_recorded"].table
        states = zip(shown["area_code"].to_pylist(), shown["incidents"].to_pylist(), strict=True)
        assert {area for area, count in states if count is None} == {"A", "B"}


def test_what_an_earlier_table_left_out_is_known_to_be_0(outcomes, published, written, tmp_path):
    """Of the A only the 9 were shown, so that it had no other outcome. It has none now, shown as 2 is too."""
    by_5 = policy("counts", threshold=0, rounding=5)
    first = outcomes({"A": {"charged": 9}, "B": {"charged": 70, "other": 60}}, chosen=by_5)
    before = published(first, 1, "outcomes_recorded")
    content = csv_bytes(first.releases["outcomes_recorded"])
    second = outcomes({"A": {"charged": 9, "other": 0}}, before, chosen=by_5)
    folder = written(tmp_path / "none", second, [(before, content)])
    assert check(folder).guarded == 0
    # Now it has one. The certificate has to say that it is 0 no more, and a shown 0 would then be 1 or 2.
    third = outcomes({"A": {"charged": 9, "other": 1}}, before, chosen=by_5)
    told = [[cell[1], cell[-1], entries, side] for cell, entries, side in fields(third)["revised"]]
    assert told == [["A", "other", [1], "above"]]
    rows = third.releases["outcomes_recorded"].table.select(["outcome", "incidents"]).to_pylist()
    assert [row["incidents"] for row in rows if row["outcome"] == "other"] == [None]
    folder = written(tmp_path / "one", third, [(before, content)])
    assert check(folder).guarded == 1
    # Without that line it may not be otherwise than 0.
    (folder / CERTIFICATE).write_text(json.dumps(fields(third) | {"revised": []}), "utf-8")
    with pytest.raises(
        Unsafe, match=r"the first world has 1 for .*, which would not have looked as published"
    ):
        check(folder)


def test_parts_of_what_was_left_out_once_are_not_shown_as_if_they_were_guarded(outcomes, published):
    """The first table had no other outcome in all, so that there is none in A or B: a 0 for 0 to 4 says less.

    The second shows that 0 rounded, and the third has the areas alone.
    """
    together = policy("counts", threshold=0, rounding=5, controlled=True)
    first = published(outcomes({"T": {"charged": 30}}, chosen=together), 1, "outcomes_recorded")
    whole = {"T": {"charged": 30, "other": 0}}
    second = published(outcomes(whole, first, chosen=together), 2, "outcomes_recorded")
    areas = {area: {"charged": 6, "other": 0} for area in "ABCDE"}
    with pytest.raises(Refused, match="counts that must stay hidden could be worked out"):
        outcomes(areas, second, first, chosen=together)
    assert outcomes(areas, second, chosen=together).proof is not None


# What is known, and of what


def test_the_same_published_again_is_hidden_and_proved_the_same(quarter, published):
    counts = {"T": 60, "A": 3, "B": 8, "C": 20, "D": 29}
    first = quarter(counts)
    before = published(first, 1)
    again = quarter(counts, before)
    assert csv_bytes(again.releases[NAME]) == csv_bytes(first.releases[NAME])
    hashes = {NAME: before.sha256}
    assert again.proof.of_files(hashes).to_bytes() == first.proof.of_files(hashes).to_bytes()


def test_what_counts_something_else_is_set_aside_and_named(quarter, published, written, tmp_path):
    first = quarter({"T": 60, "B": 8, "C": 20, "D": 29})
    other = replace(published(first, 1), definition="another 1")
    second = quarter({"A": 3}, other)
    assert fields(second)["counts_something_else"] == [
        {"entry": other.number, "file": other.file, "definition": "another 1"}
    ]
    assert check(written(tmp_path, second, [(other, csv_bytes(first.releases[NAME]))])).earlier == 0


@pytest.mark.parametrize(
    ("word", "chosen", "ends"),
    [
        ("12", BELOW_5, (12, 12)),
        ("[c]", BELOW_5, (1, UNBOUNDED)),
        ("0", NHS, (0, 0)),
        ("10", NHS, (8, 12)),
        ("[c]", NHS, (1, UNBOUNDED)),
        ("0", policy("counts", threshold=0, rounding=5), (0, 2)),
        ("[x]", BELOW_5, None),
    ],
)
def test_what_was_shown_is_known_by_the_policy_of_its_time(word, chosen, ends, quarter, published):
    first = published(quarter({"A": 9}), 1)
    position = first.table.column_names.index("incidents")
    table = first.table.set_column(position, "incidents", pa.chunked_array([[word]]))
    told = replace(first, table=table, policy=chosen)
    measures = {NAME: MEASURES[NAME]}
    held = cells({}, measures, (), [(NAME, keys(told, measures))])
    found = shown(held, 0, told)
    assert list(zip(found.low.tolist(), found.high.tolist(), strict=True)) == ([ends] if ends else [])


def test_names_are_read_as_they_were_before_spreadsheets_were_thought_of():
    measure = MEASURES["outcomes_recorded"]
    content = (
        b"area_code,period_from,period_to,outcome,incidents\n"
        b"A,2022-05-01,2022-05-31,'=1+1,9\nA,2022-05-01,2022-05-31,'tis,7\nA,2022-05-01,2022-05-31,[x],8\n"
    )
    told = Earlier(1, measure.name, "2026-01-01", "d", BELOW_5, "earlier/x.csv", "", as_text(content))
    assert keys(told, MEASURES)["outcome"].to_pylist() == ["=1+1", "'tis", None]


def test_years_of_earlier_releases_are_their_months():
    table = pa.table({"period_from": [date(2022, 4, 1), MAY[0]], "period_to": [date(2022, 6, 30), MAY[1]]})
    (found,) = of_months([(NAME, table)], {}, {NAME: MEASURES[NAME]})
    assert found.whole == ((date(2022, 4, 1), date(2022, 6, 30)),)
    assert [part[0][0].month for part in found.parts] == [4, 5, 6]
    assert of_months([(NAME, table)], {NAME: table}, {NAME: MEASURES[NAME]}) == ()


# The checker


@pytest.fixture
def folder(quarter, published, written, tmp_path) -> Path:
    """The data folder of a second release, whose safety hangs on what the first one showed."""
    first = quarter({"T": 60, "A": 3, "B": 8, "C": 20, "D": 29})
    before = published(first, 1)
    second = quarter({"A": 3, "B": 8, "C": 20, "D": 29}, before)
    made = written(tmp_path / "data", second, [(before, csv_bytes(first.releases[NAME]))])
    assert check(made).guarded == 2
    return made


def change(folder: Path, what: Callable[[dict[str, Any]], object]) -> None:
    path = folder / "certificate.json"
    held = json.loads(path.read_text("utf-8"))
    what(held)
    path.write_text(json.dumps(held), encoding="utf-8")


def refused(folder: Path) -> str:
    with pytest.raises(Unsafe) as refusal:
        check(folder)
    return str(refusal.value)


def test_an_earlier_table_removed_or_changed_is_refused(folder):
    (path,) = (folder / "earlier").iterdir()
    content = path.read_bytes()
    path.write_bytes(content.replace(b",60,", b",61,"))
    assert (
        refused(folder)
        == f"earlier/{path.name}, which the certificate reckons with, is not there as it was published"
    )
    path.unlink()
    assert "is not there as it was published" in refused(folder)


def test_an_earlier_table_that_the_certificate_does_not_speak_of_is_refused(folder):
    change(folder, lambda held: held.update(earlier=[]))
    assert refused(folder).endswith("was published and the certificate does not speak of it")


def test_an_earlier_table_is_put_to_the_worlds(folder):
    """With B shown beside the earlier total, or with another policy for it, nothing is proved."""
    table = folder / f"{NAME}.csv"
    rows = table.read_text("utf-8").splitlines()
    table.write_text("\n".join(row.replace("[c]", "8") if ",B," in row else row for row in rows), "utf-8")
    assert "not" in refused(folder)


@pytest.mark.parametrize("rubbish", [None, 3, "x", [3], [[3]], [None], [{}]], ids=str)
@pytest.mark.parametrize("field", ["earlier", "counts_something_else", "revised"])
def test_rubbish_about_earlier_releases_is_refused(folder, field, rubbish):
    change(folder, lambda held: held.update({field: rubbish}))
    refused(folder)


def test_no_file_outside_its_place_is_read(folder):
    def elsewhere(held: dict[str, Any]) -> None:
        held["earlier"][0]["file"] = "earlier/../../secret.csv"

    change(folder, elsewhere)
    refused(folder)
