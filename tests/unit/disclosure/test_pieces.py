"""Pieces: two health areas that are two districts but for one small area, by outcome, without small areas.

D1 is a and b, D2 is c, d and e; I1 is a, b and c, I2 is d and e. What I1 has more than D1 is c alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from evenhand.disclosure import sums
from evenhand.disclosure.check import CERTIFICATE, Unsafe, check
from evenhand.disclosure.gate import judge
from evenhand.disclosure.partition import Partition
from evenhand.disclosure.pieces import _cut  # pyright: ignore[reportPrivateUsage]
from evenhand.needs import MEASURES
from evenhand.rules.policy import policy

AREA = ("area_code",)
NAME = "outcomes_recorded"
MAY = (date(2022, 5, 1), date(2022, 5, 31))
MADE_OF = {"D1": "ab", "D2": "cde", "I1": "abc", "I2": "de", "P": "abcde"}
LEVELS = {"D": "LAD", "I": "ICB", "P": "PFA"}
SMALL = {"a": 20, "b": 30, "c": 3, "d": 40, "e": 50}
OUTCOMES = ("Charged", "None")
ALONE = "that small areas tell no more than their pieces do, where no table has them"
Fields = dict[str, Any]


def _partition(whole: str) -> Partition:
    return Partition(AREA, (whole,), tuple((part,) for part in MADE_OF[whole]))


def test_areas_are_cut_where_any_begins_or_ends():
    found = _cut({(AREA, (whole,)): frozenset(MADE_OF[whole]) for whole in ("D1", "D2", "I1")})
    said = {each.whole[0]: ([part[0] for part in each.parts], each.of_pieces) for each in found}
    assert said == {
        "d and 1 more": (["d", "e"], False),
        "D2": (["c", "d and 1 more"], True),
        "I1": (["D1", "c"], True),
    }


def test_of_areas_that_are_the_same_the_first_is_the_piece():
    found = _cut({(AREA, (whole,)): frozenset("ab") for whole in ("D1", "B1")})
    assert found == (Partition(AREA, ("B1",), (("D1",),), of_pieces=True),)


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch, written: Callable[..., Path], tmp_path: Path) -> Path:
    """The data folder, in which small areas by outcome are too many to reckon with."""
    monkeypatch.setattr(sums, "MOST_UNKNOWN", 8)
    rows = [
        {
            "area_level": LEVELS[whole[0]],
            "area_code": whole,
            "period_kind": "month",
            "period_from": MAY[0],
            "period_to": MAY[1],
            "outcome": outcome,
            "incidents": sum(SMALL[part] for part in parts),
            "percent": 50.0,
        }
        for whole, parts in MADE_OF.items()
        for outcome in OUTCOMES
    ]
    columns = MEASURES[NAME].result.columns
    kinds = {
        "period_from": pa.date32(),
        "period_to": pa.date32(),
        "incidents": pa.int64(),
        "percent": pa.float64(),
    }
    table = pa.table(
        {
            each.name: pa.array([row.get(each.name) for row in rows], kinds.get(each.name, pa.string()))
            for each in columns
        }
    )
    partitions = tuple(map(_partition, MADE_OF))
    judged = judge({NAME: table}, {NAME: MEASURES[NAME]}, policy("counts", threshold=5), partitions, "d")
    return written(tmp_path, judged)


def test_what_an_area_has_more_than_another_is_guarded(published):
    text = (published / f"{NAME}.csv").read_text("utf-8")
    assert text.count("[c]") >= 2 * len(OUTCOMES)
    shown = {tuple(line.split(",")[1::5]): line.split(",")[7] for line in text.splitlines()[1:]}
    for outcome in OUTCOMES:
        assert "[c]" in (shown["I1", outcome], shown["D1", outcome])
        assert "[c]" in (shown["D2", outcome], shown["I2", outcome])
    assert ALONE in check(published).trusted


def _changed(folder: Path, change: Callable[[Fields], object]) -> str:
    fields = json.loads((folder / CERTIFICATE).read_text("utf-8"))
    change(fields)
    (folder / CERTIFICATE).write_text(json.dumps(fields), "utf-8")
    with pytest.raises(Unsafe) as refusal:
        check(folder)
    return str(refusal.value)


def _of_pieces(fields: Fields) -> list[Fields]:
    return [each for each in fields["partitions"] if each.get("of_pieces")]


def test_an_area_that_is_not_made_up_of_pieces_is_missed(published):
    def without(fields: Fields) -> None:
        fields["partitions"].remove(_of_pieces(fields)[0])

    assert "pieces" in _changed(published, without)


def test_a_small_area_in_two_pieces_is_refused(published):
    def twice(fields: Fields) -> None:
        (piece,) = (each for each in fields["partitions"] if each["whole"] == ["I2"])
        piece["parts"].append(["c"])

    assert "in two pieces" in _changed(published, twice)


def test_pieces_that_are_not_reckoned_with_are_refused(published):
    said = _changed(published, lambda fields: fields.update(in_pieces=False))
    assert said == "the certificate has pieces and does not reckon with them"
