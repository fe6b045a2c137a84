"""Sums of counts that no table has: a certificate must give those counts, or the checker says what it left.

T is b and e; S is b, f and k; R is e and g. No table has b, e or g. With T 10 and R 7, b is 3 or more: where
S is 5, f and k are 2 at most together, and so 1 each.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evenhand.disclosure.check import CERTIFICATE, VERSION, Unsafe, check

MONTH = "2022-05-01/2022-05-31"
SUMS = {"T": "be", "S": "bfk", "R": "eg"}
TELLS = {"T": 10, "S": 5, "R": 7}
TELLS_NOTHING = {"T": 10, "S": 5, "R": 20}


def _written(folder: Path, shown: dict[str, int], first: dict[str, int], sums: dict[str, str] = SUMS) -> Path:
    """The data folder of a table in which f and k are hidden; in a second world f is 3 more, and k 3 less."""
    counts = {**shown, "f": "[c]", "k": "[c]"}
    rows = [f"{area},2022-05-01,2022-05-31,{count}" for area, count in counts.items()]
    text = "\n".join(["area_code,period_from,period_to,incidents", *rows, ""])
    (folder / "figures.csv").write_text(text, encoding="utf-8")
    counted = {"column": "incidents", "of": "incidents", "years_before": 0, "months": "", "sum_of": []}
    table = {
        "measure": "figures",
        "key": ["area_code", "period_from"],
        "area": True,
        "period": True,
        "categories": [],
        "adds_up_over": [],
        "magnitudes": [],
        "derived": [],
    }
    cells = list(first)
    certificate: dict[str, Any] = {
        "policy": {
            "name": "counts 1 (1 to 4 hidden)",
            "hide_from": 1,
            "hide_to": 4,
            "rounding_base": 1,
            "protection": 2,
        },
        "certificate": VERSION,
        "dimensions": ["counted", "area_code", "period"],
        "tables": [{**table, "counts": [counted]}],
        "partitions": [
            {"dimensions": ["area_code"], "whole": [whole], "parts": [[part] for part in parts]}
            for whole, parts in sums.items()
        ],
        "cells": [["incidents", area, MONTH] for area in cells],
        "first": list(first.values()),
        "steps": [[[cells.index("f"), cells.index("k")], [3, -3]]],
        "earlier": [],
        "revised": [],
        "earlier_kinds": True,
        "in_pieces": False,
        "counts_something_else": [],
    }
    (folder / CERTIFICATE).write_text(json.dumps(certificate), encoding="utf-8")
    return folder


def test_worlds_that_give_every_count_of_a_sum_hold(tmp_path):
    first = {"f": 1, "k": 4, "b": 0, "e": 10, "g": 10}
    found = check(_written(tmp_path, TELLS_NOTHING, first))
    assert (found.guarded, found.worlds) == (2, 2)
    assert [words for words in found.trusted if "come out" in words] == []


@pytest.mark.parametrize("shown", [TELLS, TELLS_NOTHING], ids=["leak", "none"])
def test_worlds_that_leave_out_a_count_of_a_sum_are_refused(tmp_path, shown):
    with pytest.raises(Unsafe, match=r"the certificate gives no count for incidents [be] 2022-05"):
        check(_written(tmp_path, shown, {"f": 1, "k": 4}))


def test_worlds_in_which_a_count_of_a_sum_is_less_than_nothing_are_refused(tmp_path):
    with pytest.raises(Unsafe, match="has -3 for incidents g 2022-05"):
        check(_written(tmp_path, TELLS, {"f": 1, "k": 4, "b": 0, "e": 10, "g": -3}))


def test_where_kinds_of_earlier_tables_are_set_aside_the_line_says_so(tmp_path):
    folder = _written(tmp_path, TELLS_NOTHING, {"f": 1, "k": 4, "b": 0, "e": 10, "g": 10})
    text = (folder / CERTIFICATE).read_text("utf-8")
    (folder / CERTIFICATE).write_text(
        text.replace('"earlier_kinds": true', '"earlier_kinds": false'), "utf-8"
    )
    assert "that the kinds of earlier tables say nothing of today's counts" in check(folder).trusted
