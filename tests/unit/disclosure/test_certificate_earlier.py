"""Certificates after earlier publications: which tables they name, and when these were what was published."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evenhand.actions.earlier import earlier_releases
from evenhand.disclosure.check import CERTIFICATE, Unsafe, check
from evenhand.disclosure.gate import Judged
from evenhand.disclosure.partition import Partition
from evenhand.rules.policy import Policy, policy

NAME = "recorded_violence"
AREAS = Partition(("area_code",), ("T",), (("A",), ("B",), ("C",)))
BELOW_5 = policy("counts", threshold=5)
TOGETHER = "which earlier tables came out together"
Judge = Callable[..., Judged]


@pytest.fixture
def judge_may(rows_of, judged_rows, tmp_path: Path) -> Judge:
    """Judges counts of May by area with all that was published before."""

    def judged(counts: dict[str, int], chosen: Policy) -> Judged:
        rows = [
            next(iter(rows_of({area: (count, 0)}, "LAD" if area == "T" else "LSOA11")))
            for area, count in counts.items()
        ]
        return judged_rows(NAME, rows, chosen, (AREAS,), earlier_releases(tmp_path))

    return judged


@pytest.fixture
def published(judge_may: Judge, sealed: Callable[..., Path], tmp_path: Path) -> Path:
    """The third publication of May; C was more in the first, and less by now."""
    for of_c in (20, 15, 17):
        sealed(tmp_path, judge_may({"T": 5 + of_c, "A": 2, "B": 3, "C": of_c}, BELOW_5))
    return tmp_path / "published"


def said(published: Path) -> dict[str, Any]:
    return json.loads((published / "data" / CERTIFICATE).read_text("utf-8"))


def say_published(published: Path, times: object) -> None:
    """Have the certificate say so of its latest earlier table."""
    fields = said(published)
    fields["earlier"][0]["published"] = times
    (published / "data" / CERTIFICATE).write_text(json.dumps(fields), encoding="utf-8")


# When a table was what was published


MALFORMED: list[object] = [[5, 2], [2, 2], [0], [-1, 5], [True], [5.0], ["5"], "5", []]


@pytest.mark.parametrize("times", MALFORMED, ids=str)
@pytest.mark.parametrize("ledger", [True, False])
def test_publications_are_entries_each_later_than_the_one_before(published, times, ledger):
    say_published(published, times)
    if not ledger:
        (published / "ledger.jsonl").unlink()
    with pytest.raises(Unsafe, match=r"^the certificate does not say in which publications entry 4 was$"):
        check(published / "data")


@pytest.mark.parametrize("times", [[2], [5, 8], [2, 5]], ids=str)
def test_a_publication_that_did_not_have_the_table_is_refused(published, times):
    assert [each["published"] for each in said(published)["earlier"]] == [[5], [2]]
    say_published(published, times)
    with pytest.raises(Unsafe, match=r"^entry 4 of the ledger was in other publications than is said$"):
        check(published / "data")


def test_an_entry_counted_from_the_end_is_none(published):
    """Of 9 entries, entry 4 is the sixth from the end: put so, its table would come last instead of first."""
    fields = said(published)
    assert fields["earlier"][0]["entry"] == 4
    fields["earlier"][0]["entry"] = -5
    (published / "data" / CERTIFICATE).write_text(json.dumps(fields), encoding="utf-8")
    with pytest.raises(Unsafe, match=r"^certificate\.json is no certificate of these tables \(KeyError\)$"):
        check(published / "data")


def test_which_tables_came_out_together_is_taken_on_trust_where_no_ledger_says_it(published):
    assert TOGETHER not in check(published / "data").trusted
    (published / "ledger.jsonl").unlink()
    assert TOGETHER in check(published / "data").trusted


def test_without_earlier_tables_nothing_is_taken_on_trust_of_them(judge_may, sealed, tmp_path):
    alone = sealed(tmp_path, judge_may({"A": 2, "B": 13}, BELOW_5))
    (alone / "ledger.jsonl").unlink()
    assert TOGETHER not in check(alone / "data").trusted


# The same bytes under another policy


def test_bytes_of_today_under_another_policy_are_an_earlier_table(judge_may, sealed, tmp_path):
    """Under the first, T is exactly 50; under the second it may be 48 to 52."""
    counts = {"T": 50, "A": 4, "B": 6, "C": 40}
    first = sealed(tmp_path, judge_may(counts, policy("counts", threshold=8)))
    rows = (first / f"data/{NAME}.csv").read_bytes()
    second = sealed(tmp_path, judge_may(counts, policy("opensafely")))
    assert rows == (second / f"data/{NAME}.csv").read_bytes()
    (earlier,) = said(second)["earlier"]
    assert earlier["policy"]["name"] == "counts 1 (1 to 7 hidden)"
    assert check(second / "data").earlier == 1


def test_bytes_of_today_under_the_same_policy_are_not(judge_may, sealed, tmp_path):
    for _ in range(2):
        made = sealed(tmp_path, judge_may({"T": 60, "A": 3, "B": 17, "C": 40}, BELOW_5))
    assert said(made)["earlier"] == []


def test_a_certificate_silent_about_the_policy_before_is_refused(judge_may, sealed, tmp_path):
    """A and B are 5 together, which is 1 to 4 each: under the second policy they may be further apart."""
    counts = {"T": 25, "A": 2, "B": 3, "C": 20}
    wider = policy("counts", threshold=10, rounding=5)
    unaware = judge_may(counts, wider)
    sealed(tmp_path, judge_may(counts, policy("counts", threshold=4)))
    made = sealed(tmp_path, unaware)
    with pytest.raises(Unsafe, match=r"^the certificate does not speak of entry 1 of the ledger$"):
        check(made / "data")
